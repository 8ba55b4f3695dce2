"""A small server of the API for tests of the services: strict about what it gets, odd on request in what it does."""

from __future__ import annotations

import copy
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import httpx
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials

Rows = list[dict[str, Any]]
HOST = "https://api.test"
KEY = "a-key"
SQUARE = {"type": "Polygon", "coordinates": [[[10.0, 50.0], [11.0, 50.0], [11.0, 51.0], [10.0, 51.0], [10.0, 50.0]]]}


def rows(*edges: float, colours: str = "d7191c fdae61 ffffbf a6d96a 1a9641") -> Rows:
    """Return classes between edges, as the server writes them, areas included."""
    names = colours.split()
    return [
        {"min": low, "max": high, "color": f"#{names[i % 5]}", "label": f"Class {i}", "area": 10, "area_percentage": 5}
        for i, (low, high) in enumerate(pairwise(edges))
    ]


def png(width: int = 4, height: int = 3) -> bytes:
    """Return a whole RGBA PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\x10\x80\x20\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def sld(classes: Rows) -> str:
    """Return the classes as an SLD with intervals: a transparent entry gives the lower edge."""
    entries = [f'<ColorMapEntry color="#000000" quantity="{classes[0]["min"]}" opacity="0"/>'] + [
        f'<ColorMapEntry color="{row["color"]}" quantity="{row["max"]}" label="{row["label"]}"/>' for row in classes
    ]
    return f'<StyledLayerDescriptor><ColorMap type="intervals">{"".join(entries)}</ColorMap></StyledLayerDescriptor>'


def zipped(members: dict[str, bytes]) -> bytes:
    """Return a ZIP of members by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@dataclass
