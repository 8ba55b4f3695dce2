"""Values of the same date tell where a picture lies of which the edges tell nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal, osr
from pixxel_explorer.plugin.imagery.picture_place import Clues, measure_place
from pixxel_explorer.plugin.imagery.png_file import read_structure

from .drawn_pictures import COLOURS, Drawn, Ring, Style, draw, encoded, error_of, geometry

RECTANGLE: list[Ring] = [[[16.938, 47.171], [16.962, 47.171], [16.962, 47.189], [16.938, 47.189], [16.938, 47.171]]]
TURNED: list[Ring] = [[[16.946, 47.171], [16.962, 47.178], [16.955, 47.189], [16.938, 47.183], [16.946, 47.171]]]
METRES = 10.0


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a raster of fields with noise, in UTM."""
    path = tmp_path_factory.mktemp("values") / "values.tif"
    random = np.random.default_rng(5)
    fields = random.random((40, 40)).repeat(6, 0).repeat(6, 1) + 0.1 * random.random((240, 240))
    _write(path, fields)
    return path


def _write(path: Path, content: np.ndarray) -> None:
    height, width = content.shape
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), width, height, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform((646700, METRES, 0, 5228100, 0, -METRES))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.GetRasterBand(1).WriteArray(content)
    dataset = None


def drawn_from(values: Path, rings: list[Ring], style: Style) -> Drawn:
    """Return a picture whose colours are the classes of the values."""
    drawn = draw(rings, style)
    gdal.FileFromMemBuffer("/vsimem/drawn.png", drawn.png)
    rgba = np.moveaxis(gdal.Open("/vsimem/drawn.png").ReadAsArray(), 0, -1).copy()
    gdal.Unlink("/vsimem/drawn.png")
    height, width, _ = rgba.shape
    west, across, _, north, _, down = drawn.transform
    edges = (west, north + height * down, west + width * across, north)
    laid = gdal.Warp(
        "", str(values), format="MEM", dstSRS=f"EPSG:{drawn.epsg}", outputBounds=edges, width=width, height=height
    )
    numbers = np.clip(laid.ReadAsArray() / 1.1 * len(COLOURS), 0, len(COLOURS) - 1).astype(int)
    opaque = rgba[..., 3] > 0
    rgba[opaque, :3] = np.asarray(COLOURS, dtype=np.uint8)[numbers[opaque]]
    return Drawn(encoded(rgba), drawn.epsg, drawn.transform, drawn.window)


def placed(drawn: Drawn, rings: list[Ring], values: Path | None) -> tuple[Any, float]:
    """Return the placement of a picture and its true error."""
    place = measure_place(
        read_structure(drawn.png), Clues(geometry(rings), resolution=METRES, colours=COLOURS, values=values)
    )
    assert place is not None
    window = (place.window.column, place.window.row, place.window.width, place.window.height)
    return place.placement, error_of(drawn, place.placement.crs, place.placement.extent, window)


@pytest.mark.parametrize("grid", [4326, 3857, 0])
@pytest.mark.parametrize(
    ("rings", "style"),
    [
        (RECTANGLE, Style(size=400)),
        (RECTANGLE, Style(size=1000)),
        (RECTANGLE, Style(size=400, is_cut=False)),
        (TURNED, Style(size=400, is_cut=False)),
    ],
)
def test_values_make_a_place_certain(values: Path, rings: list[Ring], style: Style, grid: int) -> None:
    drawn = drawn_from(values, rings, Style(grid=grid, size=style.size, is_cut=style.is_cut))
    placement, error = placed(drawn, rings, values)
    assert placement.is_certain
    assert error <= 0.5


@pytest.mark.parametrize("grid", [4326, 3857])
def test_a_box_that_the_server_enlarged_is_noticed(values: Path, grid: int) -> None:
    drawn = drawn_from(values, RECTANGLE, Style(grid=grid, size=300, padding=(0.3, 0.6, 0.7, 0.4)))
    placement, error = placed(drawn, RECTANGLE, values)
    assert error > 0.5
    assert not placement.is_certain


def test_values_of_something_else_prove_nothing(values: Path, tmp_path: Path) -> None:
    drawn = drawn_from(values, RECTANGLE, Style(size=400))
    _write(tmp_path / "other.tif", np.random.default_rng(8).random((240, 240)))
    assert not placed(drawn, RECTANGLE, tmp_path / "other.tif")[0].is_certain


@pytest.mark.parametrize("content", [b"", b"no raster"])
def test_values_that_cannot_be_read_leave_the_place_uncertain(values: Path, tmp_path: Path, content: bytes) -> None:
    drawn = drawn_from(values, RECTANGLE, Style(size=400))
    (tmp_path / "broken.tif").write_bytes(content)
    assert not placed(drawn, RECTANGLE, tmp_path / "broken.tif")[0].is_certain


@pytest.mark.parametrize("fill", [0.5, np.nan])
def test_values_that_are_all_alike_leave_the_place_uncertain(values: Path, tmp_path: Path, fill: float) -> None:
    drawn = drawn_from(values, RECTANGLE, Style(size=400))
    _write(tmp_path / "even.tif", np.full((240, 240), fill))
    assert not placed(drawn, RECTANGLE, tmp_path / "even.tif")[0].is_certain
