"""Messages about styles: unusable documents, rasters they do not fit, symbology that SLD cannot express."""

from __future__ import annotations

import re
from typing import Any

from ..host.i18n import translate
from ..legend.spec import ColourMapKind
from .wording import Action, quoted

_SHORT = 40
_LINE = re.compile(
    r"\bline (?!1, column 0\b)(\d+)"
)  # where the very first sign is none of XML, there is no line to mend


def sld_refused(error: Any) -> tuple[str, Action]:
    """Return the message with the place where a style document cannot be drawn as intended, and the remedy."""
    code = str(getattr(error, "code", ""))
    place, detail = _short(getattr(error, "place", "")), _short(getattr(error, "detail", ""))
    if code == "not-xml":
        return _not_xml(str(error.detail)), Action.NONE
    if code == "no-raster-symbolizer":
        return _nothing_to_draw(place), Action.NONE
    texts = _with_detail() if detail else _without_detail()
    text = texts.get(code) or _whole_document().get(code) or _unknown()
    return text.format(place or translate("Messages", "the style"), detail), Action.NONE


def style_not_drawable(error: Any) -> tuple[str, Action]:
    """Return the message with the reason why a style does not fit a raster, or a symbology does not fit SLD."""
    if error.reason == "band":
        return _no_band(_short(error.detail)), Action.NONE
    if error.reason == "picture":
        return translate(
            "Messages",
            "The layer has finished colours and no values that a style could draw; choose a raster of values.",
        ), Action.NONE
    if error.reason == "renderer":
        return _no_words(error.detail), Action.NONE
    return translate(
        "Messages",
        "The layer is drawn without any class, so there is nothing to save; "
        "classify it in the layer's properties, then save again.",
    ), Action.NONE


def style_without_classes(error: Any) -> tuple[str, Action]:
    """Return the message about the symbology that a style has in place of classes."""
    text = _drawings().get(error.drawing, _drawings()["other"])
    return text.format(error.name), Action.NONE


def _drawings() -> dict[str, str]:
    help_ = translate("Messages", "Choose Discrete in its layer's symbology, classify, then save the style again.")
    texts = {
        ColourMapKind.RAMP: translate("Messages", "The style {0} is a colour ramp, which has no classes."),
        ColourMapKind.VALUES: translate(
            "Messages", "The style {0} colours single values exactly, and a legend's classes are ranges."
        ),
        "palette": translate("Messages", "The style {0} is a palette of single values, and classes are ranges."),
        "grey": translate("Messages", "The style {0} draws one band in grey and has no classes."),
        "colours": translate("Messages", "The style {0} mixes colours from three bands and has no classes."),
        "one-colour": translate("Messages", "The style {0} draws everything in one colour and has no classes."),
        "hillshade": translate("Messages", "The style {0} draws a hillshade and has no classes."),
        "contour": translate("Messages", "The style {0} draws contour lines and has no classes."),
        "empty": translate("Messages", "The style {0} has no classes yet."),
        "other": translate("Messages", "The style {0} draws something other than classes."),
    }
    vector = translate("Messages", "The style {0} is made for vectors, so it has no classes of a raster.")
    no_style = translate("Messages", "The file {0} is no style of QGIS, or it is damaged.")
    another = translate("Messages", "Choose a style that was saved from a raster layer.")
    return {"vector": f"{vector} {another}", "no-style": f"{no_style} {another}"} | {
        drawing: f"{text} {help_}" for drawing, text in texts.items()
    }


def _not_xml(detail: str) -> str:
    if detail == "HTML":
        return translate(
            "Messages", "This is a web page and not a style document; download the style itself, then load that file."
        )
    line = _LINE.search(detail)
    if line is not None:
        return translate(
            "Messages",
            "The style document is damaged at line {0}, or is not an SLD; correct it there, or choose another file.",
        ).format(line[1])
    return translate("Messages", "The file is no style document, or its encoding is unknown; choose an SLD file.")


def _nothing_to_draw(place: str) -> str:
    if place == "VendorOption":
        return translate(
            "Messages",
            "Every symbolizer of the style is for the legend only, so nothing would be drawn; choose another SLD.",
        )
    if not place:
        return _unknown()
    return translate(
        "Messages",
        "The document ({0}) contains no RasterSymbolizer, so it cannot draw a raster; choose an SLD made for rasters.",
    ).format(place)


