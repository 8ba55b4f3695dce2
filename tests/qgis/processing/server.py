"""A small strict server of the API's contract over loopback: what is not documented is refused."""

from __future__ import annotations

import json
import struct
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "test-key"
DATES = ("2025_04_12", "2025_05_02", "2025_06_01")
CLASS_FIELDS = {"min", "max", "color", "label"}


def png(width: int = 6, height: int = 4) -> bytes:
    """Return an opaque picture."""
    return png_of([[bytes([60 * row % 256, 20, 30, 255])] * width for row in range(height)])


def png_of(pixels: list[list[bytes]]) -> bytes:
    """Return a picture of rows of pixels, each red, green, blue and alpha."""
    header = struct.pack(">IIBBBBB", len(pixels[0]), len(pixels), 8, 6, 0, 0, 0)
    rows = b"".join(b"\0" + b"".join(row) for row in pixels)
    body = b""
    for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
        body += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + body


def classes(shift: float = 0.0) -> list[dict[str, Any]]:
    """Return three classes as the server writes them."""
    rows = [(-1.0, 0.1, "#2b83ba", "Water"), (0.1, 0.4, "#d7191c", "Bare soil"), (0.4, 1.0, "#1a9641", "Crop")]
    return [
        {"min": low + shift, "max": high + shift, "color": colour, "label": label, "area": 10, "area_percentage": 33.3}
        for low, high, colour, label in rows
    ]


def sld(rows: list[dict[str, Any]]) -> str:
    """Return the style of classes, as intervals."""
    entries = "".join(
        f'<ColorMapEntry color="{row["color"]}" quantity="{row["max"]}" label="{row["label"]}"/>' for row in rows
    )
    first = f'<ColorMapEntry color="#000000" quantity="{rows[0]["min"]}" opacity="0"/>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?><StyledLayerDescriptor version="1.0.0" '
        'xmlns="http://www.opengis.net/sld"><NamedLayer><Name>ndvi</Name><UserStyle><FeatureTypeStyle><Rule>'
        f'<RasterSymbolizer><ColorMap type="intervals">{first}{entries}</ColorMap></RasterSymbolizer></Rule>'
        "</FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>"
    )


