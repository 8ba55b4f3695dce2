from __future__ import annotations

import asyncio
import inspect
import json
import logging
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest
from pixxel_explorer.plugin.api import errors
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.models import IndexCreate, MetadataRollback, MetadataUpdate, PngRequest, SldRequest
from pixxel_explorer.plugin.api.transport import session

OK = httpx.Response(200, json={"project": {"id": "p"}})
UPDATE = MetadataUpdate(visualization_mode="dynamic", legend={"2024_05_06": None}, dynamic_bins=5)
ROLLBACK = MetadataRollback(index_id="i", dates=("2024_05_06",), visualization_mode="dynamic")
PNG = PngRequest(index_id="i", date="2024_05_06", visualization_mode="dynamic")
SLD = SldRequest(dates=("2024_05_06",), visualization_modes=("dynamic",))
INDEX = IndexCreate(name="n", rescale=(0, 1), expression="B04", colormap="c", satellite_id="s", expression_type="index")


async def read(client: ApiClient) -> Any:
    return await client.projects.get("p")


async def put(client: ApiClient) -> Any:
    return await client.visualizations.update_metadata("a", "v", UPDATE)


async def patch(client: ApiClient) -> Any:
    return await client.visualizations.rollback_metadata("a", "v", ROLLBACK)


async def create(client: ApiClient) -> Any:
    return await client.indices.create(INDEX)


WRITES = [put, patch, create]


def httpx_errors() -> list[type[Exception]]:
    kinds = [kind for _, kind in inspect.getmembers(httpx, inspect.isclass) if issubclass(kind, Exception)]
    return sorted(kinds, key=lambda kind: kind.__name__)


def an_error(kind: type[Exception]) -> Exception:
    if kind is httpx.HTTPStatusError:
        return httpx.HTTPStatusError("x", request=httpx.Request("GET", "https://a"), response=httpx.Response(500))
    needs_text = issubclass(kind, (httpx.HTTPError, httpx.InvalidURL, httpx.CookieConflict))
    return kind("x") if needs_text or kind is httpx.StreamError else kind()


def test_httpx_has_the_errors_we_know() -> None:
    assert len(httpx_errors()) >= 28


@pytest.mark.parametrize("kind", httpx_errors())
def test_every_error_of_httpx_becomes_one_of_ours(lab: Any, kind: type[Exception]) -> None:
    with pytest.raises(errors.ApiError) as caught:
        lab.run(lab.answering(an_error(kind)), read)
    assert isinstance(caught.value, errors.BadAnswer if kind is httpx.DecodingError else errors.TransportFailed)
    assert isinstance(caught.value, errors.TimedOut) == issubclass(kind, httpx.TimeoutException)


@pytest.mark.parametrize("kind", httpx_errors())
@pytest.mark.parametrize("write", WRITES)
def test_a_write_is_sent_once_whatever_breaks(lab: Any, kind: type[Exception], write: Any) -> None:
    with pytest.raises(errors.ApiError):
        lab.run(lab.answering(an_error(kind)), write)
    assert len(lab.requests) == 1


@pytest.mark.parametrize("kind", [httpx.ReadError, httpx.ReadTimeout, httpx.WriteError, httpx.RemoteProtocolError])
@pytest.mark.parametrize("write", WRITES)
def test_a_write_whose_answer_is_lost_has_an_unknown_outcome(lab: Any, kind: type[Exception], write: Any) -> None:
    with pytest.raises(errors.OutcomeUnknown) as caught:
        lab.run(lab.answering(an_error(kind)), write)
    assert isinstance(caught.value.cause, errors.TransportFailed)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_a_server_or_a_gateway_failed_at_has_an_unknown_outcome(lab: Any, status: int, write: Any) -> None:
    with pytest.raises(errors.OutcomeUnknown):
        lab.run(lab.answering(httpx.Response(status)), write)
    assert len(lab.requests) == 1


@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError])
@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_never_left_is_a_plain_failure(lab: Any, kind: type[Exception], write: Any) -> None:
    with pytest.raises(errors.TransportFailed):
        lab.run(lab.answering(an_error(kind)), write)


@pytest.mark.parametrize("write", WRITES)
def test_a_write_answered_with_something_unreadable_has_an_unknown_outcome(lab: Any, write: Any) -> None:
    with pytest.raises(errors.OutcomeUnknown) as caught:
        lab.run(lab.answering(httpx.Response(200, content=b'{"legend": {')), write)
    assert isinstance(caught.value.cause, errors.BadAnswer)


@pytest.mark.parametrize("write", [patch, create])
def test_a_write_answered_with_a_record_of_nothing_has_an_unknown_outcome(lab: Any, write: Any) -> None:
    with pytest.raises(errors.OutcomeUnknown) as caught:
        lab.run(lab.answering(httpx.Response(201, json={})), write)
    assert isinstance(caught.value.cause, errors.BadAnswer)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "3600"}, {"Retry-After": "soon"}])
