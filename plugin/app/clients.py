"""A connection becomes an API client: prepared on the main thread, made on the loop that uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from qgis.core import QgsNetworkAccessManager

from ..api.errors import InvalidConfig
from ..host import credentials, network, paths

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.config import Connection
    from ..host.settings import Settings

    ClientFactory = Callable[[], ApiClient]


def prepare(connection: Connection, session_keys: credentials.SessionKeys) -> ClientFactory:
    """Read the client's settings from QGIS (main thread only) and return the client factory (for any loop).

    Raises:
        ApiError: the address cannot be used, or there is no key.
        CredentialsUnavailable: QGIS's authentication manager is locked.
    """
    if connection.is_sample:
        return _sample_client
    from ..api.client import ApiClient
    from ..api.transport.auth import Credentials
    from ..api.transport.host_transport import HostTransport
    from ..host.network_thread import QgisNetwork

    config = network.client_config(connection.url)
    certificate = credentials.certificate_for(connection)
    headers = credentials.headers_for(connection, session_keys)
    _check(headers, certificate)
    main = QgsNetworkAccessManager.instance()

    def make() -> ApiClient:
        transport = HostTransport(QgisNetwork(main), config.base_url, certificate)
        return ApiClient(config, Credentials(headers), transport=transport)

    return make


def _check(headers: credentials.Headers, certificate: str) -> None:
    if not headers and not certificate:
        raise InvalidConfig("key-missing")
    if not all(value.isascii() and value.isprintable() for _, value in headers):
        raise InvalidConfig("key")


def chosen_name(settings: Settings) -> str:
    """Return the name of the connection for Processing: the environment's, else the one the dock is on, or nothing."""
    if credentials.is_headless():
        return credentials.HEADLESS_NAME
    current = _current_connection(settings)
    return current.name if current is not None else ""


def _current_connection(settings: Settings) -> Connection | None:
    return next((c for c in settings.connections() if c.name == settings.current_connection), None)


def prepare_chosen(settings: Settings, session_keys: credentials.SessionKeys) -> ClientFactory:
    """Prepare a client for Processing.

    Raises:
        NotConnected: neither the environment nor the dock names a connection.
        ApiError, CredentialsUnavailable: as ``prepare``.
    """
    from ..catalog.errors import NotConnected

    headless = credentials.headless_connection()
    if headless is not None:
        credentials.check_headless(headless)
        return prepare(headless, credentials.headless_keys())
    current = _current_connection(settings)
    if current is None:
        raise NotConnected
    return prepare(current, session_keys)


def _sample_client() -> ApiClient:
    from ..api.client import ApiClient
    from ..api.config import ClientConfig
    from ..api.transport.auth import Credentials
    from ..sandbox.transport import SAMPLE_KEY, SAMPLE_URL, sample_transport

    transport = sample_transport(paths.sandbox_folder())
    return ApiClient(ClientConfig(base_url=SAMPLE_URL), Credentials.from_key(SAMPLE_KEY), transport=transport)
