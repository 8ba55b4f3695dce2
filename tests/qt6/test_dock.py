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
def harness(plugin: PixxelExplorer) -> Any:
    plugin.open_sample_data()
    harness = wait(lambda: plugin.application)
    wait(harness.panel.model.aois)
    return harness


def select_ndvi(harness: Any) -> None:
    aoi = harness.panel.model.aois()[0]
    harness.panel.show_aoi(aoi.aoi_id)
    parent = harness.panel.model.index_of_aoi(aoi.aoi_id)
    wait(lambda: harness.panel.model.item(harness.panel.model.index(0, 0, parent)))
    harness.panel.show_aoi(aoi.aoi_id, harness.panel.model.item(harness.panel.model.index(0, 0, parent)).id)
    wait(lambda: harness.panel.card.item)


def test_the_dock_opens_on_the_sample_data(harness: Any) -> None:
    assert [aoi.name for aoi in harness.panel.model.aois()]
    assert "Connected" in harness.panel.connection_bar.findChild(object, "connectionState").toolTip()


def test_dates_become_layers_and_a_legend_is_edited_and_pushed(harness: Any) -> None:
    select_ndvi(harness)
    QTest.mouseClick(harness.panel.card.date_list.last_button, Qt.MouseButton.LeftButton)
    harness.panel.card.add_as(LayerKind.VALUES)
    wait(lambda: len(QgsProject.instance().mapLayers()) == 6)
    harness.panel.card.edit_button.click()
    editor = wait(lambda: harness.legends.panel and harness.legends.panel.editor)
    wait(lambda: editor.model.rowCount() > 1)
    index = editor.model.index(0, 2)
    assert editor.model.setData(index, QColor("#123456"), Qt.ItemDataRole.EditRole)
    editor.undo_action.trigger()
    editor.redo_action.trigger()
    settle(0.5)
    assert "1" in editor.edit_count_label.text()


def test_every_control_is_pressed(harness: Any, interface: Interface) -> None:
    select_ndvi(harness)
    harness.panel.card.edit_button.click()
    editor = wait(lambda: harness.legends.panel and harness.legends.panel.editor)
    wait(lambda: editor.model.rowCount() > 1)
    for mode in ("theoretical", "dynamic"):  # pressed later, neither hides the controls while it is read
        QTest.mouseClick(editor.findChild(object, f"{mode}ModeButton"), Qt.MouseButton.LeftButton)
        wait(lambda: harness.legends.panel.workspace)
        wait(editor.isVisible)
    for window in (harness.legends.panel, harness.panel):
        pressed = press_everything(window)
        assert len(set(pressed)) > 8, pressed
    interface.window.grab()