def _with_detail() -> dict[str, str]:
    return {
        "unknown-function": translate(
            "Messages",
            "The function “{1}” in {0} is not known; use Categorize, Interpolate or a list of ColorMapEntry.",
        ),
        "unreadable-colour": translate(
            "Messages",
            "The colour “{1}” in {0} cannot be read; write it as # and six hexadecimal digits, as #1a9641.",
        ),
        "unreadable-quantity": translate(
            "Messages", "The text “{1}” in {0} is not a number that can be drawn; write a plain number, as 0.25."
        ),
        "unreadable-opacity": translate(
            "Messages", "The opacity “{1}” in {0} is not a number; write one between 0 and 1."
        ),
    }


def _without_detail() -> dict[str, str]:
    return {
        "unknown-function": translate(
            "Messages", "A function in {0} is not known; use Categorize, Interpolate or a list of ColorMapEntry."
        ),
        "unreadable-colour": translate(
            "Messages", "A colour is missing in {0}; write one as # and six hexadecimal digits, as #1a9641."
        ),
        "unreadable-quantity": translate("Messages", "A number is missing in {0}; write a plain one, as 0.25."),
        "unreadable-opacity": translate("Messages", "The opacity in {0} is empty; write a number between 0 and 1."),
    }


def _whole_document() -> dict[str, str]:
    return {
        "too-large": translate(
            "Messages", "The style document is larger than 16 MB, far more than a style needs; choose a smaller one."
        ),
        "doctype": translate(
            "Messages",
            "The style document brings definitions of its own (DOCTYPE), which are never followed because they can be "
            "abused; remove them, or choose another document.",
        ),
        "no-colour-map": translate(
            "Messages", "The style has no ColorMap, so it has no classes to take over; choose an SLD with a ColorMap."
        ),
        "too-many-entries": translate(
            "Messages",
            "The colour map has more entries than can be handled as a legend; choose a style with fewer.",
        ),
        "no-entries": translate(
            "Messages", "The {0} of the style has no entries, so nothing would be drawn; choose another SLD."
        ),
        "several-channels": translate(
            "Messages",
            "The style mixes red, green and blue from three bands, so it has no classes to take over; "
            "choose an SLD with a ColorMap.",
        ),
        "expression": translate(
            "Messages", "A value in {0} is computed by an expression, which only its server knows; write a plain value."
        ),
        "shaded-relief": translate(
            "Messages",
            "The style shades the relief ({0}), which cannot be taken from an SLD; "
            "choose the hillshade in the layer's own symbology.",
        ),
        "infinite-stop": translate(
            "Messages",
            "The quantity in {0} is infinite, which only the classes of type “intervals” may be; write a number.",
        ),
        "unpaired-thresholds": translate(
            "Messages",
            "The values and thresholds in {0} do not fit together; there must be one value more than thresholds, "
            "and the thresholds must rise.",
        ),
    }


def _unknown() -> str:
    return translate(
        "Messages", "The style document cannot be drawn as it is meant; choose another SLD made for rasters."
    )


def _no_band(band: str) -> str:
    if not band:
        return translate(
            "Messages",
            "The style mixes red, green and blue without saying from which bands; name them in its ChannelSelection.",
        )
    return translate(
        "Messages", "The style draws from band “{0}”, which this raster does not have; choose another raster or style."
    ).format(band)


def _no_words(renderer: str) -> str:
    names = {
        "hillshade": translate("Messages", "as a hillshade"),
        "contour": translate("Messages", "as contour lines"),
        "singlebandcolordata": translate("Messages", "as finished colours"),
    }
    return translate(
        "Messages",
        "The layer is drawn {0}, which SLD cannot describe; choose another symbology for it, then save again.",
    ).format(names.get(renderer, translate("Messages", "in a way of QGIS's own")))


def _short(text: object) -> str:
    """Return an external text on one short line, without brackets that would be taken for placeholders."""
    plain = quoted(str(text)).translate({ord(sign): None for sign in "{}<>"})
    return plain if len(plain) <= _SHORT else plain[: _SHORT - 1] + "…"
