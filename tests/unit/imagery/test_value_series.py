"""Values at points and within polygons, differences and changes of classes, over real files."""

from __future__ import annotations

import asyncio
import math
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal, ogr, osr
from pixxel_explorer.plugin.imagery import difference as difference_module
from pixxel_explorer.plugin.imagery import zonal as zonal_module
from pixxel_explorer.plugin.imagery.band_values import BandReader
from pixxel_explorer.plugin.imagery.class_changes import class_changes
from pixxel_explorer.plugin.imagery.difference import write_difference
from pixxel_explorer.plugin.imagery.errors import Interrupted, RasterUnreadable
from pixxel_explorer.plugin.imagery.placement import open_placed
from pixxel_explorer.plugin.imagery.point_values import Point, PointOutside
from pixxel_explorer.plugin.imagery.raster_io import gdal_quiet, open_raster
from pixxel_explorer.plugin.imagery.zonal import ZonalStatistics, Zone, Zones
from pixxel_explorer.plugin.worker.background import in_thread

from .test_class_areas import CLASSES, UTM, write

FLOATS = np.arange(12, dtype=np.float32).reshape(3, 4)


def reference(epsg: int) -> Any:
    found = osr.SpatialReference()
    found.ImportFromEPSG(epsg)
    found.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return found


def degrees(x: float, y: float, epsg: int = 32643) -> tuple[float, float]:
    """Return the longitude and latitude of a point of a map plane."""
    longitude, latitude, _ = osr.CoordinateTransformation(reference(epsg), reference(4326)).TransformPoint(x, y)
    return longitude, latitude


def zone(wkt: str, epsg: int = 32643) -> Zone:
    return Zone(bytes(ogr.CreateGeometryFromWkt(wkt).ExportToWkb()), reference(epsg).ExportToWkt())


def box(left: float, bottom: float, right: float, top: float) -> str:
    return f"POLYGON(({left} {bottom},{right} {bottom},{right} {top},{left} {top},{left} {bottom}))"


def read(path: Path) -> Any:
    with gdal_quiet():
        dataset = open_raster(path)
        return BandReader(dataset, 1).read((0, 0, dataset.RasterXSize, dataset.RasterYSize))


# --- points ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "y", "value"), [(500005, 1399995, 0), (500039.9, 1399970.1, 11), (500010.01, 1399995, 1)]
)
def test_the_pixel_that_holds_a_point_is_read(tmp_path: Path, x: float, y: float, value: float) -> None:
    assert Point(*degrees(x, y)).value_in(write(tmp_path / "a.tif", [FLOATS])) == value


@pytest.mark.parametrize(("x", "y"), [(499999, 1399995), (500041, 1399995), (500005, 1400001), (500005, 1399969)])
def test_a_point_outside_is_named(tmp_path: Path, x: float, y: float) -> None:
    with pytest.raises(PointOutside):
        Point(*degrees(x, y)).value_in(write(tmp_path / "a.tif", [FLOATS]))


def test_a_point_without_data_has_no_value_and_a_scale_counts(tmp_path: Path) -> None:
    whole = np.array([[-32768, 5000]], dtype=np.int16)
    path = write(tmp_path / "a.tif", [whole], nodata=-32768, scale=0.0001)
    assert Point(*degrees(500005, 1399995)).value_in(path) is None
    assert Point(*degrees(500015, 1399995)).value_in(path) == pytest.approx(0.5)


