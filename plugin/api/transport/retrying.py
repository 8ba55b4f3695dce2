"""Rules for retries and their delays. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from ..errors import (
    ApiError,
    BadAnswer,
    ForeignAnswer,
    RateLimited,
    RequestRejected,
    ServerFailed,
    TimedOut,
    TransportFailed,
)

_TRIES = 5
_TRIES_THROUGH_PROXY = 2
LONGEST_PAUSE = 60.0

_FIRST_PAUSE = 0.5
_LONGEST_BACKOFF = 8.0
_READ_LIKE_POST = re.compile(
    r"(^|/)v0/(aois/[^/]+/visualizations/[^/]+/(png|sld)|search|archives/search|catalogs/search)$"
)
_PASSING = frozenset({502, 503, 504})
_REDIRECT = 300
_BAD_REQUEST = 400
_REQUEST_TIMEOUT = 408
_HEADERS = "headers"  # the server has answered, and would answer so again
_TLS = frozenset({"tls", "tls-expired", "tls-name", "tls-unknown"})
_PROXY = frozenset(
    {
        "proxy-refused",
        "proxy-host",
        "proxy-unreached",
        "proxy-refusal",
        "proxy-password",
        "proxy-sign-in",
        "proxy-ways",
        "proxy-locked",
    }
)
_HOPELESS = frozenset({"scheme", "redirect", "url", "host", "foreign"}) | _TLS | _PROXY
_NOT_SENT = _HOPELESS | {"connect", "pool", "proxy", "request"}


def is_safe(method: str, path: str) -> bool:
    """Return whether a request changes nothing on the server, so that it may be sent twice."""
    if method in ("GET", "HEAD"):
        return True
    return method == "POST" and _READ_LIKE_POST.search(path.rstrip("/")) is not None


def may_retry(error: ApiError, *, safe: bool) -> bool:
    """Return whether a request may be sent again: reads after a passing fault, writes after a 429 with a delay."""
    if isinstance(error, RateLimited):
        return safe or (error.retry_after is not None and error.retry_after <= LONGEST_PAUSE)
    if not safe:
        return False
    if isinstance(error, TimedOut) and error.kind == "connect":
        return False  # the network has tried for long already
    if isinstance(error, TransportFailed):
        return error.kind not in _HOPELESS | {_HEADERS}
    return isinstance(error, ServerFailed) and error.status in _PASSING


def most_tries(error: ApiError) -> int:
    """Return how often a request is sent at most: a proxy that failed mostly goes on failing, and a person waits."""
    is_proxy = isinstance(error, TransportFailed) and error.kind == "proxy"
    return _TRIES_THROUGH_PROXY if is_proxy else _TRIES


def is_answer_lost(error: ApiError) -> bool:
    """Return whether a request may have taken effect although it failed.

    A server may fail after it stored what was sent, whatever number it gives that (docs/design/0028).
    """
    if isinstance(error, BadAnswer):
        return True
    if isinstance(error, ForeignAnswer):
        return error.status < _REDIRECT  # a filter may look at answers, too, and replace one that came
    if isinstance(error, TransportFailed):
        return error.kind not in _NOT_SENT
    if isinstance(error, RequestRejected):  # an error that came as a success, or a gateway that waited in vain
        return error.status < _BAD_REQUEST or error.status == _REQUEST_TIMEOUT
    return isinstance(error, ServerFailed)


def is_worth_waiting(error: ApiError, elapsed: float, timeout: float) -> bool:
    """Return whether another try is reasonable: after two full timeouts there is no third."""
    return not isinstance(error, TimedOut) or elapsed < 1.5 * timeout


def pause(tried: int, retry_after: float | None, jitter: Callable[[], float]) -> float:
    """Return the seconds to wait after ``tried`` tries: the server's pause, else growing and jittered ones.

    A server that asks for no pause, or for a time that has passed, is not asked again at once either.
    """
    if retry_after:
        return min(retry_after, LONGEST_PAUSE)
    return float(min(_FIRST_PAUSE * 2.0 ** (tried - 1), _LONGEST_BACKOFF) * (0.5 + jitter() / 2))


def read_retry_after(value: str | None, now: float) -> float | None:
    """Read ``Retry-After``, seconds or an HTTP date, as seconds from ``now`` (seconds since 1970)."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = _until(value, now)
        return max(0.0, seconds) if abs(seconds) < float("inf") else None
    return seconds if 0 <= seconds < float("inf") else None  # RFC 9110, 10.2.3: digits only


def _until(value: str, now: float) -> float:
    try:
        return parsedate_to_datetime(value).timestamp() - now
    except (TypeError, ValueError, OverflowError):
        return float("inf")
