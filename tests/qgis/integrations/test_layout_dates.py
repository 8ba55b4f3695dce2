"""Maps of print layouts with a range of time of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.integrations.layout_dates import LayoutDates
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from qgis.core import (
    QgsDateTimeRange,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutObject,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsProject,
    QgsProperty,
)
from qgis.PyQt.QtCore import QCoreApplication, QDate, QDateTime, Qt, QTime

from ..layers.conftest import MakeImage, make_image, project_layers  # noqa: F401 (fixtures)

DAYS = ["2025-04-12", "2025-05-02", "2025-06-01"]


@pytest.fixture
def layout_map(
    project_layers: ProjectLayers,  # noqa: F811
    make_image: MakeImage,  # noqa: F811
) -> Iterator[QgsLayoutItemMap]:
    project = QgsProject.instance()
    for day in DAYS:
        project_layers.add(make_image(day), project_name="Farms", aoi_name="Farm near Raba")
    dates = LayoutDates(project)
    layout = QgsPrintLayout(project)
    layout.setName("Season")
    project.layoutManager().addLayout(layout)
    item = QgsLayoutItemMap(layout)
    layout.addLayoutItem(item)
    settle()
    yield item
    dates.close()


def settle() -> None:
    QCoreApplication.processEvents()


def switch(item: QgsLayoutItemMap, is_temporal: bool) -> None:
    item.setIsTemporal(is_temporal)
    item.changed.emit()  # as the layout's own controls do
    settle()


def names(item: QgsLayoutItemMap) -> list[str]:
    return [layer.customProperty("pixxel/date") for layer in item.layers()]


def test_a_map_with_a_range_of_time_has_every_date_newest_first(layout_map: QgsLayoutItemMap) -> None:
    switch(layout_map, True)
    assert layout_map.keepLayerSet()
    assert names(layout_map) == DAYS[::-1]


def test_it_is_unlocked_when_the_range_is_switched_off(layout_map: QgsLayoutItemMap) -> None:
    switch(layout_map, True)
    switch(layout_map, False)
    assert not layout_map.keepLayerSet()
    assert layout_map.layers() == []


def test_a_date_that_is_added_later_is_drawn_too(
    layout_map: QgsLayoutItemMap,
    project_layers: ProjectLayers,  # noqa: F811
    make_image: MakeImage,  # noqa: F811
) -> None:
    switch(layout_map, True)
    project_layers.add(make_image("2025-07-01"), project_name="Farms", aoi_name="Farm near Raba")
    settle()
    assert names(layout_map)[0] == "2025-07-01"


def test_layers_that_somebody_locked_stay(layout_map: QgsLayoutItemMap) -> None:
    chosen = layout_map.layout().project().layerTreeRoot().layerOrder()[:1]
    layout_map.setLayers(chosen)
    layout_map.setKeepLayerSet(True)
    switch(layout_map, True)
    assert layout_map.layers() == chosen
    switch(layout_map, False)
    assert layout_map.keepLayerSet()


def test_a_stack_that_is_hidden_stays_hidden(layout_map: QgsLayoutItemMap) -> None:
    for group in QgsProject.instance().layerTreeRoot().findGroups(True):
        group.setItemVisibilityChecked(False)
    switch(layout_map, True)
    assert names(layout_map) == []


def test_a_removed_layout_is_not_missed(layout_map: QgsLayoutItemMap) -> None:
    switch(layout_map, True)
    project = QgsProject.instance()
    project.layoutManager().clear()
    project.layersAdded.emit([])
    settle()


def test_a_map_has_only_the_dates_of_its_range(layout_map: QgsLayoutItemMap) -> None:
    begin = QDateTime(QDate(2025, 5, 1), QTime(0, 0), Qt.TimeSpec.UTC)
    layout_map.setTemporalRange(QgsDateTimeRange(begin, begin.addDays(10), True, False))
    switch(layout_map, True)
    assert names(layout_map) == ["2025-05-02"]
    layout_map.setTemporalRange(QgsDateTimeRange(begin, begin.addDays(40), True, False))
    switch(layout_map, True)
    assert names(layout_map) == ["2025-06-01", "2025-05-02"]


def test_a_map_whose_range_comes_from_data_has_every_date(layout_map: QgsLayoutItemMap) -> None:
    begin = QDateTime(QDate(2025, 5, 1), QTime(0, 0), Qt.TimeSpec.UTC)
    layout_map.setTemporalRange(QgsDateTimeRange(begin, begin.addDays(10), True, False))
    start = QgsLayoutObject.DataDefinedProperty.StartDateTime
    layout_map.dataDefinedProperties().setProperty(start, QgsProperty.fromExpression("to_datetime('2025-04-01')"))
    switch(layout_map, True)
    assert names(layout_map) == DAYS[::-1]


def legend_of(layout_map: QgsLayoutItemMap, *, follows: bool = True, linked: bool = True) -> QgsLayoutItemLegend:
    """Add a legend, as the layout's button does."""
    legend = QgsLayoutItemLegend(layout_map.layout())
    layout_map.layout().addLayoutItem(legend)
    legend.setAutoUpdateModel(follows)
    if linked:
        legend.setLinkedMap(layout_map)
    settle()
    return legend


