"""Which values a raster holds, and which of them look like no-data that its file does not declare."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from .band_values import Array, BandReader, Rectangle
from .budget import IsStopped, never
from .errors import RasterTooLarge
from .raster_io import TIFF, check_blocks, gdal_quiet, open_with

MOST_PIXELS = 1 << 22
MOST_SECONDS = 15.0
_PARTS = 64  # windows a large raster is sampled by
_CUT = 0.005  # of the pixels at either end that do not decide where a range ends
_FAR = 1.0  # times the range: values farther off are outliers
_VERY_FAR = 10.0
_OFTEN = 3
_FILLS = (-9999.0, -99999.0, -999.0, -32768.0, -32767.0, 32767.0, 65535.0, 1e20, -1e20)
_NO_NUMBER = 1e30  # no measurement has such a size


@dataclass(frozen=True, slots=True)
class BandSource:
    """A band to be measured.

    Attributes:
        source: as GDAL opens it.
        drivers: by which it is opened; ``None`` for all, which is for rasters of the person's own.
        no_data: whether the no-data value the file declares counts.
        ranges: further values that are no data, as (least, greatest), both included.
    """

    source: str
    band: int = 1
    no_data: bool = True
    ranges: tuple[tuple[float, float], ...] = ()
    drivers: tuple[str, ...] | None = TIFF

    def open(self) -> Any:
        """Return the opened raster, ``None`` where there is none or not this band; inside ``gdal_quiet``.

        Raises:
            RasterTooLarge: a block of it needs too much memory.
        """
        dataset = open_with(self.source, self.drivers)
        if dataset is None or not 1 <= self.band <= dataset.RasterCount:
            return None
        check_blocks(dataset, Path(self.source).name)
        return dataset


@dataclass(frozen=True, slots=True)
class Sample:
    """The values of the pixels that are drawn, or of an even part of them, in no order.

    Attributes:
        is_byte, is_whole, is_single, scale, offset: as ``BandReader`` has them.
        is_complete: whether every pixel was read.
    """

    values: Array
    is_byte: bool = False
    is_whole: bool = False
    is_single: bool = False
    scale: float = 1.0
    offset: float = 0.0
    is_complete: bool = True


@dataclass(frozen=True, slots=True)
class Fill:
    """A value that looks like undeclared no-data, and the share of the drawn pixels that have it."""

    value: float
    share: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Statistics of a sample.

    Attributes:
        low, high: the range of the values, without likely no-data and a few outliers.
        least, greatest: the range with the outliers.
        fills: the values that look like no-data, the most frequent first.
    """

    low: float
    high: float
    least: float
    greatest: float
    fills: tuple[Fill, ...] = ()


def value_range(path: Path, is_stopped: IsStopped = never) -> tuple[float, float] | None:
    """Return about the least and greatest value of a raster's first band, as ``Measured`` has them.

    ``None`` for bytes without scale or offset, which are in display units as they are, and where there is no value
    at all. Nothing is written beside the file.
    """
    taken = sample(BandSource(str(path)), is_stopped)
    found = None if taken is None or taken.is_byte else measure(taken)
    return None if found is None else (found.low, found.high)


def sample(source: BandSource, is_stopped: IsStopped = never, most: int = MOST_PIXELS) -> Sample | None:
    """Read a band, of a large one 64 windows spread over it; ``None`` where it cannot be read or holds no numbers.

    Args:
        is_stopped: asked between windows whether to stop; the part read until then is returned.
        most: the largest number of pixels to read.
    """
    try:
        with gdal_quiet():
            return _sampled(source, is_stopped, most)
    except (OSError, RasterTooLarge):
        return None


def is_cut_short(source: BandSource) -> bool:
    """Return whether a band's last block cannot be read, as in a file that was not transferred to its end.

    ``False`` where the raster or band cannot be opened at all.
    """
    try:
        with gdal_quiet():
            dataset = source.open()
            if dataset is None:
                return False
            last = (dataset.RasterXSize - 1, dataset.RasterYSize - 1, 1, 1)
            return dataset.GetRasterBand(source.band).ReadAsArray(*last) is None
    except RasterTooLarge:
        return False
    except OSError:
        return True


def _sampled(source: BandSource, is_stopped: IsStopped, most: int) -> Sample | None:
    dataset = source.open()
    if dataset is None:
        return None
    if gdal.DataTypeIsComplex(dataset.GetRasterBand(source.band).DataType):
        return None
    reader = BandReader(dataset, source.band, no_data=source.no_data, ranges=source.ranges)
    places = _windows(dataset, source.band, most)
    values, is_whole = _read(reader, places, is_stopped)
    covered = sum(width * height for _, _, width, height in places)
    return Sample(
        values,
        reader.is_byte,
        reader.is_whole,
        reader.is_single,
        reader.scale,
        reader.offset,
        is_whole and covered == dataset.RasterXSize * dataset.RasterYSize,
    )