def test_a_point_is_found_in_degrees_too(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", [FLOATS], epsg=4326, transform=(10, 0.5, 0, 50, 0, -0.5))
    assert Point(11.2, 49.2).value_in(path) == 6


@pytest.mark.parametrize(("longitude", "value"), [(179.25, 0), (-179.25, 3), (180.75, 3), (179.9, 1)])
def test_a_point_is_found_in_a_raster_across_the_180th_meridian(tmp_path: Path, longitude: float, value: int) -> None:
    path = write(tmp_path / "a.tif", [FLOATS], epsg=4326, transform=(179, 0.5, 0, 50, 0, -0.5))
    assert Point(longitude, 49.9).value_in(path) == value


# --- polygons -------------------------------------------------------------------------------------------------------


def test_the_pixels_whose_centres_lie_within_count(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", [FLOATS])
    (found,) = Zones([zone(box(500000, 1399976, 500024, 1400000))]).measure(path)
    assert found == ZonalStatistics(4, 2.5, 0.0, 5.0, 2.5)


def test_a_hole_and_missing_data_are_left_out(tmp_path: Path) -> None:
    values = FLOATS.copy()
    values[0, 0] = -9999
    path = write(tmp_path / "a.tif", [values], nodata=-9999)
    hole = "POLYGON((500000 1399970,500040 1399970,500040 1400000,500000 1400000,500000 1399970),"
    hole += "(500010 1399980,500030 1399980,500030 1399990,500010 1399990,500010 1399980))"
    (found,) = Zones([zone(hole)]).measure(path)
    kept = [1, 2, 3, 4, 7, 8, 9, 10, 11]
    assert (found.count, found.mean, found.median) == (9, pytest.approx(np.mean(kept)), np.median(kept))


def test_a_polygon_between_centres_takes_the_pixels_it_touches(tmp_path: Path) -> None:
    (found,) = Zones([zone(box(500006, 1399996, 500009, 1399999))]).measure(write(tmp_path / "a.tif", [FLOATS]))
    assert (found.count, found.mean) == (1, 0.0)


def test_a_polygon_elsewhere_has_no_figures(tmp_path: Path) -> None:
    zones = Zones([zone(box(600000, 1399996, 600009, 1399999)), zone(box(500000, 1399990, 500010, 1400000))])
    empty, found = zones.measure(write(tmp_path / "a.tif", [FLOATS]))
    assert empty == ZonalStatistics()
    assert found.count == 1


def test_a_polygon_in_degrees_is_moved_to_the_raster(tmp_path: Path) -> None:
    (west, south), (east, north) = degrees(500000.1, 1399980.1), degrees(500019.9, 1399999.9)
    (found,) = Zones([zone(box(west, south, east, north), 4326)]).measure(write(tmp_path / "a.tif", [FLOATS]))
    assert (found.count, found.mean) == (4, 2.5)


@pytest.mark.parametrize(
    ("shape", "count"),
    [
        (box(-181, 49, -179, 50), 8),
        (box(179, 49, 181, 50), 8),
        (f"MULTIPOLYGON({box(179, 49, 180, 50)[7:]},{box(-180, 49, -179.5, 50)[7:]})", 6),
        (box(-180, 49, -179, 50), 4),
    ],
)
def test_a_polygon_is_found_in_a_raster_across_the_180th_meridian(tmp_path: Path, shape: str, count: int) -> None:
    path = write(tmp_path / "a.tif", [FLOATS], epsg=4326, transform=(179, 0.5, 0, 50, 0, -0.5))
    assert Zones([zone(shape, 4326)]).measure(path)[0].count == count


def test_pixels_are_found_once_a_grid_and_anew_for_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    whole = zonal_module._mask_of
    monkeypatch.setattr(zonal_module, "_mask_of", lambda *a: calls.append(1) or whole(*a))
    zones = Zones([zone(box(500000, 1399970, 500040, 1400000))])
    assert [zones.measure(write(tmp_path / f"{n}.tif", [FLOATS + n]))[0].mean for n in range(3)] == [5.5, 6.5, 7.5]
    assert len(calls) == 1
    shifted = (500010, 10, 0, 1400000, 0, -10)
    assert zones.measure(write(tmp_path / "b.tif", [FLOATS], transform=shifted))[0].count == 9
    assert len(calls) == 2


LATITUDE = degrees(500020, 1399980)[1]  # between the second row and the third


@pytest.mark.parametrize(
    "corners",
    [(-180, -90, 180, 90), (-179, -80, 179, 80), (26, -10, 180, 77), (-180, LATITUDE, 180, 80), (60, LATITUDE, 90, 30)],
)
def test_a_polygon_as_large_as_a_continent_is_measured(tmp_path: Path, corners: tuple[float, ...]) -> None:
    (found,) = Zones([zone(box(*corners), 4326)]).measure(write(tmp_path / "a.tif", [FLOATS]))
    expected = sum(corners[1] < degrees(500005 + 10 * x, 1399995 - 10 * y)[1] for x in range(4) for y in range(3))
    assert found.count == expected == (8 if corners[1] == LATITUDE else 12)


@pytest.mark.parametrize("corners", [(-106, -13, -105, -12), (0, 91, 1, 95), (-180, 20, 180, 90)])
def test_a_polygon_on_the_other_side_of_the_earth_has_no_figures(tmp_path: Path, corners: tuple[float, ...]) -> None:
    path = write(tmp_path / "a.tif", [FLOATS], transform=(0, 10, 0, 100, 0, -10))
    assert Zones([zone(box(*corners), 4326)]).measure(path) == [ZonalStatistics()]


def test_the_pixels_of_one_grid_at_a_time_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[weakref.ref[Any]] = []
    whole = zonal_module._rasterised

    def followed(*given: Any) -> Any:
        found = whole(*given)
        kept.append(weakref.ref(found))
        return found

    monkeypatch.setattr(zonal_module, "_rasterised", followed)
    zones = Zones([zone(box(500000, 1399970, 500040, 1400000))])
    for shift in range(3):
        transform = (500000 + shift, 10, 0, 1400000, 0, -10)
        zones.measure(write(tmp_path / f"{shift}.tif", [FLOATS], transform=transform))
    assert [mask() is not None for mask in kept] == [False, False, True]


def test_strips_give_what_the_whole_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.tif", [np.random.default_rng(1).random((50, 40)).astype(np.float32)])
    zones = [zone(box(500033, 1399550, 500377, 1399960))]
    whole = Zones(zones).measure(path)
    monkeypatch.setattr(zonal_module, "_ROWS", 7)
    assert Zones(zones).measure(path) == whole
    assert whole[0].count == 41 * 34 or whole[0].count > 1000


def test_measuring_polygons_stops(tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        Zones([zone(box(500000, 1399970, 500040, 1400000))]).measure(write(tmp_path / "a.tif", [FLOATS]), lambda: True)


@pytest.mark.parametrize("missing", ["epsg", "transform"])
def test_a_raster_without_a_place_is_refused(tmp_path: Path, missing: str) -> None:
    path = write(tmp_path / "a.tif", [FLOATS], **{missing: None})
    with pytest.raises(RasterUnreadable):
        Zones([zone(box(500000, 1399970, 500040, 1400000))]).measure(path)
    with pytest.raises(RasterUnreadable):
        Point(75.0, 12.6).value_in(path)
    with pytest.raises(RasterUnreadable):
        write_difference(path, write(tmp_path / "b.tif", [FLOATS]), tmp_path / "d.tif")
    assert not (tmp_path / "d.tif").exists()


# --- differences ----------------------------------------------------------------------------------------------------


def test_the_later_values_minus_the_earlier_ones(tmp_path: Path) -> None:
    before, after = FLOATS.copy(), FLOATS * 2
    before[0, 0], after[1, 1] = -9999, math.nan
    paths = write(tmp_path / "a.tif", [before], nodata=-9999), write(tmp_path / "b.tif", [after])
    write_difference(*paths, tmp_path / "d.tif")
    expected = FLOATS.astype(float)
    expected[0, 0] = expected[1, 1] = math.nan
    np.testing.assert_array_equal(read(tmp_path / "d.tif"), expected)
    with gdal_quiet():
        dataset = gdal.Open(str(tmp_path / "d.tif"))
        assert dataset.GetGeoTransform() == UTM
        assert dataset.GetRasterBand(1).GetNoDataValue() == -9999


def test_scaled_and_plain_values_are_subtracted_as_they_are_drawn(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.tif", [np.array([[5000, -32768]], dtype=np.int16)], nodata=-32768, scale=0.0001)
    write_difference(whole, write(tmp_path / "b.tif", [np.array([[0.75, 1.0]], dtype=np.float32)]), tmp_path / "d.tif")
    np.testing.assert_allclose(read(tmp_path / "d.tif"), [[0.25, math.nan]], rtol=1e-6)


def test_a_shifted_grid_is_read_where_its_pixels_lie(tmp_path: Path) -> None:
    before = write(tmp_path / "a.tif", [FLOATS], transform=(500010, 10, 0, 1400000, 0, -10))
    write_difference(before, write(tmp_path / "b.tif", [np.zeros_like(FLOATS)]), tmp_path / "d.tif")
    expected = np.full((3, 4), math.nan)
    expected[:, 1:] = -FLOATS[:, :3]
    np.testing.assert_array_equal(read(tmp_path / "d.tif"), expected)


def test_a_turned_grid_is_read_where_its_pixels_lie(tmp_path: Path) -> None:
    before = write(tmp_path / "a.tif", [np.tile(np.arange(40, dtype=np.float32), (40, 1))])
    turned = (500200, 8, 6, 1399900, 6, -8)  # east and south axes of a grid turned by 37 degrees
    write_difference(before, write(tmp_path / "b.tif", [np.zeros_like(FLOATS)], transform=turned), tmp_path / "d.tif")
    found = -read(tmp_path / "d.tif")
    for row, column in ((0, 0), (2, 3)):
        x, _ = gdal.ApplyGeoTransform(turned, column + 0.5, row + 0.5)
        assert found[row, column] == (x - 500000) // 10


def test_another_crs_is_read_where_its_pixels_lie(tmp_path: Path) -> None:
    rows, columns = np.mgrid[0:40, 0:40]
    plane = write(tmp_path / "b.tif", [np.zeros((40, 40), dtype=np.float32)])
    (west, north), (east, south) = degrees(499900, 1400100), degrees(500500, 1399500)
    step = ((east - west) / 300, (north - south) / 300)
    longitudes = west + step[0] * (np.arange(300) + 0.5)
    values = np.tile(((longitudes - west) * 1e4).astype(np.float32), (300, 1))
    path = write(tmp_path / "a.tif", [values], epsg=4326, transform=(west, step[0], 0, north, 0, -step[1]))
    write_difference(path, plane, tmp_path / "d.tif")
    x, y = 500000 + 10 * (columns[20, 30] + 0.5), 1400000 - 10 * (rows[20, 30] + 0.5)
    assert -read(tmp_path / "d.tif")[20, 30] == pytest.approx((degrees(x, y)[0] - west) * 1e4, abs=step[0] * 1e4)


def test_rows_at_a_time_give_what_the_whole_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = write(tmp_path / "a.tif", [FLOATS]), write(tmp_path / "b.tif", [FLOATS**2])
    monkeypatch.setattr(difference_module, "_ROWS", 2)
    write_difference(*paths, tmp_path / "d.tif")
    np.testing.assert_array_equal(read(tmp_path / "d.tif"), FLOATS**2 - FLOATS)


@pytest.mark.parametrize("broken", ["a.tif", "b.tif"])
@pytest.mark.parametrize("shift", [0, 10])
def test_a_damaged_raster_is_named(tmp_path: Path, broken: str, shift: int) -> None:
    values = np.random.default_rng(1).random((300, 300)).astype(np.float32)
    moved = (500000 + shift, 10, 0, 1400000, 0, -10)
    paths = write(tmp_path / "a.tif", [values]), write(tmp_path / "b.tif", [values], transform=moved)
    with (tmp_path / broken).open("r+b") as file:
        file.truncate(200_000)
    with pytest.raises(RasterUnreadable) as refused:
        write_difference(*paths, tmp_path / "d.tif")
    assert broken in (refused.value.args + tuple(vars(refused.value).values()))


def test_a_difference_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    paths = write(tmp_path / "a.tif", [FLOATS]), write(tmp_path / "b.tif", [FLOATS])
    with pytest.raises(Interrupted):
        write_difference(*paths, tmp_path / "out/d.tif", lambda: True)
    assert sorted(path.name for path in tmp_path.rglob("*.tif")) == ["a.tif", "b.tif"]


# --- changes of classes ---------------------------------------------------------------------------------------------


def test_the_area_of_each_pair_of_classes(tmp_path: Path) -> None:
    before = np.array([[0.5, 0.5, 1.5, -1.0], [2.5, 3.0, 1.5, math.nan]], dtype=np.float32)
    after = np.array([[0.5, 1.5, 1.5, 0.5], [0.5, 2.5, 9.0, 0.5]], dtype=np.float32)
    paths = write(tmp_path / "a.tif", [before]), write(tmp_path / "b.tif", [after])
    found = class_changes(*paths, (CLASSES, CLASSES))
    assert found.tolist() == [[100.0, 100.0, 0.0], [0.0, 100.0, 0.0], [100.0, 0.0, 100.0]]


def test_changes_are_measured_on_the_grid_of_the_later_date(tmp_path: Path) -> None:
    before = write(tmp_path / "a.tif", [np.full((3, 4), 0.5, np.float32)], transform=(500020, 10, 0, 1400000, 0, -10))
    found = class_changes(before, write(tmp_path / "b.tif", [np.full((3, 4), 2.5, np.float32)]), (CLASSES, CLASSES))
    assert found.sum() == found[0, 2] == 600.0


def test_an_error_from_a_thread_keeps_no_raster_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[weakref.ref[Any]] = []

    def follow(path: Path) -> Any:
        dataset = open_placed(path)
        opened.append(weakref.ref(dataset))
        return dataset

    monkeypatch.setattr(difference_module, "open_placed", follow)
    path = write(tmp_path / "a.tif", [np.random.default_rng(1).random((300, 300)).astype(np.float32)])
    with path.open("r+b") as file:
        file.truncate(200_000)
    with pytest.raises(RasterUnreadable):
        asyncio.run(in_thread(write_difference, path, path, tmp_path / "d.tif"))
    assert [dataset() for dataset in opened] == [None, None]
