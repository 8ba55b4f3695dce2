"""Where a redirect leads, and which are not followed."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..config import has_port, is_loopback
from ..errors import OutcomeUnknown, TransportFailed
from .call import Call, named
from .retrying import is_safe

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SEE_OTHER = 303
_KEEPING_METHOD = frozenset({307, 308})


def redirected_method(call: Call, method: str, status: int) -> str:
    """Return the method of the request that follows a redirect.

    A POST that only reads may be answered elsewhere, to be fetched by a GET, as browsers do (RFC 9110, 15.4).

    Args:
        call: the original request.
        method: of the request that was redirected, which may follow a redirect itself.

    Raises:
        OutcomeUnknown: a write is answered elsewhere (303), so it was carried out.
    """
    safe = is_safe(call.method, call.path)
    if status == _SEE_OTHER and not safe:
        cause = TransportFailed("redirect", *named(call), "303: the answer is elsewhere")
        raise OutcomeUnknown(*named(call), cause)
    return "GET" if safe and method == "POST" and status not in _KEEPING_METHOD else method


def why_not(method: str, status: int, source: str, target: str) -> str:
    """Return why a request of this method must not follow a redirect from one absolute address to another."""
    here, there = urlsplit(source), urlsplit(target)
    host = there.hostname or ""
    if there.scheme != "https" and not (is_loopback(host) and is_loopback(here.hostname or "")):
        return f"to an address without encryption ({host})"
    if not has_port(there):
        return f"to a port that does not exist ({host})"
    if "@" in there.netloc:
        return f"with a user or password in the address ({host})"
    if method in ("GET", "HEAD"):
        return ""
    if (here.scheme, here.hostname, here.port) != (there.scheme, there.hostname, there.port):
        return f"of a {method} to another host ({host})"
    return "" if status in _KEEPING_METHOD else f"{status} of a {method}"
