"""Band values as QGIS draws them: scale and offset applied, hidden pixels as NaN."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from osgeo import gdal

Array = np.ndarray[Any, Any]
Rectangle = tuple[int, int, int, int]  # column, row, width, height

_WHOLE = frozenset({gdal.GDT_Byte, gdal.GDT_UInt16, gdal.GDT_Int16, gdal.GDT_UInt32, gdal.GDT_Int32})
_DOUBLE = frozenset({gdal.GDT_Float64, *(getattr(gdal, name, -1) for name in ("GDT_Int64", "GDT_UInt64"))})
_INT8 = getattr(gdal, "GDT_Int8", -1)  # GDAL 3.7 and newer


class BandReader:
    """Reads windows of one band; use it inside ``gdal_quiet``.

    Args:
        dataset: the opened raster.
        number: of the band, from 1.
        no_data: whether the no-data value the file declares counts.
        ranges: further values that are no data, as (least, greatest), both included.

    Attributes:
        is_scaled: whether a scale or offset is applied.
        is_byte: whether the values are bytes as they are.
        is_whole: whether the values are whole numbers as they are.
        is_single: whether QGIS draws the band in 32-bit floats, so that values are rounded to them.
    """

    def __init__(
        self, dataset: Any, number: int, *, no_data: bool = True, ranges: Sequence[tuple[float, float]] = ()
    ) -> None:
        self._band = dataset.GetRasterBand(number)
        self._ranges = tuple(ranges)
        self._no_data = self._band.GetNoDataValue() if no_data else None
        self._masks = _masks(dataset, number)
        scale, offset = self._band.GetScale(), self._band.GetOffset()
        self.scale = 1.0 if scale is None else float(scale)
        self.offset = float(offset or 0.0)
        kind = self._band.DataType
        self.is_scaled = (self.scale, self.offset) != (1.0, 0.0)
        self.is_whole = not self.is_scaled and (kind in _WHOLE or kind == _INT8)
        self.is_byte = not self.is_scaled and kind == gdal.GDT_Byte
        self.is_single = kind == gdal.GDT_Float32 or (self.is_scaled and kind not in _DOUBLE)
        if kind == gdal.GDT_Float32 and self._no_data is not None:
            with np.errstate(over="ignore"):
                self._no_data = float(np.float32(self._no_data))

    def read(self, place: Rectangle) -> Array:
        """Return the values of a window as float64, shape (height, width).

        Raises:
            OSError: it cannot be read.
        """
        raw = self._band.ReadAsArray(*place, buf_type=gdal.GDT_Float64)
        if raw is None:
            raise OSError(f"a band cannot be read: {gdal.GetLastErrorMsg()[:200]}")
        values = self._scaled(raw)
        dropped = ~np.isfinite(values)
        if self._no_data is not None:
            # QGIS compares before and after scaling.
            dropped |= (raw == self._no_data) | (values == self._no_data)
        for low, high in self._ranges:
            dropped |= (values >= low) & (values <= high)
        for mask in self._masks:
            covered = mask.ReadAsArray(*place)
            dropped |= False if covered is None else covered == 0
        values[dropped] = np.nan
        return values

    def forget(self) -> None:
        """Free the memory of blocks that were read: GDAL would keep a twentieth of the machine's."""
        for band in (self._band, *self._masks):
            band.FlushCache()

    def _scaled(self, raw: Array) -> Array:
        values = raw * self.scale + self.offset if self.is_scaled else raw.copy()
        if not self.is_single:
            return np.asarray(values)
        with np.errstate(over="ignore"):
            return np.asarray(values.astype(np.float32).astype(np.float64))


def _masks(dataset: Any, number: int) -> list[Any]:
    """Return the bands that are 0 where a band is not drawn: alpha bands, and the mask of the file."""
    numbers = range(1, dataset.RasterCount + 1)
    bands = [dataset.GetRasterBand(n) for n in numbers if n != number]
    found = [band for band in bands if band.GetColorInterpretation() == gdal.GCI_AlphaBand]
    measured = dataset.GetRasterBand(number)
    flags = measured.GetMaskFlags()
    is_alpha = measured.GetColorInterpretation() == gdal.GCI_AlphaBand
    if flags & gdal.GMF_PER_DATASET and not flags & gdal.GMF_ALPHA and not is_alpha:
        found.append(measured.GetMaskBand())
    return found
