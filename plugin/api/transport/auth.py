"""The key: kept out of sight, and shown to the API's own address only."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import httpx

from ..config import AuthScheme
from ..errors import InvalidConfig

Origin = tuple[str, str, int | None]

SECRET = "secret"  # request extension for the transport: lower-case names of headers that must not be logged

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Credentials:
    """Header pairs that authorise a request; never shown by ``repr``."""

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @classmethod
    def from_key(cls, key: str, scheme: AuthScheme = AuthScheme.RAW) -> Credentials:
        """Make the ``Authorization`` header of a pasted key; a scheme word in it is kept.

        Raises:
            InvalidConfig: the key is empty or holds characters no header can carry.
        """
        text = key.strip()
        if not text:
            raise InvalidConfig("key-missing")
        if not (text.isascii() and text.isprintable()):
            raise InvalidConfig("key")
        if scheme is AuthScheme.BEARER and " " not in text:
            text = f"Bearer {text}"
        return cls((("Authorization", text),))


def origin_of(url: httpx.URL) -> Origin:
    """Return the origin (scheme, host, port) that a URL must have to receive the key."""
    return url.scheme, url.host, url.port or _DEFAULT_PORTS.get(url.scheme)


class OriginAuth(httpx.Auth):
    """Add the credentials to requests that go to one origin, and to no other."""

    def __init__(self, credentials: Credentials | None, origin: Origin) -> None:
        self._headers = credentials.headers if credentials else ()
        self._secret = frozenset(name.lower().encode("ascii", "ignore") for name, _ in self._headers)
        self._origin = origin

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the values to redact, the longest first."""
        values = {text for _, value in self._headers for text in (value, value.rpartition(" ")[2])}
        return tuple(sorted(values, key=len, reverse=True))

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the headers where they may be seen."""
        if origin_of(request.url) == self._origin:
            request.headers.update(self._headers)
            request.extensions = {**request.extensions, SECRET: self._secret}
        yield request
