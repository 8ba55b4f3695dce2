"""Several scenes of one day in QGIS's temporal controller: each is a frame, and none hides another."""

from __future__ import annotations

from pathlib import Path

import pytest
from pixxel_explorer.plugin.integrations.layout_dates import LayoutDates
from qgis.core import (
    Qgis,
    QgsDateTimeRange,
    QgsLayoutItemMap,
    QgsMapLayer,
    QgsMapLayerStyle,
    QgsPrintLayout,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QDateTime

from ..layers.conftest import MakeImage, make_image  # noqa: F401 (a fixture)
from .test_temporal import ANIMATED, OFF, Harness, harness  # noqa: F401 (a fixture)

SCENES = {"2025_05_02": "2025-05-02", "2025_05_02_2": "2025-05-02 (2)", "2025_05_02_10": "2025-05-02 (10)"}
TIMES = {"2025_05_02T104211Z": "2025-05-02 10:42", "2025_05_02T140500Z": "2025-05-02 14:05"}


def add(harness: Harness, make_image: MakeImage, scenes: dict[str, str], visualization: str = "viz-1") -> None:  # noqa: F811
    """Add scenes of one day, and a day before and after them."""
    for day in ("2025-05-01", "2025-05-03"):
        image = make_image(day, suffix=f"_{visualization[-1]}", visualization_id=visualization)
        harness.layers.add(image, project_name="Farms", aoi_name="Farm")
    for number, (key, label) in enumerate(scenes.items()):
        image = make_image(
            suffix=f"_{visualization[-1]}{number}", key=key, date_label=label, visualization_id=visualization
        )
        harness.layers.add(image, project_name="Farms", aoi_name="Farm")
    QCoreApplication.processEvents()


def layer_of(label: str) -> QgsRasterLayer:
    found = (layer for layer in QgsProject.instance().mapLayers().values() if layer.name() == f"NDVI {label}")
    layer = next(found)
    assert isinstance(layer, QgsRasterLayer)
    return layer


def frames(harness: Harness) -> list[str]:  # noqa: F811
    """Return the begin and end of each frame in UTC."""
    ranges = map(harness.navigation.dateTimeRangeForFrameNumber, range(harness.navigation.totalFrameCount()))
    return [f"{_text(each.begin())}/{_text(each.end())}" for each in ranges]


def _text(moment: QDateTime) -> str:
    return str(moment.toUTC().toString("ddTHH:mm"))


def drawn(harness: Harness) -> list[str]:  # noqa: F811
    """Return the names of the layers that the map draws in the current frame."""
    frame = harness.navigation.dateTimeRangeForFrameNumber(harness.navigation.currentFrameNumber())
    return [layer.name() for layer in harness.project.layerTreeRoot().checkedLayers() if _is_drawn(layer, frame)]


def _is_drawn(layer: QgsMapLayer, frame: QgsDateTimeRange) -> bool:
    return bool(layer.temporalProperties().isVisibleInTemporalRange(frame))


def drawn_by_frame(harness: Harness) -> list[list[str]]:  # noqa: F811
    found = []
    for number in range(harness.navigation.totalFrameCount()):
        harness.navigation.setCurrentFrameNumber(number)
        found.append(drawn(harness))
    return found


def test_scenes_with_times_are_frames_that_begin_at_their_times(harness: Harness, make_image: MakeImage) -> None:  # noqa: F811
    add(harness, make_image, TIMES)
    harness.switch(ANIMATED)
    assert frames(harness) == ["01T00:00/02T00:00", "02T00:00/02T14:05", "02T14:05/03T00:00", "03T00:00/04T00:00"]
    names = ["2025-05-01", *TIMES.values(), "2025-05-03"]
    assert drawn_by_frame(harness) == [[f"NDVI {name}"] for name in names]


def test_numbered_scenes_share_the_day_in_equal_parts(harness: Harness, make_image: MakeImage) -> None:  # noqa: F811
    add(harness, make_image, SCENES)
    harness.switch(ANIMATED)
    assert frames(harness)[1:4] == ["02T00:00/02T08:00", "02T08:00/02T16:00", "02T16:00/03T00:00"]
    names = ["2025-05-01", *SCENES.values(), "2025-05-03"]
    assert drawn_by_frame(harness) == [[f"NDVI {name}"] for name in names]


def test_another_visualization_is_shown_in_all_frames_of_its_day(harness: Harness, make_image: MakeImage) -> None:  # noqa: F811
    add(harness, make_image, TIMES)
    add(harness, make_image, {"2025_05_02": "2025-05-02"}, "viz-2")
    harness.switch(ANIMATED)
    assert len(frames(harness)) == 4
    assert [len(names) for names in drawn_by_frame(harness)] == [2, 2, 2, 2]


def test_a_scene_that_is_to_be_shown_is_the_frame(harness: Harness, make_image: MakeImage) -> None:  # noqa: F811
    add(harness, make_image, TIMES)
    harness.switch(ANIMATED)
    for label in TIMES.values():
        harness.time.go_to(layer_of(label))
        assert drawn(harness) == [f"NDVI {label}"]
        assert harness.layers.seen_key([layer_of(each) for each in TIMES.values()], harness.time.shown_range()) in TIMES
        seen = harness.layers.seen_key([layer_of(each) for each in TIMES.values()], harness.time.shown_range())
        assert TIMES[str(seen)] == label


def test_a_scene_is_the_frame_at_once_after_it_was_added(harness: Harness, make_image: MakeImage) -> None:  # noqa: F811
    harness.switch(ANIMATED)
    for number, (key, label) in enumerate(TIMES.items()):
        image = make_image(suffix=f"_{number}", key=key, date_label=label)
        layer = harness.layers.add(image, project_name="Farms", aoi_name="Farm")
    harness.time.go_to(layer)
    assert drawn(harness) == ["NDVI 2025-05-02 14:05"]


def test_the_animation_begins_at_the_scene_that_was_shown(harness: Harness, make_image: MakeImage) -> None:  # noqa: F811
    add(harness, make_image, SCENES)
    harness.show(layer_of("2025-05-02 (2)"))
    harness.switch(ANIMATED)
    assert drawn(harness) == ["NDVI 2025-05-02 (2)"]
    harness.switch(OFF)
    assert harness.project.layerTreeRoot().checkedLayers() == [layer_of("2025-05-02 (2)")]


def test_a_project_opened_again_is_divided_as_before_and_unchanged(
    harness: Harness,  # noqa: F811
    make_image: MakeImage,  # noqa: F811
    tmp_path: Path,
) -> None:
    add(harness, make_image, TIMES)
    assert harness.project.write(str(tmp_path / "scenes.qgs"))
    harness.project.clear()
    assert harness.project.read(str(tmp_path / "scenes.qgs"))
    QCoreApplication.processEvents()
    assert not harness.project.isDirty()
    harness.switch(ANIMATED)
    assert drawn_by_frame(harness) == [[f"NDVI {name}"] for name in ("2025-05-01", *TIMES.values(), "2025-05-03")]


def test_a_pasted_style_brings_no_time_of_another_scene(harness: Harness, make_image: MakeImage) -> None:  # noqa: F811
    add(harness, make_image, TIMES)
    first, second = map(layer_of, TIMES.values())
    style = QgsMapLayerStyle()
    style.readFromLayer(first)
    style.writeToLayer(second)
    second.styleChanged.emit()  # as QGIS's own paste does
    QCoreApplication.processEvents()
    harness.switch(ANIMATED)
    assert drawn_by_frame(harness) == [[f"NDVI {name}"] for name in ("2025-05-01", *TIMES.values(), "2025-05-03")]


def test_a_scene_loaded_again_keeps_its_part_of_the_day(harness: Harness, make_image: MakeImage) -> None:  # noqa: F811
    add(harness, make_image, TIMES)
    before = layer_of("2025-05-02 14:05").temporalProperties().fixedTemporalRange()
    image = make_image(suffix="_9", key="2025_05_02T140500Z", date_label="2025-05-02 14:05")
    layer = harness.layers.add(image, project_name="Farms", aoi_name="Farm")
    assert layer == layer_of("2025-05-02 14:05")
    assert layer.temporalProperties().fixedTemporalRange() == before


def test_ranges_of_the_user_that_do_not_overlap_stay(harness: Harness, make_image: MakeImage) -> None:  # noqa: F811
    add(harness, make_image, TIMES)
    wanted = []
    for label, hour in zip(TIMES.values(), (3, 5), strict=True):
        temporal = layer_of(label).temporalProperties()
        begin = temporal.fixedTemporalRange().begin()
        begin = QDateTime(begin.toUTC().date().startOfDay(begin.timeZone())).addSecs(hour * 3600)
        wanted.append(QgsDateTimeRange(begin, begin.addSecs(3600), True, False))
        temporal.setFixedTemporalRange(wanted[-1])
    add(harness, make_image, {"2025_05_02": "2025-05-02"}, "viz-2")
    found = [layer_of(label).temporalProperties().fixedTemporalRange() for label in TIMES.values()]
    assert found == wanted


@pytest.mark.parametrize("mode", [ANIMATED, Qgis.TemporalNavigationMode.FixedRange])
def test_both_scenes_can_be_shown_by_the_controller(
    harness: Harness,  # noqa: F811
    make_image: MakeImage,  # noqa: F811
    mode: Qgis.TemporalNavigationMode,
) -> None:
    add(harness, make_image, TIMES)
    first, second = map(layer_of, TIMES.values())
    harness.switch(mode)
    if mode == Qgis.TemporalNavigationMode.FixedRange:
        harness.navigation.setTemporalExtents(second.temporalProperties().fixedTemporalRange())
        assert not harness.time.shows(first)
    assert harness.time.shows(second)


def test_a_map_of_a_layout_shows_the_scene_of_its_range(harness: Harness, make_image: MakeImage) -> None:  # noqa: F811
    add(harness, make_image, TIMES)
    dates = LayoutDates(harness.project)
    layout = QgsPrintLayout(harness.project)
    harness.project.layoutManager().addLayout(layout)
    item = QgsLayoutItemMap(layout)
    layout.addLayoutItem(item)
    for label in TIMES.values():
        item.setIsTemporal(True)
        item.setTemporalRange(layer_of(label).temporalProperties().fixedTemporalRange())
        item.changed.emit()  # as the layout's own controls do
        QCoreApplication.processEvents()
        assert [layer.name() for layer in item.layers()] == [f"NDVI {label}"]
    dates.close()
