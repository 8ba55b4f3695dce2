"""QGIS's metadata of our layers, as it is saved in a project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pixxel_explorer.plugin.imagery.loaded import Placement, PlaceMethod
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from pixxel_explorer.plugin.layers.refetched import restore
from qgis.core import Qgis, QgsLayerMetadata, QgsProject, QgsRasterLayer

from .conftest import MakeImage


def saved(layer: QgsRasterLayer, folder: Path) -> QgsLayerMetadata:
    """Return the metadata of a layer from a project that was written and read again."""
    project = QgsProject.instance()
    assert project.write(str(folder / "season.qgs"))
    layer_id = layer.id()
    assert project.read(str(folder / "season.qgs"))
    return project.mapLayer(layer_id).metadata()


def test_a_saved_layer_says_what_where_when_and_whence(
    project_layers: ProjectLayers, make_image: MakeImage, tmp_path: Path
) -> None:
    image = make_image()
    layer = project_layers.add(image, project_name="Farms", aoi_name="Farm near Raba")
    bounds, crs = layer.extent(), layer.crs()
    found = saved(layer, tmp_path)
    assert found.title() == f"{image.visualization_title} of {image.aoi_name} on {image.label}"
    assert found.abstract()
    assert found.crs() == crs
    (place,) = found.extent().spatialExtents()
    assert place.bounds.toRectangle() == bounds
    assert place.extentCrs == crs
    (span,) = found.extent().temporalExtents()
    assert span.begin().toUTC().date().toPyDate() == image.day
    assert found.dateTime(Qgis.MetadataDateType.Created).toUTC().date().toPyDate() == image.day
    assert len(found.history()) == 2
    assert f"visualization {image.visualization_id}" in found.history()[0]
    assert image.loaded_at in found.history()[1]
    assert found.links() == []


def test_an_uncertain_place_is_in_the_history(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    image = make_image()
    place = Placement(image.placement.crs, image.placement.extent, PlaceMethod.ASSUMED, 0.5)
    layer = project_layers.add(replace(image, placement=place), project_name="Farms", aoi_name="Farm")
    assert layer.metadata().history()[1].endswith("placed by “aoi-extent”, which is not certain.")


@pytest.mark.parametrize("again", ["added", "fetched"])
def test_a_load_is_added_to_the_history_and_the_text_of_the_user_stays(
    project_layers: ProjectLayers, make_image: MakeImage, again: str
) -> None:
    image = make_image()
    layer = project_layers.add(image, project_name="Farms", aoi_name="Farm")
    edited = layer.metadata()
    edited.setAbstract("Mine")
    layer.setMetadata(edited)
    newer = replace(image, loaded_at="2026-11-30T09:00:00+00:00")
    if again == "added":
        project_layers.add(newer, project_name="Farms", aoi_name="Farm")
    else:
        restore(layer, newer)
    found = layer.metadata()
    assert found.abstract() == "Mine"
    assert len(found.history()) == 3
    assert "2026-11-30T09:00:00+00:00" in found.history()[2]
