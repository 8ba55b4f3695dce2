"""QGIS's network settings as plain data: time limit, and the proxy for an address."""

from __future__ import annotations

from urllib.parse import quote

from qgis.core import QgsNetworkAccessManager
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkProxy, QNetworkProxyQuery

from ..api.config import ClientConfig, check_base_url

DEFAULT_TIMEOUT = 60.0

_Type = QNetworkProxy.ProxyType
_SCHEMES = {_Type.HttpProxy: "http", _Type.HttpCachingProxy: "http", _Type.Socks5Proxy: "socks5"}


def client_config(url: str) -> ClientConfig:
    """Return what the client needs to know of a server and of QGIS's time limit.

    Raises:
        InvalidConfig: the address cannot be used.
    """
    return ClientConfig(base_url=check_base_url(url), timeout=timeout_seconds())


def timeout_seconds() -> float:
    """Return QGIS's time limit for network requests."""
    milliseconds = QgsNetworkAccessManager.timeout()
    return milliseconds / 1000 if milliseconds > 0 else DEFAULT_TIMEOUT


def proxy_for(url: str) -> str | None:
    """Return the URL of the proxy QGIS would use for an address: its own, the system's, or none for an excluded one."""
    factory = QgsNetworkAccessManager.instance().proxyFactory()
    query = QNetworkProxyQuery(QUrl(url))
    found = factory.queryProxy(query) if factory is not None else []
    for proxy in found:
        if proxy.type() == _Type.NoProxy:
            return None
        if proxy.type() == _Type.DefaultProxy:
            proxy = QNetworkProxy.applicationProxy()
        if proxy.type() in _SCHEMES and proxy.hostName():
            return _proxy_url(proxy)
    return None


def _proxy_url(proxy: QNetworkProxy) -> str:
    host = proxy.hostName()
    place = f"[{host}]" if ":" in host else host
    if proxy.port():
        place += f":{proxy.port()}"
    user = quote(proxy.user(), safe="")
    if user and proxy.password():
        user += ":" + quote(proxy.password(), safe="")
    return f"{_SCHEMES[proxy.type()]}://{user}@{place}" if user else f"{_SCHEMES[proxy.type()]}://{place}"
