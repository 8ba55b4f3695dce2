"""Raster styles of strangers as legends (GeoServer's rules for SLD 1.0, SE 1.1 for its functions)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..legend.spec import Legend
from ..legend.wire import parse_number
from .sld_colour_map import read_colour_map
from .sld_refusal import RefusalCode, SldRefused
from .sld_values import Notes, opacity, text_of
from .sld_xml import child, descendants, has, local, parse

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["RefusalCode", "SldRefused", "SldStyle", "read", "read_legend"]

_VECTOR = ("PointSymbolizer", "LineSymbolizer", "PolygonSymbolizer", "TextSymbolizer")
_NO_LIMIT = 1e15


@dataclass(frozen=True, slots=True)
class SldStyle:
    """A style as read; ``warnings`` are sentences on what is drawn otherwise than the document may mean."""

    legend: Legend
    name: str = ""
    warnings: tuple[str, ...] = ()


def read_legend(document: str | bytes) -> Legend:
    """Return the legend of a style document.

    Raises:
        SldRefused: it cannot be drawn as it is meant.
    """
    return read(document).legend


def read(document: str | bytes) -> SldStyle:
    """Return the legend of a style document with its name and warnings.

    Raises:
        SldRefused: it cannot be drawn as it is meant.
    """
    root, notes = parse(document), Notes()
    symbolizer = _symbolizer(root, notes)
    _refuse_channels(symbolizer)
    colour_map = child(symbolizer, "ColorMap")
    if colour_map is None:
        raise SldRefused(RefusalCode.NO_COLOUR_MAP, "RasterSymbolizer")
    legend = replace(read_colour_map(colour_map, notes), opacity=_opacity(symbolizer, notes))
    for text in (*_on_surroundings(root), *_on_effects(symbolizer)):
        notes.add(text)
    return SldStyle(legend, _name(root), tuple(notes))


def _symbolizer(root: Element, notes: Notes) -> Element:
    found = list(descendants(root, "RasterSymbolizer"))
    if not found:
        raise SldRefused(RefusalCode.NO_SYMBOLIZER, local(root))
    if len(found) > 1:
        notes.add(f"RasterSymbolizer: there are {len(found)}; only the first with a colour map is drawn.")
    return next((one for one in found if child(one, "ColorMap") is not None), found[0])


def _refuse_channels(symbolizer: Element) -> None:
    selection = child(symbolizer, "ChannelSelection")
    if selection is not None and has(selection, "RedChannel", "GreenChannel", "BlueChannel"):
        raise SldRefused(RefusalCode.CHANNELS, "ChannelSelection")


def _opacity(symbolizer: Element, notes: Notes) -> float:
    """Read the opacity of the whole; only a direct child counts."""
    element = child(symbolizer, "Opacity")
    text = "" if element is None else text_of(element, "Opacity", notes)
    return opacity(text, "Opacity", notes) if text else 1.0


def _name(root: Element) -> str:
    for holder in ("UserStyle", "CoverageStyle", "FeatureTypeStyle", "NamedLayer", "UserLayer"):
        for element in descendants(root, holder):
            name = child(element, "Name")
            if name is not None and (name.text or "").strip():
                return (name.text or "").strip()
    return ""


def _on_surroundings(root: Element) -> Iterator[str]:
    if len(list(descendants(root, "NamedLayer", "UserLayer"))) > 1 or len(list(descendants(root, "UserStyle"))) > 1:
        yield "StyledLayerDescriptor: it holds several layers or styles; only one is drawn."
    for name in ("MinScaleDenominator", "MaxScaleDenominator"):
        for element in descendants(root, name):
            if _limits(element):
                yield f"Rule: {name} {(element.text or '').strip()} is not taken over; the layer is drawn at any scale."
    if has(root, "Filter", "ElseFilter"):
        yield "Rule: its filter is not taken over; the whole raster is drawn."
    if has(root, *_VECTOR):
        yield "Rule: its symbols for vectors are not drawn."
    if has(root, "Transformation"):
        yield "FeatureTypeStyle: its rendering transformation is not carried out."


def _limits(element: Element) -> bool:
    value = parse_number(element.text or "")
    return value is not None and math.isfinite(value) and 0 < value < _NO_LIMIT


def _on_effects(symbolizer: Element) -> Iterator[str]:
    for enhancement in descendants(symbolizer, "ContrastEnhancement"):
        if _changes_contrast(enhancement):
            yield "ContrastEnhancement: it is not carried out; the colours are drawn as the colour map says."
    if has(symbolizer, "ShadedRelief", "ImageOutline"):
        yield "RasterSymbolizer: shading and outlines are not drawn."
    if has(symbolizer, "VendorOption"):
        yield "RasterSymbolizer: the options of one vendor are left out."


def _changes_contrast(enhancement: Element) -> bool:
    gammas = [parse_number(gamma.text or "") for gamma in descendants(enhancement, "GammaValue")]
    return has(enhancement, "Normalize", "Histogram", "Logarithmic", "Exponential") or any(
        gamma != 1 for gamma in gammas
    )