def test_a_write_is_not_tried_again_after_a_429_that_does_not_say_when_or_says_much_later(
    lab: Any, write: Any, headers: dict[str, str]
) -> None:
    with pytest.raises(errors.RateLimited):
        lab.run(lab.answering(httpx.Response(429, headers=headers)), write)
    assert len(lab.requests) == 1


def test_a_write_is_tried_again_after_a_429_only(lab: Any) -> None:
    limited = httpx.Response(429, headers={"Retry-After": "3"})
    answer = httpx.Response(200, json={"legend": {"2024_05_06": {"dynamic": [{"min": 0}]}}})
    assert lab.run(lab.answering(limited, answer), put) == {"2024_05_06": {"dynamic": [{"min": 0}]}}
    assert lab.pauses == [3.0]


def test_a_read_waits_as_long_as_the_server_asks(lab: Any) -> None:
    first, second = (httpx.Response(429, headers={"Retry-After": seconds}) for seconds in ("7", "2"))
    assert lab.run(lab.answering(first, second, OK), read).id == "p"
    assert lab.pauses == [7.0, 2.0]


def test_a_date_to_wait_for_is_read_by_the_servers_clock(lab: Any) -> None:
    headers = {"Date": "Thu, 01 Jan 1970 00:00:00 GMT", "Retry-After": "Thu, 01 Jan 1970 00:00:09 GMT"}
    lab.run(lab.answering(httpx.Response(503, headers=headers), OK), read)
    assert lab.pauses == [9.0]


@pytest.mark.parametrize(
    "passing",
    [httpx.ConnectError("x"), httpx.ReadError("x"), httpx.RemoteProtocolError("x"), httpx.ReadTimeout("x")]
    + [httpx.Response(status) for status in (429, 502, 503, 504)],
)
def test_a_read_survives_what_passes(lab: Any, passing: Any) -> None:
    assert lab.run(lab.answering(passing, passing, passing, OK), read).id == "p"
    assert lab.pauses == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500, 501])
def test_a_refused_read_is_not_repeated(lab: Any, status: int) -> None:
    with pytest.raises(errors.ApiError):
        lab.run(lab.answering(httpx.Response(status)), read)
    assert len(lab.requests) == 1


def test_a_read_gives_up_in_the_end(lab: Any) -> None:
    with pytest.raises(errors.ServerFailed):
        lab.run(lab.answering(httpx.Response(503)), read)
    assert 4 <= len(lab.requests) <= 6


def test_nobody_waits_for_a_third_full_timeout(lab: Any) -> None:
    def slow(_: httpx.Request) -> httpx.Response:
        lab.now += 60
        raise httpx.ReadTimeout("x")

    with pytest.raises(errors.TimedOut):
        lab.run(slow, read, timeout=60)
    assert len(lab.requests) == 2


def test_a_certificate_that_does_not_hold_is_reported_at_once(lab: Any) -> None:
    error = httpx.ConnectError("x")
    error.__cause__ = ssl.SSLCertVerificationError("CERTIFICATE_VERIFY_FAILED")
    with pytest.raises(errors.TransportFailed) as caught:
        lab.run(lab.answering(error), read)
    assert (caught.value.kind, len(lab.requests)) == ("tls", 1)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.RequestRejected),
        (401, errors.NotAuthorised),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (409, errors.Conflict),
        (429, errors.RateLimited),
        (500, errors.ServerFailed),
    ],
)
def test_a_refusal_carries_its_facts(lab: Any, status: int, kind: type[errors.RequestRejected]) -> None:
    body = {"error": {"code": "E7", "message": "so it is", "details": ["x"]}}
    with pytest.raises(kind) as caught:
        lab.run(lab.answering(httpx.Response(status, json=body, headers={"X-Request-Id": "r1"})), read)
    error = caught.value
    assert (error.status, error.code, error.message, error.details) == (status, "E7", "so it is", ["x"])
    assert (error.method, error.path, error.request_id) == ("GET", "/v0/projects/p", "r1")


