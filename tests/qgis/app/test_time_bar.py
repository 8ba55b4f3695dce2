"""The time bar of the dock moves the map, the layer tree and the legend editor, and follows them."""

from __future__ import annotations

import pytest
from pixxel_explorer.plugin.layers.dated_stack import stack_around
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, until
from pixxel_explorer.ui.models.legend_model import ClassColumn
from pixxel_explorer.ui.time.time_bar import TimeBar
from qgis.core import Qgis, QgsDateTimeRange, QgsInterval, QgsLayerTreeLayer, QgsLayerTreeModel, QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QDateTime, QPoint, Qt
from qgis.PyQt.QtTest import QTest

COUNT = 6


def bar_of(dock: OpenedDock, title: str = "NDVI (dynamic)") -> TimeBar:
    bar: TimeBar = dock.panel.time_bar
    until(lambda: (bar.title.text(), len(bar.axis.dates)) == (title, COUNT))
    return bar


def shown(bar: TimeBar) -> str:
    return bar.axis.current.label if bar.axis.current is not None else ""


def press(bar: TimeBar, day: str) -> None:
    """Click on a date of the axis."""
    until(lambda: day in [date.label for date in bar.axis.dates])  # dates arrive one after the other
    key = next(date.key for date in bar.axis.dates if date.label == day)
    place = QPoint(round(bar.axis.x_of(key)), 12)
    QTest.mouseClick(bar.axis, Qt.MouseButton.LeftButton, pos=place)


def node(dock: OpenedDock, name: str) -> QgsLayerTreeLayer:
    return QgsProject.instance().layerTreeRoot().findLayer(dock.layer(name).id())


def test_the_bar_appears_with_the_second_date_and_goes_with_the_layers(dock: OpenedDock) -> None:
    bar: TimeBar = dock.panel.time_bar
    assert not bar.isVisible()
    dock.add("values", COUNT)
    assert [date.label for date in bar_of(dock).axis.dates] == dock.days[-COUNT:]
    until(lambda: shown(bar) == dock.days[-1])
    assert bar.isVisible()
    QgsProject.instance().clear()
    until(lambda: not bar.isVisible())


