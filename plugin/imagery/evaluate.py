"""Index expressions computed over rasters, block by block, to a GeoTIFF."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from ..files.whole import whole_or_nothing
from .band_values import Array, BandReader
from .expression import Expression
from .raster_io import checked_writing, create_raster, gdal_quiet, open_raster

NODATA = -9999.0
_ROWS = 256

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a raster, in pixels from its upper left corner."""

    column: int
    row: int
    width: int
    height: int


class SourcesDiffer(ValueError):
    """Bands of one expression that do not lie on one grid.

    Attributes:
        names: the files' names.
    """

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


def bands_of(path: Path) -> dict[str, tuple[Path, int]]:
    """Name the bands of a raster by their descriptions, or ``B01``, ``B02`` … where there are none.

    Raises:
        OSError: the file is no raster.
    """
    with gdal_quiet():
        dataset = open_raster(path)
        numbers = range(1, dataset.RasterCount + 1)
        return {dataset.GetRasterBand(n).GetDescription() or f"B{n:02d}": (path, n) for n in numbers}


def evaluate_file(
    expressions: Expression | Sequence[Expression],
    source: Path | Mapping[str, tuple[Path, int]],
    target: Path,
    *,
    window: Window | None = None,
    keep: Array | None = None,
    report: Report | None = None,
) -> None:
    """Write what the expressions give as float32 bands of a tiled GeoTIFF; the target appears whole or not at all.

    Scale and offset of the bands are applied, so that an expression sees reflectances. A pixel without data (no-data
    value, mask or alpha) in any band it needs, or where the expression has no finite value, is nodata.

    Args:
        source: a raster whose bands ``bands_of`` names, or the file and band number of every band.
        window: the part to compute; all of it where absent.
        keep: boolean, shape (height, width) of the window; pixels that are False become nodata.
        report: called with rows done and rows in all.

    Raises:
        KeyError: a band the expressions need is not there.
        SourcesDiffer: the bands lie on different grids.
        OSError: a file cannot be read or written.
    """
    wanted = (expressions,) if isinstance(expressions, Expression) else tuple(expressions)
    places = bands_of(source) if isinstance(source, Path) else source
    with gdal_quiet(), whole_or_nothing(target) as part, checked_writing(part):
        bands = _Bands(places, sorted(frozenset().union(*(expression.bands for expression in wanted))))
        frame = window or Window(0, 0, *bands.size)
        output = _create(part, frame, len(wanted), bands)
        for rows in _strips(frame):
            _write_strip(output, wanted, bands.read(rows), rows, frame, keep)
            if report is not None:
                report(rows.row - frame.row + rows.height, frame.height)
        output.FlushCache()
        output = None


def _strips(frame: Window) -> Iterator[Window]:
    for row in range(0, frame.height, _ROWS):
        yield Window(frame.column, frame.row + row, frame.width, min(_ROWS, frame.height - row))


def _write_strip(
    output: Any,
    wanted: Sequence[Expression],
    bands: Mapping[str, Array],
    rows: Window,
    frame: Window,
    keep: Array | None,
) -> None:
    top = rows.row - frame.row
    for number, expression in enumerate(wanted, start=1):
        values = np.broadcast_to(expression.evaluate(bands), (rows.height, rows.width))
        dropped = ~np.isfinite(values)
        if keep is not None:
            dropped = dropped | ~keep[top : top + rows.height]
        strip = np.where(dropped, NODATA, values).astype("<f4")
        output.GetRasterBand(number).WriteRaster(0, top, rows.width, rows.height, strip.tobytes())


def _create(path: Path, frame: Window, count: int, bands: _Bands) -> Any:
    output = create_raster(path, (frame.width, frame.height, count), gdal.GDT_Float32, ("PREDICTOR=3",))
    if bands.transform is not None:
        x, y = gdal.ApplyGeoTransform(bands.transform, frame.column, frame.row)
        _, east, turn_x, _, turn_y, south = bands.transform
        output.SetGeoTransform((x, east, turn_x, y, turn_y, south))
        output.SetProjection(bands.projection)
    for number in range(1, count + 1):
        output.GetRasterBand(number).SetNoDataValue(NODATA)
    return output


class _Bands:
    """The opened bands of an expression, on one grid."""

    def __init__(self, places: Mapping[str, tuple[Path, int]], names: Sequence[str]) -> None:
        missing = [name for name in names if name not in places]
        if missing:
            raise KeyError(missing[0])
        wanted = {name: places[name] for name in names} or dict(places)
        self._files = {path: open_raster(path) for path, _ in wanted.values()}
        self._wanted = wanted
        grids = {_grid(dataset) for dataset in self._files.values()}
        if len(grids) > 1:
            raise SourcesDiffer([path.name for path in self._files])
        self.size, self.transform, self.projection = grids.pop()

    def read(self, rows: Window) -> dict[str, Array]:
        return {name: self._read(path, number, rows) for name, (path, number) in self._wanted.items()}

    def _read(self, path: Path, number: int, rows: Window) -> Array:
        reader = BandReader(self._files[path], number)
        try:
            return reader.read((rows.column, rows.row, rows.width, rows.height))
        except OSError as error:
            raise OSError(f"cannot read {path.name}: {error}") from error


def _grid(dataset: Any) -> tuple[tuple[int, int], tuple[float, ...] | None, str]:
    transform = dataset.GetGeoTransform(can_return_null=True)
    return (dataset.RasterXSize, dataset.RasterYSize), transform, dataset.GetProjection()