@pytest.mark.parametrize(
    ("envelope", "kind"),
    [
        ({"error": {"code": "NOT_FOUND", "message": "gone"}}, errors.NotFound),
        ({"error": {"code": "FORBIDDEN"}}, errors.Forbidden),
        ({"error": {"code": 401}}, errors.NotAuthorised),
        ({"error": {"code": "E"}, "status": 500}, errors.ServerFailed),
        ({"error": "no"}, errors.RequestRejected),
    ],
)
def test_an_error_envelope_with_status_200_is_an_error(lab: Any, envelope: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        lab.run(lab.answering(httpx.Response(200, json=envelope)), read)


@pytest.mark.parametrize("status", [200, 404])
def test_an_error_may_come_as_a_picture(lab: Any, status: int) -> None:
    body = json.dumps({"error": {"code": "NOT_FOUND", "message": "no such date"}}).encode()
    answer = httpx.Response(status, content=body, headers={"Content-Type": "image/png"})
    with pytest.raises(errors.NotFound) as caught:
        lab.run(lab.answering(answer), lambda client: client.visualizations.png("a", "v", PNG))
    assert caught.value.message == "no such date"


def test_a_log_in_page_is_not_an_answer_of_the_api(lab: Any) -> None:
    with pytest.raises(errors.ForeignAnswer, match="log in"):
        lab.run(lab.answering(httpx.Response(200, html="<html>log in</html>")), read)


def test_an_answer_beyond_all_measure_is_not_taken_in(lab: Any) -> None:
    async def read_little(client: ApiClient) -> bytes:
        return await client._session.read("GET", "/v0/projects", cap=1000)

    with pytest.raises(errors.BadAnswer, match="more than 1000 bytes"):
        lab.run(lab.answering(httpx.Response(200, content=b" " * 1001)), read_little)
    assert len(lab.requests) == 1


def test_the_key_goes_to_everything_but_the_health_check(lab: Any) -> None:
    async def both(client: ApiClient) -> str:
        await client.projects.get("p")
        return await client.external.ping()

    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json="pong") if request.url.path == "/ping" else OK

    assert lab.run(handler, both) == "pong"
    assert [request.headers.get("authorization") for request in lab.requests] == ["secret-key", None]


def test_the_key_does_not_follow_a_redirect_to_another_host(lab: Any) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.url.host == "api.example.com":
            return httpx.Response(307, headers={"Location": "https://other.example.com/v0/projects/p"})
        return OK

    assert lab.run(handler, read).id == "p"
    seen = [(request.url.host, request.headers.get("authorization")) for request in lab.requests]
    assert seen == [("api.example.com", "secret-key"), ("other.example.com", None)]


def test_the_key_follows_a_redirect_on_its_own_host(lab: Any) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        moved = httpx.Response(308, headers={"Location": "/v1/projects/p"})
        return moved if request.url.path.startswith("/v0") else OK

    lab.run(handler, read)
    assert lab.requests[1].headers["authorization"] == "secret-key"


@pytest.mark.parametrize(
    ("status", "location", "work"),
    [
        (307, "http://api.example.com/v0/projects/p", read),
        (307, "http://127.0.0.1/v0/projects/p", read),
        (307, "ftp://api.example.com/", read),
        (307, "https://other.example.com/", put),
        (302, "/v1/elsewhere", put),
        (301, "/v1/elsewhere", create),
        (307, "/v0/projects/p", read),
    ],
)
def test_a_redirect_that_must_not_be_followed_is_a_failure(lab: Any, status: int, location: str, work: Any) -> None:
    with pytest.raises(errors.TransportFailed) as caught:
        lab.run(lab.answering(httpx.Response(status, headers={"Location": location})), work)
    assert caught.value.kind == "redirect"
    assert all(request.url.host == "api.example.com" for request in lab.requests)


def test_a_write_that_is_answered_elsewhere_may_have_taken_effect(lab: Any) -> None:
    for work in (put, create):
        with pytest.raises(errors.OutcomeUnknown):
            lab.run(lab.answering(httpx.Response(303, headers={"Location": "/v1/elsewhere"})), work)
    assert len(lab.requests) == 2


@pytest.mark.parametrize("status", [301, 302, 303])
def test_what_a_reading_post_asks_for_may_lie_elsewhere(lab: Any, status: int) -> None:
    """A POST that only reads is followed by a GET, as browsers do, without body and, to another host, without key."""

    def handler(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"sld": {"dynamic": {"2024_05_06": "<sld/>"}}})
        return httpx.Response(status, headers={"Location": "https://store.example.com/p.sld?signature=s"})

    found = lab.run(handler, lambda client: client.visualizations.sld("a", "v", SLD))
    assert found == {"dynamic": {"2024_05_06": "<sld/>"}}
    asked, followed = lab.requests
    assert (asked.method, asked.headers["authorization"]) == ("POST", "secret-key")
    assert (followed.method, followed.content, followed.url.host) == ("GET", b"", "store.example.com")
    assert not {"authorization", "content-type"} & set(followed.headers)


def test_a_write_keeps_method_and_body_over_a_redirect_on_its_host(lab: Any) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        moved = httpx.Response(308, headers={"Location": "/v1/metadata"})
        return moved if request.url.path.startswith("/v0") else httpx.Response(200, json={"legend": {}})

    lab.run(handler, put)
    assert [(request.method, request.content) for request in lab.requests] == [("PUT", lab.requests[0].content)] * 2


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://api.example.com", "plain-http"),
        ("ftp://api.example.com", "url"),
        ("https://user:pw@api.example.com", "url-credentials"),
        ("", "url"),
    ],
)
def test_an_address_not_to_be_spoken_to_is_refused(url: str, reason: str) -> None:
    with pytest.raises(errors.InvalidConfig) as caught:
        ApiClient(ClientConfig(base_url=url))
    assert caught.value.reason == reason


