"""Pictures in any grid, with the legend anywhere: where the sandbox says they lie, there their pixels are."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal, ogr, osr
from pixxel_explorer.plugin.legend.vocabulary import LegendMode
from pixxel_explorer.plugin.sandbox.core.drawing.legend_box import frame_around
from pixxel_explorer.plugin.sandbox.core.drawing.sheet_place import SheetPlace
from pixxel_explorer.plugin.sandbox.core.drawing.style import Drawing, DrawnGrid, LegendPlace
from pixxel_explorer.plugin.sandbox.core.geometry import box
from pixxel_explorer.plugin.sandbox.core.handlers.picture import picture_place
from pixxel_explorer.plugin.sandbox.core.legends import colour_of, members

from .conftest import Json, Sandbox, Start
from .test_pictures import JUNE, pixels, png

Array = np.ndarray[Any, Any]
ASIDE = (LegendPlace.LEFT, LegendPlace.RIGHT, LegendPlace.TOP, LegendPlace.BOTTOM)
EPSG = {DrawnGrid.DEGREES: 4326, DrawnGrid.MERCATOR: 3857, DrawnGrid.UTM: 32633}


def drawn(start: Start, folder: Path, drawing: Drawing) -> tuple[Sandbox, Json, Array, SheetPlace]:
    """Return a sandbox that draws in one style, its NDVI of the farm, the picture and its place."""
    sandbox = start(folder, drawing=drawing)
    record = sandbox.visualization("Farm", "NDVI")
    image = pixels(png(sandbox, record).content)
    return sandbox, record, image, picture_place(sandbox.state, record["id"], JUNE, LegendMode.THEORETICAL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the state folder that the sandboxes of this module share one after another."""
    return tmp_path_factory.mktemp("styles")


def expected_classes(sandbox: Sandbox, record: Json, place: SheetPlace, where: Array) -> Array:
    """Return the class number of picture pixels (column, row), read from the values; -1 where there is none."""
    asset = next(a for a in sandbox.state.assets_of(record["id"]) if a["date"] == "2025-06-18")
    raster = gdal.Open(str(sandbox.state.path_of(asset)))
    source, target = osr.SpatialReference(), raster.GetSpatialRef()
    source.ImportFromEPSG(place.epsg)
    for reference in (source, target):
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    turn = osr.CoordinateTransformation(source, target)
    x0, across, _, y0, _, down = place.transform
    points = [(x0 + (column + 0.5) * across, y0 + (row + 0.5) * down) for column, row in where.tolist()]
    left, size, _, top, _, height = raster.GetGeoTransform()
    spots = np.array([point[:2] for point in turn.TransformPoints(points)])
    columns = np.floor((spots[:, 0] - left) / size).astype(int)
    rows = np.floor((spots[:, 1] - top) / height).astype(int)
    values = raster.ReadAsArray()
    known = (columns >= 0) & (rows >= 0) & (columns < values.shape[1]) & (rows < values.shape[0])
    found = np.where(known, values[rows * known, columns * known], np.nan)
    classes = record["metadata"]["legend"][JUNE]["theoretical"]
    numbers = np.full(len(where), -1)
    for number, mask in enumerate(members(classes, found)):
        numbers[mask] = number
    return numbers


def match(sandbox: Sandbox, record: Json, image: Array, place: SheetPlace, shift: tuple[int, int] = (0, 0)) -> float:
    """Return the share of opaque map pixels in the colour of their value, as if it lay so many pixels beside."""
    window, classes = place.window, record["metadata"]["legend"][JUNE]["theoretical"]
    columns, rows = np.meshgrid(
        np.arange(window.column, window.column + window.width, 7),
        np.arange(window.row, window.row + window.height, 7),
    )
    where = np.stack([columns.ravel(), rows.ravel()], axis=1)
    expected = expected_classes(sandbox, record, place, where + np.array(shift))
    colours = np.array([[c.red, c.green, c.blue] for c in (colour_of(entry["color"]) for entry in classes)])
    seen = image[where[:, 1], where[:, 0]]
    compared = (seen[:, 3] == 255) & (expected >= 0) & (seen[:, None, :3] == colours).all(axis=2).any(axis=1)
    assert compared.sum() > 300
    return float((colours[expected[compared]] == seen[compared, :3]).all(axis=1).mean())


