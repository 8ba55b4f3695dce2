"""Records with odd names and sizes before a sandbox: copies of one AOI, each with another name wherever a name goes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

try:
    from .fault_proxy import Exchange, Reply, Request
except ImportError:  # in a QGIS that runs a scenario, where this folder is on the path
    from fault_proxy import Exchange, Reply, Request

FARM = "Farm near Raba"
NAMES = {
    "markup": "<img src='http://127.0.0.1:9/x.png'><h1>Big</h1><b>bold</b>",
    "direction": "Field \u202egnp.exe\u202c and \u2066more",
    "lines": "First line\nSecond line\r\n\tThird\u2028Fourth",
    "long word": "W" * 10_000,
    "long words": "ten thousand letters " * 500,
    "path": "../../../../etc/passwd",
    "drive": "C:\\Windows\\System32\\x.tif",
    "spaces": "     ",
    "empty": "",
    "unseen": "\u200b\u2060\ufeff",
    "percent": "%1 of %2, %n and %L1, 100 %",
    "braces": "{0} {} {name} {0.__class__} {",
    "ampersand": "Soil & water && more",
    "control": "before\u0000\u0001\u001b[31m\ufffe after",
    "marks": "e" + "\u0301" * 300,
    "expression": "[% 1 + 1 %] $qgis @map_scale",
}
SIZES: tuple[Any, ...] = (0, 1e300, -5.0, 1e-9, 5e-324, None, 2**70, "12", 1e15, 0.0)
PROGRESS: tuple[Any, ...] = (-5, 1_000_000_000, 0, None, 100)
_COPY = re.compile(r"-copy(\d\d)")
_NAMED = frozenset({"index_name", "label", "description", "name", "aoi_name"})


class OddNames:
    """Answers as the sandbox does, and adds to the lists a copy of the farm and of a project for each name."""

    def __init__(self) -> None:
        self._own = ""

    def __call__(self, exchange: Exchange) -> None:
        """Answer a request."""
        request = exchange.request
        found = _COPY.search(request.path) or _COPY.search(request.body.decode("latin-1"))
        plain = replace(request, path=_COPY.sub("", request.path), body=_COPY.sub("", request.body.decode()).encode())
        reply = exchange.forward_as(plain)
        exchange.send(self._changed(request, reply, int(found[1]) if found else None))

    def _changed(self, request: Request, reply: Reply, number: int | None) -> Reply:
        if "json" not in {name.lower(): value for name, value in reply.headers.items()}.get("content-type", ""):
            return reply
        content = json.loads(reply.body)
        path = urlsplit(request.path).path
        if request.method == "GET" and path == "/v0/aois":
            self._add_aois(content)
        elif request.method == "GET" and path == "/v0/projects":
            first = content["projects"][0]
            content["projects"] += [{**first, "id": f"p-{n}", "title": text} for n, text in enumerate(NAMES.values())]
        elif number is not None:
            content = json.loads(self._copied(content, number))
            _rename(content, list(NAMES.values())[number])
        return replace(reply, body=json.dumps(content).encode())

    def _copied(self, content: Any, number: int) -> str:
        """Return an answer in which the AOI and its visualizations have the ids of a copy."""
        items = content.get("visualization", []) if isinstance(content, dict) else []
        text = json.dumps(content)
        for own in {self._own, *(item["id"] for item in items)}:
            text = text.replace(own, f"{own}-copy{number:02}")
        return text

    def _add_aois(self, content: Any) -> None:
        farm = next((each for each in content["aois"] if each["name"] == FARM), None)
        if farm is None:
            return
        self._own = farm["aoi_id"]
        for number, text in enumerate(NAMES.values()):
            size, progress = SIZES[number % len(SIZES)], PROGRESS[number % len(PROGRESS)]
            copy = {"aoi_id": f"{self._own}-copy{number:02}", "name": text, "description": text}
            content["aois"].append({**farm, **copy, "area_in_sq_m": size, "progress": progress})
        content["pagination"]["total"] += len(NAMES)


def _rename(content: Any, text: str) -> None:
    """Give every name, description and label in an answer another text."""
    if isinstance(content, list):
        for each in content:
            _rename(each, text)
    elif isinstance(content, dict):
        for name, value in content.items():
            if name in _NAMED and isinstance(value, str):
                content[name] = text
            else:
                _rename(value, text)
