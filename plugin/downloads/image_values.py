"""Display properties derived from the values of a loaded raster: range, likely no-data, display ranges of bands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..imagery.budget import check_stopped, never
from ..imagery.statistics import BandSource, Measured, Sample, fills_of, measure, sample
from ..legend.scaling import PLAIN, Scaling
from ..legend.units import DISPLAY_TOP, Range, display_ranges, fits
from ..legend.vocabulary import ExpressionType
from ..messages.fit_messages import likely_no_data, without_display_range
from ..messages.style_messages import no_style

if TYPE_CHECKING:
    from ..catalog.visualization_item import VisualizationItem
    from ..imagery.budget import IsStopped
    from ..imagery.loaded import LoadedImage

_COLOURS = 3


def with_values(image: LoadedImage, item: VisualizationItem, is_stopped: IsStopped = never) -> LoadedImage:
    """Return an image with facts from its values, and with warnings where its rendering is not the server's.

    Slow: it reads pixels.

    Raises:
        Interrupted: ``is_stopped`` returned true.
    """
    taken = sample(BandSource(str(image.path)), is_stopped)
    check_stopped(is_stopped)
    found = None if taken is None else measure(taken)
    known = None if taken is None or taken.is_byte or found is None else (found.low, found.high)
    fills = () if taken is None else fills_of(taken) if found is None else found.fills
    stored = PLAIN if taken is None else Scaling(taken.scale, taken.offset)
    notes = (likely_no_data(fills),) if fills else ()
    return _drawn(replace(image, values=known, stored=stored, fills=fills, warnings=(*image.warnings, *notes)), item)


def _drawn(image: LoadedImage, item: VisualizationItem) -> LoadedImage:
    """Return an image without style and legend with the display ranges of its bands."""
    day = image.label
    if image.sld is not None:
        return image
    if image.legend is not None and len(image.legend):
        return replace(image, warnings=(*image.warnings, no_style(day)))
    ranges = _ranges(image, item)
    if not ranges:
        return replace(image, warnings=(*image.warnings, without_display_range(day)))
    return replace(image, stretch=ranges)


def _ranges(image: LoadedImage, item: VisualizationItem) -> tuple[Range, ...]:
    """Return the display ranges the server draws by; of an index, which it draws by classes, only one that fits."""
    ranges = display_ranges(item.rescale, _COLOURS if item.drawn_as is ExpressionType.COMPOSITE else 1)
    found = _in_drawn_units(image.path, ranges) if ranges else ()
    if item.drawn_as in (ExpressionType.COMPOSITE, ExpressionType.GRAYSCALE) or not found:
        return found
    return found if image.values is None or fits(found[0], image.values) else ()


def _in_drawn_units(path: Path, ranges: Sequence[Range]) -> tuple[Range, ...]:
    """Return display ranges in the units QGIS draws: of a scaled band the server may mean the stored numbers."""
    samples = [sample(BandSource(str(path), band)) for band in range(1, len(ranges) + 1)]
    if any(taken is None for taken in samples):
        return tuple(ranges)
    known = [taken for taken in samples if taken is not None]
    if all(taken.is_byte for taken in known) and not all(_are_bytes(found) for found in ranges):
        return ((0.0, DISPLAY_TOP),) * len(ranges)  # the server stretched it already
    pairs = list(zip(ranges, known, strict=True))
    if any(_means_stored(found, taken) for found, taken in pairs):
        return tuple(_scaled(found, taken) for found, taken in pairs)
    return tuple(ranges)


def _are_bytes(found: Range) -> bool:
    return found[0] >= 0 and 1 < found[1] <= DISPLAY_TOP


def _means_stored(found: Range, taken: Sample) -> bool:
    """Return whether a display range fits the numbers as they are stored, and not as they are drawn."""
    if (taken.scale, taken.offset) == (1.0, 0.0) or taken.scale <= 0:
        return False
    measured: Measured | None = measure(taken)
    if measured is None:
        return False
    values = (measured.low, measured.high)
    return not fits(found, values) and fits(_scaled(found, taken), values)


def _scaled(found: Range, taken: Sample) -> Range:
    return found[0] * taken.scale + taken.offset, found[1] * taken.scale + taken.offset
