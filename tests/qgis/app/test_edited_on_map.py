"""The whole plugin on the sample data: what is edited is on the map, or the editor says why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.downloads import values
from pixxel_explorer.plugin.downloads.errors import NoValues
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, until
from qgis.core import Qgis, QgsDateTimeRange, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QDate, QDateTime, QObject, Qt, QTime
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QToolButton

COLOUR = 2


def test_pictures_give_way_to_the_edited_mode_and_come_back(dock: OpenedDock) -> None:
    dock.panel.card.add_as(LayerKind.PICTURE)
    until(lambda: len(QgsProject.instance().mapLayers()) == 6)
    before = dock.visible_layers()
    assert before == [f"NDVI {dock.days[-1]} picture"]
    dock.open_legend()
    dock.choose_date(3)
    until(lambda: dock.visible_layers() == [f"NDVI {dock.days[3]}"])
    dock.editor.findChild(QToolButton, "theoreticalModeButton").click()
    until(lambda: dock.visible_layers() == [f"NDVI {dock.days[3]} theoretical"])
    dock.choose_date(4)
    until(lambda: dock.visible_layers() == [f"NDVI {dock.days[4]} theoretical"])
    dock.legend_panel.window().findChild(QObject, "PixxelLegendDock").close()
    assert dock.visible_layers() == before
    dock.open_legend()
    until(lambda: len(dock.visible_layers()) == 1 and "picture" not in dock.visible_layers()[0])
    dock.plugin.unload()
    assert dock.visible_layers() == before
    dock.plugin.initGui()


def test_a_layer_that_comes_late_shows_the_edits(dock: OpenedDock) -> None:
    dock.open_legend()
    name = f"NDVI {dock.edited_day}"
    QgsProject.instance().removeMapLayer(dock.layer(name))
    assert dock.editor.model.setData(dock.editor.model.index(0, COLOUR), QColor("#7b3294"), Qt.ItemDataRole.EditRole)
    row = dock.editor.date_combo.currentIndex()
    dock.choose_date(row + 1)
    dock.choose_date(row)
    layer = dock.layer(name)
    until(lambda: layer.renderer().legendSymbologyItems()[0][1].name() == "#7b3294")


def test_a_date_without_values_is_said(dock: OpenedDock) -> None:
    async def fetch(_source: object, date: Any, *_more: object) -> Path:
        raise NoValues(date.day.isoformat())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(values.ValueSource, "fetch", fetch)
        dock.open_legend()
        day = dock.edited_day
        texts = until(dock.legend_messages)
        assert texts[0].startswith(f"The map cannot follow the edits of {day}. ")
    dock.choose_date(dock.editor.date_combo.currentIndex() + 1)
    until(lambda: dock.visible_layers() and not dock.legend_messages())


def test_a_raster_of_the_persons_above_is_named(dock: OpenedDock) -> None:
    dock.open_legend()
    layer = dock.layer(f"NDVI {dock.edited_day}")
    until(dock.visible_layers)
    basemap = QgsRasterLayer(layer.source(), "Basemap")
    QgsProject.instance().addMapLayer(basemap, False)
    QgsProject.instance().layerTreeRoot().insertLayer(0, basemap)
    dock.choose_date(dock.editor.date_combo.currentIndex() + 1)
    texts = until(dock.legend_messages)
    assert texts == ["“Basemap” lies above what you edit and may hide it. Move it down in the layer list."]
    assert dock.visible_layers()[0] == "Basemap"


def test_a_range_of_time_without_the_date_is_said(dock: OpenedDock) -> None:
    controller = dock.interface.canvas.temporalController()
    begin = QDateTime(QDate(2020, 1, 1), QTime(0, 0), Qt.TimeSpec.UTC)
    controller.setTemporalExtents(QgsDateTimeRange(begin, begin.addDays(30)))
    controller.setNavigationMode(Qgis.TemporalNavigationMode.FixedRange)
    dock.open_legend()
    day = dock.edited_day
    texts = until(dock.legend_messages)
    assert texts == [f"The map is limited to a time without {day}. Switch QGIS's temporal navigation off to see it."]
