"""Sentences of the panel of values over time."""

from __future__ import annotations

from ..host.i18n import translate
from .numbers import count_text


def choose_place() -> str:
    """Return how a place is chosen."""
    return translate("Series", "Click a pixel on the map to see its values over time.")


def nothing_loaded() -> str:
    """Return the reason why there is nothing to show: the map has no dates of ours."""
    return translate(
        "Series", "The map shows no index values; add dates of a visualization as values, then click the map."
    )


def only_pictures() -> str:
    """Return the reason why there is nothing to show: the pixels of the dates shown are colours."""
    return translate(
        "Series", "The dates on the map are pictures, which hold no values; add them as values, then click the map."
    )


def nothing_there() -> str:
    """Return the note that no raster has values at a place."""
    return translate(
        "Series", "No date has values at this place; click where the map shows the index values of an AOI."
    )


def no_polygon() -> str:
    """Return the note that no polygon lies where the user clicked."""
    return translate(
        "Series", "No polygon lies there; click one of the current vector layer, or an AOI that the dock lists."
    )


def unread(count: int) -> str:
    """Return the note that the files of some dates could not be read."""
    text = translate("Series", "Dates left empty, since their files are missing or damaged: {0}. Add them again.")
    return text.format(count_text(count))
