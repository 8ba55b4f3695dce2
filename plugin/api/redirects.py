"""Where a redirect leads, and which are not followed."""

from __future__ import annotations

from typing import Protocol

from .call import Call, named
from .config import is_loopback
from .errors import OutcomeUnknown, TransportFailed
from .retrying import is_safe

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SEE_OTHER = 303
_KEEPING_METHOD = frozenset({307, 308})
_LAST_PORT = 65_535


class Address(Protocol):
    """An address taken apart, as ``httpx.URL`` is one."""

    @property
    def scheme(self) -> str: ...

    @property
    def host(self) -> str: ...

    @property
    def port(self) -> int | None: ...

    @property
    def userinfo(self) -> bytes: ...


def redirected_method(call: Call, method: str, status: int) -> str:
    """Return the method of the request that follows a redirect.

    A POST that only reads may be answered elsewhere, to be fetched by a GET, as browsers do (RFC 9110, 15.4).

    Args:
        call: what was asked at first.
        method: of the request that was redirected, which may follow a redirect itself.

    Raises:
        OutcomeUnknown: a write is answered elsewhere (303), so it was carried out.
    """
    safe = is_safe(call.method, call.path)
    if status == _SEE_OTHER and not safe:
        cause = TransportFailed("redirect", *named(call), "303: the answer is elsewhere")
        raise OutcomeUnknown(*named(call), cause)
    return "GET" if safe and method == "POST" and status not in _KEEPING_METHOD else method


def why_not(method: str, status: int, source: Address, target: Address, *, same_origin: bool) -> str:
    """Return why a request of this method must not follow a redirect, or nothing."""
    if target.scheme != "https" and not (is_loopback(target.host) and is_loopback(source.host)):
        return f"to an address without encryption ({target.host})"
    if not has_port(target):
        return f"to a port that does not exist ({target.port})"
    if target.userinfo:
        return f"with a user or password in the address ({target.host})"
    if method in ("GET", "HEAD"):
        return ""
    if not same_origin:
        return f"of a {method} to another host ({target.host})"
    return "" if status in _KEEPING_METHOD else f"{status} of a {method}"


def has_port(address: Address) -> bool:
    """Tell whether the port of an address, if it names one, can exist."""
    return address.port is None or 0 < address.port <= _LAST_PORT
