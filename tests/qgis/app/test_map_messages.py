"""The whole plugin on the sample data: what is said about the map is true, and ends with its project."""

from __future__ import annotations

import pytest
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, until
from qgis.core import Qgis, QgsDateTimeRange, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QCoreApplication, QDate, QDateTime, Qt, QTime
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QAction, QToolButton

from .test_edited_on_map import COLOUR


def frame(dock: OpenedDock) -> str:
    """Return the day of the frame that the map shows."""
    QCoreApplication.processEvents()
    controller = dock.interface.canvas.temporalController()
    shown = controller.dateTimeRangeForFrameNumber(controller.currentFrameNumber())
    return str(shown.begin().toUTC().date().toString("yyyy-MM-dd"))


def recolour(dock: OpenedDock, name: str) -> None:
    """Choose a colour for the first class."""
    model = dock.editor.model
    assert model.setData(model.index(0, COLOUR), QColor(name), Qt.ItemDataRole.EditRole)


def test_an_edit_brings_a_map_that_was_stepped_by_hand_back_to_its_date(dock: OpenedDock) -> None:
    dock.add("values", 6)
    controller = dock.interface.canvas.temporalController()
    controller.setNavigationMode(Qgis.TemporalNavigationMode.Animated)
    dock.open_legend()
    day = dock.edited_day
    assert frame(dock) == day == dock.days[-1]
    for act in (lambda: recolour(dock, "#7b3294"), lambda: dock.choose_date(dock.editor.date_combo.currentIndex())):
        controller.previous()
        controller.previous()
        dock.application.legends.show_edits_again(dock.panel.card.item.id)
        assert frame(dock) == dock.days[-3], "the map stays where a person stepped to"
        assert dock.edited_day == day
        act()
        assert frame(dock) == day
    dock.editor.undo_action.trigger()
    controller.previous()
    dock.editor.redo_action.trigger()
    until(lambda: frame(dock) == day)


def test_dates_that_lie_under_others_are_said_to_and_shown_on_demand(dock: OpenedDock) -> None:
    dock.add("values", 6)
    title = dock.panel.card.item.title
    dock.select("Farm near Raba", 1)
    over = dock.panel.card.item.title
    dock.add("values", 12)
    dock.select("Farm near Raba", 0)
    dock.panel.card.add_checked()
    (texts,) = dock.list_messages()
    day = dock.days[-1]
    assert texts == (
        f"All 6 dates of {title} are on the map already; {day} is shown below “{over} {day}”, which may hide it."
    )
    assert dock.visible_layers() == [f"{over} {day}", f"{title} {day}"]
    dock.panel.message_bar.findChild(QToolButton, "answerButton0").click()
    assert dock.visible_layers() == [f"{title} {day}"]
    dock.panel.card.add_checked()
    assert until(dock.list_messages) == [f"All 6 dates of {title} are on the map already; {day} is shown."]


def limit_to_2020(dock: OpenedDock) -> None:
    """Limit the map to a time without any date of the sample data."""
    controller = dock.interface.canvas.temporalController()
    begin = QDateTime(QDate(2020, 1, 1), QTime(0, 0), Qt.TimeSpec.UTC)
    controller.setTemporalExtents(QgsDateTimeRange(begin, begin.addDays(30)))
    controller.setNavigationMode(Qgis.TemporalNavigationMode.FixedRange)


def test_dates_outside_the_time_of_the_map_are_not_said_to_be_shown(dock: OpenedDock) -> None:
    dock.add("values", 6)
    limit_to_2020(dock)
    dock.panel.card.add_checked()
    assert dock.list_messages() == [
        f"All 6 dates of NDVI are on the map already, but the map is limited to a time without {dock.days[-1]}. "
        "Switch QGIS's temporal navigation off to see it."
    ]


def test_an_edit_outside_the_time_of_the_map_is_said_once_and_until_it_is_seen(dock: OpenedDock) -> None:
    dock.add("values", 6)
    dock.open_legend()
    controller = dock.interface.canvas.temporalController()
    limit_to_2020(dock)
    recolour(dock, "#7b3294")
    recolour(dock, "#008837")
    (texts,) = until(dock.legend_messages)
    day = dock.edited_day
    assert texts == f"The map is limited to a time without {day}. Switch QGIS's temporal navigation off to see it."
    controller.setNavigationMode(Qgis.TemporalNavigationMode.Disabled)
    recolour(dock, "#7b3294")
    until(lambda: not dock.legend_messages())


@pytest.mark.parametrize("row", [0, 1])
def test_values_hide_the_pictures_below_whose_legends_would_stick_out(dock: OpenedDock, row: int) -> None:
    dock.add("picture", 6)
    picture = dock.visible_layers()[0]
    dock.select("Farm near Raba", row)
    title = dock.panel.card.item.title
    dock.add("values", 12)
    newest = f"{title} {dock.days[-1]}"
    assert dock.visible_layers() == [newest]
    assert dock.list_messages() == [
        "The pictures below are hidden, because their painted legends would be visible beside the new layer."
    ]
    controller = dock.interface.canvas.temporalController()
    controller.setNavigationMode(Qgis.TemporalNavigationMode.Animated)
    QCoreApplication.processEvents()
    assert not [name for name in dock.visible_layers() if "picture" in name]
    controller.setNavigationMode(Qgis.TemporalNavigationMode.Disabled)
    QCoreApplication.processEvents()
    dock.panel.message_bar.findChild(QToolButton, "answerButton0").click()
    assert dock.visible_layers() == [newest, picture]
    dock.panel.card.dates.check_all()
    dock.add("values", 12 + len(dock.days) - 6)
    assert dock.visible_layers() == [newest, picture], "what a person shows again stays"


def test_pictures_that_were_hidden_are_shown_when_more_are_added(dock: OpenedDock) -> None:
    dock.add("picture", 6)
    picture = dock.visible_layers()[0]
    dock.add("values", 12)
    assert picture not in dock.visible_layers()
    dock.panel.card.dates.check_all()
    dock.add("picture", 12 + len(dock.days) - 6)
    assert picture in dock.visible_layers()


def test_what_is_said_of_layers_ends_with_their_project(dock: OpenedDock) -> None:
    dock.add("values", 6)
    dock.panel.card.add_checked()
    assert len(dock.list_messages()) == 1
    QgsProject.instance().clear()
    until(lambda: not dock.list_messages())


def test_a_load_that_ends_with_its_project_is_still_said(dock: OpenedDock) -> None:
    dock.add("values", 6)
    dock.panel.card.add_checked()
    dock.panel.card.add_as(LayerKind.PICTURE)
    QgsProject.instance().clear()
    QCoreApplication.processEvents()
    (texts,) = until(dock.list_messages)
    assert texts.startswith("The project was closed")


def test_an_aoi_that_is_seen_in_part_is_not_said_to_be_out_of_view(dock: OpenedDock) -> None:
    dock.add("values", 6)
    lake = next(aoi for aoi in dock.panel.model.aois() if aoi.name != "Farm near Raba" and aoi.geometry)
    menu = dock.panel.tree.menu_for(dock.panel.model.index_of_aoi(lake.aoi_id))
    menu.findChild(QAction, "zoomAction").trigger()
    extent = dock.interface.canvas.extent()
    dock.interface.canvas.setExtent(
        QgsRectangle(extent.center().x(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum())
    )
    dock.select(lake.name, 0)
    dock.panel.card.add_as(LayerKind.VALUES)
    assert until(dock.list_messages) == [
        f"The map shows only a part of “{lake.name}”, to which dates are added.",
    ]
