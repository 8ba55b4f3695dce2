"""A key that a server, a gateway or a redirect repeats is in no file and no output of ``qgis_process``.

Every run is a real one, in a profile of its own that is searched as a whole afterwards.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from pixxel_explorer.tests import fault_proxy as faults
from pixxel_explorer.tests.robustness import Scenario

from .command_line import CommandLine, Ended, installed
from .every_algorithm import succeeding

KEY = "sk-live/Zq7+9fAxW0=ab"
FORMS = ("{authorization}", "Bearer {key}", "{quoted}", "{base64}", "{basic}")
TEXT = "the key " + " and ".join(FORMS) + " has no right"
ECHO = {"error": {"code": "E-{key}", "message": TEXT, "details": {"headers": {"Authorization": "{authorization}"}}}}
LONG = {"error": {"code": "E", "message": "x" * 490 + "{key}"}}
PAGE = f"<html><head><title>{{key}}</title></head><body>{TEXT}</body></html>"
HEADERS = {"X-Request-Id": "{authorization}", "Server": "gate {key}", "Via": "1.1 {base64}", "Retry-After": "{key}"}

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def proxy() -> Iterator[faults.FaultProxy]:
    """Return a proxy that stands before nothing: it answers everything itself."""
    with faults.faulty("http://127.0.0.1:9") as found:
        yield found


def _needles() -> list[bytes]:
    """Return what must not be found: the key as it is, encoded for an address, and in base64, also inside of it."""
    plain = [KEY, quote(KEY), quote(KEY, safe="")]
    coded = [base64.b64encode(text.encode()).decode()[:-4] for text in (KEY, f"user:{KEY}", f"Bearer {KEY}")]
    return [text.encode() for text in (*plain, *coded[:1])] + [text[8:].encode() for text in coded[1:]]


def _found(folder: Path, ended: Ended) -> list[str]:
    """Return where the key is: files of the profile and the reports, and what was printed."""
    places = [str(path) for path in folder.rglob("*") if path.is_file() and not path.is_symlink() and _holds(path)]
    printed = ended.output.encode()
    return places + ["output" for needle in _needles() if needle in printed or needle.lower() in printed.lower()]


def _holds(path: Path) -> bool:
    content = path.read_bytes()
    return any(needle in content for needle in _needles())


def _everything(proxy: faults.FaultProxy, act: faults.Act) -> None:
    for method in ("GET", "POST", "PUT", "PATCH"):
        proxy.on(method, "", act)


def _run(folder: Path, command_line: CommandLine, name: str) -> Ended:
    own = folder / "files"
    own.mkdir()
    return command_line.run(name, **succeeding(own)[name])


ANSWERS: dict[str, Callable[[], faults.Act]] = {
    **{str(status): lambda status=status: faults.answer(status, ECHO, HEADERS) for status in (400, 401, 403, 409, 500)},
    "cut in the middle of the key": lambda: faults.answer(400, LONG),
    "plain text": lambda: faults.answer(400, TEXT.encode(), {"Content-Type": "text/plain"}),
    "page": lambda: faults.answer(403, PAGE, HEADERS),
    "gateway's page": lambda: faults.answer(502, PAGE, HEADERS),
    "error in a 200": lambda: faults.answer(200, ECHO),
    "not JSON": lambda: faults.answer(200, TEXT.encode()),
    "good": lambda: faults.answer(200, {"projects": [{"id": "p-1", "name": "of {key}", "title": "{quoted}"}]}),
    "another type": lambda: faults.answer(200, {"projects": [{"id": ["{key}"], "name": {"{key}": "{key}"}}]}),
    "redirect": lambda: faults.answer(302, b"", {"Location": "https://login.example.com/{quoted}?key={quoted}"}),
    "redirect to a host": lambda: faults.answer(302, b"", {"Location": "https://sk-live.{key}.example.com/"}),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_repeats_the_key_to_a_read(
    proxy: faults.FaultProxy, tmp_path: Path, scenario: Scenario, name: str
) -> None:
    _everything(proxy, ANSWERS[name]())
    ended = _run(tmp_path, installed(tmp_path, proxy.url, KEY), "listprojects")
    assert any(request.headers["Authorization"] == KEY for request in proxy.requests)
    found = _found(tmp_path, ended)
    assert found == []
    outcome = f"The key is in {len(found)} files and outputs; the run ends with {ended.code}."
    scenario("Secrets that an answer repeats", f"A read, answered by: {name}", outcome)


@pytest.mark.parametrize("name", ["400", "500", "redirect"])
def test_an_answer_that_repeats_the_key_to_a_write(
    proxy: faults.FaultProxy, tmp_path: Path, scenario: Scenario, name: str
) -> None:
    satellites = {"satellites": [{"id": "s-1", "name": "Pixxel-TD1", "bands": [], "collections": []}]}
    proxy.on("GET", "/satellites$", faults.answer(200, satellites))
    proxy.on("GET", "/indices$", faults.answer(200, {"indices": [], "pagination": {"total": 0}}))
    proxy.on("POST", "/indices$", ANSWERS[name]())
    ended = _run(tmp_path, installed(tmp_path, proxy.url, KEY), "createindex")
    assert proxy.count("POST") == 1
    found = _found(tmp_path, ended)
    assert found == []
    outcome = f"The key is in {len(found)} files and outputs; the run ends with {ended.code}."
    scenario("Secrets that an answer repeats", f"A write, answered by: {name}", outcome)


@pytest.mark.parametrize("separator", ["/", "?", "#", "@"])
def test_a_part_of_the_key_that_is_left_as_a_host(proxy: faults.FaultProxy, tmp_path: Path, separator: str) -> None:
    first, last = "zq7k9faxw0", "pd4m8rtyu2"
    _everything(proxy, faults.answer(302, b"", {"Location": "https://{key}/"}))
    ended = _run(tmp_path, installed(tmp_path, proxy.url, first + separator + last), "listprojects")
    assert proxy.requests
    printed = ended.output.lower()
    assert (first in printed, last in printed) == (False, False)
    for path in tmp_path.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert first.encode() not in path.read_bytes().lower()


def test_the_search_finds_a_key(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(b"\0" + KEY.encode() + b"\0")
    (tmp_path / "log.txt").write_text(base64.b64encode(f"user:{KEY}".encode()).decode(), encoding="utf-8")
    ended = Ended(1, {"error": json.dumps(quote(KEY, safe=""))}, "")
    assert len(_found(tmp_path, ended)) >= 3
