"""The main job through the dock's widgets: open, list, load, edit, push, roll back, change connection, unload."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pixxel_explorer.plugin.app.application import Application
from pixxel_explorer.plugin.plugin import PixxelExplorer
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAction,
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QTableView,
    QTreeView,
    QWidget,
)

from .opened_dock import Interface, add_connection, shown_interface, start, until
from .traces import traces

MAXIMUM = 1
SETTLE_MS = 500


class Controls:
    """The widgets of a window by their names, and what is done with them."""

    def __init__(self, interface: Interface) -> None:
        self.window, self.project = interface.window, QgsProject.instance()

    def widget(self, kind: type[Any], name: str) -> Any:
        """Return a widget of the window, when it is there."""
        return until(lambda: self.window.findChild(kind, name))

    def click(self, name: str) -> None:
        """Click a button, when it is enabled."""
        button = self.widget(QAbstractButton, name)
        until(lambda: button.isEnabled() and button.isVisible())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def trigger(self, name: str) -> None:
        """Choose a menu entry."""
        self.widget(QAction, name).trigger()

    def choose_connection(self, name: str) -> None:
        """Choose a connection in the combo box."""
        combo = self.widget(QComboBox, "connectionCombo")
        combo.setCurrentIndex(combo.findData(name))
        combo.activated.emit(combo.currentIndex())
        until(lambda: f"Connected to {name}" in self.widget(QWidget, "connectionState").toolTip())

    def select(self, aoi: str, visualization: str) -> None:
        """Open an AOI in the tree, and select a visualization of it."""
        tree = self.widget(QTreeView, "catalogTree")
        row = until(lambda: self._row(tree, aoi))
        tree.expand(row)
        tree.setCurrentIndex(until(lambda: self._row(tree, visualization, row)))

    def aoi_names(self) -> list[str]:
        """Return the names of the listed AOIs."""
        model = self.widget(QTreeView, "catalogTree").model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def _row(self, tree: QTreeView, name: str, parent: Any = None) -> Any:
        model = tree.model()
        above = (parent,) if parent is not None else ()
        rows = (model.index(number, 0, *above) for number in range(model.rowCount(*above)))
        return next((row for row in rows if row.data() == name), None)

    def type_in_cell(self, row: int, column: int, text: str) -> None:
        """Type over a cell of the table of classes."""
        table = self.widget(QTableView, "legendTable")
        table.setCurrentIndex(table.model().index(row, column))
        table.edit(table.currentIndex())
        field = until(lambda: table.findChild(QLineEdit))
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def accept(self, name: str) -> None:
        """Accept a dialog, when it is shown."""
        shown = lambda each: isinstance(each, QDialog) and each.objectName() == name and each.isVisible()  # noqa: E731
        dialog = until(lambda: next(filter(shown, QApplication.topLevelWidgets()), None))
        box = dialog.findChild(QDialogButtonBox)
        button = next(each for each in box.buttons() if box.buttonRole(each) == box.ButtonRole.AcceptRole)
        until(button.isEnabled)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def wait_for_message(self, beginning: str) -> None:
        """Wait for a message in the legend editor."""
        panel = self.widget(QWidget, "legendPanel")
        until(lambda: any(each.text().startswith(beginning) for each in panel.findChildren(QLabel, "messageText")))

    def upper_edges(self) -> list[float]:
        """Return the upper edges of the classes of the edited date's layer on the map."""
        seen = next(node.layer() for node in self.project.layerTreeRoot().findLayers() if node.isVisible())
        return [item.value for item in seen.renderer().shader().rasterShaderFunction().colorRampItemList()]


def server_maximum(sandbox: ServedSandbox, key: str) -> float:
    """Return the upper edge of the first class of NDVI of the farm, as the server holds it."""
    found = (each for each in sandbox.state.store.all("visualizations") if each["index_name"] == "NDVI")
    legends = next(each["metadata"]["legend"] for each in found if key in each["metadata"]["legend"])
    return float(legends[key]["dynamic"][0]["max"])


def open_dock(plugin: PixxelExplorer, controls: Controls) -> Application:
    """Open the dock by the button of the toolbar; it offers the ways in."""
    plugin.settings.current_connection = ""
    controls.trigger("pixxelExplorerAction")
    controls.widget(QAbstractButton, "sampleButton")
    return until(lambda: plugin.application)


def test_from_the_list_to_a_rollback_and_an_unload(profile: Path, tmp_path: Path) -> None:
    with served(tmp_path / "one") as sandbox, served(tmp_path / "two", aois=3) as other, shown_interface() as interface:
        QTest.qWait(SETTLE_MS)
        before, controls = traces(interface), Controls(interface)
        plugin = start(interface)
        add_connection(plugin, "Server", sandbox.url)
        add_connection(plugin, "Other server", other.url)
        application = open_dock(plugin, controls)

        controls.choose_connection("Server")
        until(lambda: "Farm near Raba" in controls.aoi_names())
        listed = controls.aoi_names()
        controls.select("Farm near Raba", "NDVI")
        controls.trigger("last3Action")
        controls.trigger("addPictureAction")
        until(lambda: len(controls.project.mapLayers()) == 3)

        controls.click("editLegendButton")
        table = controls.widget(QTableView, "legendTable")
        until(lambda: table.model().rowCount() and len(controls.project.mapLayers()) == 4)
        key = controls.widget(QComboBox, "legendDateCombo").currentData()
        former = server_maximum(sandbox, key)
        edited = round(former - 0.02, 3)
        controls.type_in_cell(0, MAXIMUM, str(edited))
        until(lambda: any(abs(edge - edited) < 1e-6 for edge in controls.upper_edges()))

        controls.click("pushButton")
        controls.accept("pushDialog")
        controls.wait_for_message("Pushed ")
        assert server_maximum(sandbox, key) == edited
        controls.click("rollBackButton")
        controls.accept("rollbackDialog")
        controls.wait_for_message("Rolled back ")
        assert server_maximum(sandbox, key) == former

        controls.choose_connection("Other server")
        until(lambda: len(controls.aoi_names()) == len(listed) + 3)
        assert not controls.widget(QDockWidget, "PixxelLegendDock").isVisible()
        assert len(controls.project.mapLayers()) == 4, "layers stay"
        until(lambda: not application.runner.running)

        plugin.unload()
        controls.project.clear()
        QTest.qWait(SETTLE_MS)
        assert traces(interface) - before == {}
