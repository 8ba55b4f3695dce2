"""QGIS's interface for tests that run the whole plugin without QGIS's own window; also on Qt 6."""

from __future__ import annotations

from typing import Any

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

    def addCustomActionForLayer(self, action: Any, layer: Any) -> None:
        """Show an action in the menu of a layer, until the action is removed."""

    def __getattr__(self, name: str) -> Any:
        """Note what else is added and removed: actions, factories, handlers."""
        if name.startswith(("add", "register", "install")):
            return lambda *arguments: self.added.append(_object_of(arguments))
        if name.startswith(("remove", "unregister", "uninstall")):
            return lambda *arguments: self.added.remove(_object_of(arguments))
        raise AttributeError(name)


def _object_of(arguments: tuple[Any, ...]) -> QObject:
    return next(each for each in arguments if isinstance(each, QObject))
