"""Messages about how well a style fits the values of a raster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..host.i18n import translate
from ..legend.spec import ColourMapKind
from ..legend.units import Reading
from ..legend.vocabulary import Units
from .message import Message
from .numbers import count_text, rounded_text
from .wording import quoted

if TYPE_CHECKING:
    from ..imagery.statistics import Fill
    from ..imagery.style_fit import Fit
    from ..legend.scaling import Scaling


def notes(fit: Fit) -> list[str]:
    """Return the notes about a style over a raster; none where they fit."""
    found = [style_misses(fit)] if fit.misses else []
    found += [part_undrawn(fit)] if fit.misses_part else []
    return found + ([likely_no_data(fit.fills)] if fit.fills else [])


def layers_miss(fits: Sequence[tuple[str, Fit]]) -> Message:
    """Return the message on layers, by name, whose values and styles do not meet or that seem to hold no-data."""
    lines = [
        translate("Fits", "“{0}”: {1}").format(quoted(layer), " ".join(notes(fit))) for layer, fit in fits if notes(fit)
    ]
    if len(lines) == 1:
        return Message(lines[0])
    text = translate("Fits", "In {0} layers values and style do not match, or no-data is not declared: {1}")
    return Message(text.format(count_text(len(lines)), lines[0]), "\n".join(lines))


def part_undrawn(fit: Fit) -> str:
    """Return the sentence on a style that meets a raster, but leaves a part of the pixels undrawn."""
    text = translate(
        "Fits", "{0} of the pixels lie in no class of the style and are not drawn (the raster has {1} to {2})."
    )
    if not fit.is_complete:
        text = translate(
            "Fits",
            "In a sample of the raster, {0} of the pixels lie in no class of the style and are not drawn (the raster "
            "has {1} to {2}).",
        )
    return text.format(percent(1 - fit.drawn), number(fit.measured.low), number(fit.measured.high))


def likely_no_data(fills: Sequence[Fill]) -> str:
    """Return the sentence on values that look like no-data, with their shares and the remedy."""
    named = translate("Fits", " and ").join(
        translate("Fits", "{0} of the pixels are {1}").format(percent(fill.share), number(fill.value)) for fill in fills
    )
    text = translate(
        "Fits",
        "{0}, which looks like no-data that the file does not declare; set it in Layer Properties > Transparency to "
        "leave it out.",
    )
    return text.format(named)


def classes_under_legend(days: Sequence[str]) -> str:
    """Return the warning for classes of dates that painted legends hide."""
    if len(days) == 1:
        text = translate(
            "Fits",
            "The painted legend of {0} hides a part of the picture, which has no classes in the layer. Add the values "
            "of this date to the map, then load its classes again to fill the gap.",
        )
        return text.format(days[0])
    text = translate(
        "Fits",
        "Painted legends hide a part of {0} pictures, which has no classes in the layers. Add the values of these "
        "dates to the map, then load their classes again to fill the gaps.",
    )
    return text.format(count_text(len(days)))


def without_display_range(day: str) -> str:
    """Return the warning for a date for which the server provides nothing to draw it by."""
    text = translate(
        "Fits",
        "The server gave no style, no classes and no display range that fits {0}, so QGIS stretches it by its own "
        "values; do not compare its colours with those of other dates.",
    )
    return text.format(day)


def style_misses(fit: Fit) -> str:
    """Return the sentence on a style that misses a raster, with the plain scaling that would explain it."""
    text = _misses(fit)
    if not fit.is_complete:
        text = translate("Fits", "in a sample of the raster, {0}").format(text)
    text = text[:1].upper() + text[1:]
    if fit.scaling is None:
        return f"{text}."
    return translate("Fits", "{0}; {1} would explain it.").format(text, scaling_text(fit.scaling))


def _misses(fit: Fit) -> str:
    low, high = number(fit.edges[0]), number(fit.edges[1])
    least, greatest = number(fit.measured.low), number(fit.measured.high)
    if fit.kind is ColourMapKind.VALUES and not fit.met:
        return translate("Fits", "no pixel equals a value of the style exactly, so nothing is drawn")
    if fit.kind is ColourMapKind.VALUES:
        text = translate(
            "Fits",
            "only {0} of the pixels equal a value of the style and are drawn; {1} of its {2} values never occur "
            "exactly",
        )
        return text.format(percent(fit.met), count_text(fit.never), count_text(fit.entries))
    if fit.is_narrow:
        text = translate(
            "Fits",
            "the raster's values ({0} to {1}) lie within a small part of the style's ({2} to {3}), which draws them "
            "nearly alike",
        )
        return text.format(least, greatest, low, high)
    text = translate("Fits", "{0} of the pixels lie outside the style's {1} to {2} (the raster has {3} to {4})")
    return text.format(percent(1 - fit.met), low, high, least, greatest)


def scaling_text(scaling: Scaling) -> str:
    """Return a scaling in words."""
    if not scaling.offset:
        return translate("Fits", "a factor of {0}").format(number(scaling.factor))
    text = translate("Fits", "a factor of {0} and an offset of {1}")
    return text.format(number(scaling.factor), number(scaling.offset))


def apply_scaling(scaling: Scaling) -> str:
    """Return the words of the button that draws a style by a scaling."""
    if not scaling.offset:
        return translate("Fits", "Apply Factor {0}").format(number(scaling.factor))
    return translate("Fits", "Apply Factor {0} and Offset {1}").format(number(scaling.factor), number(scaling.offset))


def scaled_name(file: str, scaling: Scaling) -> str:
    """Return the name of a document whose quantities are scaled."""
    offset = f" {'+' if scaling.offset > 0 else '−'} {number(abs(scaling.offset))}" if scaling.offset else ""
    return f"{file} × {number(scaling.factor)}{offset}"


def percent(share: float) -> str:
    """Return a share as a percentage; values above 0 and below 100 % are never rounded to these."""
    if 0 < share < 0.001:
        return translate("Fits", "less than 0.1 %")
    if 0.999 < share < 1:
        return translate("Fits", "more than 99.9 %")
    return f"{rounded_text(round(100 * share, 1), 4)} %"


def number(value: float) -> str:
    """Return a number with no more digits than are needed to know it."""
    return rounded_text(value, 7)


def units_question(title: str, reading: Reading) -> str:
    """Return the question in which units the legend of a visualization is, with the ranges to decide by."""
    text = translate(
        "Messages",
        "The legend of {0} runs from {1}, its raster from {2}, so it is not coloured yet. "
        "Are the legend's numbers display values (0 to 255), or the raster's own?",
    )
    if reading.spread is not None:
        text = translate(
            "Messages",
            "The legend of {0} runs from {1}, its raster from {2}, so it is not coloured yet. "
            "Are the legend's numbers display values (0 to 255, here {3}), or the raster's own?",
        )
    ranges = (reading.edges, reading.values, reading.spread)
    asked = text.format(title, *(_range_text(found) for found in ranges))
    if reading.scaling is None:
        return asked
    return asked + " " + translate("Messages", "Or else {0} would explain it.").format(scaling_text(reading.scaling))


def _range_text(found: tuple[float, float] | None) -> str:
    if found is None:
        return "?"
    return translate("Messages", "{0} to {1}").format(rounded_text(found[0], 3), rounded_text(found[1], 3))


def units_fitted(day: str, units: Units) -> str:
    """Return the warning for an image drawn by the units that fit, since the user could not be asked."""
    if units is Units.DISPLAY:
        return translate(
            "Messages", "The legend of {0} fits the raster as display values of 0 to 255 only, and is drawn so."
        ).format(day)
    return translate(
        "Messages", "The legend of {0} does not fit the raster's values, so the layer may be drawn wrong; check it."
    ).format(day)
