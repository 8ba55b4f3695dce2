"""The whole plugin between real widgets of QGIS, for tests that press its buttons and look at the map."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pixxel_explorer.plugin.api.config import Connection
from pixxel_explorer.plugin.plugin import PixxelExplorer
from pixxel_explorer.tests import interface
from pixxel_explorer.tests.sandbox_server import SAMPLE_KEY
from qgis.core import QgsProject, QgsRasterLayer, QgsTemporalNavigationObject
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtWidgets import QLabel

PATIENCE = 30.0


class Interface(interface.Interface):
    """QGIS's interface with a temporal controller."""

    def __init__(self) -> None:
        super().__init__()
        self.canvas.setTemporalController(QgsTemporalNavigationObject(self.canvas))


def until(holds: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < end
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        time.sleep(0.005)
    return found


class Stage:
    """The plugin with NDVI of the farm selected."""

    def __init__(self, plugin: PixxelExplorer, interface: Interface) -> None:
        self.plugin, self.interface = plugin, interface
        self.bench = until(lambda: plugin.application)
        self.panel = self.bench.panel
        until(self.panel.model.aois)
        self.select("Farm near Raba", 0)
        self.days = [date.day.isoformat() for date in self.panel.card.item.dates]

    def select(self, aoi_name: str, row: int) -> None:
        """Select a visualization of an AOI by its row."""
        aoi = next(aoi for aoi in self.panel.model.aois() if aoi.name == aoi_name)
        self.panel.show_aoi(aoi.aoi_id)
        parent = self.panel.model.index_of_aoi(aoi.aoi_id)
        item = until(lambda: self.panel.model.item(self.panel.model.index(row, 0, parent)))
        self.panel.show_aoi(aoi.aoi_id, item.id)
        until(lambda: self.panel.card.item and self.panel.card.item.id == item.id)

    @property
    def editor(self) -> Any:
        return self.bench.legends.panel.editor

    def seen(self) -> list[str]:
        return [node.name() for node in QgsProject.instance().layerTreeRoot().findLayers() if node.isVisible()]

    def open_legend(self) -> None:
        self.panel.card.edit_button.click()
        until(lambda: self.bench.legends.panel and self.editor.model.rowCount())

    def choose(self, row: int) -> None:
        self.editor.date_combo.setCurrentIndex(row)
        self.editor.date_combo.activated.emit(row)

    def said(self) -> list[str]:
        return [label.text() for label in self.bench.legends.panel.findChildren(QLabel, "messageText")]

    def said_in_list(self) -> list[str]:
        """Return what is said above the list of AOIs."""
        items = self.panel.message_bar.items()  # one that was taken away is deleted later
        return [item.findChild(QLabel, "messageText").text() for item in items]

    def add(self, kind: str, count: int) -> None:
        """Add the checked dates, and wait until the project has so many layers."""
        self.panel.card.add_as(kind)
        until(lambda: len(QgsProject.instance().mapLayers()) == count)

    def layer(self, name: str) -> QgsRasterLayer:
        return until(lambda: QgsProject.instance().mapLayersByName(name))[0]


@contextmanager
def plugin_on(url: str, key: str = SAMPLE_KEY) -> Iterator[tuple[PixxelExplorer, Interface]]:
    """Open the plugin's dock on a server in an empty project, and take all down again when the block ends."""
    QgsProject.instance().clear()
    interface = Interface()
    interface.window.show()
    plugin = PixxelExplorer(interface)
    plugin.initGui()
    plugin.settings.save_connection(Connection("Server", url))
    plugin.session_keys.set("Server", key)
    plugin.settings.current_connection = "Server"
    plugin.open_dock()
    try:
        yield plugin, interface
    finally:
        plugin.unload()
        QgsProject.instance().clear()
        interface.window.close()
        interface.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@contextmanager
def opened(url: str) -> Iterator[Stage]:
    """Open the plugin's dock on a sandbox, with NDVI of the farm selected."""
    with plugin_on(url) as (plugin, interface):
        yield Stage(plugin, interface)
