"""The whole plugin on the sample data: what is said about the map is true, and ends with its project."""

from __future__ import annotations

from typing import Any

import pytest
from pixxel_explorer.tests.qgis.integrations.whole_plugin import Stage, until
from qgis.core import Qgis, QgsDateTimeRange, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QCoreApplication, QDate, QDateTime, Qt, QTime
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QToolButton

from .test_edited_on_map import COLOUR, stage  # noqa: F401 (a fixture)


def frame(stage: Stage) -> str:  # noqa: F811
    """Return the day of the frame that the map shows."""
    QCoreApplication.processEvents()
    controller = stage.interface.canvas.temporalController()
    shown = controller.dateTimeRangeForFrameNumber(controller.currentFrameNumber())
    return str(shown.begin().toUTC().date().toString("yyyy-MM-dd"))


def recolour(stage: Stage, name: str) -> None:  # noqa: F811
    """Choose a colour for the first class."""
    model = stage.editor.model
    assert model.setData(model.index(0, COLOUR), QColor(name), Qt.ItemDataRole.EditRole)


def test_an_edit_brings_a_map_that_was_stepped_by_hand_back_to_its_date(stage: Stage) -> None:  # noqa: F811
    stage.add("values", 6)
    controller = stage.interface.canvas.temporalController()
    controller.setNavigationMode(Qgis.TemporalNavigationMode.Animated)
    stage.open_legend()
    day = stage.bench.legends.panel.day.isoformat()
    assert frame(stage) == day == stage.days[-1]
    for act in (lambda: recolour(stage, "#7b3294"), lambda: stage.choose(stage.editor.date_combo.currentIndex())):
        controller.previous()
        controller.previous()
        stage.bench.legends.show_edits_again(stage.panel.card.item.id)
        assert frame(stage) == stage.days[-3], "the map stays where a person stepped to"
        assert stage.bench.legends.panel.day.isoformat() == day
        act()
        assert frame(stage) == day
    stage.editor.undo_action.trigger()
    controller.previous()
    stage.editor.redo_action.trigger()
    until(lambda: frame(stage) == day)


def test_dates_that_lie_under_others_are_said_to_and_shown_on_demand(stage: Stage) -> None:  # noqa: F811
    stage.add("values", 6)
    title = stage.panel.card.item.title
    stage.select("Farm near Raba", 1)
    over = stage.panel.card.item.title
    stage.add("values", 12)
    stage.select("Farm near Raba", 0)
    stage.panel.card.add_checked()
    (said,) = stage.said_in_list()
    day = stage.days[-1]
    assert said == (
        f"All 6 dates of {title} are on the map already; {day} is shown below “{over} {day}”, which may hide it."
    )
    assert stage.seen() == [f"{over} {day}", f"{title} {day}"]
    stage.panel.message_bar.findChild(QToolButton, "answerButton0").click()
    assert stage.seen() == [f"{title} {day}"]
    stage.panel.card.add_checked()
    assert until(stage.said_in_list) == [f"All 6 dates of {title} are on the map already; {day} is shown."]


def limit_to_2020(stage: Stage) -> None:  # noqa: F811
    """Limit the map to a time without any date of the sample data."""
    controller = stage.interface.canvas.temporalController()
    begin = QDateTime(QDate(2020, 1, 1), QTime(0, 0), Qt.TimeSpec.UTC)
    controller.setTemporalExtents(QgsDateTimeRange(begin, begin.addDays(30)))
    controller.setNavigationMode(Qgis.TemporalNavigationMode.FixedRange)


def test_dates_outside_the_time_of_the_map_are_not_said_to_be_shown(stage: Stage) -> None:  # noqa: F811
    stage.add("values", 6)
    limit_to_2020(stage)
    stage.panel.card.add_checked()
    assert stage.said_in_list() == [
        f"All 6 dates of NDVI are on the map already, but the map is limited to a time without {stage.days[-1]}. "
        "Switch QGIS's temporal navigation off to see it."
    ]


