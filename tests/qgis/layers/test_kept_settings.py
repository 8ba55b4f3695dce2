"""What a person set on a layer stays when its legend is edited, answered, pushed, or loaded again."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.imagery.loaded import LoadedImage
from pixxel_explorer.plugin.layers import builder
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from pixxel_explorer.plugin.legend.spec import Legend
from pixxel_explorer.plugin.legend.vocabulary import Units
from qgis.core import QgsProject, QgsRasterLayer, QgsRasterMinMaxOrigin
from qgis.PyQt.QtGui import QColor

from .conftest import MakeImage, key_of, legend
from .settings import set_everything, settings_of

DAY = datetime.date(2025, 5, 2)
Redraw = Callable[[ProjectLayers, QgsRasterLayer, LoadedImage, Legend], Any]


def _preview(layers: ProjectLayers, layer: QgsRasterLayer, image: LoadedImage, edited: Legend) -> None:
    layers.preview("Sample data", "viz-1", "dynamic", {key_of(DAY): edited})


def _restyle(layers: ProjectLayers, layer: QgsRasterLayer, image: LoadedImage, edited: Legend) -> None:
    layers.restyle("Sample data", "viz-1", "dynamic", {key_of(DAY): edited})


def _load_again(layers: ProjectLayers, layer: QgsRasterLayer, image: LoadedImage, edited: Legend) -> None:
    layers.add(replace(image, legend=edited), project_name="Farms", aoi_name="Farm near Raba")


def _answer_units(layers: ProjectLayers, layer: QgsRasterLayer, image: LoadedImage, edited: Legend) -> None:
    builder.dress(layer, replace(image, legend=edited, units=Units.VALUES))


REDRAWN: dict[str, Redraw] = {
    "preview": _preview,
    "restyle": _restyle,
    "load again": _load_again,
    "answer units": _answer_units,
}


@pytest.mark.parametrize("act", REDRAWN)
def test_all_a_person_set_stays(project_layers: ProjectLayers, make_image: MakeImage, act: str) -> None:
    image = make_image()
    layer = project_layers.add(image, project_name="Farms", aoi_name="Farm near Raba")
    set_everything(layer)
    before = settings_of(layer)
    REDRAWN[act](project_layers, layer, image, legend(label="Forest"))
    assert [label for label, _ in layer.renderer().legendSymbologyItems()][-1].endswith("Forest")
    assert settings_of(layer) == before


@pytest.mark.parametrize("act", REDRAWN)
def test_the_tree_stays_as_it_was_arranged(project_layers: ProjectLayers, make_image: MakeImage, act: str) -> None:
    image = make_image()
    layer = project_layers.add(image, project_name="Farms", aoi_name="Farm near Raba")
    node = QgsProject.instance().layerTreeRoot().findLayer(layer)
    node.setExpanded(False)
    node.setCustomProperty("legend/node-order", "1,0")
    node.setCustomProperty("expandedLegendNodes", ["x"])
    REDRAWN[act](project_layers, layer, image, legend(label="Forest"))
    assert not node.isExpanded()
    assert (node.customProperty("legend/node-order"), node.customProperty("expandedLegendNodes")) == ("1,0", ["x"])


def test_the_gaps_of_the_legend_before_do_not_stay(project_layers: ProjectLayers, make_image: MakeImage) -> None:
    layer = project_layers.add(make_image(), project_name="Farms", aoi_name="Farm near Raba")
    whole = Legend((replace(legend().classes[0], minimum=-1.0, maximum=1.0),), closed_top=True)
    project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(DAY): whole})
    block = layer.renderer().block(1, layer.extent(), 8, 6)
    drawn = [QColor.fromRgba(block.color(row, column)).alpha() for row in range(6) for column in range(8)]
    assert drawn == [0, *[255] * 47]  # the first pixel is no-data


def test_limits_found_again_with_every_move_of_the_map_do_not_replace_the_legend(
    project_layers: ProjectLayers, make_image: MakeImage
) -> None:
    layer = project_layers.add(make_image(), project_name="Farms", aoi_name="Farm near Raba")
    origin = QgsRasterMinMaxOrigin()
    origin.setLimits(QgsRasterMinMaxOrigin.Limits.MinMax)
    origin.setExtent(QgsRasterMinMaxOrigin.Extent.UpdatedCanvas)
    layer.renderer().setMinMaxOrigin(origin)
    project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(DAY): legend(top=0.9)})
    assert layer.renderer().minMaxOrigin().limits() == QgsRasterMinMaxOrigin.Limits.None_


@pytest.mark.parametrize("act", REDRAWN)
def test_the_band_a_person_chose_and_the_alpha_band_stay(
    project_layers: ProjectLayers, make_image: MakeImage, act: str
) -> None:
    image = make_image()
    _with_second_and_alpha_band(image.path)
    layer = project_layers.add(image, project_name="Farms", aoi_name="Farm near Raba")
    assert (layer.renderer().inputBand(), layer.renderer().alphaBand()) == (1, 3)
    assert _visible(layer) == [column > 3 for column in range(8)]
    layer.renderer().setInputBand(2)
    REDRAWN[act](project_layers, layer, image, legend(label="Forest"))
    assert (layer.renderer().inputBand(), layer.renderer().alphaBand()) == (2, 3)
    assert _visible(layer) == [column > 3 for column in range(8)]


def test_a_person_who_took_the_alpha_band_off_sees_what_it_hid(
    project_layers: ProjectLayers, make_image: MakeImage
) -> None:
    image = make_image()
    _with_second_and_alpha_band(image.path)
    layer = project_layers.add(image, project_name="Farms", aoi_name="Farm near Raba")
    layer.renderer().setAlphaBand(-1)
    project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(DAY): legend(label="Forest")})
    assert _visible(layer) == [True] * 8


@pytest.mark.parametrize("lost", [False, True])
def test_a_picture_that_is_loaded_again_is_drawn_as_it_was(
    project_layers: ProjectLayers, make_image: MakeImage, tmp_path: Path, lost: bool
) -> None:
    image = make_image(kind="picture")
    layer = project_layers.add(image, project_name="Farms", aoi_name="Farm near Raba")
    layer.renderer().setRedBand(3)
    set_everything(layer)
    before = settings_of(layer)
    if lost:
        layer = _reopened_without_file(image.path, tmp_path / "project.qgz")
    project_layers.add(image, project_name="Farms", aoi_name="Farm near Raba")
    assert layer.isValid()
    assert layer.renderer().redBand() == 3
    assert layer.renderer().alphaBand() == 4
    if lost:  # QGIS forgets no-data values where there is no file
        del before["no-data"]
    assert before.items() <= settings_of(layer).items()


def _reopened_without_file(path: Path, file: Path) -> QgsRasterLayer:
    """Save the project and open it again while its raster is elsewhere; then put the raster back."""
    project = QgsProject.instance()
    assert project.write(str(file))
    path.rename(path.with_suffix(".away"))
    project.clear()
    assert project.read(str(file))
    path.with_suffix(".away").rename(path)
    (layer,) = project.mapLayers().values()
    assert not layer.isValid()
    return layer


def _with_second_and_alpha_band(path: Path) -> None:
    """Write the raster anew with its values twice and an alpha band that hides the left half."""
    former = gdal.Open(str(path))
    values, transform, reference = former.ReadAsArray(), former.GetGeoTransform(), former.GetProjection()
    former = None
    values[:] = np.linspace(0.6, 0.9, 8)
    mask = np.zeros_like(values)
    mask[:, 4:] = 255
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 8, 6, 3, gdal.GDT_Float32)
    dataset.SetGeoTransform(transform)
    dataset.SetProjection(reference)
    for number, band in enumerate((values, values, mask), start=1):
        dataset.GetRasterBand(number).WriteArray(band)
    dataset.GetRasterBand(3).SetColorInterpretation(gdal.GCI_AlphaBand)


def _visible(layer: QgsRasterLayer) -> list[bool]:
    block = layer.renderer().block(1, layer.extent(), 8, 6)
    return [QColor.fromRgba(block.color(2, column)).alpha() == 255 for column in range(8)]
