"""A small real server of an AOI's assets and of packages of them, on loopback."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from .file_server import FileServer, send

SECRET = "SIGNATURE"


@dataclass
class DownloadServer(FileServer):
    """Serves ``content`` as the package of whatever is asked for; addresses carry a signature, a new one each time.

    Attributes:
        asset_ids: what the AOI ``a1`` has.
        statuses_told: for each answer about a package in turn, its status; then ``SUCCESS``.
        lapsed: how many answers about packages give an address that is refused.
        packages: the assets asked for, by the id of the package.
        api_asked: method and path of each request to the API.
        created: raw answer to a request for a package, where it is not the right one.
        asset_states: statuses of assets by id; the others are ``success``.
        failing: packages with one of these assets fail.
    """

    asset_ids: list[str] = field(default_factory=lambda: ["x1", "x2"])
    statuses_told: list[str] = field(default_factory=list)
    lapsed: int = 0
    packages: dict[str, list[str]] = field(default_factory=dict)
    api_asked: list[tuple[str, str]] = field(default_factory=list)
    created: bytes | None = None
    failing: set[str] = field(default_factory=set)
    asset_facts: dict[str, Any] = field(default_factory=dict)
    asset_states: dict[str, str] = field(default_factory=dict)
    scheme: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        if handler.path.startswith("/package"):
            if "lapsed" in handler.path:
                send(handler, 403, {"Content-Length": "0"}, b"", None)
            else:
                super().answer(handler)
            return
        sent = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        self.api_asked.append((handler.command, handler.path.partition("?")[0]))
        body = self._api(handler, json.loads(sent) if sent else None)
        send(handler, 200, {"Content-Length": str(len(body))}, body, None)

    def _api(self, handler: BaseHTTPRequestHandler, sent: Any) -> bytes:
        last = handler.path.partition("?")[0].rpartition("/")[2]
        if last == "assets":
            assets = [
                {
                    "id": one,
                    "name": f"Asset {one}",
                    "status": self.asset_states.get(one, "success"),
                    **self.asset_facts,
                }
                for one in self.asset_ids
            ]
            return json.dumps({"assets": assets, "pagination": {"total": len(assets)}}).encode()
        if handler.command == "POST":
            if self.created is not None:
                return self.created
            last = f"d{len(self.packages) + 1}"
            self.packages[last] = sent["asset_ids"]
        return json.dumps(self._download(last)).encode()

    def _download(self, download_id: str) -> dict[str, str]:
        status = self.statuses_told.pop(0) if self.statuses_told else "SUCCESS"
        if self.failing & set(self.packages[download_id]):
            status = "FAILED"
        if status != "SUCCESS":
            return {"download_id": download_id, "status": status, "signed_url": ""}
        self.lapsed -= 1
        state = "lapsed" if self.lapsed >= 0 else f"good-{len(self.api_asked)}"
        url = f"{self.scheme or self.url}/package/{download_id}?{SECRET}={state}"
        return {"download_id": download_id, "status": status, "signed_url": url}

    @property
    def asked_for_packages(self) -> int:
        """Return how many packages were asked for."""
        return len([1 for method, _ in self.api_asked if method == "POST"])
