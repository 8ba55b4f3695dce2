"""Maps of print layouts with a range of time of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pixxel_explorer.plugin.integrations.layout_dates import LayoutDates
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from qgis.core import QgsLayoutItemMap, QgsPrintLayout, QgsProject
from qgis.PyQt.QtCore import QCoreApplication

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
