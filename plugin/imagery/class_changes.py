"""The areas that go from one class to another between two rasters."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from .band_values import BandReader
from .budget import IsStopped, check_stopped, never
from .class_areas import Array, Ground, Partition, read_values, windows_of
from .difference import on_grid_of
from .placement import open_placed
from .raster_io import gdal_quiet


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
    first, second = partitions
    sums = np.zeros((first.count, second.count))
    with gdal_quiet(), tempfile.TemporaryDirectory(prefix="pixxel-changes-") as folder:
        dataset = open_placed(later)
        moved = on_grid_of(dataset, earlier, Path(folder), is_stopped)  # kept, since bands do not keep their dataset
        before, after = BandReader(moved, 1), BandReader(dataset, 1)
        ground = Ground(dataset, later.name)
        for window in windows_of(dataset, before, after):
            check_stopped(is_stopped)
            old = _classes(first, *read_values(before, window, earlier.name))
            new = _classes(second, *read_values(after, window, later.name))
            both = (old >= 0) & (new >= 0)
            weights = np.broadcast_to(ground.pixel_areas(window)[:, np.newaxis], both.shape)[both]
            places = old[both] * second.count + new[both]
            sums += np.bincount(places, weights, sums.size).reshape(sums.shape)
    return sums


def _classes(partition: Partition, values: Array, valid: Array) -> Array:
    """Return the class number of each pixel; -1 where it has no data or no class."""
    return np.where(valid, partition.classes_of(values), -1)
