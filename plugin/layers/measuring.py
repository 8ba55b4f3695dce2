"""Measurements of a raster layer, and the fit of its values to a style."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsProviderRegistry, QgsRasterDataProvider, QgsRasterRange

if TYPE_CHECKING:
    from ..imagery.statistics import BandSource
    from ..imagery.style_fit import Fit
    from ..legend.spec import Legend

_GDAL = "gdal"


def source_of(provider: QgsRasterDataProvider, band: int) -> BandSource | None:
    """Return how a band is measured as the provider draws it: additional no-data values count, too.

    ``None`` where only the provider can read the raster (web services, databases).
    """
    from ..imagery.statistics import BandSource

    if provider.name() != _GDAL or not 1 <= band <= provider.bandCount():
        return None
    source = _gdal_name(provider.dataSourceUri())
    ranges = tuple(_edges(found) for found in provider.userNoDataValues(band))
    return BandSource(source, band, provider.useSourceNoDataValue(band), ranges, drivers=None)


def file_source(path: Path) -> BandSource:
    """Return how the first band of a file is measured."""
    from ..imagery.statistics import BandSource

    return BandSource(str(path))


def fit(legend: Legend | None, source: BandSource | None, is_stopped: Callable[[], bool] | None = None) -> Fit | None:
    """Return how a legend meets a band; ``None`` where there is nothing to compare. Slow: not for the main thread."""
    from ..imagery.statistics import sample
    from ..imagery.style_fit import fit_of

    if legend is None or source is None:
        return None
    taken = sample(source) if is_stopped is None else sample(source, is_stopped)
    return None if taken is None else fit_of(legend, taken)


def is_cut_short(sources: Sequence[BandSource | None]) -> bool:
    """Return whether the end of the first or last of some bands cannot be read."""
    from ..imagery import statistics

    ends = [source for source in (*sources[:1], *sources[-1:]) if source is not None]
    return any(map(statistics.is_cut_short, ends))


def check_size(source: str) -> None:
    """Check that the raster in a file may be decoded; a source that is no file passes.

    Raises:
        RasterTooLarge: it needs too much memory.
    """
    from ..imagery import raster_io

    path = Path(source.split("|", 1)[0])
    if _is_file(path):
        raster_io.check_size(path)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # longer than any name of a file
        return False


def _gdal_name(uri: str) -> str:
    """Return the file name for GDAL of a QGIS source, without appended options."""
    parts = QgsProviderRegistry.instance().decodeUri(_GDAL, uri)
    return uri.split("|", 1)[0] if parts.get("openOptions") or parts.get("authcfg") else uri


def _edges(found: QgsRasterRange) -> tuple[float, float]:
    """Return a range of no-data as the least and greatest value that belong to it."""
    low, high = float(found.min()), float(found.max())
    bounds = QgsRasterRange.BoundsType
    if found.bounds() in (bounds.IncludeMax, bounds.Exclusive):
        low = math.nextafter(low, math.inf)
    if found.bounds() in (bounds.IncludeMin, bounds.Exclusive):
        high = math.nextafter(high, -math.inf)
    return -math.inf if math.isnan(low) else low, math.inf if math.isnan(high) else high
