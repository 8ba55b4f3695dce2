"""The pixels of a PNG in memory, a few rows at a time, as red, green, blue and straight alpha."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from osgeo import gdal

from .png_file import PictureUnreadable, PngFile
from .raster_io import PNG, forget, open_with

Array = np.ndarray[Any, Any]


@contextmanager
def opened_picture(file: PngFile) -> Iterator[PictureRows]:
    """Open a PNG in memory; call it inside ``gdal_quiet``.

    Raises:
        PictureUnreadable: it cannot be opened.
    """
    name = f"/vsimem/pixxel-{uuid.uuid4().hex}.png"
    gdal.FileFromMemBuffer(name, file.content)
    try:
        dataset = open_with(name, PNG)
        if dataset is None:
            raise PictureUnreadable("damaged", gdal.GetLastErrorMsg()[:200])
        yield PictureRows(dataset, file.grey_scale)
    finally:
        dataset = None
        forget(name)


class PictureRows:
    """The rows of a picture as uint8, shape (4, rows, width): red, green, blue, straight alpha.

    Args:
        scale: factor by which grey samples of few bits are multiplied to span the full range of eight.
    """

    def __init__(self, dataset: Any, scale: int) -> None:
        self._dataset = dataset
        self._scale = scale
        self.width, self.height = int(dataset.RasterXSize), int(dataset.RasterYSize)

    def read(self, row: int, count: int) -> Array:
        """Return some rows.

        Raises:
            PictureUnreadable: they are damaged.
        """
        dataset, place = self._dataset, (0, row, self.width, count)
        try:
            bands = dataset.ReadAsArray(*place)
            has_alpha = dataset.RasterCount in (2, 4)
            alpha = bands if has_alpha else dataset.GetRasterBand(1).GetMaskBand().ReadAsArray(*place)
        except RuntimeError as exc:
            raise PictureUnreadable("damaged", str(exc)[:200]) from exc
        if bands is None or alpha is None:
            raise PictureUnreadable("damaged", gdal.GetLastErrorMsg()[:200])
        return self._rgba(bands.reshape(dataset.RasterCount, count, self.width), alpha, has_alpha)

    def forget(self) -> None:
        """Free the memory of rows that were read; not the dataset's, which is a whole interlaced picture."""
        for number in range(1, self._dataset.RasterCount + 1):
            self._dataset.GetRasterBand(number).FlushCache()

    def _rgba(self, bands: Array, alpha: Array, has_alpha: bool) -> Array:
        table = self._dataset.GetRasterBand(1).GetColorTable()
        if table is not None:
            return _looked_up(bands[0], table)
        deep = bands.dtype != np.uint8
        if len(bands) == 4 and not deep:
            return np.asarray(bands)
        colours = bands[:3] if len(bands) >= 3 else np.repeat(bands[:1] * np.uint8(self._scale), 3, axis=0)
        alpha = bands[-1] if has_alpha else alpha
        return np.concatenate([_eight_bit(colours, deep), _eight_bit(alpha, deep and has_alpha)[np.newaxis]])


def _eight_bit(values: Array, deep: bool) -> Array:
    """Return samples of eight bits; those of sixteen are scaled and rounded (PNG specification, 13.12)."""
    return ((values.astype(np.uint32) * 255 + 32767) // 65535 if deep else values).astype(np.uint8)


def _looked_up(indices: Array, table: Any) -> Array:
    entries = np.zeros((256, 4), dtype=np.uint8)
    for index in range(min(table.GetCount(), 256)):
        entries[index] = table.GetColorEntry(index)
    return np.moveaxis(entries[indices], -1, 0)
