"""Keys: in QGIS's encrypted authentication manager, in memory for one session, or in the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping

from qgis.core import QgsApplication, QgsAuthManager, QgsAuthMethodConfig, QgsNetworkAccessManager
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

from ..api.config import DEFAULT_URL, AuthScheme, Connection
from ..api.errors import InvalidConfig
from .redaction import remember

HEADER = "Authorization"
METHOD = "APIHeader"
CERTIFICATE_METHODS = frozenset({"Identity-Cert", "PKI-Paths", "PKI-PKCS#12"})
_TITLE = "Pixxel Explorer: "
HEADLESS_NAME = "Environment"

Headers = tuple[tuple[str, str], ...]


class CredentialsUnavailable(Exception):
    """QGIS's authentication manager did not return or store a key.

    Attributes:
        reason: ``disabled``, ``locked``, ``entry`` (no such entry, or not readable), ``environment`` (no such entry,
            named by ``PIXXEL_AUTHCFG``), ``certificate`` (not readable) or ``method`` (no ``APIHeader``).
        subject: id or name of the entry, or QGIS's message; never the key.
    """

    def __init__(self, reason: str, subject: str = "") -> None:
        super().__init__(f"{reason}: {subject}" if subject else reason)
        self.reason = reason
        self.subject = subject


class SessionKeys:
    """Keys that live as long as the plugin is loaded, by the name of their connection."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}

    def set(self, name: str, key: str) -> None:
        """Keep a key until QGIS closes."""
        remember(key)
        self._keys[name] = key

    def get(self, name: str) -> str:
        """Return the key of a connection, or nothing."""
        return self._keys.get(name, "")

    def rename(self, former: str, name: str) -> None:
        """Let a key follow its connection to a new name."""
        if former in self._keys:
            self._keys[name] = self._keys.pop(former)

    def remove(self, name: str) -> None:
        """Forget a key."""
        self._keys.pop(name, None)


def asks_for_master_password(connection: Connection, session_keys: SessionKeys) -> bool:
    """Return whether QGIS has to ask for its master password before the key of a connection can be read."""
    has_key = bool(session_keys.get(connection.name).strip())
    if not connection.auth_config or (has_key and not _holds_certificate(connection.auth_config)):
        return False
    manager = QgsApplication.authManager()
    return not manager.isDisabled() and not manager.masterPasswordIsSet()


def headers_for(connection: Connection, session_keys: SessionKeys) -> Headers:
    """Return the headers that authorise a connection's requests (main thread only); none where there is no key.

    A key entered for this session comes before the stored one.

    Raises:
        CredentialsUnavailable: the stored key cannot be had.
    """
    remember(QgsNetworkAccessManager.instance().fallbackProxy().password())  # a proxy may repeat it in its response
    key = session_keys.get(connection.name).strip()
    if key:
        headers: Headers = ((HEADER, key),)
    elif connection.auth_config and not _holds_certificate(connection.auth_config):
        headers = _stored_headers(connection.auth_config)
    else:
        return ()
    return tuple((name, _with_scheme(name, value, connection.auth_scheme)) for name, value in headers)


def certificate_for(connection: Connection) -> str:
    """Return the id of a connection's sign-in if that holds a client certificate (main thread only).

    It can be used beside a key: the certificate opens the server's door, the key its data.

    Raises:
        CredentialsUnavailable: it cannot be had.
    """
    auth_config = connection.auth_config
    if not auth_config or not _holds_certificate(auth_config):
        return ""
    request = QNetworkRequest(QUrl(connection.url))
    applied, request = _unlocked_manager().updateNetworkRequest(request, auth_config)
    if not applied or request.sslConfiguration().localCertificate().isNull():
        raise CredentialsUnavailable("certificate", auth_config)
    return auth_config


def store_key(name: str, key: str) -> str:
    """Keep a key encrypted under a connection's name and return the id of its entry; asks for the master password.

    An entry made before for the same connection is overwritten.

    Raises:
        CredentialsUnavailable: the manager is disabled, stays locked, or cannot keep it.
    """
    remember(key)
    manager = _unlocked_manager()
    if METHOD not in manager.authMethodsKeys():
        raise CredentialsUnavailable("method", METHOD)
    title = f"{_TITLE}{name}"
    config = QgsAuthMethodConfig(METHOD)
    config.setId(_id_of(manager, title))
    config.setName(title)
    config.setConfig(HEADER, key.strip())
    stored, config = manager.storeAuthenticationConfig(config, True)
    if not stored:
        raise CredentialsUnavailable("entry", title)
    return str(config.id())


