"""A QGIS whose settings, proxies and password store may be changed by a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsNetworkAccessManager, QgsSettings


@pytest.fixture
def proxies(qgis_app: Any) -> Iterator[Any]:
    """Return what sets QGIS's network settings (keys below ``proxy/``); they are put back afterwards."""
    settings = QgsSettings()
    before = {key: settings.value(key) for key in settings.allKeys() if key.startswith("proxy/")}

    def put(**values: object) -> None:
        for key, value in values.items():
            settings.setValue(f"proxy/{key}", value)
        QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()

    yield put
    settings.remove("proxy")
    for key, value in before.items():
        settings.setValue(key, value)
    QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()


@pytest.fixture
def unlocked(qgis_app: Any) -> Any:
    """Return the authentication manager with its master password given."""
    manager = QgsApplication.authManager()
    if not manager.masterPasswordIsSet():
        assert manager.setMasterPassword("a test's password", True)
    return manager
