"""An unload leaves QGIS as it was, whatever the plugin was used for."""

from __future__ import annotations

from pathlib import Path

from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.tests.sandbox_server import served
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest

from .opened_dock import OpenedDock, add_connection, shown_interface, start
from .traces import traces

LABEL = 3
SETTLE_MS = 500


def edit_and_load(dock: OpenedDock) -> None:
    """Add values, open their series, edit their legend, and load pictures, which do not arrive before the unload."""
    dock.add("values", 6)
    dock.application.series.open()
    QTest.mouseClick(dock.interface.canvas.viewport(), Qt.MouseButton.LeftButton)
    dock.open_legend()
    assert dock.editor.model.setData(dock.editor.model.index(0, LABEL), "Edited", Qt.ItemDataRole.EditRole)
    dock.panel.card.add_as(LayerKind.PICTURE)


def test_a_plugin_that_was_never_opened(profile: Path) -> None:
    with shown_interface() as interface:
        QTest.qWait(SETTLE_MS)
        before = traces(interface)
        start(interface).unload()
        QTest.qWait(SETTLE_MS)
        assert traces(interface) - before == {}


def test_a_plugin_in_the_middle_of_a_load_and_an_edit(profile: Path, tmp_path: Path) -> None:
    with served(tmp_path / "state") as sandbox, shown_interface() as interface:
        QTest.qWait(SETTLE_MS)
        before = traces(interface)
        plugin = start(interface)
        add_connection(plugin, "Server", sandbox.url)
        plugin.settings.current_connection = "Server"
        plugin.open_dock()
        edit_and_load(OpenedDock(plugin, interface))
        plugin.unload()
        QgsProject.instance().clear()
        QTest.qWait(SETTLE_MS)
        assert traces(interface) - before == {}
