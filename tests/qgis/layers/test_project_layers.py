"""Our layers in a project: grouped, never doubled, dated, found again, and intact after reopening."""

from __future__ import annotations

import datetime
import itertools
import time
from pathlib import Path

import pytest
from pixxel_explorer.plugin.imagery.placement import RasterUnreadable
from pixxel_explorer.plugin.layers import frames
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from qgis.analysis import QgsRasterCalculatorEntry
from qgis.core import QgsLayerTreeGroup, QgsMapLayer, QgsProject

from .conftest import MakeImage, day_or_name, key_of, legend, show_alone

DAYS = ("2025-05-02", "2025-04-12", "2025-06-01")


def _add(layers: ProjectLayers, image: object) -> QgsMapLayer:
    return layers.add(image, project_name="Farms", aoi_name="Farm near Raba")


def _tree(node: QgsLayerTreeGroup) -> dict[str, object] | list[str]:
    groups = [child for child in node.children() if isinstance(child, QgsLayerTreeGroup)]
    if groups:
        return {group.name(): _tree(group) for group in groups}
    return [day_or_name(child) for child in node.children()]


def _shown(project: QgsProject) -> list[str]:
    return [day_or_name(node) for node in project.layerTreeRoot().findLayers() if node.itemVisibilityChecked()]


