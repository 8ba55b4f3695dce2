"""Where the API is and how to reach it; plain data, free of httpx and Qt."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from ..legend.vocabulary import Vocabulary
from .errors import InvalidConfig

DEFAULT_URL = "https://api.pixxel.space"


class AuthScheme(Vocabulary):
    """How the key stands in the request's header: bare, or after the word ``Bearer``; the first is the default."""

    RAW = "raw"
    BEARER = "bearer"

    @property
    def other(self) -> AuthScheme:
        """Return the scheme to try where the server refuses this one."""
        return AuthScheme.BEARER if self is AuthScheme.RAW else AuthScheme.RAW


@dataclass(frozen=True, slots=True)
class Connection:
    """A named connection to a server, as stored in settings; it never holds the key itself.

    Attributes:
        name: unique display name.
        url: base URL of the API.
        is_sample: the embedded sandbox, reached without a socket.
        auth_config: id of an entry of QGIS's authentication manager, or empty.
        auth_scheme: how the key is sent.
    """

    name: str
    url: str = DEFAULT_URL
    is_sample: bool = False
    auth_config: str = ""
    auth_scheme: AuthScheme = AuthScheme.RAW


class ClientConfig(NamedTuple):
    """Configuration of the HTTP client, from the host's network settings.

    Attributes:
        base_url: origin (and optional path) of the API.
        timeout: seconds without data before a request fails.
        max_connections: limit of simultaneous requests.
    """

    base_url: str = DEFAULT_URL
    timeout: float = 60.0
    max_connections: int = 6


def check_base_url(url: str) -> str:
    """Return the URL without a trailing slash, if it is a permitted API address.

    Raises:
        InvalidConfig: not http(s), no host, a user or password in it, or plain http to another machine.
    """
    text = url.strip().rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or not has_port(parts):
        raise InvalidConfig("url", text.rpartition("@")[2])
    if parts.username or parts.password:
        raise InvalidConfig("url-credentials", parts.hostname)
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise InvalidConfig("plain-http", parts.hostname)
    return text


def has_port(parts: SplitResult) -> bool:
    """Return whether the port, if there is one, is a valid port number."""
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Return whether a host name can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
