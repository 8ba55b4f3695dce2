"""Values computed from the image of a date, where the server has none of a visualization."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..catalog.visualization_item import is_image_of
from ..imagery.expression import Expression, ExpressionInvalid, parse_composite
from ..imagery.index_values import compute_values
from .errors import NotComputable

if TYPE_CHECKING:
    from ..api.models import Asset
    from ..catalog.visualization_item import AcquisitionDate, VisualizationItem
    from ..imagery.budget import IsStopped


def image_of(assets: Sequence[Asset], date: AcquisitionDate) -> Asset | None:
    """Return the one image of an AOI that a date shows; ``None`` where there is none, or it is not clear which."""
    found = [asset for asset in assets if is_image_of(asset, date)]
    return found[0] if len(found) == 1 else None


def formula_of(item: VisualizationItem, date: AcquisitionDate) -> tuple[Expression, ...]:
    """Return the expressions that the values of a visualization are computed by, one for each band.

    Raises:
        NotComputable: the server gives none that is understood.
    """
    try:
        return parse_composite(item.expression)
    except ExpressionInvalid as error:
        raise NotComputable(date.label, "expression", item.expression) from error


def compute(
    image: Path,
    asset: Asset,
    date: AcquisitionDate,
    expressions: Sequence[Expression],
    target: Path,
    is_stopped: IsStopped,
) -> Path:
    """Write the values of a date, and return their file.

    Raises:
        NotComputable: the image lacks a band.
        RasterTooLarge: decoding the image would need too much memory.
        OSError: it cannot be read, or the disk refuses.
    """
    try:
        compute_values(image, asset.band_list, expressions, target, is_stopped)
    except KeyError as error:
        raise NotComputable(date.label, "band", str(error.args[0])) from error
    return target
