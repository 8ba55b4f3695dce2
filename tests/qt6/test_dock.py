"""The dock under Qt 6, on the sample data: every control is pressed, every view is painted."""

from __future__ import annotations

from typing import Any

import pytest
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.plugin import PixxelExplorer
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtTest import QTest

from .conftest import Interface
from .pressing import press_everything, settle, wait


@pytest.fixture
def bench(plugin: PixxelExplorer) -> Any:
    plugin.open_sample_data()
    bench = wait(lambda: plugin.application)
    wait(bench.panel.model.aois)
    return bench


def select_ndvi(bench: Any) -> None:
    aoi = bench.panel.model.aois()[0]
    bench.panel.show_aoi(aoi.aoi_id)
    parent = bench.panel.model.index_of_aoi(aoi.aoi_id)
    wait(lambda: bench.panel.model.item(bench.panel.model.index(0, 0, parent)))
    bench.panel.show_aoi(aoi.aoi_id, bench.panel.model.item(bench.panel.model.index(0, 0, parent)).id)
    wait(lambda: bench.panel.card.item)


def test_the_dock_opens_on_the_sample_data(bench: Any) -> None:
    assert [aoi.name for aoi in bench.panel.model.aois()]
    assert "Connected" in bench.panel.connection_bar.findChild(object, "connectionState").toolTip()


def test_dates_become_layers_and_a_legend_is_edited_and_pushed(bench: Any) -> None:
    select_ndvi(bench)
    QTest.mouseClick(bench.panel.card.date_list.last_button, Qt.MouseButton.LeftButton)
    bench.panel.card.add_as(LayerKind.VALUES)
    wait(lambda: len(QgsProject.instance().mapLayers()) == 6)
    bench.panel.card.edit_button.click()
    editor = wait(lambda: bench.legends.panel and bench.legends.panel.editor)
    wait(lambda: editor.model.rowCount() > 1)
    index = editor.model.index(0, 2)
    assert editor.model.setData(index, QColor("#123456"), Qt.ItemDataRole.EditRole)
    editor.undo_action.trigger()
    editor.redo_action.trigger()
    settle(0.5)
    assert "1" in editor.edit_count_label.text()


def test_every_control_is_pressed(bench: Any, interface: Interface) -> None:
    select_ndvi(bench)
    bench.panel.card.edit_button.click()
    editor = wait(lambda: bench.legends.panel and bench.legends.panel.editor)
    wait(lambda: editor.model.rowCount() > 1)
    for mode in ("theoretical", "dynamic"):  # pressed later, neither hides the controls while it is read
        QTest.mouseClick(editor.findChild(object, f"{mode}ModeButton"), Qt.MouseButton.LeftButton)
        wait(lambda: bench.legends.panel.workspace)
        wait(editor.isVisible)
    for window in (bench.legends.panel, bench.panel):
        pressed = press_everything(window)
        assert len(set(pressed)) > 8, pressed
    interface.window.grab()
