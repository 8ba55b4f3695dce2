"""The whole plugin between real widgets of QGIS, for tests that press its buttons and look at the map."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pixxel_explorer
from pixxel_explorer.plugin.api.config import Connection
from pixxel_explorer.plugin.app.application import Application
from pixxel_explorer.plugin.host import dependencies
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.plugin import PixxelExplorer
from pixxel_explorer.tests import interface
from pixxel_explorer.tests.sandbox_server import SAMPLE_KEY
from qgis.core import QgsProject, QgsRasterLayer, QgsTemporalNavigationObject
from qgis.PyQt.QtCore import QCoreApplication, QEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel

PATIENCE = 30.0


class Interface(interface.Interface):
    """QGIS's interface with a temporal controller."""

    def __init__(self) -> None:
        super().__init__()
        self.canvas.setTemporalController(QgsTemporalNavigationObject(self.canvas))


def until(holds: Callable[[], Any]) -> Any:
    """Process events until a condition holds, and return its value."""
    end = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < end
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        time.sleep(0.005)
    return found


class OpenedDock:
    """The dock on a server, with NDVI of the farm selected."""

    def __init__(self, plugin: PixxelExplorer, interface: Interface) -> None:
        self.plugin, self.interface = plugin, interface
        self.application: Application = until(lambda: plugin.application)
        self.panel: Any = self.application.panel
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
    def legend_panel(self) -> Any:
        """Return the panel of the legend editor, once a legend was opened."""
        return self.application.legends.panel

    @property
    def editor(self) -> Any:
        """Return the legend editor."""
        return self.legend_panel.editor

    @property
    def edited_day(self) -> str:
        """Return the day whose legend is edited."""
        return str(self.legend_panel.day.isoformat())

    def visible_layers(self) -> list[str]:
        """Return the names of the layers that the map shows, the topmost first."""
        return [node.name() for node in QgsProject.instance().layerTreeRoot().findLayers() if node.isVisible()]

    def open_legend(self) -> None:
        """Open the legend of the selected visualization."""
        self.panel.card.edit_button.click()
        until(lambda: self.legend_panel and self.editor.model.rowCount())

    def choose_date(self, row: int) -> None:
        """Choose a date in the legend editor."""
        self.editor.date_combo.setCurrentIndex(row)
        self.editor.date_combo.activated.emit(row)

    def legend_messages(self) -> list[str]:
        """Return the messages above the legend editor."""
        return [label.text() for label in self.legend_panel.findChildren(QLabel, "messageText")]

    def list_messages(self) -> list[str]:
        """Return the messages above the list of AOIs."""
        items = self.panel.message_bar.items()  # one that was taken away is deleted later
        return [item.findChild(QLabel, "messageText").text() for item in items]

    def add(self, kind: str, count: int) -> None:
        """Add the checked dates, and wait until the project has so many layers."""
        self.panel.card.add_as(LayerKind.parse(kind))
        until(lambda: len(QgsProject.instance().mapLayers()) == count)

    def layer(self, name: str) -> QgsRasterLayer:
        """Return a layer of the project, when it is there."""
        return until(lambda: QgsProject.instance().mapLayersByName(name))[0]

    def wait_until_idle(self) -> None:
        """Wait until no job runs and its outcome was handled."""
        until(lambda: not self.application.runner.running)
        QTest.qWait(300)


@contextmanager
def shown_interface() -> Iterator[Interface]:
    """Show QGIS's interface with an empty project, and delete it when the block ends."""
    QgsProject.instance().clear()
    interface = Interface()
    interface.window.show()
    try:
        yield interface
    finally:
        QgsProject.instance().clear()
        interface.window.close()
        interface.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def start(interface: Interface) -> PixxelExplorer:
    """Start the plugin as QGIS does."""
    plugin = pixxel_explorer.classFactory(interface)  # type: ignore[arg-type]
    dependencies.deactivate()  # the tests have imported the packages already, not under their private names
    plugin.initGui()
    return plugin


@contextmanager
def started() -> Iterator[tuple[PixxelExplorer, Interface]]:
    """Start the plugin in an empty project, and unload it when the block ends."""
    with shown_interface() as interface:
        plugin = start(interface)
        try:
            yield plugin, interface
        finally:
            plugin.unload()


@contextmanager
def plugin_on(url: str, key: str = SAMPLE_KEY) -> Iterator[tuple[PixxelExplorer, Interface]]:
    """Open the plugin's dock on a server."""
    with started() as (plugin, interface):
        add_connection(plugin, "Server", url, key)
        plugin.settings.current_connection = "Server"
        plugin.open_dock()
        yield plugin, interface


def add_connection(plugin: PixxelExplorer, name: str, url: str, key: str = SAMPLE_KEY) -> None:
    """Save a connection with a key for this session."""
    plugin.settings.save_connection(Connection(name, url))
    plugin.session_keys.set(name, key)


@contextmanager
def opened(url: str) -> Iterator[OpenedDock]:
    """Open the dock on a sandbox, with NDVI of the farm selected."""
    with plugin_on(url) as (plugin, interface):
        yield OpenedDock(plugin, interface)


@contextmanager
def opened_on_sample_data() -> Iterator[OpenedDock]:
    """Open the dock on the sample data, with NDVI of the farm selected."""
    with started() as (plugin, interface):
        plugin.open_sample_data()
        yield OpenedDock(plugin, interface)
