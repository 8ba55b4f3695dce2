"""Values of an index, computed from the bands of an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from .budget import IsStopped, check_stopped, never
from .evaluate import bands_of, evaluate_file
from .expression import Expression


def compute_values(
    image: Path,
    names: Sequence[str],
    expressions: Sequence[Expression],
    target: Path,
    is_stopped: IsStopped = never,
) -> None:
    """Write the values of expressions over an image as float32; the target appears whole or not at all.

    Args:
        names: of the image's bands in order; where their number is another, the bands' own descriptions count.

    Raises:
        KeyError: the image has no band of a name that is needed.
        RasterTooLarge: decoding the image would need too much memory.
        Interrupted: ``is_stopped`` returned true.
        OSError: the image cannot be read, or the target cannot be written.
    """
    evaluate_file(
        expressions, _named(bands_of(image), names), target, report=lambda _done, _total: check_stopped(is_stopped)
    )


def _named(bands: Mapping[str, tuple[Path, int]], names: Sequence[str]) -> Mapping[str, tuple[Path, int]]:
    if len(set(names)) != len(bands) or len(names) != len(bands):
        return bands
    return dict(zip(names, bands.values(), strict=True))
