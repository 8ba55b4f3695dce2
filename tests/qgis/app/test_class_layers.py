"""Classes by the dock's own actions: added, drawn by the legend, edited, pushed, and refused with a reason."""

from __future__ import annotations

import numpy as np
from osgeo import gdal
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, until
from qgis.core import QgsLayerTreeModel, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton

from .test_edited_on_map import COLOUR
from .test_edited_scenes import accept, dialog_of, press

PURPLE = "#7b3294"


def click_action(dock: OpenedDock, kind: LayerKind) -> None:
    """Open the menu beside *Add to Map* and click an action."""
    menu = dock.panel.card.add_button.menu()
    action = dock.panel.card.actions_by_kind[kind]
    menu.popup(QPoint(0, 0))
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    menu.hide()


def colours(layer: QgsRasterLayer) -> list[str]:
    return [entry.color.name() for entry in layer.renderer().classes()]


def pixels(layer: QgsRasterLayer) -> np.ndarray:
    return np.asarray(gdal.Open(layer.source()).ReadAsArray())


def add_classes(dock: OpenedDock) -> dict[str, QgsRasterLayer]:
    """Add the checked dates, and return their layers by the server's keys."""
    dates = dock.panel.card.dates.checked()
    click_action(dock, LayerKind.CLASSES)
    until(lambda: len(QgsProject.instance().mapLayers()) == len(dates))
    dock.wait_until_idle()
    return {date.key: dock.layer(f"NDVI {date.label} classes") for date in dates}


def test_a_click_adds_each_date_as_the_classes_of_its_legend(dock: OpenedDock) -> None:
    layers = add_classes(dock)
    assert len(dock.list_messages()) == 1
    assert "Painted legends hide a part of 6 pictures" in dock.list_messages()[0]
    assert dock.visible_layers() == [f"NDVI {dock.days[-1]} classes"]
    model = QgsLayerTreeModel(QgsProject.instance().layerTreeRoot())
    for key, layer in layers.items():
        listed = dock.panel.card.item.visualization.legends[key]["dynamic"]
        assert colours(layer) == [row["color"] for row in listed]
        rows = model.layerLegendNodes(model.rootGroup().findLayer(layer.id()))
        shown = [str(row.data(Qt.ItemDataRole.DisplayRole)) for row in rows]
        assert [text.partition(" (")[0] for text in shown] == [row["label"] for row in listed]
        assert set(np.unique(pixels(layer))) == set(range(len(listed) + 1))
    click_action(dock, LayerKind.CLASSES)
    until(lambda: any("on the map already" in text for text in dock.list_messages()))


def test_values_that_were_added_before_fill_the_place_of_the_painted_legend(dock: OpenedDock) -> None:
    *_, holed = add_classes(dock).values()
    before = np.count_nonzero(pixels(holed))
    dock.add("values", 2 * len(QgsProject.instance().mapLayers()))
    dock.wait_until_idle()
    click_action(dock, LayerKind.CLASSES)
    again = until(lambda: [each for each in dock.panel.findChildren(QAbstractButton) if each.text() == "Load Again"])[0]
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    until(lambda: np.count_nonzero(pixels(holed)) > before)
    dock.wait_until_idle()


def test_an_edit_shows_at_once_and_a_push_loads_the_new_drawing(dock: OpenedDock) -> None:
    add_classes(dock)
    dock.open_legend()
    layer = dock.layer(f"NDVI {dock.edited_day} classes")
    source, before = layer.source(), colours(layer)
    model = dock.editor.model
    assert model.setData(model.index(0, COLOUR), QColor(PURPLE), Qt.ItemDataRole.EditRole)
    until(lambda: colours(layer)[0] == PURPLE)
    assert colours(layer)[1:] == before[1:]
    assert layer.source() == source
    press(dock, "pushButton")
    accept(dialog_of("pushDialog"))
    until(lambda: layer.source() != source)
    dock.wait_until_idle()
    assert colours(layer)[0] == PURPLE
    assert (pixels(layer) == 1).any()
    assert not [text for text in dock.list_messages() if "could not be loaded" in text]


def test_what_has_no_classes_says_so(dock: OpenedDock) -> None:
    rows = range(dock.panel.model.rowCount(dock.panel.model.index_of_aoi(dock.panel.card.item.aoi_id)))
    for row in rows:
        dock.select("Farm near Raba", row)
        if not dock.panel.card.item.has_legend:
            break
    action = dock.panel.card.actions_by_kind[LayerKind.CLASSES]
    assert not action.isEnabled()
    assert "no classes" in action.toolTip()
    assert dock.panel.card.actions_by_kind[LayerKind.VALUES].isEnabled()
