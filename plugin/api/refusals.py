"""Turn an answer that is a refusal into the error that says so. Knows no HTTP library."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from . import decode
from .errors import ApiError, Conflict, Forbidden, NotAuthorised, NotFound, RateLimited, RequestRejected, ServerFailed
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

_log = logging.getLogger(__name__)


def refusal(method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> ApiError:
    """Make the error of a refusing answer; ``headers`` is read by lower-case names."""
    code, message, details = decode.error_facts(body)
    kind = ServerFailed if status >= 500 else _REFUSALS.get(status, RequestRejected)
    return kind(
        status,
        code=code,
        message=message,
        details=details,
        method=method,
        path=path,
        request_id=next((headers[name] for name in _REQUEST_IDS if name in headers), ""),
        retry_after=read_retry_after(headers.get("retry-after"), _server_time(headers)),
    )


def hidden_refusal(method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> ApiError | None:
    """Make the error of an error envelope that came with a good status, whatever its content type."""
    envelope = decode.error_envelope(body)
    if envelope is None:
        return None
    _log.warning("%s %s: an error came with status %d", method, path, status)
    return refusal(method, path, _status_in(envelope, status), headers, body)


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
    """Return the server's own clock where it tells it: a date to wait for is meant by that."""
    try:
        return parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, TypeError, ValueError, OverflowError):
        return time.time()