def test_dates_are_stacked_newest_first_in_their_groups(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    for day in DAYS:
        _add(project_layers, make_image(day))
    _add(project_layers, make_image(DAYS[0], "picture"))
    assert _tree(QgsProject.instance().layerTreeRoot()) == {
        "Farms": {
            "Farm near Raba": {
                "NDVI (dynamic, picture)": ["2025-05-02"],
                "NDVI (dynamic)": ["2025-06-01", "2025-05-02", "2025-04-12"],
            }
        }
    }


def test_an_aoi_without_project_is_at_the_top(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    project_layers.add(make_image(), project_name="", aoi_name="Lake")
    assert _tree(QgsProject.instance().layerTreeRoot()) == {"Lake": {"NDVI (dynamic)": ["2025-05-02"]}}


def test_groups_are_known_again_under_another_name(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    _add(project_layers, make_image(DAYS[0]))
    QgsProject.instance().layerTreeRoot().children()[0].setName("My farms")
    _add(project_layers, make_image(DAYS[1]))
    assert _tree(QgsProject.instance().layerTreeRoot()) == {
        "My farms": {"Farm near Raba": {"NDVI (dynamic)": ["2025-05-02", "2025-04-12"]}}
    }


def test_loading_again_repoints_the_layer(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    first = _add(project_layers, make_image())
    first.setName("May")
    again = make_image(suffix="_ab12", legend=legend(label="Forest"))
    second = _add(project_layers, again)
    assert second is first
    assert QgsProject.instance().count() == 1
    assert Path(second.source()) == again.path
    assert second.name() == "May"
    assert second.isValid()
    assert [item[0] for item in second.renderer().legendSymbologyItems()][-1] == "Forest"


def test_another_mode_or_kind_is_another_layer(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    _add(project_layers, make_image())
    _add(project_layers, make_image(mode="theoretical", suffix="_t"))
    _add(project_layers, make_image(kind="picture"))
    assert QgsProject.instance().count() == 3


def test_layers_are_found_by_what_they_show(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    for day in DAYS:
        _add(project_layers, make_image(day))
    _add(project_layers, make_image(DAYS[0], "picture"))
    names = [
        layer.customProperty("pixxel/date") for layer in project_layers.find("Sample data", "viz-1", kind="values")
    ]
    assert names == ["2025-04-12", "2025-05-02", "2025-06-01"]
    assert len(project_layers.find("Sample data", "viz-1")) == 4
    assert len(project_layers.find("Sample data", "viz-1", datetime.date(2025, 5, 2))) == 2
    assert project_layers.find("Sample data", "viz-1", mode="theoretical") == []
    assert project_layers.find("Sample data", "viz-2") == []


def test_a_broken_file_changes_nothing(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    image = make_image()
    image.path.write_bytes(b"no raster")
    with pytest.raises(RasterUnreadable):
        _add(project_layers, image)
    assert QgsProject.instance().count() == 0
    assert QgsProject.instance().layerTreeRoot().children() == []


def test_only_the_newest_date_is_shown(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    for day in DAYS:
        _add(project_layers, make_image(day))
    assert _shown(QgsProject.instance()) == ["2025-06-01"]


def test_one_date_can_be_shown_alone(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    layers = [_add(project_layers, make_image(day)) for day in DAYS]
    show_alone(layers[1])
    assert _shown(QgsProject.instance()) == ["2025-04-12"]


def test_preview_redraws_the_value_layers_of_the_named_days(
    project_layers: ProjectLayers, make_image: MakeImage
) -> None:
    layers = [_add(project_layers, make_image(day)) for day in DAYS]
    picture = _add(project_layers, make_image(DAYS[0], "picture"))
    before = picture.renderer()
    project_layers.preview("Sample data", "viz-1", "dynamic", {"2025_05_02": legend(label="Forest")})
    labels = [[item[0] for item in layer.renderer().legendSymbologyItems()][-1] for layer in layers]
    assert labels == ["Forest", "Dense crop", "Dense crop"]
    assert picture.renderer() is before
    assert layers[0].customProperty("pixxel/legend_hash") == legend().digest()


def test_restyle_notes_the_servers_new_legend(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    layer = _add(project_layers, make_image())
    answer = legend(top=0.9)
    project_layers.restyle("Sample data", "viz-1", "dynamic", {"2025_05_02": answer})
    assert layer.customProperty("pixxel/legend_hash") == answer.digest()


def test_preview_is_quick(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    days = [datetime.date(2025, 5, number + 1) for number in range(6)]
    for day in days:
        _add(project_layers, make_image(day.isoformat(), size=(240, 200)))
    times = []
    for step in range(20):
        legends = dict.fromkeys(map(key_of, days), legend(top=0.9 + step / 1000))
        began = time.thread_time()
        project_layers.preview("Sample data", "viz-1", "dynamic", legends)
        times.append(time.thread_time() - began)
    assert sorted(times)[len(times) // 2] < 0.010


@pytest.mark.parametrize("name", ["a.qgz", "a.qgs"])
def test_a_reopened_project_is_as_it_was(
    project_layers: ProjectLayers, make_image: MakeImage, tmp_path: Path, name: str
) -> None:
    project = QgsProject.instance()
    for day in DAYS:
        _add(project_layers, make_image(day))
    tree = _tree(project.layerTreeRoot())
    assert project.write(str(tmp_path / name))
    project.clear()
    assert project_layers.find("Sample data", "viz-1") == []
    assert project.read(str(tmp_path / name))

    layers = project_layers.find("Sample data", "viz-1", mode="dynamic", kind="values")
    assert [layer.customProperty("pixxel/date") for layer in layers] == sorted(DAYS)
    assert _tree(project.layerTreeRoot()) == tree
    assert _shown(project) == ["2025-06-01"]
    for layer in layers:
        assert layer.isValid()
        assert [item[0] for item in layer.renderer().legendSymbologyItems()] == ["Water", "Bare soil", "Dense crop"]
        assert layer.temporalProperties().isActive()
        assert not layer.temporalProperties().fixedTemporalRange().includeEnd()
    assert not project.isDirty()
    _add(project_layers, make_image("2025-07-01"))
    assert project.count() == 4
    assert len(_tree(project.layerTreeRoot())["Farms"]["Farm near Raba"]["NDVI (dynamic)"]) == 4


def test_no_key_and_no_path_is_in_the_provenance(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    layer = _add(project_layers, make_image())
    ours = {key: layer.customProperty(key) for key in layer.customPropertyKeys() if key.startswith("pixxel/")}
    assert set(ours) == {
        "pixxel/connection",
        "pixxel/aoi_id",
        "pixxel/visualization_id",
        "pixxel/index_id",
        "pixxel/date",
        "pixxel/date_key",
        "pixxel/date_label",
        "pixxel/mode",
        "pixxel/kind",
        "pixxel/place_method",
        "pixxel/place_confidence",
        "pixxel/legend_hash",
        "pixxel/loaded_at",
        "pixxel/layer_id",
    }
    assert not any("/" in str(value) for value in ours.values())


def test_the_frames_of_an_animation_are_the_days(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    for day in DAYS:
        _add(project_layers, make_image(day))
    _add(project_layers, make_image(DAYS[0], "picture"))
    found = frames.ranges(QgsProject.instance().mapLayers().values())
    assert [frame.begin().toString("yyyy-MM-dd") for frame in found] == sorted(DAYS)
    assert not any(a.overlaps(b) for a, b in itertools.pairwise(found))


def test_layers_say_their_index_and_day_and_how_they_are_drawn(
    project_layers: ProjectLayers, make_image: MakeImage
) -> None:
    images = [
        make_image(DAYS[0]),
        make_image(DAYS[0], "picture"),
        make_image(DAYS[0], suffix="_t", mode="theoretical"),
        make_image(DAYS[0], suffix="_w", visualization_id="viz-2", visualization_title="NDWI"),
    ]
    assert [_add(project_layers, image).name() for image in images] == [
        "NDVI 2025-05-02",
        "NDVI 2025-05-02 picture",
        "NDVI 2025-05-02 theoretical",
        "NDWI 2025-05-02",
    ]


def test_a_second_aoi_is_said_and_no_name_comes_twice(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    lake = {"aoi_id": "aoi-2", "aoi_name": "Lake shore", "visualization_id": "viz-2"}
    names = [
        _add(project_layers, make_image(DAYS[0])).name(),
        _add(project_layers, make_image(DAYS[0], suffix="_l", **lake)).name(),
        _add(project_layers, make_image(DAYS[0], suffix="_m", **(lake | {"visualization_id": "viz-3"}))).name(),
    ]
    assert names == ["NDVI 2025-05-02", "NDVI 2025-05-02, Lake shore", "NDVI 2025-05-02, Lake shore (2)"]


def test_a_name_that_somebody_gave_a_layer_stays(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    layer = _add(project_layers, make_image(DAYS[0]))
    layer.setName("before the flood")
    assert _add(project_layers, make_image(DAYS[0])).name() == "before the flood"


def test_two_indices_of_one_day_are_two_entries_of_the_raster_calculator(
    project_layers: ProjectLayers, make_image: MakeImage
) -> None:
    _add(project_layers, make_image(DAYS[0]))
    _add(project_layers, make_image(DAYS[0], suffix="_w", visualization_id="viz-2", visualization_title="NDWI"))
    entries = {entry.ref for entry in QgsRasterCalculatorEntry.rasterEntries()}
    assert entries == {"NDVI 2025-05-02@1", "NDWI 2025-05-02@1"}
