"""A key that a server repeats is in no file of the profile and in nothing that a whole QGIS says."""

from __future__ import annotations

import base64
import json
import shutil
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from pixxel_explorer.tests import fault_proxy as faults
from pixxel_explorer.tests.robustness import Scenario

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import desktop  # noqa: E402 (a script of tools/)

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(560)]
KEY = "sk-live/Zq7+9fAxW0=ab"
TEXT = "the key {authorization} and Bearer {key} and {quoted} and {base64} and {basic} has no right"
ECHO = {"error": {"code": "E-{key}", "message": TEXT, "details": {"headers": {"Authorization": "{authorization}"}}}}
HEADERS = {"X-Request-Id": "{authorization}", "Server": "gate {key}", "Via": "1.1 {base64}", "Retry-After": "{key}"}
PAGE = f"<html><head><title>{{key}}</title></head><body>{TEXT}</body></html>"
ANSWERS = {
    "400": faults.answer(400, ECHO, HEADERS),
    "401": faults.answer(401, ECHO, HEADERS),
    "403": faults.answer(403, PAGE, HEADERS),
    "409": faults.answer(409, ECHO, HEADERS),
    "500": faults.answer(500, ECHO, HEADERS),
    "200": faults.answer(200, ECHO),
    "text": faults.answer(200, TEXT.encode()),
    "redirect": faults.answer(302, b"", {"Location": "https://login.example.com/{quoted}?key={quoted}"}),
}


class Gateway:
    """Puts the sandbox's own key in place of the one that is repeated, and answers as the scenario asks."""

    def __init__(self) -> None:
        self._now = "nothing"

    def switch(self, exchange: faults.Exchange) -> None:
        """Answer from now on as a request says."""
        self._now = exchange.request.path.rpartition("/")[2]
        exchange.send(faults.reply_of(200, {}))

    def __call__(self, exchange: faults.Exchange) -> None:
        """Answer a request."""
        name = self._now.removeprefix("writes-")
        is_meant = name == self._now or exchange.request.method == "PUT"
        if name in ANSWERS and is_meant:
            ANSWERS[name](exchange)
            return
        headers = {**exchange.request.headers, "Authorization": "sample-key"}
        reply = exchange.forward_as(replace(exchange.request, headers=headers))
        exchange.send(replace(reply, body=_named(reply.body)) if name == "names" else reply)


def _named(body: bytes) -> bytes:
    """Return a good answer whose names and labels hold the key."""
    for word in (b'"NDVI', b'"Very low', b'"Raba valley', b'"Synthetic'):
        body = body.replace(word, word + b" {key} {quoted} {base64}")
    return body


def _needles() -> list[bytes]:
    """Return what must not be found: the key as it is, for an address, and in base64, also inside of it."""
    plain = [KEY, quote(KEY), quote(KEY, safe=""), json.dumps(KEY)[1:-1].replace("/", "\\/")]
    coded = [base64.b64encode(text.encode()).decode()[:-4] for text in (KEY, f"user:{KEY}", f"Bearer {KEY}")]
    return [text.encode() for text in (*plain, coded[0], coded[1][8:], coded[2][12:])]


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file() and not {"packages", "plugins"} & set(path.relative_to(folder).parts):
            yield str(path.relative_to(folder)), path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as packed:
                    yield from ((f"{path.name}/{name}", packed.read(name)) for name in packed.namelist())


def test_a_key_that_is_repeated_is_nowhere(
    sandbox: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scenario: Scenario
) -> None:
    gateway = Gateway()
    files = {name: tmp_path / name for name in ("password", "key")}
    files["password"].write_text("a test's master password", encoding="utf-8")
    files["key"].write_text(KEY, encoding="utf-8")
    profiles_path, out = desktop.fresh_profile(ROOT / "build/desktop-repeated"), ROOT / "build/repeated"
    with faults.faulty(sandbox) as proxy:
        for method in ("GET", "POST", "PUT", "PATCH"):
            proxy.on(method, "", gateway)
        proxy.on("GET", "^/__answers/", gateway.switch)
        words = {
            "PIXXEL_TEST_URL": proxy.url,
            "PIXXEL_TEST_KEY_FILE": str(files["key"]),
            "PIXXEL_TEST_PASSWORD": str(files["password"]),
            "PIXXEL_TEST_ANSWERS": ",".join(ANSWERS),
            "QGIS_AUTH_PASSWORD_FILE": str(files["password"]),
            "QGIS_LOG_FILE": str(out / "messages.log"),
            "QGIS_DEBUG": "2",
        }
        monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
        report, status = desktop.run_until_exit(ROOT / "tests/desktop/repeated.py", out, profiles_path, 400)
        assert any(request.headers.get("Authorization") == KEY for request in proxy.requests)
    assert [f"{step['name']}: {step['problem']}" for step in report["steps"] if not step["held"]] == []
    assert status == 0, "QGIS crashed where a thread of its task manager had read the encrypted store"
    looked_at = [*_contents(profiles_path), *_contents(out)]
    assert any(name.endswith("user-history.db") for name, _ in looked_at)
    found = sorted({name for name, content in looked_at for needle in _needles() if needle in content})
    assert found == []
    shown = f"The key is in {len(found)} files, logs and texts of widgets."
    scenario("Secrets that an answer repeats", "The list, loads, pushes, rollbacks and forms of a whole QGIS", shown)
    shutil.rmtree(profiles_path, ignore_errors=True)