def test_a_click_shows_its_date_on_the_map_and_in_the_tree(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    bar, day = bar_of(dock), dock.days[-4]
    press(bar, day)
    assert dock.visible_layers() == [f"NDVI {day}"]
    assert node(dock, f"NDVI {day}").isExpanded()
    assert not node(dock, f"NDVI {dock.days[-1]}").isExpanded()
    until(lambda: shown(bar) == day)
    QTest.keyClick(bar.axis, Qt.Key.Key_Right)
    until(lambda: shown(bar) == dock.days[-3])
    assert dock.visible_layers() == [f"NDVI {dock.days[-3]}"]


def test_a_date_that_is_checked_in_the_tree_moves_the_bar(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    bar = bar_of(dock)
    node(dock, f"NDVI {dock.days[-1]}").setItemVisibilityChecked(False)
    until(lambda: shown(bar) == "")
    node(dock, f"NDVI {dock.days[-5]}").setItemVisibilityChecked(True)
    until(lambda: shown(bar) == dock.days[-5])


def test_the_frames_of_qgis_and_the_bar_move_each_other(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    dock.wait_until_idle()
    bar = bar_of(dock)
    controller = dock.interface.canvas.temporalController()
    controller.setNavigationMode(Qgis.TemporalNavigationMode.Animated)
    until(lambda: (controller.totalFrameCount(), controller.currentFrameNumber()) == (COUNT, COUNT - 1))
    until(lambda: shown(bar) == dock.days[-1])
    controller.previous()
    until(lambda: shown(bar) == dock.days[-2])
    press(bar, dock.days[-5])
    frame = controller.dateTimeRangeForFrameNumber(controller.currentFrameNumber())
    assert frame.begin().toUTC().date().toString("yyyy-MM-dd") == dock.days[-5]
    controller.setNavigationMode(Qgis.TemporalNavigationMode.NavigationOff)
    until(lambda: dock.visible_layers() == [f"NDVI {dock.days[-5]}"])


def test_the_dates_outside_a_range_that_the_map_is_limited_to_are_left_out(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    bar = bar_of(dock)
    controller = dock.interface.canvas.temporalController()
    frames = [date.moment for date in bar.axis.dates]
    begin, end = (QDateTime.fromSecsSinceEpoch(int(moment.timestamp()), Qt.TimeSpec.UTC) for moment in frames[:3:2])
    controller.setTemporalExtents(QgsDateTimeRange(begin, end))
    controller.setNavigationMode(Qgis.TemporalNavigationMode.FixedRange)
    until(lambda: [date.label for date in bar.axis.dates] == dock.days[-COUNT : -COUNT + 3])


def test_the_other_visualizations_of_the_aoi_go_to_the_same_day(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    dock.select("Farm near Raba", 1)
    dock.add("values", 2 * COUNT)
    bar, day = bar_of(dock, "NDWI (dynamic)"), dock.days[-3]
    press(bar, day)
    assert dock.visible_layers() == [f"NDWI {day}", f"NDVI {day}"]


def test_a_hidden_stack_stays_hidden(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    group = stack_around(node(dock, f"NDVI {dock.days[-1]}"))
    assert group is not None
    group.setItemVisibilityChecked(False)
    dock.select("Farm near Raba", 1)
    dock.add("values", 2 * COUNT)
    press(bar_of(dock, "NDWI (dynamic)"), dock.days[-3])
    assert dock.visible_layers() == [f"NDWI {dock.days[-3]}"]


def test_the_layer_that_is_selected_decides_which_dates_are_shown(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    dock.select("Farm near Raba", 1)
    dock.add("values", 2 * COUNT)
    bar, tree = bar_of(dock, "NDWI (dynamic)"), dock.interface.tree
    tree.setModel(QgsLayerTreeModel(QgsProject.instance().layerTreeRoot(), tree))
    tree.setCurrentLayer(dock.layer(f"NDVI {dock.days[-2]}"))
    until(lambda: bar.title.text() == "NDVI (dynamic)")
    tree.setCurrentLayer(dock.layer(f"NDWI {dock.days[-2]}"))
    until(lambda: bar.title.text() == "NDWI (dynamic)")


def test_the_legend_that_is_edited_goes_along_and_keeps_its_edits(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    dock.open_legend()
    bar, day = bar_of(dock), dock.days[-3]
    model = dock.editor.model
    assert model.setData(model.index(0, ClassColumn.LABEL), "Edited", Qt.ItemDataRole.EditRole)
    press(bar, day)
    until(lambda: dock.edited_day == day)
    until(lambda: dock.visible_layers() == [f"NDVI {day}"])
    until(lambda: shown(bar) == day)
    press(bar, dock.days[-1])
    until(lambda: dock.edited_day == dock.days[-1])
    assert model.index(0, ClassColumn.LABEL).data() == "Edited"


def test_a_date_chosen_in_the_editor_moves_the_bar(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    dock.open_legend()
    bar = bar_of(dock)
    dock.choose_date(0)
    until(lambda: shown(bar) == dock.edited_day)


def test_playing_shows_one_date_after_the_other(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    bar, seen = bar_of(dock), []
    bar._timer.setInterval(20)
    bar.axis.date_chosen.connect(lambda _key: seen.append(dock.visible_layers()))
    bar.play_button.click()
    until(lambda: len(seen) == COUNT and not bar.is_playing)
    assert seen == [[f"NDVI {day}"] for day in dock.days[-COUNT:]]


def test_a_step_after_a_layer_was_removed_fails_over_nothing(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    bar = bar_of(dock)
    QgsProject.instance().removeMapLayer(dock.layer(f"NDVI {dock.days[-2]}").id())
    QTest.keyClick(bar.axis, Qt.Key.Key_Left)
    until(lambda: len(bar.axis.dates) == COUNT - 1)
    QTest.keyClick(bar.axis, Qt.Key.Key_Left)
    until(lambda: shown(bar) == dock.days[-3])


def test_a_date_in_a_group_of_its_own_within_the_stack_is_shown_alone(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    bar, day = bar_of(dock), dock.days[-4]
    moved = node(dock, f"NDVI {day}")
    stack = stack_around(moved)
    assert stack is not None
    stack.addGroup("Before the rain").addChildNode(moved.clone())
    stack.removeChildNode(moved)
    until(lambda: len(bar.axis.dates) == COUNT)
    press(bar, day)
    assert dock.visible_layers() == [f"NDVI {day}"]


def test_the_date_that_is_edited_can_be_shown_again_after_another_was_checked(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    dock.open_legend()
    bar, day = bar_of(dock), dock.edited_day
    until(lambda: shown(bar) == day)
    node(dock, f"NDVI {day}").setItemVisibilityChecked(False)
    node(dock, f"NDVI {dock.days[-4]}").setItemVisibilityChecked(True)
    until(lambda: shown(bar) == dock.days[-4])
    press(bar, day)
    until(lambda: shown(bar) == day)
    assert dock.visible_layers() == [f"NDVI {day}"]


def test_pictures_go_through_their_dates_while_the_legend_is_edited(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    dock.open_legend()
    dock.add("picture", 2 * COUNT)
    bar, day = dock.panel.time_bar, dock.days[-4]
    until(lambda: "picture" in bar.title.text())
    press(bar, day)
    until(lambda: dock.edited_day == shown(bar) == day)


@pytest.mark.usefixtures("two_months")
def test_steps_go_on_where_one_frame_shows_several_dates(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    bar = bar_of(dock)
    controller = dock.interface.canvas.temporalController()
    first, last = (bar.axis.dates[row].moment for row in (0, -1))
    begin, end = (QDateTime.fromSecsSinceEpoch(int(each.timestamp()), Qt.TimeSpec.UTC) for each in (first, last))
    controller.setTemporalExtents(QgsDateTimeRange(begin, end.addDays(1)))
    controller.setFrameDuration(QgsInterval(2, Qgis.TemporalUnit.Months))
    controller.setNavigationMode(Qgis.TemporalNavigationMode.Animated)
    seen = []
    for _ in range(COUNT):
        QTest.qWait(20)
        seen.append(shown(bar))
        bar.back_button.click()
    assert list(dict.fromkeys(seen)) == [dock.days[-1], dock.days[-2], dock.days[-4]], "the newest of each two months"


def test_the_bar_closes_after_qgis_deleted_its_temporal_controller(dock: OpenedDock) -> None:
    sip.delete(dock.interface.canvas.temporalController())  # the fixture unloads the plugin
