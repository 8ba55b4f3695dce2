"""The difference of two rasters, on the grid of the later one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from ..files.whole import whole_or_nothing
from .band_values import Array, BandReader, Rectangle
from .budget import IsStopped, check_stopped, never
from .errors import RasterUnreadable
from .evaluate import NODATA
from .placement import georeference_of, open_placed
from .raster_io import checked_writing, create_raster, gdal_quiet

_ROWS = 256
_SAME = 1e-3  # pixels by which corners may differ on one grid


def write_difference(earlier: Path, later: Path, target: Path, is_stopped: IsStopped = never) -> None:
    """Write the later values minus the earlier ones as float32; no-data where either has none.

    First bands count, with scale and offset applied. Where the grids differ, the earlier values are taken from the
    pixel that holds the centre of the later one's. The target appears whole or not at all.

    Raises:
        RasterUnreadable: no place or CRS, or not a raster.
        RasterTooLarge: decoding one would need too much memory.
        Interrupted: ``is_stopped`` returned true.
        OSError: the target cannot be written.
    """
    with gdal_quiet(), tempfile.TemporaryDirectory(prefix="pixxel-difference-") as folder:
        second = open_placed(later)
        first = on_grid_of(second, earlier, Path(folder), is_stopped)
        with whole_or_nothing(target) as part, checked_writing(part):
            _write(part, second, ((first, earlier.name), (second, later.name)), is_stopped)


def _write(part: Path, grid: Any, named: tuple[tuple[Any, str], tuple[Any, str]], is_stopped: IsStopped) -> None:
    output, readers = _created(part, grid), [(BandReader(dataset, 1), name) for dataset, name in named]
    for place in _strips(grid, is_stopped):
        before, after = (_values(reader, place, name) for reader, name in readers)
        _put(output, place[1], after - before)
    output.FlushCache()


def on_grid_of(grid: Any, path: Path, folder: Path, is_stopped: IsStopped) -> Any:
    """Return a raster, or a copy of its values that lies on another grid."""
    dataset = open_placed(path)
    for each in (grid, dataset):
        georeference_of(each, path.name)  # refuses one without
    if _is_same_grid(grid, dataset):
        return dataset
    plain = _plain_copy(dataset, path.name, folder / "plain.tif", is_stopped)
    moved = _created(folder / "moved.tif", grid)
    moved.GetRasterBand(1).Fill(NODATA)
    nearest = gdal.GRA_NearestNeighbour
    failed = gdal.ReprojectImage(plain, moved, None, None, nearest, callback=lambda *_progress: not is_stopped())
    check_stopped(is_stopped)
    if failed:
        raise RasterUnreadable("no-place", path.name, gdal.GetLastErrorMsg()[:200])
    return moved


def _is_same_grid(grid: Any, dataset: Any) -> bool:
    size = (grid.RasterXSize, grid.RasterYSize)
    if size != (dataset.RasterXSize, dataset.RasterYSize) or not grid.GetSpatialRef().IsSame(dataset.GetSpatialRef()):
        return False
    one, other = (np.array(each.GetGeoTransform()).reshape(2, 3) for each in (grid, dataset))
    corners = np.array([(1, x, y) for x in (0, size[0]) for y in (0, size[1])])
    pixel = np.hypot(one[:, 1], one[:, 2]).max()
    return bool(np.abs(corners @ (one - other).T).max() <= _SAME * pixel)


def _values(reader: BandReader, place: Rectangle, name: str) -> Array:
    try:
        return reader.read(place)
    except OSError as error:
        raise RasterUnreadable("not-raster", name, str(error)) from error


def _plain_copy(dataset: Any, name: str, path: Path, is_stopped: IsStopped) -> Any:
    """Write the values of a raster as they are drawn, so that GDAL's warper knows where there are none."""
    reader, output = BandReader(dataset, 1), _created(path, dataset)
    for place in _strips(dataset, is_stopped):
        _put(output, place[1], _values(reader, place, name))
    output.FlushCache()
    return output


def _strips(dataset: Any, is_stopped: IsStopped) -> Iterator[Rectangle]:
    for row in range(0, dataset.RasterYSize, _ROWS):
        check_stopped(is_stopped)
        yield 0, row, dataset.RasterXSize, min(_ROWS, dataset.RasterYSize - row)


def _created(path: Path, grid: Any) -> Any:
    size = (grid.RasterXSize, grid.RasterYSize, 1)
    output = create_raster(path, size, gdal.GDT_Float32, ("PREDICTOR=3",))
    output.SetGeoTransform(grid.GetGeoTransform())
    output.SetProjection(grid.GetProjection())
    output.GetRasterBand(1).SetNoDataValue(NODATA)
    return output


def _put(output: Any, row: int, values: Any) -> None:
    strip = np.where(np.isfinite(values), values, NODATA).astype("<f4")
    output.GetRasterBand(1).WriteRaster(0, row, strip.shape[1], strip.shape[0], strip.tobytes())
