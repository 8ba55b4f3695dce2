"""The whole plugin on the sample data: what is edited is on the map, or the editor says why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.downloads import values
from pixxel_explorer.plugin.downloads.errors import NoValues
from pixxel_explorer.plugin.host import paths
from pixxel_explorer.plugin.plugin import PixxelExplorer
from pixxel_explorer.tests.qgis.integrations.whole_plugin import Interface, Stage, until
from qgis.core import Qgis, QgsDateTimeRange, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QCoreApplication, QDate, QDateTime, QEvent, QObject, Qt, QTime
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QToolButton

COLOUR = 2


@pytest.fixture
def stage(qgis_app: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(paths, "_profile", lambda: tmp_path)
    QgsProject.instance().clear()
    interface = Interface()
    interface.window.show()
    plugin = PixxelExplorer(interface)
    plugin.initGui()
    plugin.open_sample_data()
    yield Stage(plugin, interface)
    plugin.unload()
    QgsProject.instance().clear()
    interface.window.close()
    interface.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_pictures_give_way_to_the_edited_mode_and_come_back(stage: Stage) -> None:
    stage.panel.card.add_as("picture")
    until(lambda: len(QgsProject.instance().mapLayers()) == 6)
    before = stage.seen()
    assert before == [f"NDVI {stage.days[-1]} picture"]
    stage.open_legend()
    stage.choose(3)
    until(lambda: stage.seen() == [f"NDVI {stage.days[3]}"])
    stage.editor.findChild(QToolButton, "theoreticalModeButton").click()
    until(lambda: stage.seen() == [f"NDVI {stage.days[3]} theoretical"])
    stage.choose(4)
    until(lambda: stage.seen() == [f"NDVI {stage.days[4]} theoretical"])
    stage.bench.legends.panel.window().findChild(QObject, "PixxelLegendDock").close()
    assert stage.seen() == before
    stage.open_legend()
    until(lambda: len(stage.seen()) == 1 and "picture" not in stage.seen()[0])
    stage.plugin.unload()
    assert stage.seen() == before
    stage.plugin.initGui()


def test_a_layer_that_comes_late_shows_the_edits(stage: Stage) -> None:
    stage.open_legend()
    name = f"NDVI {stage.bench.legends.panel.day.isoformat()}"
    QgsProject.instance().removeMapLayer(stage.layer(name))
    assert stage.editor.model.setData(stage.editor.model.index(0, COLOUR), QColor("#7b3294"), Qt.ItemDataRole.EditRole)
    row = stage.editor.date_combo.currentIndex()
    stage.choose(row + 1)
    stage.choose(row)
    layer = stage.layer(name)
    until(lambda: layer.renderer().legendSymbologyItems()[0][1].name() == "#7b3294")


def test_a_date_without_values_is_said(stage: Stage) -> None:
    async def fetch(_source: object, date: Any, *_more: object) -> Path:
        raise NoValues(date.day.isoformat())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(values.ValueSource, "fetch", fetch)
        stage.open_legend()
        day = stage.bench.legends.panel.day.isoformat()
        said = until(stage.said)
        assert said[0].startswith(f"The map cannot follow the edits of {day}. ")
    stage.choose(stage.editor.date_combo.currentIndex() + 1)
    until(lambda: stage.seen() and not stage.said())


def test_a_raster_of_the_persons_above_is_named(stage: Stage) -> None:
    stage.open_legend()
    layer = stage.layer(f"NDVI {stage.bench.legends.panel.day.isoformat()}")
    until(stage.seen)
    basemap = QgsRasterLayer(layer.source(), "Basemap")
    QgsProject.instance().addMapLayer(basemap, False)
    QgsProject.instance().layerTreeRoot().insertLayer(0, basemap)
    stage.choose(stage.editor.date_combo.currentIndex() + 1)
    said = until(stage.said)
    assert said == ["“Basemap” lies above what you edit and may hide it. Move it down in the layer list."]
    assert stage.seen()[0] == "Basemap"


def test_a_range_of_time_without_the_date_is_said(stage: Stage) -> None:
    controller = stage.interface.canvas.temporalController()
    begin = QDateTime(QDate(2020, 1, 1), QTime(0, 0), Qt.TimeSpec.UTC)
    controller.setTemporalExtents(QgsDateTimeRange(begin, begin.addDays(30)))
    controller.setNavigationMode(Qgis.TemporalNavigationMode.FixedRange)
    stage.open_legend()
    day = stage.bench.legends.panel.day.isoformat()
    said = until(stage.said)
    assert said == [f"The map is limited to a time without {day}. Switch QGIS's temporal navigation off to see it."]
