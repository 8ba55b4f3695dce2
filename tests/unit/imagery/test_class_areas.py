"""Areas of classes over rasters: bounds, no-data, scales, projections, windows."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal, osr
from pixxel_explorer.plugin.imagery import class_areas as module
from pixxel_explorer.plugin.imagery.class_areas import Partition, class_areas
from pixxel_explorer.plugin.imagery.errors import Interrupted, RasterUnreadable
from pixxel_explorer.plugin.imagery.raster_io import gdal_quiet
from pixxel_explorer.tests.large_files import raster

UTM = (500000, 10, 0, 1400000, 0, -10)


def write(
    path: Path, bands: list[Any], *, epsg: int | None = 32643, transform: Any = UTM, nodata: Any = None, scale: Any = 1
) -> Path:
    """Write a raster; a last band of bytes after others is its alpha."""
    kinds = {"float32": gdal.GDT_Float32, "int16": gdal.GDT_Int16, "uint8": gdal.GDT_Byte, "float64": gdal.GDT_Float64}
    rows, columns = bands[0].shape
    with gdal_quiet():
        driver, kind = gdal.GetDriverByName("GTiff"), kinds[bands[0].dtype.name]
        dataset = driver.Create(str(path), columns, rows, len(bands), kind, ["ALPHA=YES"] if len(bands) > 1 else [])
        if transform is not None:
            dataset.SetGeoTransform(transform)
        if epsg is not None:
            reference = osr.SpatialReference()
            reference.ImportFromEPSG(epsg)
            dataset.SetProjection(reference.ExportToWkt())
        for number, values in enumerate(bands, start=1):
            dataset.GetRasterBand(number).WriteRaster(0, 0, columns, rows, np.ascontiguousarray(values).tobytes())
        if nodata is not None:
            dataset.GetRasterBand(1).SetNoDataValue(nodata)
        if scale != 1:
            dataset.GetRasterBand(1).SetScale(scale)
        dataset.FlushCache()
        dataset = None
    return path


# three classes over [0, 1), [1, 2), [2, 3]; what lies below 0 and above 3 is in none
CLASSES = Partition((0.0, 1.0, 2.0, 3.0), (-1, 0, 1, 2), 3, closed_top=True)


def test_a_class_holds_its_minimum_and_the_topmost_its_maximum(tmp_path: Path) -> None:
    values = np.array([[-0.1, 0, 0.999, 1, 2, 3, 3.001]])
    found = class_areas(write(tmp_path / "a.tif", [values]), CLASSES)
    assert found.classes == (200.0, 100.0, 200.0)
    assert found.total == 700.0


def test_an_open_top_leaves_its_maximum_out(tmp_path: Path) -> None:
    partition = Partition(CLASSES.bounds, CLASSES.owners, 3)
    assert class_areas(write(tmp_path / "a.tif", [np.array([[2.5, 3.0]])]), partition).classes[2] == 100.0


def test_a_gap_counts_in_no_class(tmp_path: Path) -> None:
    partition = Partition((0.0, 1.0, 2.0, math.inf), (-1, 0, -1, 1), 2)
    found = class_areas(write(tmp_path / "a.tif", [np.array([[0.5, 1.5, 1e9]])]), partition)
    assert (found.classes, found.total) == ((100.0, 100.0), 300.0)


def test_pixels_without_data_count_nowhere(tmp_path: Path) -> None:
    values = np.array([[0.5, -9999, np.nan, np.inf]], dtype=np.float32)
    found = class_areas(write(tmp_path / "a.tif", [values], nodata=-9999), CLASSES)
    assert (found.classes, found.total) == ((100.0, 0.0, 0.0), 100.0)


def test_pixels_of_alpha_0_count_nowhere(tmp_path: Path) -> None:
    bands = [np.array([[0, 1, 2]], dtype=np.uint8), np.array([[255, 0, 255]], dtype=np.uint8)]
    assert class_areas(write(tmp_path / "a.tif", bands), CLASSES).classes == (100.0, 0.0, 100.0)


def test_scaled_integers_are_measured_as_the_values_they_stand_for(tmp_path: Path) -> None:
    values = np.array([[5000, 15000, -32768]], dtype=np.int16)
    found = class_areas(write(tmp_path / "a.tif", [values], nodata=-32768, scale=0.0001), CLASSES)
    assert found.classes == (100.0, 100.0, 0.0)


def test_windows_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(1).uniform(-0.5, 3.5, (37, 53))
    path = write(tmp_path / "a.tif", [values], epsg=4326, transform=(10, 0.1, 0, 60, 0, -0.1))
    whole = class_areas(path, CLASSES)
    monkeypatch.setattr(module, "_WIDE", 10)
    monkeypatch.setattr(module, "_PIXELS", 70)
    pieces = class_areas(path, CLASSES)
    assert pieces.classes == pytest.approx(whole.classes, rel=1e-9)


def test_longitude_and_latitude_are_measured_on_the_ellipsoid(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", [np.full((180, 360), 0.5)], epsg=4326, transform=(-180, 1, 0, 90, 0, -1))
    assert class_areas(path, CLASSES).classes[0] == pytest.approx(5.10065621724e14, rel=1e-9)


def test_pixels_across_the_180th_meridian_have_their_size(tmp_path: Path) -> None:
    here = write(tmp_path / "a.tif", [np.full((1, 1), 0.5)], epsg=4326, transform=(10, 1, 0, 1, 0, -1))
    there = write(tmp_path / "b.tif", [np.full((1, 1), 0.5)], epsg=4326, transform=(179.5, 1, 0, 1, 0, -1))
    assert class_areas(there, CLASSES).total == pytest.approx(class_areas(here, CLASSES).total, rel=1e-9)


def test_web_mercator_is_measured_on_the_ellipsoid(tmp_path: Path) -> None:
    transform = (1900000, 100, 0, 8399737.889818357, 0, -100)  # at 60 degrees north a quarter of the map plane
    path = write(tmp_path / "a.tif", [np.full((1, 1), 0.5)], epsg=3857, transform=transform)
    assert class_areas(path, CLASSES).total == pytest.approx(2500, rel=0.01)


def test_feet_become_metres(tmp_path: Path) -> None:
    transform = (6000000, 10, 0, 2000000, 0, -10)
    path = write(tmp_path / "a.tif", [np.full((1, 1), 0.5)], epsg=2229, transform=transform)
    assert class_areas(path, CLASSES).total == pytest.approx(9.290341, rel=1e-6)


@pytest.mark.parametrize(
    "options, reason", [({"epsg": None}, "no-crs"), ({"transform": None, "epsg": None}, "no-place")]
)
def test_a_raster_without_place_is_refused(tmp_path: Path, options: dict[str, Any], reason: str) -> None:
    path = write(tmp_path / "a.tif", [np.zeros((1, 1))], **options)
    with pytest.raises(RasterUnreadable) as caught:
        class_areas(path, CLASSES)
    assert caught.value.reason == reason


def test_what_is_no_raster_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(b"no raster")
    with pytest.raises(RasterUnreadable):
        class_areas(path, CLASSES)


def test_it_stops_between_windows(tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        class_areas(write(tmp_path / "a.tif", [np.zeros((1, 1))]), CLASSES, lambda: True)


def test_blocks_that_were_measured_are_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "large.tif"
    raster(path, "tiled", 4096)
    kept: list[int] = []

    def look() -> bool:
        kept.append(gdal.GetCacheUsed())
        return False

    before = gdal.GetCacheUsed()
    class_areas(path, Partition((0.5,), (0,), 1), look)
    assert max(kept) - before < 20_000_000  # the raster has 67 MB
