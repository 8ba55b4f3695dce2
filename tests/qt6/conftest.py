"""The plugin in a main window of its own, with QGIS's interface as far as the plugin calls it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pixxel_explorer.plugin.main import PixxelExplorer
from qgis.core import QgsProject
from qgis.gui import QgsLayerTreeView, QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QMainWindow


class Interface:
    """QGIS's interface: a main window with a canvas, and lists of what a plugin added."""

    def __init__(self) -> None:
        self.window = QMainWindow()
        self.canvas = QgsMapCanvas(self.window)
        self.window.setCentralWidget(self.canvas)
        self.window.resize(1200, 900)
        self.bar = QgsMessageBar(self.window)
        self.tree = QgsLayerTreeView(self.window)
        self.added: list[Any] = []

    def mainWindow(self) -> QMainWindow:
        return self.window

    def mapCanvas(self) -> QgsMapCanvas:
        return self.canvas

    def messageBar(self) -> QgsMessageBar:
        return self.bar

    def layerTreeView(self) -> QgsLayerTreeView:
        return self.tree

    def addDockWidget(self, area: Any, dock: Any) -> None:
        self.window.addDockWidget(area, dock)

    def removeDockWidget(self, dock: Any) -> None:
        self.window.removeDockWidget(dock)

    def activeLayer(self) -> None:
        return None

    def __getattr__(self, name: str) -> Any:
        """Note what else is added and removed: actions, factories, handlers."""
        if name.startswith(("add", "register", "install")):
            return lambda *arguments: self.added.append(_object_of(arguments))
        if name.startswith(("remove", "unregister", "uninstall")):
            return lambda *arguments: self.added.remove(_object_of(arguments))
        raise AttributeError(name)


def _object_of(arguments: tuple[Any, ...]) -> QObject:
    return next(each for each in arguments if isinstance(each, QObject))


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
