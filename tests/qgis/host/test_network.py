"""QGIS's network settings as the client needs them."""

from __future__ import annotations

from typing import Any

import pytest
from pixxel_explorer.plugin.api.errors import InvalidConfig
from pixxel_explorer.plugin.host import network
from qgis.core import QgsNetworkAccessManager, QgsSettings

API = "https://api.example.com"


def test_the_time_limit_is_the_one_of_qgis(qgis_app: Any) -> None:
    try:
        QgsNetworkAccessManager.setTimeout(12_500)
        assert network.client_config(API).timeout == 12.5
        QgsNetworkAccessManager.setTimeout(0)
        assert network.client_config(API).timeout == network.DEFAULT_TIMEOUT
    finally:
        QgsSettings().remove("network/network-timeout")


def test_the_address_is_kept_without_its_last_slash(qgis_app: Any) -> None:
    assert network.client_config(f"{API}/").base_url == API


def test_an_unusable_address_is_refused(qgis_app: Any) -> None:
    with pytest.raises(InvalidConfig):
        network.client_config("http://api.example.com")
