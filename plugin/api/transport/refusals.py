"""Mapping of error responses to errors. Knows no HTTP library."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from ..decoding import decode
from ..errors import (
    ApiError,
    Conflict,
    Forbidden,
    ForeignAnswer,
    GatewayFailed,
    NotAuthorised,
    NotFound,
    RateLimited,
    RequestRejected,
    ServerFailed,
)
from ..secrets import hide_bytes
from .html_pages import is_page, one_line, page_of
from .retrying import read_retry_after

_REQUEST_IDS = ("x-request-id", "request-id", "x-amzn-requestid", "x-correlation-id", "cf-ray")
_REFUSALS: Mapping[int, type[RequestRejected]] = {
    401: NotAuthorised,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    429: RateLimited,
}
_STATUS_WORDS: Mapping[str, int] = {
    "bad_request": 400,
    "unauthor": 401,
    "forbidden": 403,
    "permission": 403,
    "not_found": 404,
    "conflict": 409,
    "rate_limit": 429,
    "too_many": 429,
}

# a filter sends these in the API's name; servers and their gateways send the others by pages of their own, too
_OF_FILTERS = frozenset({400, 401, 402, 403, 407, 451, 511})
_NOT_THERE = frozenset({404, 405, 410})
_ALWAYS_THERE = re.compile(r"/(ping|v0/(projects|aois|indices|satellites))/?$")
_SIGN_IN = frozenset({401, 407, 511})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Way:
    """The host that was asked, the host that answered, and the secrets that a page may repeat."""

    asked: str = ""
    answered: str = ""
    secrets: tuple[str, ...] = ()

    @property
    def has_moved(self) -> bool:
        """Return whether redirects led to another host."""
        return self.answered != self.asked


def refusal(
    method: str, path: str, status: int, headers: Mapping[str, str], body: bytes, way: Way | None = None
) -> ApiError:
    """Make the error of a refusing answer; ``headers`` is read by lower-case names."""
    way = way or Way()
    paged = is_page(headers.get("content-type", ""), body)
    if paged and (status in _OF_FILTERS or (status in _NOT_THERE and _ALWAYS_THERE.search(path))):
        return foreign_page(method, path, status, headers, body, way)
    body = hide_bytes(body)  # before anything is shortened: a piece of a key is not recognised any more
    code, message, details = decode.error_facts(body)
    kind = ServerFailed if status >= 500 else _REFUSALS.get(status, RequestRejected)
    error = (GatewayFailed if paged and kind is ServerFailed else kind)(
        status,
        code=code,
        message=message,
        details=details,
        method=method,
        path=path,
        request_id=next((headers[name] for name in _REQUEST_IDS if name in headers), ""),
        retry_after=read_retry_after(headers.get("retry-after"), _server_time(headers)),
    )
    if isinstance(error, GatewayFailed):
        error.page = page_of(headers.get("content-type", ""), body, way.secrets)
        error.asked, error.server = one_line(way.asked), _server(headers)
    return error


def foreign_page(
    method: str, path: str, status: int, headers: Mapping[str, str], body: bytes, way: Way
) -> ForeignAnswer:
    """Make the error of a page that came instead of an answer of the API."""
    page = page_of(headers.get("content-type", ""), body, way.secrets)
    signs_in = status in _SIGN_IN or (way.has_moved and status < 400)
    return ForeignAnswer(
        "sign-in" if signs_in else "page",
        status,
        asked=one_line(way.asked),
        host=one_line(way.answered),
        title=page.title,
        text=page.text,
        server=_server(headers),
        method=method,
        path=path,
    )


def foreign_redirect(
    reason: str, method: str, path: str, status: int, headers: Mapping[str, str], way: Way
) -> ForeignAnswer:
    """Make the error of a redirect that leads away from the API, or round in a circle."""
    asked, host = one_line(way.asked), one_line(way.answered)
    return ForeignAnswer(reason, status, asked=asked, host=host, server=_server(headers), method=method, path=path)


def _server(headers: Mapping[str, str]) -> str:
    """Return the program that answered, by the response headers; a proxy names itself in ``Via``."""
    _, _, via = headers.get("via", "").partition(" ")
    return one_line(headers.get("server", "") or via)


def hidden_refusal(
    method: str, path: str, status: int, headers: Mapping[str, str], body: bytes, way: Way | None = None
) -> ApiError | None:
    """Make the error of an error envelope or a page that came with a good status, whatever its content type."""
    if is_page("", body):
        return foreign_page(method, path, status, headers, body, way or Way())
    envelope = decode.error_envelope(body)
    if envelope is None:
        return None
    _log.warning("%s %s: an error came with status %d", method, path, status)
    return refusal(method, path, _status_in(envelope, status), headers, body, way)


def _status_in(envelope: Mapping[str, Any], fallback: int) -> int:
    """Find the status an error envelope means, by number or by word."""
    inside = envelope["error"] if isinstance(envelope["error"], Mapping) else {}
    for holder in (inside, envelope):
        for name in ("status", "status_code", "code"):
            status = decode.number(holder.get(name))
            if status is not None and 400 <= status < 600:
                return int(status)
    word = str(inside.get("code", "")).casefold().replace(" ", "_").replace("-", "_")
    return next((status for part, status in _STATUS_WORDS.items() if part in word), fallback)


def _server_time(headers: Mapping[str, str]) -> float:
    """Return the server's own clock if declared: a Retry-After date refers to it."""
    try:
        return parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, TypeError, ValueError, OverflowError):
        return time.time()
