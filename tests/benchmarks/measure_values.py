"""Values over time against bare reads: a point in 67 rasters, a polygon of a million pixels in each; prints JSON.

Also the difference and the class changes of two rasters of 4096 × 4096 pixels against one pass of numpy over both.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, ogr, osr

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests/benchmarks"))

from measure_sld import register  # of this folder

DATES, SIDE, LARGE, ROUNDS = 67, 1024, 4096, 3
STEP, LEFT, TOP, EPSG = 10, 500000, 5100000, 32633


def write(path: Path, side: int, seed: int) -> Path:
    """Write a raster of floats as the server sends them: tiled and deflated."""
    options = ["TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=3"]
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), side, side, 1, gdal.GDT_Float32, options)
    dataset.SetGeoTransform((LEFT, STEP, 0, TOP, 0, -STEP))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(EPSG)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.GetRasterBand(1).SetNoDataValue(-9999)
    rows, columns = np.mgrid[0:side, 0:side] / side
    noise = np.random.default_rng(seed).normal(0, 0.02, (side, side))
    dataset.GetRasterBand(1).WriteArray((np.sin(4 * rows + seed) * np.cos(3 * columns) + noise).astype(np.float32))
    dataset.FlushCache()
    return path


def timed(act: Callable[[], Any]) -> float:
    """Return the seconds of an act."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def bare_points(paths: list[Path]) -> None:
    """Read one pixel of each raster, as ``gdallocationinfo`` does."""
    for path in paths:
        dataset = gdal.Open(str(path))
        inverse = gdal.InvGeoTransform(dataset.GetGeoTransform())
        column, row = gdal.ApplyGeoTransform(inverse, LEFT + 5005, TOP - 5005)
        dataset.GetRasterBand(1).ReadAsArray(int(column), int(row), 1, 1)


def bare_pass(paths: list[Path]) -> None:
    """Read each raster whole, and compute the same figures with numpy over the values that are valid."""
    for path in paths:
        values = gdal.Open(str(path)).ReadAsArray().astype(np.float64)
        valid = values[np.isfinite(values) & (values != -9999)]
        valid.size, valid.mean(), valid.min(), valid.max(), np.median(valid)


def bare_pairs(paths: list[Path]) -> Any:
    """Read two rasters whole and subtract them."""
    before, after = (gdal.Open(str(path)).ReadAsArray() for path in paths)
    return np.where((before == -9999) | (after == -9999), -9999, after - before)


def bare_difference(paths: list[Path], target: Path) -> None:
    """Write the difference of two rasters, whole."""
    values = bare_pairs(paths)
    options = ["TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=3"]
    output = gdal.GetDriverByName("GTiff").Create(str(target), LARGE, LARGE, 1, gdal.GDT_Float32, options)
    output.GetRasterBand(1).WriteArray(values)
    output.FlushCache()


def main() -> None:
    """Measure both ways, one after the other, several times."""
    gdal.UseExceptions()
    register()
    from pixxel_explorer.plugin.imagery.difference import write_difference
    from pixxel_explorer.plugin.imagery.point_values import Point
    from pixxel_explorer.plugin.imagery.zonal import Zone, Zones

    reference = osr.SpatialReference()
    reference.ImportFromEPSG(EPSG)
    source, target = reference.Clone(), osr.SpatialReference()
    target.ImportFromEPSG(4326)
    for each in (source, target):
        each.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    place = osr.CoordinateTransformation(source, target).TransformPoint(LEFT + 5005, TOP - 5005)[:2]
    right, bottom = LEFT + STEP * SIDE, TOP - STEP * SIDE
    square = f"POLYGON(({LEFT} {TOP},{right} {TOP},{right} {bottom},{LEFT} {bottom},{LEFT} {TOP}))"
    zone = Zone(bytes(ogr.CreateGeometryFromWkt(square).ExportToWkb()), reference.ExportToWkt())
    found: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dates = [write(folder / f"{number}.tif", SIDE, number) for number in range(DATES)]
        pair = [write(folder / f"large{number}.tif", LARGE, number) for number in range(2)]
        acts: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
            "point": (lambda: list(map(Point(*place).value_in, dates)), lambda: bare_points(dates)),
            "polygon": (lambda: list(map(Zones([zone]).measure, dates)), lambda: bare_pass(dates)),
            "difference": (
                lambda: write_difference(*pair, folder / "ours.tif"),
                lambda: bare_difference(pair, folder / "bare.tif"),
            ),
        }
        for key, (ours, bare) in acts.items():
            found[key] = {"ours": [], "bare": []}
            for _ in range(ROUNDS):
                found[key]["bare"].append(timed(bare))
                found[key]["ours"].append(timed(ours))
    print(json.dumps(found))


main()
