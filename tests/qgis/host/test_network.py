"""QGIS's network settings as the client and the installer need them."""

from __future__ import annotations

from typing import Any

import pytest
from pixxel_explorer.plugin.api.errors import InvalidConfig
from pixxel_explorer.plugin.host import network
from qgis.core import QgsNetworkAccessManager, QgsSettings

API = "https://api.example.com"
PROXY = {"proxyEnabled": True, "proxyType": "HttpProxy", "proxyHost": "proxy.example", "proxyPort": "3128"}


def test_without_a_proxy_there_is_none(proxies: Any) -> None:
    proxies(proxyEnabled=False)
    assert network.proxy_for(API) is None


@pytest.mark.parametrize(
    ("values", "url"),
    [
        ({}, "http://proxy.example:3128"),
        ({"proxyType": "Socks5Proxy"}, "socks5://proxy.example:3128"),
        ({"proxyType": "HttpCachingProxy"}, "http://proxy.example:3128"),
        ({"proxyUser": "ann", "proxyPassword": "p@:/"}, "http://ann:p%40%3A%2F@proxy.example:3128"),
        ({"proxyHost": "::1"}, "http://[::1]:3128"),
        ({"noProxyUrls": [API]}, None),
        ({"proxyExcludedUrls": API}, None),
        ({"noProxyUrls": ["https://elsewhere.example"]}, "http://proxy.example:3128"),
    ],
)
def test_the_proxy_of_qgis_is_used(proxies: Any, values: dict[str, object], url: str | None) -> None:
    proxies(**PROXY | values)
    assert network.proxy_for(API) == url


def test_the_proxy_of_the_system_is_used(proxies: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://system.example:8080")
    proxies(**PROXY | {"proxyType": "DefaultProxy"})
    assert network.proxy_for(API) == "http://system.example:8080"


def test_the_time_limit_is_the_one_of_qgis(qgis_app: Any) -> None:
    try:
        QgsNetworkAccessManager.setTimeout(12_500)
        assert network.client_config(API).timeout == 12.5
        QgsNetworkAccessManager.setTimeout(0)
        assert network.client_config(API).timeout == network.DEFAULT_TIMEOUT
    finally:
        QgsSettings().remove("network/network-timeout")


def test_an_unusable_address_is_refused(qgis_app: Any) -> None:
    with pytest.raises(InvalidConfig):
        network.client_config("http://api.example.com")