def _read(reader: BandReader, places: list[Rectangle], is_stopped: IsStopped) -> tuple[Array, bool]:
    """Return the drawn values of windows, and whether all windows were read within the time there is."""
    end = time.monotonic() + MOST_SECONDS
    parts: list[Array] = []
    for place in places:
        if parts and (is_stopped() or time.monotonic() > end):
            break
        values = reader.read(place)
        parts.append(values[~np.isnan(values)])
    return np.concatenate(parts) if parts else np.empty(0), len(parts) == len(places)


def _windows(dataset: Any, number: int, most: int) -> list[Rectangle]:
    """Return the windows to read, in an order that covers the raster evenly from the beginning."""
    width, height = dataset.RasterXSize, dataset.RasterYSize
    if width * height <= most:
        rows = max(1, most // 16 // width)
        return [(0, row, width, min(rows, height - row)) for row in range(0, height, rows)]
    return list(_spread((width, height), most, dataset.GetRasterBand(number).GetBlockSize()[0]))


def _spread(size: tuple[int, int], most: int, block_width: int) -> Iterator[Rectangle]:
    """Give windows about as wide as the file's blocks that spread over the raster; together they have ``most``."""
    width, height = size
    budget = most // _PARTS
    tile_width = min(width, max(1, min(block_width, budget)), 4096)
    tile_height = min(height, max(1, budget // tile_width))
    columns = min(8, width // tile_width)
    rows = min(height // tile_height, math.ceil(_PARTS / columns))
    count = columns * rows
    step = next(step for step in (29, 31, 37, 41) if math.gcd(step, count) == 1)
    for turn in range(count):
        row, column = divmod(turn * step % count, columns)
        left, top = _place(column, columns, width - tile_width), _place(row, rows, height - tile_height)
        yield left, top, tile_width, tile_height


def _place(number: int, count: int, last: int) -> int:
    return last // 2 if count == 1 else round(number * last / (count - 1))


def measure(taken: Sample) -> Measured | None:
    """Return the statistics of a sample; ``None`` where it holds only no-data."""
    fills = fills_of(taken)
    values = without(taken.values, fills)
    if not values.size:
        return None
    low, high = (float(edge) for edge in np.quantile(values, (_CUT, 1 - _CUT)))
    least, greatest = float(values.min()), float(values.max())
    reach = _FAR * (high - low)
    return Measured(
        low if least < low - reach else least,
        high if greatest > high + reach else greatest,
        least,
        greatest,
        fills,
    )


def without(values: Array, fills: tuple[Fill, ...]) -> Array:
    """Return the values that are none of the fills."""
    return values[~np.isin(values, [fill.value for fill in fills])] if fills else values


def fills_of(taken: Sample) -> tuple[Fill, ...]:
    """Return the values that look like no-data: codes in use for it, or often repeated, and far from all others.

    In bytes nothing does.
    """
    values = taken.values
    if taken.is_byte or not values.size:
        return ()
    known = _codes(taken)
    found = [Fill(code, float(np.mean(values == code))) for code in known]
    rest = without(values, tuple(found))
    if rest.size:
        found = [fill for fill in found if _is_far(fill.value, rest, _FAR / 2)]
        rest = without(values, tuple(found))
        found += _repeated(rest, values.size)
    return tuple(sorted(found, key=lambda fill: -fill.share))


def _codes(taken: Sample) -> list[float]:
    """Return the codes of no-data that occur, as they are drawn: also those of numbers that are scaled."""
    raw = np.array(_FILLS)
    scaled = raw * taken.scale + taken.offset
    codes = np.unique(np.concatenate([raw, scaled]))
    if taken.is_single:
        codes = codes.astype(np.float32).astype(np.float64)
    huge = np.unique(taken.values[np.abs(taken.values) >= _NO_NUMBER])[:4]
    return [float(code) for code in [*codes, *huge] if (taken.values == code).any()]


def _is_far(value: float, rest: Array, times: float) -> bool:
    low, high = np.quantile(rest, (_CUT, 1 - _CUT))
    gap = max(low - value, value - high)
    return bool(gap > 0 and gap > times * (high - low))


def _repeated(values: Array, count: int) -> Iterator[Fill]:
    """Give the least and the greatest value where it is repeated and much farther from the others than these lie."""
    for extreme in {float(values.min()), float(values.max())} - {0.0}:
        same = values == extreme
        rest = values[~same]
        often = int(same.sum())
        if often >= _OFTEN and rest.size and rest.min() < rest.max() and _is_far(extreme, rest, _VERY_FAR):
            yield Fill(extreme, often / count)