def test_a_new_legend_is_limited_to_its_map(layout_map: QgsLayoutItemMap) -> None:
    assert legend_of(layout_map).legendFilterByMapEnabled()


def test_who_switches_the_limit_off_has_it_off(layout_map: QgsLayoutItemMap) -> None:
    legend = legend_of(layout_map)
    legend.setLegendFilterByMapEnabled(False)
    legend.changed.emit()
    layout_map.changed.emit()
    settle()
    assert not legend.legendFilterByMapEnabled()


def test_a_legend_is_limited_once_it_has_a_map(layout_map: QgsLayoutItemMap) -> None:
    legend = legend_of(layout_map, linked=False)
    assert not legend.legendFilterByMapEnabled()
    legend.setLinkedMap(layout_map)
    layout_map.changed.emit()
    settle()
    assert legend.legendFilterByMapEnabled()


def test_a_legend_that_is_linked_later_in_the_window_is_limited(layout_map: QgsLayoutItemMap) -> None:
    layout = layout_map.layout()
    layout.removeLayoutItem(layout_map)
    legend = QgsLayoutItemLegend(layout)
    layout.addLayoutItem(legend)
    settle()
    assert not legend.legendFilterByMapEnabled()
    item = QgsLayoutItemMap(layout)
    layout.addLayoutItem(item)
    layout.undoStack().beginCommand(legend, "Change Legend Map")
    legend.setLinkedMap(item)
    layout.undoStack().endCommand()
    settle()
    assert legend.legendFilterByMapEnabled()


def test_a_legend_without_a_map_is_linked_to_the_largest(layout_map: QgsLayoutItemMap) -> None:
    small = QgsLayoutItemMap(layout_map.layout())
    layout_map.layout().addLayoutItem(small)
    small.attemptResize(QgsLayoutSize(20, 20))
    layout_map.attemptResize(QgsLayoutSize(150, 100))
    legend = legend_of(layout_map, linked=False)
    assert legend.linkedMap() == layout_map
    assert legend.legendFilterByMapEnabled()


def test_who_unlinks_the_map_has_it_unlinked(layout_map: QgsLayoutItemMap) -> None:
    layout_map.attemptResize(QgsLayoutSize(150, 100))
    legend = legend_of(layout_map)
    legend.setLinkedMap(None)
    layout_map.changed.emit()
    settle()
    assert legend.linkedMap() is None


@pytest.mark.parametrize("is_old", [True, False])
def test_a_legend_that_follows_the_tree_again_is_limited(
    layout_map: QgsLayoutItemMap, tmp_path: Path, is_old: bool
) -> None:
    """Switching "Auto update" off and on fills a legend with every layer of the tree, as a new one."""
    legend_of(layout_map, follows=False)
    project = QgsProject.instance()
    if is_old:
        assert project.write(str(tmp_path / "project.qgz"))
        assert project.read(str(tmp_path / "project.qgz"))
        settle()
    (layout,) = project.layoutManager().printLayouts()
    (legend,) = [item for item in layout.items() if isinstance(item, QgsLayoutItemLegend)]
    assert not legend.legendFilterByMapEnabled()
    legend.setAutoUpdateModel(True)
    settle()
    assert legend.legendFilterByMapEnabled()
    legend.setAutoUpdateModel(False)
    settle()
    legend.setAutoUpdateModel(True)
    settle()
    assert legend.legendFilterByMapEnabled()


def test_a_customised_legend_is_left_alone(layout_map: QgsLayoutItemMap) -> None:
    assert not legend_of(layout_map, follows=False).legendFilterByMapEnabled()


def test_legends_of_a_project_that_is_opened_stay(layout_map: QgsLayoutItemMap, tmp_path: Path) -> None:
    legend = legend_of(layout_map)
    legend.removeCustomProperty("pixxel/legend_limited")
    legend.setLegendFilterByMapEnabled(False)
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "project.qgz"))
    assert project.read(str(tmp_path / "project.qgz"))
    settle()
    (layout,) = project.layoutManager().printLayouts()
    (legend,) = [item for item in layout.items() if isinstance(item, QgsLayoutItemLegend)]
    assert not legend.legendFilterByMapEnabled()
    (layout_map,) = [item for item in layout.items() if isinstance(item, QgsLayoutItemMap)]
    assert legend_of(layout_map).legendFilterByMapEnabled()


def test_a_legend_without_dates_of_ours_is_left_alone(qgis_app: object) -> None:
    project = QgsProject.instance()
    project.clear()
    dates = LayoutDates(project)
    layout = QgsPrintLayout(project)
    project.layoutManager().addLayout(layout)
    item = QgsLayoutItemMap(layout)
    layout.addLayoutItem(item)
    settle()
    assert not legend_of(item).legendFilterByMapEnabled()
    dates.close()