STYLES = [
    *(Drawing(grid, place) for grid in DrawnGrid for place in LegendPlace),
    Drawing(DrawnGrid.MERCATOR, LegendPlace.NONE, padding=9),
    Drawing(DrawnGrid.UTM, LegendPlace.BOTTOM, padding=3, snapped=True, scale=2),
    Drawing(DrawnGrid.UTM, LegendPlace.NONE, snapped=True, scale=1),
    Drawing(DrawnGrid.MERCATOR, LegendPlace.TOP, snapped=True, scale=3),
    Drawing(DrawnGrid.DEGREES, LegendPlace.LEFT, padding=5, scale=4),
]


@pytest.mark.parametrize("drawing", STYLES, ids=lambda d: f"{d.grid}-{d.legend}-{d.padding}-{d.snapped}-{d.scale}")
def test_every_pixel_lies_where_the_sandbox_says(start: Start, folder: Path, drawing: Drawing) -> None:
    sandbox, record, image, place = drawn(start, folder, drawing)
    assert place.epsg == EPSG[drawing.grid]
    exact = match(sandbox, record, image, place)
    assert exact > 0.95  # nearest pixels differ by half of one, which shows where classes meet
    step = drawing.scale or 5  # picture pixels to a source pixel
    for beside in ((step, 0), (0, -step)):
        assert match(sandbox, record, image, place, beside) < exact - 0.02


@pytest.mark.parametrize("grid", [DrawnGrid.MERCATOR, DrawnGrid.UTM])
def test_the_box_is_that_of_the_outline_in_the_grids_own_crs(start: Start, folder: Path, grid: DrawnGrid) -> None:
    """The outline's edges are straight in degrees: OGR adds points to them and transforms these."""
    sandbox, _, _, place = drawn(start, folder, Drawing(grid, LegendPlace.NONE))
    shape = ogr.CreateGeometryFromJson(json.dumps(sandbox.aoi("Farm")["geometry"]))
    shape.Segmentize(1e-4)
    source, target = osr.SpatialReference(), osr.SpatialReference()
    source.ImportFromEPSG(4326)
    target.ImportFromEPSG(EPSG[grid])
    for reference in (source, target):
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    shape.Transform(osr.CoordinateTransformation(source, target))
    west, east, south, north = shape.GetEnvelope()
    assert place.extent == pytest.approx((west, south, east, north), abs=0.05)


def test_a_grid_that_is_not_assumed_is_pixels_off(start: Start, folder: Path) -> None:
    """What the styles are for: the AOI's box in degrees is the wrong place for a picture in UTM."""
    sandbox, record, image, place = drawn(start, folder, Drawing(DrawnGrid.UTM, LegendPlace.NONE))
    west, south, east, north = box(sandbox.aoi("Farm")["geometry"])
    height, width, _ = image.shape
    assumed = (west, (east - west) / width, 0.0, north, 0.0, (south - north) / height)
    right = match(sandbox, record, image, place)
    assert match(sandbox, record, image, SheetPlace(4326, assumed, place.window)) < right - 0.05


@pytest.mark.parametrize("side", ASIDE)
def test_a_legend_beside_the_map_hides_nothing_of_it(start: Start, folder: Path, side: LegendPlace) -> None:
    _, _, plain, _ = drawn(start, folder, Drawing(legend=LegendPlace.NONE))
    _, record, image, place = drawn(start, folder, Drawing(legend=side))
    window = place.window
    rows, columns = slice(window.row, window.row + window.height), slice(window.column, window.column + window.width)
    np.testing.assert_array_equal(image[rows, columns], plain)
    beside = np.ones(image.shape[:2], dtype=bool)
    beside[rows, columns] = False
    assert (image[beside, 3] == 255).all()
    colours = {tuple(colour) for colour in np.unique(image[beside][:, :3], axis=0).tolist()}
    for entry in record["metadata"]["legend"][JUNE]["theoretical"]:
        colour = colour_of(entry["color"])
        assert (colour.red, colour.green, colour.blue) in colours


