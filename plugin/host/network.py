"""What the client needs to know of QGIS's network settings, as plain data."""

from __future__ import annotations

from qgis.core import QgsNetworkAccessManager

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
