"""Messages about pictures whose place on the map is not certain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..host.i18n import translate
from .numbers import count_text

if TYPE_CHECKING:
    from ..imagery.hand_places import Candidate
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
    return translate(
        "Places", "Click the mark beside the layer to choose it, or add the values, which state their own."
    )


def candidate_text(candidate: Candidate) -> str:
    """Return what a place is that an image may have: its grid, and the part of the picture that is map."""
    crs = candidate.place.placement.crs
    grids = {
        "EPSG:4326": translate("Places", "Degrees (EPSG:4326)"),
        "EPSG:3857": translate("Places", "Web Mercator (EPSG:3857)"),
    }
    is_utm = crs.startswith(("EPSG:326", "EPSG:327"))
    other = translate("Places", "UTM ({})").format(crs) if is_utm else crs[:40]
    part = translate("Places", "without margin") if candidate.is_cropped else translate("Places", "whole picture")
    text = translate("Places", "{0}, {1}, the image file's outline") if candidate.is_of_asset else "{0}, {1}"
    return text.format(grids.get(crs, other), part)


def present_text(text: str) -> str:
    """Return what the present place of an image is."""
    return translate("Places", "As now: {}").format(text)