@pytest.mark.parametrize("side", ASIDE)
def test_a_map_smaller_than_its_legend_gets_a_larger_sheet(side: LegendPlace) -> None:
    classes = [{"min": 0.0, "max": 1.0, "color": "#123456", "label": "all of it"}]
    frame = frame_around((7, 5), "NDVI  2025-06-18", classes, side)
    assert frame.legend is not None
    assert frame.height >= max(7, frame.legend_top + frame.legend.height)
    assert frame.width >= max(5, frame.legend_left + frame.legend.width)
    whole = frame.around(np.zeros((7, 5, 4), dtype=np.uint8), classes)
    assert not whole[frame.top : frame.top + 7, frame.left : frame.left + 5].any()
    assert np.count_nonzero(whole[..., 3] == 0) == 35


def test_padding_is_a_transparent_border_of_whole_source_pixels(start: Start, folder: Path) -> None:
    _, _, tight, _ = drawn(start, folder, Drawing(legend=LegendPlace.NONE, scale=3))
    _, _, padded, _ = drawn(start, folder, Drawing(legend=LegendPlace.NONE, scale=3, padding=4))
    assert padded[12:-12, 12:-12].shape == tight.shape
    assert (padded[12:-12, 12:-12] == tight).mean() > 0.999  # GDAL's warp approximates between its grid's points
    assert not padded[:12].any()
    assert not padded[:, -12:].any()


def test_a_snapped_grid_has_the_values_own_pixels(start: Start, folder: Path) -> None:
    _, _, image, place = drawn(start, folder, Drawing(DrawnGrid.UTM, LegendPlace.NONE, snapped=True, scale=1))
    west, across, _, north, _, down = place.transform
    assert (across, down) == pytest.approx((10, -10), abs=1e-6)
    assert math.remainder(west, 10) == pytest.approx(0, abs=1e-6)
    assert math.remainder(north, 10) == pytest.approx(0, abs=1e-6)
    assert image.shape[:2] == (place.window.height, place.window.width)


def test_a_smooth_picture_has_finer_edges_between_its_classes(start: Start, folder: Path) -> None:
    _, _, blocky, _ = drawn(start, folder, Drawing(legend=LegendPlace.NONE, scale=4))
    _, _, smooth, _ = drawn(start, folder, Drawing(legend=LegendPlace.NONE, scale=4, is_smooth=True))
    assert blocky.shape == smooth.shape
    assert is_in_blocks(blocky, 4)
    assert not is_in_blocks(smooth, 4)


def is_in_blocks(image: Array, size: int) -> bool:
    inner = image[300:420, 300:420, :3]
    blocks = inner.reshape(120 // size, size, 120 // size, size, 3)
    return bool((blocks == blocks[:, :1, :, :1]).all())


def test_each_visualization_may_have_a_style_of_its_own_that_no_response_contains(start: Start, folder: Path) -> None:
    sandbox = start(folder)
    record = sandbox.visualization("Farm", "NDRE")
    sandbox.state.change("visualizations", record["id"], _drawing={"grid": "UTM", "legend": "right", "padding": 2})
    place = picture_place(sandbox.state, record["id"], JUNE, LegendMode.THEORETICAL)
    assert place.epsg == 32633
    image = pixels(png(sandbox, record).content)
    assert image.shape[1] > place.window.width
    assert "_drawing" not in sandbox.visualization("Farm", "NDRE")


@pytest.mark.parametrize(
    "fields",
    [{"grid": "EPSG:27700"}, {"legend": "over there"}, {"padding": -1}, {"scale": -2}, {"colour": "red"}],
    ids=str,
)
def test_a_style_that_is_not_understood_is_refused(fields: Json) -> None:
    with pytest.raises((ValueError, TypeError)):
        Drawing.parse(fields)
