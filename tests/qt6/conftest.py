"""The plugin in a main window of its own, with QGIS's interface as far as the plugin calls it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pixxel_explorer.plugin.plugin import PixxelExplorer
from pixxel_explorer.tests.interface import Interface
from qgis.core import QgsProject


@pytest.fixture
def interface(qgis_app: object) -> Iterator[Interface]:
    interface = Interface()
    interface.window.show()
    yield interface
    interface.window.close()
    interface.window.deleteLater()
    QgsProject.instance().clear()


@pytest.fixture
def plugin(interface: Interface) -> Iterator[PixxelExplorer]:
    plugin = PixxelExplorer(interface)
    plugin.initGui()
    yield plugin
    plugin.unload()
    assert interface.added == []
