"""What the values of a raster say of its drawing."""

from __future__ import annotations

import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.downloads.image_values import with_values
from pixxel_explorer.plugin.imagery.loaded import LoadedImage, Placement
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.legend.spec import Colour, Legend, LegendClass
from pixxel_explorer.plugin.legend.vocabulary import ExpressionType

CLASSES = Legend((LegendClass(0, 1, Colour(1, 2, 3)),))


def raster(path: Path, *bands: Any, kind: int = gdal.GDT_Float32, scale: float = 1.0) -> Path:
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), len(bands[0]), 1, len(bands), kind)
    for number, values in enumerate(bands, start=1):
        dataset.GetRasterBand(number).SetScale(scale)
        dataset.GetRasterBand(number).WriteArray(np.array([values]))
    del dataset
    return path


def image(path: Path, **more: Any) -> LoadedImage:
    facts = ("connection", "project_name", "aoi_id", "aoi_name", "visualization_id", "visualization_title", "index_id")
    return LoadedImage(
        path=path,
        kind=LayerKind.VALUES,
        mode="dynamic",
        day=datetime.date(2025, 5, 6),
        date_key="2025_05_06",
        placement=Placement("EPSG:4326", (0, 0, 1, 1), "raster", 1),
        loaded_at="",
        **dict.fromkeys(facts, "x"),
        **more,
    )


def item(expression_type: str, rescale: Any) -> Any:
    return SimpleNamespace(drawn_as=ExpressionType.named(expression_type.casefold()), rescale=rescale)


BANDS = ([0.0, 0.1, 0.3], [0.0, 0.2, 0.3], [0.1, 0.2, 0.4])


def test_a_composite_is_stretched_over_its_display_ranges(tmp_path: Path) -> None:
    found = with_values(image(raster(tmp_path / "a.tif", *BANDS)), item("Composite", [[0, 0.3], [0, 0.2], [0, 0.1]]))
    assert found.stretch == ((0, 0.3), (0, 0.2), (0, 0.1))
    assert found.warnings == ()


def test_a_display_range_of_stored_numbers_is_brought_to_the_drawn_ones(tmp_path: Path) -> None:
    stored = [[int(value * 10000) for value in band] for band in BANDS]
    path = raster(tmp_path / "a.tif", *stored, kind=gdal.GDT_Int16, scale=0.0001)
    assert with_values(image(path), item("composite", [0, 3000])).stretch == ((0, pytest.approx(0.3)),) * 3
    assert with_values(image(path), item("composite", [0, 0.3])).stretch == ((0, 0.3),) * 3


def test_bytes_are_drawn_as_they_are_unless_the_range_is_of_bytes(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", *[[0, 100, 200]] * 3, kind=gdal.GDT_Byte)
    assert with_values(image(path), item("composite", [0, 10000])).stretch == ((0, 255),) * 3
    assert with_values(image(path), item("composite", [20, 200])).stretch == ((20, 200),) * 3


@pytest.mark.parametrize("rescale", [None, [0, 1, 2], "none"])
def test_without_a_display_range_it_is_said_and_nothing_claimed(tmp_path: Path, rescale: Any) -> None:
    found = with_values(image(raster(tmp_path / "a.tif", *BANDS)), item("composite", rescale))
    assert found.stretch == ()
    (warning,) = found.warnings
    assert "QGIS stretches it by its own values" in warning


def test_a_grey_picture_has_one_range_and_an_index_one_that_fits(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", BANDS[0])
    assert with_values(image(path), item("grayscale", [0, 0.6])).stretch == ((0, 0.6),)
    assert with_values(image(path), item("index", [0, 0.6])).stretch == ((0, 0.6),)
    missed = with_values(image(path), item("index", [-9000, 9000]))
    assert missed.stretch == ()
    assert "no display range that fits" in missed.warnings[0]


def test_a_legend_draws_where_there_is_no_style(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", BANDS[0])
    found = with_values(image(path, legend=CLASSES), item("index", [0, 1]))
    assert found.stretch == ()
    assert "drawn by its legend" in found.warnings[0]
    assert with_values(image(path, legend=CLASSES, sld="<sld/>"), item("index", [0, 1])).warnings == ()


def test_likely_no_data_does_not_decide_and_is_named(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", [*np.linspace(-1, 1, 99), -9999])
    found = with_values(image(path, sld="<sld/>"), item("index", [-1, 1]))
    assert found.values == (-1, 1)
    assert [fill.value for fill in found.fills] == [-9999]
    assert found.warnings[0].startswith("1 % of the pixels are -9999, which looks like no-data")