@pytest.mark.parametrize("bad", ["", " ", ".", ".."])
def test_an_id_that_would_lead_elsewhere_is_not_sent(lab: Any, bad: str) -> None:
    with pytest.raises(errors.InvalidConfig):
        lab.run(lab.answering(OK), lambda client: client.projects.get(bad))
    assert lab.requests == []


def test_an_id_is_quoted(lab: Any) -> None:
    lab.run(lab.answering(OK), lambda client: client.projects.get("a/../b?c#d e"))
    assert lab.requests[0].url.raw_path == b"/v0/projects/a%2F..%2Fb%3Fc%23d%20e"


def test_a_path_below_the_host_is_kept(lab: Any) -> None:
    lab.run(lab.answering(OK), read, base_url="https://api.example.com/pixxel/")
    assert str(lab.requests[0].url) == "https://api.example.com/pixxel/v0/projects/p"


def test_nothing_secret_is_logged(lab: Any, caplog: pytest.LogCaptureFixture, tmp_path: Any) -> None:
    with caplog.at_level(logging.DEBUG):
        lab.run(
            lab.answering(httpx.Response(503), httpx.Response(200, content=b"x")),
            lambda client: client.files.fetch("https://store.example.com/f.tif?sig=SIGNED", tmp_path / "f.tif"),
        )
    assert "/f.tif" in caplog.text
    assert "SIGNED" not in caplog.text
    assert "secret-key" not in caplog.text


def test_errors_do_not_show_signed_addresses_or_proxy_passwords() -> None:
    shown = str(session.translate(httpx.ConnectError("http://u:pw@proxy:80 and https://s/f?sig=SIGNED broke")))
    assert "pw" not in shown
    assert "SIGNED" not in shown


def test_at_most_so_many_requests_are_under_way(lab: Any) -> None:
    under_way: list[int] = []
    now = 0

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal now
            now += 1
            under_way.append(now)
            await asyncio.sleep(0.001)
            now -= 1
            return httpx.Response(200, json={"project": {"id": "p"}})

    async def main() -> None:
        config = ClientConfig(base_url="https://api.example.com", max_connections=3)
        async with ApiClient(config, transport=Slow()) as client:
            await asyncio.gather(*(client.projects.get("p") for _ in range(20)))

    asyncio.run(main())
    assert max(under_way) == 3


@pytest.mark.parametrize("headers", [{}, {"Location": ""}, {"Location": "#there"}])
@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_is_redirected_to_itself_is_sent_once(lab: Any, write: Any, status: int, headers: Any) -> None:
    with pytest.raises(errors.ApiError):
        lab.run(lab.answering(httpx.Response(status, headers=headers)), write)
    assert len(lab.requests) == 1


@pytest.mark.parametrize(("code", "status"), [("BAD_REQUEST", 400), ("bad request", 400), ("Conflict", 409)])
def test_the_code_of_an_envelope_tells_the_status_that_a_200_hides(lab: Any, code: str, status: int) -> None:
    with pytest.raises(errors.RequestRejected) as caught:
        lab.run(lab.answering(httpx.Response(200, json={"error": {"code": code, "message": "no"}})), read)
    assert caught.value.status == status


def test_another_copy_of_httpx_logs_as_it_likes(lab: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Another plugin's copy uses the same loggers; what it says while a session is open is not ours to drop."""
    caplog.set_level(logging.DEBUG)
    module = tmp_path / "other_plugin/httpcore/trace.py"
    module.parent.mkdir(parents=True)
    module.write_text("def say(logger, text): logger.debug(text)\n", encoding="utf-8")
    names: dict[str, Any] = {}
    exec(compile(module.read_text(encoding="utf-8"), str(module), "exec"), names)

    async def work(client: ApiClient) -> None:
        names["say"](logging.getLogger("httpcore.http11"), "receive_response_headers by the other plugin")
        names["say"](logging.getLogger("hpack.hpack"), "decoded by the other plugin")

    lab.run(lambda request: httpx.Response(200), work)
    assert "headers by the other plugin" in caplog.text
    assert "decoded by the other plugin" in caplog.text


@pytest.mark.parametrize("answer", [httpx.Response(200), httpx.Response(204), httpx.Response(200, content=b" \n")])
def test_an_empty_answer_to_a_read_is_no_empty_list(lab: Any, answer: httpx.Response) -> None:
    with pytest.raises(errors.BadAnswer):
        lab.run(lab.answering(answer), lambda client: client.projects.list())
