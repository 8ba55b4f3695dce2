"""Texts of the cells of a class table, displayed and for a screen reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...plugin.files.shown_names import shown_name
from ...plugin.host.i18n import translate
from ...plugin.messages.numbers import count_text, decimal_text, number_text
from .wording import area_in_table_text, three_digits_text

if TYPE_CHECKING:
    from ...plugin.legend.spec import LegendClass


def class_area_text(area: float | None, unit: float | None, largest: float = 0.0) -> str:
    """Return the area of a class with its unit; as the server gives it where the unit is not known.

    Args:
        unit: how many square metres the area is given in.
        largest: the largest area of the table in square metres, which gives all its rows their unit.
    """
    if area is None:
        return ""
    if unit is not None:
        return area_in_table_text(area * unit, largest)
    return decimal_text(area, 0) if float(area).is_integer() else three_digits_text(area)


def range_text(entry: LegendClass, between: str = " – ") -> str:
    """Return the edges of a class; an open end is dots."""
    return between.join(number_text(edge) or "…" for edge in (entry.minimum, entry.maximum))


def edges_text(entry: LegendClass) -> str:
    """Return the edges of a class in words."""
    low, high = (number_text(edge) or translate("ClassWords", "open") for edge in (entry.minimum, entry.maximum))
    return translate("ClassWords", "{} to {}").format(low, high)


def class_name(row: int, entry: LegendClass) -> str:
    """Return the name of a class: its number, and its label if it has one."""
    number = translate("ClassWords", "class {}").format(count_text(row + 1))
    label = shown_name(entry.label)
    return f"{number}, {label}" if label else number
