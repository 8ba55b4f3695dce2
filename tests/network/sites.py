"""What the servers behind the boxes answer: the API, its file store, a package index, and pages of filters."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from .boxes import KEY
from .wire import Request, Response

AOI, ASSET = "a-1", "x-1"
HTML = {"Content-Type": "text/html; charset=utf-8", "Server": "WebGuard/4.2"}


def json_response(value: Any, status: int = 200) -> Response:
    """Return an answer of JSON."""
    return Response(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


def page(title: str, text: str, status: int = 200, **headers: str) -> Response:
    """Return a page of HTML, as filters write them."""
    body = (
        f"<!DOCTYPE html><html><head><title>{title}</title><style>p {{ color: red }}</style>"
        f"<script>var ticket = 'x';</script></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    )
    return Response(status, body.encode(), {**HTML, **headers})


def api(files: str) -> Any:
    """Return the site of the API; downloads lie on the host ``files``."""

    def answer(request: Request) -> Response:
        path = request.target.partition("?")[0]
        if path == "/ping":
            return json_response({"message": "pong"})
        if request.headers.get("authorization") != KEY:
            return json_response({"error": {"code": "FORBIDDEN", "message": "no right", "details": None}}, 403)
        found = _records(request.method, path, files)
        return json_response(found) if found is not None else json_response({"error": {"message": path}}, 404)

    return answer


def _records(method: str, path: str, files: str) -> Any:
    one = {"pagination": {"total": 1, "offset": 0, "limit": 50}}
    match method, *path.strip("/").split("/"):
        case "GET", "v0", "projects":
            return {"projects": [{"id": "p-1", "name": "farms", "title": "Farms"}], **one}
        case "GET", "v0", "aois":
            aoi = {"aoi_id": AOI, "name": "Farm", "project_id": "p-1", "status": "success", "progress": 100}
            return {"aois": [aoi], **one}
        case "GET", "v0", "aois", _, "assets":
            return {"assets": [{"id": ASSET, "name": "Scene", "status": "success"}], **one}
        case ("POST", "v0", "aois", _, "downloads") | ("GET", "v0", "aois", _, "downloads", _):
            url = f"https://{files}/package?signature=signed"
            return {"download_id": "d-1", "status": "SUCCESS", "signed_url": url}
    return None


def files(request: Request) -> Response:
    """Be the file store: one package."""
    if not request.target.startswith("/package"):
        return Response(404)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{ASSET}/readme.txt", "a file")
    return Response(200, buffer.getvalue(), {"Content-Type": "application/zip"})


# --- a package index ------------------------------------------------------------------------------------------------

_WHEELS = {
    "httpx": ("0.28.0", ("http2", "socks")),
    "pydantic": ("2.9.0", ()),
    "truststore": ("0.10.0", ()),
    "defusedxml": ("0.7.1", ()),
    "starlette": ("0.41.0", ()),
}


def index(request: Request) -> Response:
    """Be a package index (PEP 503) of empty packages, one for each that the plugin needs."""
    parts = request.target.strip("/").split("/")
    if parts[0] == "simple" and parts[-1] in _WHEELS:
        name, data = _wheel(parts[-1])
        link = f'<a href="/files/{name}#sha256={hashlib.sha256(data).hexdigest()}">{name}</a>'
        return Response(200, f"<!DOCTYPE html><html><body>{link}</body></html>".encode(), {"Content-Type": "text/html"})
    if parts[0] == "files":
        return Response(200, _wheel(parts[-1].partition("-")[0])[1])
    return Response(404)


def _wheel(package: str) -> tuple[str, bytes]:
    version, extras = _WHEELS[package]
    folder = f"{package}-{version}.dist-info"
    extra = "".join(f"Provides-Extra: {name}\n" for name in extras)
    members = {
        f"{package}/__init__.py": "",
        f"{folder}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n{extra}",
        f"{folder}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    members[f"{folder}/RECORD"] = "".join(f"{name},,\n" for name in [*members, f"{folder}/RECORD"])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text)
    return f"{package}-{version}-py3-none-any.whl", buffer.getvalue()
