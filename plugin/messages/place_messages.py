"""Messages about pictures whose place on the map is not certain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..host.i18n import translate
from .numbers import count_text

if TYPE_CHECKING:
    from ..imagery.loaded import Placement


def uncertain_places(placements: Sequence[Placement]) -> str:
    """Return the warning for those of some pictures whose place is not certain; nothing where all are."""
    doubtful = [placement for placement in placements if not placement.is_certain]
    if not doubtful:
        return ""
    count = count_text(len(doubtful))
    return f"{_doubt(count, len(doubtful), max(each.error_px for each in doubtful))} {_remedy()}"


def _doubt(count: str, number: int, error: float) -> str:
    known = math.isfinite(error)
    if number == 1 and known:
        text = translate("Places", "The place of this picture is not certain: it may be {1} pixels off or more.")
    elif number == 1:
        text = translate(
            "Places", "The place of this picture is not certain, because it does not fit its AOI's outline."
        )
    elif known:
        text = translate("Places", "The place of {0} pictures is not certain: they may be {1} pixels off or more.")
    else:
        text = translate(
            "Places", "The place of {0} pictures is not certain, because they do not fit their AOI's outline."
        )
    return text.format(count, count_text(math.ceil(error)) if known else "")


def _remedy() -> str:
    return translate("Places", "Add the values instead: they state their own place.")