class Refused(Exception):
    """An answer that is an error envelope."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class State:
    """What the server holds, and every request it got as (method, path, query, body)."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        self.raster = b""
        self.rasters: dict[str, bytes] = {}  # of single dates, in place of the one of all
        self.picture = png()
        self.url = ""
        self.broken_dates: set[str] = set()
        self.delay = 0.0
        self.delays: dict[str, float] = {}  # seconds before the picture or raster of a date is sent
        self.missing_files: set[str] = set()
        self.assets: list[dict[str, Any]] = []
        outline = [[[77.5, 12.25], [77.75, 12.25], [77.75, 12.5], [77.5, 12.5], [77.5, 12.25]]]
        self.projects = [
            {"id": "p-1", "name": "farms", "title": "Farms", "description": "Crops", "status": "active"},
            {"id": "p-2", "name": "lakes", "title": "Lakes", "description": "", "status": "active"},
        ]
        for project in self.projects:
            project["created_at"] = "2025-01-01 10:00:00.000000+00:00"
        self.aois = [
            self.aoi("a-1", "Farm near Raba", "p-1", {"type": "Polygon", "coordinates": outline}),
            self.aoi("a-2", "Lake Tsimlyansk", "p-2", None),
        ]
        self.satellites = [
            {
                "id": "s-1",
                "name": "Pixxel-TD1",
                "bands": [{"name": "B022"}, {"name": "B118"}],
                "collections": [{"id": "td-l2a"}],
            },
        ]
        self.images: list[dict[str, Any]] = []
        self.page_of_images = 2
        self.indices = [self.index("i-1", "NDVI", "preset"), self.index("i-2", "Salinity", "custom")]
        self.legend = {date: {"dynamic": classes(), "theoretical": classes(0.05)} for date in DATES}
        self.visualizations = [self.visualization("v-1", "i-1")]

    @staticmethod
    def aoi(aoi_id: str, name: str, project: str, geometry: Any) -> dict[str, Any]:
        return {
            "aoi_id": aoi_id,
            "name": name,
            "description": "d",
            "project_id": project,
            "satellite_id": "s-1",
            "status": "success",
            "progress": 100,
            "geometry": geometry,
            "area_in_sq_m": 12.5e6 if geometry else 0,
            "created_at": "2025-01-02T10:00:00Z",
            "updated_at": "2025-01-03T10:00:00Z",
        }

    @staticmethod
    def index(index_id: str, name: str, kind: str) -> dict[str, Any]:
        return {
            "id": index_id,
            "name": name,
            "description": f"{name} index",
            "type": kind,
            "expression_type": "index",
            "expression": "(B118-B022)/(B118+B022)",
            "satellite_id": "s-1",
            "rescale": [-1, 1],
            "colormap": "rplumbho",
        }

    def visualization(self, visualization_id: str, index_id: str) -> dict[str, Any]:
        return {
            "id": visualization_id,
            "aoi_id": "a-1",
            "index_id": index_id,
            "index_name": "NDVI",
            "expression": "(B118-B022)/(B118+B022)",
            "expression_type": "index",
            "type": "preset",
            "status": "success",
            "progress": 100,
            "rescale": [-1, 1],
            "assets": [self.asset(visualization_id, date) for date in DATES],
            "metadata": {"legend": self.legend},
            "created_at": "2025-01-04T10:00:00Z",
            "updated_at": "2025-01-05T10:00:00Z",
        }

    def asset(self, visualization_id: str, date: str) -> dict[str, Any]:
        return {
            "id": f"asset-{date}",
            "aoi_id": "a-1",
            "visualization_id": visualization_id,
            "asset_type": "visualization",
            "date": date.replace("_", "-"),
            "path": f"{self.url}/files/{date}.tif",
            "geometry": self.aois[0]["geometry"],
            "status": "success",
        }


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    state: State
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args: object) -> None:
        """Stay quiet."""

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        time.sleep(self.state.delay)
        self.state.requests.append((self.command, parts.path, query, body))
        try:
            if self.headers.get("Authorization") != KEY and not parts.path.startswith("/files/"):
                raise Refused(403, "forbidden", "no right")
            status, answer = self._answer(parts.path, query, body)
        except Refused as refused:
            status = refused.status
            answer = {"error": {"code": refused.code, "message": refused.message, "details": None}}
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = _serve  # noqa: N815

    def _answer(self, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        method, *route = (self.command, *path.strip("/").split("/"))
        if route[0] == "files":
            if route[1] in self.state.missing_files:
                raise Refused(404, "not_found", route[1])
            time.sleep(self.state.delays.get(route[-1].removesuffix(".tif"), 0))
            return 200, self.state.rasters.get(route[-1].removesuffix(".tif"), self.state.raster)
        if route == ["v0", "search"]:
            return 200, self._search(body)
        if "visualizations" in route:
            return self._visualizations(method, route, query, body)
        return self._read(route, query) if method == "GET" else self._create(route, body)

    def _read(self, route: list[str], query: dict[str, str]) -> tuple[int, Any]:
        state = self.state
        match route:
            case ["v0", "projects"]:
                return 200, {"projects": state.projects, "pagination": {"count": len(state.projects)}}
            case ["v0", "projects", project_id]:
                return 200, self._one(state.projects, "id", project_id)
            case ["v0", "satellites"]:
                return 200, {"satellites": state.satellites}
            case ["v0", "aois"]:
                wanted = query.get("project_ids", "").split(",")
                found = [a for a in state.aois if "project_ids" not in query or a["project_id"] in wanted]
                return 200, self._page("aois", found, query)
            case ["v0", "aoi", aoi_id]:
                return 200, self._one(state.aois, "aoi_id", aoi_id)
            case ["v0", "indices"]:
                return 200, self._page("indices", [i for i in state.indices if _fits(i, query)], query)
            case ["v0", "aois", _, "assets"]:
                return 200, self._page("assets", state.assets, query)
        raise Refused(404, "not_found", "/".join(route))

    def _search(self, body: Any) -> dict[str, Any]:
        self._fields(body, "start_date end_date satellites geometry", "filters limit next_token")
        if body["geometry"]["type"] != "Polygon" or any(
            set(f) != {"id", "min", "max"} for f in body.get("filters", ())
        ):
            raise Refused(400, "bad_request", "geometry or filters are wrong")
        images, size = self.state.images, self.state.page_of_images
        start = next((n for n, image in enumerate(images, 1) if image["id"] == body.get("next_token")), 0)
        shown = images[start : start + size]
        page = {"limit": size, "skip": start, "total": len(images)}
        if start + size < len(images):
            page["next_token"] = shown[-1]["id"]
        return {"items": {image["id"]: image for image in shown}, "pagination": page}

    def _create(self, route: list[str], body: Any) -> tuple[int, Any]:
        state = self.state
        if route == ["v0", "aois"]:
            self._fields(body, "name description satellite_id provider project_id geometry item_ids")
            if any(aoi["name"] == body["name"] for aoi in state.aois):
                raise Refused(409, "conflict", "name is taken")
            new = {**state.aoi("a-9", body["name"], body["project_id"], body["geometry"]), "status": "started"}
            state.aois.append(new)
            return 201, new
        if route == ["v0", "indices"]:
            self._fields(body, "name description rescale expression colormap satellite_id expression_type")
            index = {**state.index("i-9", body["name"], "custom"), **body}
            state.indices.append(index)
            return 201, index
        raise Refused(404, "not_found", "/".join(route))

    def _visualizations(self, method: str, route: list[str], query: dict[str, str], body: Any) -> tuple[int, Any]:
        state = self.state
        match (method, *route):
            case ("GET", "v0", "aois", aoi_id, "visualizations"):
                wanted = query.get("visualization_id")
                found = [v for v in state.visualizations if v["aoi_id"] == aoi_id and wanted in (None, v["id"])]
                return 200, self._page("visualization", found, query)
            case ("POST", "v0", "aois", _, "visualizations"):
                self._fields(body, "index_id", "src_asset_ids resolution")
                new = {**state.visualization("v-9", body["index_id"]), "status": "creating", "progress": 0}
                state.visualizations.append({**new, "status": "success", "progress": 100})
                return 201, new
            case (_, "v0", "aois", _, "visualizations", visualization_id, operation):
                record = self._one(state.visualizations, "id", visualization_id)
                return self._operation(method, operation, record, body)
        raise Refused(404, "not_found", "/".join(route))

    def _operation(self, method: str, operation: str, found: dict[str, Any], body: Any) -> tuple[int, Any]:
        legend = found["metadata"]["legend"]
        match method, operation:
            case "POST", "png":
                self._fields(body, "index_id date visualization_mode")
                if body["date"] in self.state.broken_dates or body["date"] not in legend:
                    raise Refused(404, "not_found", "no picture of that date")
                time.sleep(self.state.delays.get(body["date"], 0))
                return 200, self.state.picture
            case "POST", "sld":
                self._fields(body, "dates visualization_modes")
                modes = body["visualization_modes"]
                return 200, {"sld": {m: {d: sld(legend[d][m]) for d in body["dates"]} for m in modes}}
            case "PUT", "metadata":
                return 200, {"legend": self._put(legend, body)}
            case "PATCH", "metadata":
                self._fields(body, "index_id dates visualization_mode")
                for date in body["dates"]:
                    shift = 0.0 if body["visualization_mode"] == "dynamic" else 0.05
                    legend[date][body["visualization_mode"]] = classes(shift)
                return 200, found
        raise Refused(404, "not_found", operation)

    def _put(self, legend: dict[str, Any], body: Any) -> dict[str, Any]:
        self._fields(body, "visualization_mode legend", "dynamic_bins")
        mode = body["visualization_mode"]
        if (mode == "dynamic") != ("dynamic_bins" in body):
            raise Refused(400, "bad_request", "dynamic_bins goes with dynamic mode only")
        for date, rows in body["legend"].items():
            if rows is None:
                rows = [{**classes()[0], "label": f"Class {n}"} for n in range(body["dynamic_bins"])]
            if any(set(row) < CLASS_FIELDS for row in rows) or date not in legend:
                raise Refused(400, "bad_request", "class or date is wrong")
            legend[date][mode] = [{**row, "area": 1, "area_percentage": 1} for row in rows]
        return legend

    @staticmethod
    def _fields(body: Any, needed: str, optional: str = "") -> None:
        must, may = set(needed.split()), set(optional.split())
        if not isinstance(body, dict) or not must <= set(body) <= must | may:
            raise Refused(400, "bad_request", f"fields are wrong: {sorted(body or {})}")

    @staticmethod
    def _one(records: list[dict[str, Any]], key: str, value: str) -> dict[str, Any]:
        found = [record for record in records if record[key] == value]
        if not found:
            raise Refused(404, "not_found", value)
        return found[0]

    @staticmethod
    def _page(key: str, records: list[Any], query: dict[str, str]) -> dict[str, Any]:
        offset, limit = int(query.get("offset", 0)), int(query.get("limit", 10))
        pagination = {"total": len(records), "offset": offset, "limit": limit}
        return {key: records[offset : offset + limit], "pagination": pagination}


def _fits(record: dict[str, Any], query: dict[str, str]) -> bool:
    wanted = {"type": query.get("type"), "satellite_id": query.get("satellite_id"), "id": query.get("index_id")}
    return all(value is None or record[key] == value for key, value in wanted.items())


def serve(state: State) -> tuple[ThreadingHTTPServer, str]:
    """Start the server in a thread; return it and its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"state": state}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"