def test_an_edit_outside_the_time_of_the_map_is_said_once_and_until_it_is_seen(stage: Stage) -> None:  # noqa: F811
    stage.add("values", 6)
    stage.open_legend()
    controller = stage.interface.canvas.temporalController()
    limit_to_2020(stage)
    recolour(stage, "#7b3294")
    recolour(stage, "#008837")
    (said,) = until(stage.said)
    day = stage.bench.legends.panel.day.isoformat()
    assert said == f"The map is limited to a time without {day}. Switch QGIS's temporal navigation off to see it."
    controller.setNavigationMode(Qgis.TemporalNavigationMode.Disabled)
    recolour(stage, "#7b3294")
    until(lambda: not stage.said())


@pytest.mark.parametrize("row", [0, 1])
def test_values_hide_the_pictures_below_whose_legends_would_stick_out(stage: Stage, row: int) -> None:  # noqa: F811
    stage.add("picture", 6)
    picture = stage.seen()[0]
    stage.select("Farm near Raba", row)
    title = stage.panel.card.item.title
    stage.add("values", 12)
    newest = f"{title} {stage.days[-1]}"
    assert stage.seen() == [newest]
    assert stage.said_in_list() == [
        "The pictures below are hidden, because their painted legends would be visible beside the values."
    ]
    controller = stage.interface.canvas.temporalController()
    controller.setNavigationMode(Qgis.TemporalNavigationMode.Animated)
    QCoreApplication.processEvents()
    assert not [name for name in stage.seen() if "picture" in name]
    controller.setNavigationMode(Qgis.TemporalNavigationMode.Disabled)
    QCoreApplication.processEvents()
    stage.panel.message_bar.findChild(QToolButton, "answerButton0").click()
    assert stage.seen() == [newest, picture]
    stage.panel.card.dates.check_all()
    stage.add("values", 12 + len(stage.days) - 6)
    assert stage.seen() == [newest, picture], "what a person shows again stays"


def test_pictures_that_were_hidden_are_shown_when_more_are_added(stage: Stage) -> None:  # noqa: F811
    stage.add("picture", 6)
    picture = stage.seen()[0]
    stage.add("values", 12)
    assert picture not in stage.seen()
    stage.panel.card.dates.check_all()
    stage.add("picture", 12 + len(stage.days) - 6)
    assert picture in stage.seen()


def test_what_is_said_of_layers_ends_with_their_project(stage: Stage) -> None:  # noqa: F811
    stage.add("values", 6)
    stage.panel.card.add_checked()
    assert len(stage.said_in_list()) == 1
    QgsProject.instance().clear()
    until(lambda: not stage.said_in_list())


def test_a_load_that_ends_with_its_project_is_still_said(stage: Stage) -> None:  # noqa: F811
    stage.add("values", 6)
    stage.panel.card.add_checked()
    stage.panel.card.add_as("picture")
    QgsProject.instance().clear()
    QCoreApplication.processEvents()
    (said,) = until(stage.said_in_list)
    assert said.startswith("The project was closed")


def extent_of(stage: Stage, geometry: Any) -> QgsRectangle:  # noqa: F811
    """Return the extent of an AOI on the map."""
    found = stage.bench.map._outline._extent_of(geometry)
    assert found is not None
    return found


def test_an_aoi_that_is_seen_in_part_is_not_said_to_be_out_of_view(stage: Stage) -> None:  # noqa: F811
    stage.add("values", 6)
    lake = next(aoi for aoi in stage.panel.model.aois() if aoi.name != "Farm near Raba" and aoi.geometry)
    extent = extent_of(stage, lake.geometry)
    stage.interface.canvas.setExtent(
        QgsRectangle(extent.center().x(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum())
    )
    stage.select(lake.name, 0)
    stage.panel.card.add_as("values")
    assert until(stage.said_in_list) == [
        f"The map shows only a part of “{lake.name}”, to which dates are added.",
    ]