def remove_key(auth_config: str) -> None:
    """Delete a stored key, if it is there."""
    manager = QgsApplication.authManager()
    if not manager.isDisabled() and auth_config in manager.configIds():
        manager.removeAuthenticationConfig(auth_config)


def remove_own_key(auth_config: str) -> None:
    """Delete a stored key that the plugin created; entries created by others are left alone."""
    manager = QgsApplication.authManager()
    if manager.isDisabled():
        return
    config = manager.availableAuthMethodConfigs().get(auth_config)
    if config is not None and config.name().startswith(_TITLE):
        remove_key(auth_config)


def is_headless(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether the environment names a connection."""
    return any(environment.get(name, "").strip() for name in ("PIXXEL_API_URL", "PIXXEL_API_KEY", "PIXXEL_AUTHCFG"))


def headless_connection(environment: Mapping[str, str] = os.environ) -> Connection | None:
    """Return the connection the environment names by its address, key or sign-in, if it does; never saved.

    Raises:
        InvalidConfig: it names no known scheme.
    """
    if not is_headless(environment):
        return None
    word = environment.get("PIXXEL_AUTH_SCHEME", "").strip().lower()
    scheme = AuthScheme.named(word) if word else AuthScheme.RAW
    if scheme is None:
        raise InvalidConfig("scheme", word)
    url, auth_config = (environment.get(name, "").strip() for name in ("PIXXEL_API_URL", "PIXXEL_AUTHCFG"))
    return Connection(HEADLESS_NAME, url or DEFAULT_URL, auth_config=auth_config, auth_scheme=scheme)


def check_headless(connection: Connection) -> None:
    """Refuse a sign-in that the environment names and QGIS does not hold, also beside a key.

    Raises:
        CredentialsUnavailable: there is no such entry.
    """
    manager = QgsApplication.authManager()
    named = connection.auth_config
    if named and not manager.isDisabled() and named not in manager.configIds():
        raise CredentialsUnavailable("environment", named)


def headless_key(environment: Mapping[str, str] = os.environ) -> str:
    """Return the key of the environment, or nothing."""
    return environment.get("PIXXEL_API_KEY", "").strip()


def headless_keys(environment: Mapping[str, str] = os.environ) -> SessionKeys:
    """Return the key of the environment as ``headers_for`` takes it."""
    keys = SessionKeys()
    keys.set(HEADLESS_NAME, headless_key(environment))
    return keys


def _stored_headers(auth_config: str) -> Headers:
    """Apply an entry of any method to a request that is never sent, and read the headers it added."""
    manager = _unlocked_manager()
    if auth_config not in manager.configIds():
        raise CredentialsUnavailable("entry", auth_config)
    request = QNetworkRequest(QUrl(DEFAULT_URL))
    applied, request = manager.updateNetworkRequest(request, auth_config)
    if not applied:
        raise CredentialsUnavailable("entry", auth_config)
    names = [bytes(name) for name in request.rawHeaderList()]
    headers = tuple((name.decode("latin-1"), _text(request, name)) for name in names)
    if not any(value for _, value in headers):
        raise CredentialsUnavailable("entry", auth_config)
    for _, value in headers:
        remember(value)
    return headers


def _holds_certificate(auth_config: str) -> bool:
    manager = QgsApplication.authManager()
    return not manager.isDisabled() and manager.configAuthMethodKey(auth_config) in CERTIFICATE_METHODS


def _text(request: QNetworkRequest, name: bytes) -> str:
    return bytes(request.rawHeader(name)).decode("utf-8", "replace").strip()


def _with_scheme(name: str, value: str, scheme: AuthScheme) -> str:
    """Put the scheme's word before a bare key; one that has a word keeps it."""
    bare = name.lower() == HEADER.lower() and " " not in value
    return f"Bearer {value}" if bare and scheme is AuthScheme.BEARER else value


def _unlocked_manager() -> QgsAuthManager:
    manager = QgsApplication.authManager()
    if manager.isDisabled():
        raise CredentialsUnavailable("disabled", manager.disabledMessage())
    if not manager.masterPasswordIsSet() and not manager.setMasterPassword(True):
        raise CredentialsUnavailable("locked")
    return manager


def _id_of(manager: QgsAuthManager, title: str) -> str:
    """Return the id of the entry of this title, or nothing."""
    configs = manager.availableAuthMethodConfigs()
    return next((key for key, config in configs.items() if config.name() == title and config.method() == METHOD), "")
