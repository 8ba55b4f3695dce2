"""Values of an index, computed from the bands of an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from osgeo import gdal

from .budget import IsStopped, check_stopped, never
from .evaluate import bands_of, evaluate_file
from .expression import Expression
from .raster_io import gdal_quiet, open_raster


def compute_values(
    image: Path,
    names: Sequence[str],
    expressions: Sequence[Expression],
    target: Path,
    is_stopped: IsStopped = never,
) -> None:
    """Write the values of expressions over an image as float32; the target appears whole or not at all.

    Args:
        names: of the image's bands in order, alpha bands aside; where their number is another, the descriptions of the
            bands count, and without any names the places of the bands.

    Raises:
        KeyError: the image has no band of a name that is needed.
        RasterTooLarge: decoding the image would need too much memory.
        Interrupted: ``is_stopped`` returned true.
        OSError: the image cannot be read, or the target cannot be written.
    """
    evaluate_file(expressions, _named(image, names), target, report=lambda _done, _total: check_stopped(is_stopped))


def _named(image: Path, names: Sequence[str]) -> Mapping[str, tuple[Path, int]]:
    """Return the bands by name; one that is at another place than the server says would give wrong values."""
    if not names:
        return bands_of(image)
    with gdal_quiet():
        dataset = open_raster(image)
        bands = [dataset.GetRasterBand(number) for number in range(1, dataset.RasterCount + 1)]
        described = {band.GetBand(): band.GetDescription() for band in bands if not _is_alpha(band)}
    if len(set(names)) == len(names) == len(described):
        return {name: (image, number) for name, number in zip(names, described, strict=True)}
    return {name: (image, number) for number, name in described.items() if name}


def _is_alpha(band: Any) -> bool:
    return bool(band.GetColorInterpretation() == gdal.GCI_AlphaBand)
