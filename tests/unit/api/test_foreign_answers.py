"""An answer that is not the API's is said to be one: never a refused key, never a damaged answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pixxel_explorer.plugin.api import errors
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.transport.html_pages import PAGE_CAP, is_page, page_of

from .conftest import Lab
from .test_bad_input import WRITES
from .test_files import BIG, PART, FileServer, run

HTML = {"Content-Type": "text/html; charset=utf-8", "Server": "WebGuard/4.2"}
PAGE = (
    "<!DOCTYPE html><html><head><title>Site blocked</title><style>p {color: red}</style>"
    "<script>var key = 'secret-key'</script></head>"
    "<body><h1>Site blocked</h1><p>Access is\n blocked &amp; logged.</p></body></html>"
)
DENIED = b"<Error><Code>AccessDenied</Code></Error>"


async def projects(client: ApiClient) -> Any:
    return await client.projects.list()


push = WRITES["PUT"]


def page(status: int = 200, html: str = PAGE, **headers: str) -> httpx.Response:
    return httpx.Response(status, headers={**HTML, **headers}, content=html.encode())


def foreign(lab: Lab, *answers: httpx.Response, work: Callable[[ApiClient], Awaitable[Any]] = projects) -> Any:
    with pytest.raises(errors.ForeignAnswer) as caught:
        lab.run(lab.answering(*answers), work)
    return caught.value


@pytest.mark.parametrize("status", [200, 203, 400, 403, 451])
def test_a_page_in_place_of_json_is_a_page_and_is_not_asked_for_again(lab: Lab, status: int) -> None:
    error = foreign(lab, page(status))
    assert (error.reason, error.status, error.server) == ("page", status, "WebGuard/4.2")
    assert (error.asked, error.host) == ("api.example.com", "api.example.com")
    assert (error.title, error.text) == ("Site blocked", "Access is blocked & logged.")
    assert len(lab.requests) == 1


@pytest.mark.parametrize("status", [401, 407, 511])
def test_a_page_that_wants_a_sign_in_says_so(lab: Lab, status: int) -> None:
    assert foreign(lab, page(status)).reason == "sign-in"


def test_a_page_without_a_content_type_is_known_by_its_beginning(lab: Lab) -> None:
    assert foreign(lab, httpx.Response(200, content=PAGE.encode())).title == "Site blocked"
    assert foreign(lab, httpx.Response(403, content=PAGE.encode())).title == "Site blocked"


@pytest.mark.parametrize(
    "work",
    [
        lambda client: client.external.ping(),
        lambda client: client.files.read("/picture"),
        lambda client: client.projects.get("p"),
    ],
)
def test_it_does_not_matter_what_was_asked_for(lab: Lab, work: Any) -> None:
    assert foreign(lab, page(), work=work).text == "Access is blocked & logged."


def test_a_redirect_to_a_login_page_names_its_host_and_shows_it_no_key(lab: Lab) -> None:
    elsewhere = httpx.Response(302, headers={"Location": "https://login.example.org/in"})
    error = foreign(lab, elsewhere, page(html="<html><title>Guests</title><p>Accept our terms</p></html>"))
    assert (error.reason, error.host, error.title, error.text) == (
        "sign-in",
        "login.example.org",
        "Guests",
        "Accept our terms",
    )
    assert "authorization" not in lab.requests[1].headers


def test_a_redirect_to_a_login_page_without_encryption_is_not_followed(lab: Lab) -> None:
    error = foreign(lab, httpx.Response(302, headers={"Location": "http://login.example.org/in", "Via": "1.1 squid"}))
    assert (error.reason, error.host, error.server, len(lab.requests)) == ("sign-in", "login.example.org", "squid", 1)


def test_a_circle_of_redirects_is_one(lab: Lab) -> None:
    error = foreign(lab, httpx.Response(302, headers={"Location": "https://api.example.com/x", "Server": "WebGuard"}))
    assert (error.reason, error.host, error.server) == ("circle", "api.example.com", "WebGuard")
    assert len(lab.requests) == 6


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_that_fails_by_a_page_is_asked_again_and_quoted(lab: Lab, status: int) -> None:
    with pytest.raises(errors.GatewayFailed) as caught:
        lab.run(lab.answering(page(status, "<html><body><h1>Busy</h1></body></html>")), projects)
    assert (caught.value.page, caught.value.server) == (("", "Busy"), "WebGuard/4.2")
    assert len(lab.requests) == 5
    lab.requests.clear()
    good = httpx.Response(200, json={"projects": []})
    assert not lab.run(lab.answering(page(status), good), projects).items
    assert len(lab.requests) == 2


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(403, json={"error": {"code": "FORBIDDEN", "message": "no"}}), errors.Forbidden),
        (httpx.Response(401, json={"message": "Unauthorized"}), errors.NotAuthorised),
        (httpx.Response(403, headers=HTML, content=b""), errors.Forbidden),
        (httpx.Response(403, headers={"Content-Type": "application/xml"}, content=DENIED), errors.Forbidden),
        (httpx.Response(403, content=b'<?xml version="1.0"?>' + DENIED), errors.Forbidden),
        (page(500), errors.ServerFailed),
        (httpx.Response(302, headers={"Location": "http://api.example.com/x"}), errors.RedirectRefused),
    ],
)
def test_what_is_the_servers_own_stays_so(lab: Lab, answer: httpx.Response, kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught:
        lab.run(lab.answering(answer), projects)
    assert not isinstance(caught.value, errors.ForeignAnswer)


@pytest.mark.parametrize("status", [404, 405])
def test_a_page_where_the_api_always_is_means_that_it_is_not_there(lab: Lab, status: int) -> None:
    """Somebody typed the address of a web site."""
    assert foreign(lab, page(status)).status == status
    assert foreign(lab, page(status), work=lambda client: client.external.ping()).status == status
    with pytest.raises(errors.NotFound):
        lab.run(lab.answering(page(404)), lambda client: client.projects.get("p"))


def test_json_that_is_called_html_is_read(lab: Lab) -> None:
    answer = httpx.Response(200, headers=HTML, content=b'{"projects": [{"id": "p", "name": "n"}]}')
    assert [project.id for project in lab.run(lab.answering(answer), projects).items] == ["p"]


def test_a_write_answered_by_a_page_may_have_arrived_and_one_that_was_blocked_has_not(lab: Lab) -> None:
    with pytest.raises(errors.OutcomeUnknown) as caught:
        lab.run(lab.answering(page(200)), push)
    assert isinstance(caught.value.cause, errors.ForeignAnswer)
    lab.requests.clear()
    foreign(lab, page(403), work=push)
    assert len(lab.requests) == 1


def test_the_key_is_not_repeated_where_a_page_repeats_it(lab: Lab) -> None:
    error = foreign(lab, page(403, "<html><title>secret-key</title><p>You sent Authorization: secret-key</p></html>"))
    assert "secret-key" not in f"{error} {error.title} {error.text}"
    assert "You sent Authorization" in error.text


def test_a_page_does_not_replace_what_was_downloaded(tmp_path: Path) -> None:
    """A login page that comes in place of the rest of a file leaves the beginning where it is."""
    with FileServer(BIG, breaks=[300_000]).running() as server:
        target = tmp_path / "f.tif"

        async def fetch(client: ApiClient) -> Path:
            return await client.files.fetch(server.url + "/f.tif", target)

        with pytest.raises(errors.ForeignAnswer):
            server.before = lambda: _turn_into_a_page(server)
            run(server, fetch)
        kept = (tmp_path / PART).stat().st_size
        assert 0 < kept < len(BIG)
        server.before, server.content, server.etag, server.headers = lambda: None, BIG, '"one"', {}
        run(server, fetch)
        assert target.read_bytes() == BIG
        assert server.asked[-1].range == f"bytes={kept}-"


def _turn_into_a_page(server: FileServer) -> None:
    if len(server.asked) > 1:
        server.content, server.etag, server.ranges = PAGE.encode(), "", "none"
        server.headers = dict(HTML)


def test_a_file_of_html_is_a_file(tmp_path: Path) -> None:
    with FileServer(PAGE.encode(), headers=dict(HTML)).running() as server:
        fetched = run(server, lambda client: client.files.fetch(server.url + "/report.html", tmp_path / "report.html"))
        assert fetched.read_bytes() == PAGE.encode()
        with pytest.raises(errors.ForeignAnswer):
            run(server, lambda client: client.files.fetch(server.url + "/package", tmp_path / "package.zip"))
        assert not (tmp_path / "package.zip").exists()


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("", "<!DOCTYPE html>", True),
        ("", "\ufeff\n <HTML lang=de>", True),
        ("", '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">', True),
        ("", "<!-- filtered --><html>", True),
        ("", '<?xml version="1.0"?><StyledLayerDescriptor><html/></StyledLayerDescriptor>', False),
        ("", "<p>text</p>", False),
        ("text/html", "<p>text</p>", True),
        ("text/html", "<!-- a --><!-- b --><body>", True),
        ("text/html", "{}", False),
        ("text/html", "<StyledLayerDescriptor/>", False),
        ("application/xml", "<Error/>", False),
        ("text/html", "", False),
    ],
)
def test_a_page_is_known(kind: str, body: str, expected: bool) -> None:
    assert is_page(kind, body.encode()) is expected


@pytest.mark.parametrize(
    ("body", "title", "text"),
    [
        ("<title>A</title><body>A b", "A", "b"),
        ("<title>A</title>", "A", "A"),
        ("<html><p>one</p><script>two</script><p>three", "", "one three"),
        ("<title>a\u202eb\x07c\u200b</title><p>d\u2066e\r\n\tf", "ab c", "de f"),
        ("<p>" + "long " * 100, "", ("long " * 32)[:119].rstrip() + "…"),
        ("<p>&lt;b&gt;bold&lt;/b&gt;", "", "<b>bold</b>"),
        ("<![if !IE]><p>x", "", "x"),
        ("", "", ""),
    ],
)
def test_a_page_is_read_in_one_line(body: str, title: str, text: str) -> None:
    assert page_of("text/html", body.encode()) == (title, text)


def test_pages_of_other_encodings_are_read() -> None:
    assert (
        page_of("text/html; charset=ISO-8859-1", "<p>gesperrt für Gäste".encode("latin-1")).text == "gesperrt für Gäste"
    )
    assert page_of("text/html; charset=punycode", b"<p>plain").text == "plain"


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["<!", "<", "<a", "<a b='", "&", "<!--", "<![CDATA[", "</"])
def test_a_hostile_page_is_read_quickly(piece: str) -> None:
    page_of("text/html", (piece * PAGE_CAP).encode())


def test_a_page_without_an_end_is_given_up(lab: Lab) -> None:
    class Trickle(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            yield b"<html>"
            await asyncio.sleep(60)

    def handler(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=HTML, stream=Trickle())

    with pytest.raises(errors.TimedOut):
        lab.run(handler, projects, timeout=0.02)
