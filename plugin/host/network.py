"""QGIS's network settings as plain data for the client."""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import QgsApplication, QgsNetworkAccessManager, QgsSettings

from ..api.config import ClientConfig, check_base_url

DEFAULT_TIMEOUT = 60.0


def client_config(url: str) -> ClientConfig:
    """Return the address of a server and QGIS's time limit for each step of a request.

    Raises:
        InvalidConfig: the address cannot be used.
    """
    return ClientConfig(base_url=check_base_url(url), timeout=timeout_seconds())


def timeout_seconds() -> float:
    """Return QGIS's time limit for network requests."""
    milliseconds = QgsNetworkAccessManager.timeout()
    return milliseconds / 1000 if milliseconds > 0 else DEFAULT_TIMEOUT


def proxy_settings() -> dict[str, str]:
    """Return QGIS's settings of the proxy, to be compared."""
    settings = QgsSettings()
    settings.beginGroup("proxy")
    return {key: str(settings.value(key)) for key in settings.childKeys()}


def proxy_place() -> str:
    """Return the host and port of the proxy as they are set in QGIS."""
    settings = proxy_settings()
    return f"{settings.get('proxyHost', '')}:{settings.get('proxyPort', '')}"


def is_proxy_locked(settings: Mapping[str, str]) -> bool:
    """Return whether the proxy's password is in QGIS's store, and the store locked."""
    in_store = settings.get("proxyEnabled", "").lower() == "true" and bool(settings.get("authcfg"))
    return in_store and not QgsApplication.authManager().masterPasswordIsSet()


def unlock_proxy() -> bool:
    """Ask for QGIS's master password if the proxy needs it (main thread only); return whether all is unlocked.

    Asked in another thread, QGIS looks for a keyring there, and may end where there is none.
    """
    return not is_proxy_locked(proxy_settings()) or bool(QgsApplication.authManager().setMasterPassword(True))