class FakeApi:
    """One AOI with visualizations; switches make it one of the variants nobody has ruled out.

    Attributes:
        legends: visualization id -> date key -> mode -> classes.
        lean: list items tell nothing but ids and status.
        replaces: a PUT drops dates it does not name.
        recomputes: a PUT of edges is answered with equal bins.
        refuses_null: null for the classes of a date is a 400.
        drops: a date key that a PUT makes vanish.
        loses: the next writes arrive or not, and their answer is lost: ``after`` or ``before`` taking effect.
        before_put: called when a PUT comes, before it is obeyed.
        answers: exact path -> what to answer instead, one each time; the last stays.
    """

    legends: dict[str, dict[str, dict[str, Rows]]] = field(default_factory=dict)
    lean: bool = False
    replaces: bool = False
    recomputes: bool = False
    refuses_null: bool = False
    drops: str = ""
    loses: str = ""
    status: str = "success"
    visualization: dict[str, Any] = field(default_factory=dict)
    assets: list[dict[str, Any]] = field(default_factory=list)
    projects: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, list[httpx.Response | Exception]] = field(default_factory=dict)
    before_put: Callable[[], None] | None = None
    updated_at: str = "2025-06-01 00:00:00+00:00"
    requests: list[httpx.Request] = field(default_factory=list)

    def client(self) -> ApiClient:
        """Return a client of this server that never really sleeps."""
        return ApiClient(
            ClientConfig(base_url=HOST),
            Credentials.from_key(KEY),
            transport=httpx.MockTransport(self.handle),
            sleep=_no_sleep,
        )

    def sent(self, method: str, ending: str = "") -> list[Any]:
        """Return the JSON bodies of the requests of a kind."""
        return [
            json.loads(request.content)
            for request in self.requests
            if request.method == method and request.url.path.endswith(ending)
        ]

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        self.requests.append(request)
        path = request.url.path
        if path in self.answers:
            return _next(self.answers[path])
        for pattern, method, answer in self._routes():
            match = re.fullmatch(pattern, path)
            if match and request.method == method:
                return answer(request, *match.groups())
        return _error(404, f"no route {request.method} {path}")

    def _routes(self) -> Iterable[tuple[str, str, Callable[..., httpx.Response]]]:
        one = "/v0/aois/a1/visualizations/([^/]+)"
        return (
            ("/ping", "GET", lambda _r: httpx.Response(200, json={"message": "pong"})),
            ("/v0/projects", "GET", self._list_projects),
            ("/v0/aois/a1/visualizations", "GET", self._list),
            ("/v0/indices", "GET", self._indices),
            ("/v0/aois/a1/assets", "GET", lambda _r: _page("assets", self.assets)),
            (f"{one}/metadata", "PUT", self._put),
            (f"{one}/metadata", "PATCH", self._patch),
            (f"{one}/png", "POST", lambda _r, _v: httpx.Response(200, content=png())),
            (f"{one}/sld", "POST", self._sld),
        )

    def _list_projects(self, _request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"projects": self.projects, "count": len(self.projects)})

    def _list(self, request: httpx.Request) -> httpx.Response:
        wanted = request.url.params.get("visualization_id")
        return _page("visualization", [self._record(v) for v in self.legends if wanted in (None, v)])

    def _record(self, visualization_id: str, lean: bool | None = None) -> dict[str, Any]:
        record: dict[str, Any] = {
            "id": visualization_id,
            "aoi_id": "a1",
            "index_id": "i1",
            "status": self.status,
            "progress": 100,
            "created_at": "2025-05-01T00:00:00Z",
            "updated_at": self.updated_at,
        }
        if self.lean if lean is None else lean:
            return record
        named = {"index_name": "NDVI", "expression": "(B2-B1)/(B2+B1)", "expression_type": "index", "type": "preset"}
        own = [asset for asset in self.assets if asset.get("visualization_id") == visualization_id]
        legend = copy.deepcopy(self.legends[visualization_id])
        return {**record, **named, "assets": own, "metadata": {"legend": legend}, **self.visualization}

    def _indices(self, _request: httpx.Request) -> httpx.Response:
        index = {"id": "i1", "name": "NDVI", "expression": "(B2-B1)/(B2+B1)", "expression_type": "index"}
        return _page("indices", [index])

    def _put(self, request: httpx.Request, visualization_id: str) -> httpx.Response:
        body = json.loads(request.content)
        if self.before_put is not None:
            self.before_put()
        problem = self._problem_of(body)
        if problem:
            return _error(400, problem)
        if self.loses == "before":
            raise httpx.ReadError("broken off", request=request)
        self._obey(self.legends[visualization_id], body)
        self.updated_at = "2025-06-02 00:00:00+00:00"
        if self.loses == "after":
            raise httpx.ReadError("broken off", request=request)
        return httpx.Response(200, json={"legend": self.legends[visualization_id]})

    def _problem_of(self, body: dict[str, Any]) -> str:
        if set(body) - {"visualization_mode", "legend", "dynamic_bins"}:
            return "unknown field"
        if (body["visualization_mode"] == "dynamic") != ("dynamic_bins" in body):
            return "dynamic_bins belongs to dynamic"
        if self.refuses_null and any(classes is None for classes in body["legend"].values()):
            return "null"
        classes = [row for found in body["legend"].values() for row in found or ()]
        return "unknown class field" if any(set(row) != {"min", "max", "color", "label"} for row in classes) else ""

    def _obey(self, legends: dict[str, dict[str, Rows]], body: dict[str, Any]) -> None:
        mode = body["visualization_mode"]
        if self.replaces:
            for key in [key for key in legends if key not in body["legend"]]:
                legends[key].pop(mode, None)
        for key, classes in body["legend"].items():
            nulls = classes is None or any(row["min"] is None for row in classes)
            bins = body.get("dynamic_bins", 5)
            computed = rows(*(i / bins for i in range(bins + 1)))
            kept = computed if nulls or self.recomputes else [{**row, "area": 1.0} for row in classes]
            legends.setdefault(key, {})[mode] = kept
        legends.pop(self.drops, None)

    def _patch(self, request: httpx.Request, visualization_id: str) -> httpx.Response:
        body = json.loads(request.content)
        if set(body) != {"index_id", "dates", "visualization_mode"}:
            return _error(400, "fields")
        for key in body["dates"]:
            self.legends[visualization_id][key][body["visualization_mode"]] = rows(0, 0.5, 1)
        return httpx.Response(200, json=self._record(visualization_id, lean=self.lean))

    def _sld(self, request: httpx.Request, visualization_id: str) -> httpx.Response:
        body = json.loads(request.content)
        legends = self.legends[visualization_id]
        documents = {
            mode: {key: sld(legends[key][mode]) for key in body["dates"] if mode in legends.get(key, {})}
            for mode in body["visualization_modes"]
        }
        return httpx.Response(200, json={"sld": documents})


def _next(queue: list[httpx.Response | Exception]) -> httpx.Response:
    answer = queue.pop(0) if len(queue) > 1 else queue[0]
    if isinstance(answer, Exception):
        raise answer
    return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def _page(key: str, records: list[dict[str, Any]]) -> httpx.Response:
    pagination = {"total": len(records), "offset": 0, "limit": 50}
    return httpx.Response(200, json={key: records, "pagination": pagination})


def _error(status: int, message: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": "x", "message": message, "details": None}})


async def _no_sleep(_seconds: float) -> None:
    return
