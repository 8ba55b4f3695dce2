"""Changes of class between two rasters: their areas, and a raster of them with its attribute table."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from osgeo import gdal

from ..files.whole import whole_or_nothing
from ..legend.spec import Colour
from .band_values import BandReader
from .budget import IsStopped, check_stopped, never
from .class_areas import Array, Ground, Partition, read_values, windows_of
from .difference import on_grid_of
from .evaluate import Window
from .placement import open_placed
from .raster_io import TIFF, checked_writing, create_raster, gdal_quiet, open_with

NO_CHANGE_KNOWN = 0  # pixels without data or without a class at either date
_LARGEST_BYTE = 255
_COLOURS = (("Red", gdal.GFU_Red), ("Green", gdal.GFU_Green), ("Blue", gdal.GFU_Blue))


class ChangeNames(NamedTuple):
    """The texts and the colour of one change in an attribute table."""

    before: str
    after: str
    label: str
    colour: Colour


class _Pairs(NamedTuple):
    """The changes in a window: class before times the count of classes after, plus class after; -1 for none."""

    window: Window
    numbers: Array
    row_areas: Array


def class_changes(
    earlier: Path, later: Path, partitions: tuple[Partition, Partition], is_stopped: IsStopped = never
) -> Array:
    """Return square metres by class of the earlier and class of the later raster, shape (classes, classes).

    Pixels without data or without a class in either raster count nowhere. The earlier raster is read on the grid of the
    later one, as ``write_difference`` does; areas are measured as by ``class_areas``.

    Raises:
        RasterUnreadable: no place or CRS, or not a raster.
        RasterTooLarge: decoding one would need too much memory.
        Interrupted: ``is_stopped`` returned true.
    """
    sums = np.zeros(partitions[0].count * partitions[1].count)
    with gdal_quiet(), tempfile.TemporaryDirectory(prefix="pixxel-changes-") as folder:
        dataset = open_placed(later)
        for pairs in _pairs(dataset, earlier, later, partitions, Path(folder), is_stopped):
            _add(sums, pairs)
    return sums.reshape(partitions[0].count, partitions[1].count)


def write_class_changes(
    earlier: Path,
    later: Path,
    partitions: tuple[Partition, Partition],
    target: Path,
    is_stopped: IsStopped = never,
) -> Array:
    """Write a raster of the changes on the grid of the later raster, and return their areas as ``class_changes`` does.

    A pixel is 1 plus the change's place in that table, row by row, and 0 where nothing is known of it. The target
    appears whole or not at all.

    Raises:
        RasterUnreadable: no place or CRS, or not a raster.
        RasterTooLarge: decoding one would need too much memory.
        Interrupted: ``is_stopped`` returned true.
        OSError: the target cannot be written.
    """
    sums = np.zeros(partitions[0].count * partitions[1].count)
    with gdal_quiet(), tempfile.TemporaryDirectory(prefix="pixxel-changes-") as folder:
        dataset = open_placed(later)
        with whole_or_nothing(target) as part, checked_writing(part):
            output = _created(part, dataset, len(sums))
            for pairs in _pairs(dataset, earlier, later, partitions, Path(folder), is_stopped):
                _add(sums, pairs)
                _put(output, pairs)
            output.FlushCache()
            del output
    return sums.reshape(partitions[0].count, partitions[1].count)


def write_attribute_table(target: Path, areas: Array, names: Sequence[Sequence[ChangeNames]]) -> None:
    """Write the changes that occur into the attribute table of their raster, which QGIS draws it by.

    Raises:
        OSError: the table cannot be written.
    """
    table = gdal.RasterAttributeTable()
    table.CreateColumn("Value", gdal.GFT_Integer, gdal.GFU_MinMax)
    for name, usage in (("From", gdal.GFU_Generic), ("To", gdal.GFU_Generic), ("Change", gdal.GFU_Name)):
        table.CreateColumn(name, gdal.GFT_String, usage)
    table.CreateColumn("Area_m2", gdal.GFT_Real, gdal.GFU_Generic)
    for name, usage in _COLOURS:
        table.CreateColumn(name, gdal.GFT_Integer, usage)
    for row, (before, after) in enumerate(np.argwhere(areas > 0)):
        _fill(table, row, int(before) * areas.shape[1] + int(after) + 1, names[before][after], areas[before, after])
    with gdal_quiet(), checked_writing(target):
        dataset = open_with(str(target), TIFF)
        if dataset is None:
            raise OSError(f"cannot read {target.name}: {gdal.GetLastErrorMsg()[:200]}")
        dataset.GetRasterBand(1).SetDefaultRAT(table)
        dataset.FlushCache()
        del dataset


def _fill(table: Any, row: int, value: int, names: ChangeNames, area: float) -> None:
    table.SetValueAsInt(row, 0, value)
    for column, text in enumerate((names.before, names.after, names.label), start=1):
        table.SetValueAsString(row, column, text)
    table.SetValueAsDouble(row, 4, float(area))
    for column, level in enumerate(names.colour[:3], start=5):
        table.SetValueAsInt(row, column, int(level))


def _pairs(
    dataset: Any,
    earlier: Path,
    later: Path,
    partitions: tuple[Partition, Partition],
    folder: Path,
    is_stopped: IsStopped,
) -> Iterator[_Pairs]:
    """Yield the changes of all windows of the later raster, which is open."""
    moved = on_grid_of(dataset, earlier, folder, is_stopped)  # kept, since bands do not keep their dataset
    before, after = BandReader(moved, 1), BandReader(dataset, 1)
    ground = Ground(dataset, later.name)
    for window in windows_of(dataset, before, after):
        check_stopped(is_stopped)
        old = _classes(partitions[0], *read_values(before, window, earlier.name))
        new = _classes(partitions[1], *read_values(after, window, later.name))
        numbers = np.where((old >= 0) & (new >= 0), old * partitions[1].count + new, -1)
        yield _Pairs(window, numbers, ground.pixel_areas(window))


def _classes(partition: Partition, values: Array, valid: Array) -> Array:
    """Return the class number of each pixel; -1 where it has no data or no class."""
    return np.where(valid, partition.classes_of(values), -1)


def _add(sums: Array, pairs: _Pairs) -> None:
    known = pairs.numbers >= 0
    weights = np.broadcast_to(pairs.row_areas[:, np.newaxis], known.shape)[known]
    sums += np.bincount(pairs.numbers[known], weights, len(sums))


def _created(part: Path, grid: Any, count: int) -> Any:
    kind = gdal.GDT_Byte if count <= _LARGEST_BYTE else gdal.GDT_UInt32
    output = create_raster(part, (grid.RasterXSize, grid.RasterYSize, 1), kind)
    output.SetGeoTransform(grid.GetGeoTransform())
    output.SetProjection(grid.GetProjection())
    output.GetRasterBand(1).SetNoDataValue(NO_CHANGE_KNOWN)
    return output


def _put(output: Any, pairs: _Pairs) -> None:
    band, window = output.GetRasterBand(1), pairs.window
    kind = "u1" if band.DataType == gdal.GDT_Byte else "<u4"
    pixels = (pairs.numbers + 1).astype(kind)
    band.WriteRaster(window.column, window.row, window.width, window.height, pixels.tobytes())
