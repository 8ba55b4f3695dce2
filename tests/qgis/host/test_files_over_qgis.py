"""The client's tests of ``test_files``, once more over QGIS's network."""

from __future__ import annotations

from typing import Any

import pytest
from pixxel_explorer.tests.qgis.host.over_qgis import client, why_not
from pixxel_explorer.tests.unit.api import test_files as module
from pixxel_explorer.tests.unit.api.test_files import *  # noqa: F403


@pytest.fixture(autouse=True)
def over_qgis(request: pytest.FixtureRequest, qgis_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every client the network of QGIS."""
    if why := why_not(request.node.nodeid):
        pytest.skip(why)
    monkeypatch.setattr(module, "ApiClient", client)
