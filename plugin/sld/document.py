"""The frame around raster symbolizers: layers, styles and rules."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..legend.wire import parse_number
from .refusal import RefusalCode, SldRefused
from .values import Notes
from .xml import attribute, child, children, descendants, has, local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_STYLES = ("UserStyle", "CoverageStyle")
_LAYERS = ("NamedLayer", "UserLayer")
_NAMED = (*_STYLES, "FeatureTypeStyle", *_LAYERS)
_FILTERS = {"Filter", "ElseFilter"}
_VECTOR = {"PointSymbolizer", "LineSymbolizer", "PolygonSymbolizer", "TextSymbolizer"}
_NO_LIMIT = 1e15

Limits = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class StyleElement:
    """A style with at least one raster symbolizer, and the layer it stands in."""

    element: Element
    layer_name: str = ""
    is_default: bool = False

    @property
    def name(self) -> str:
        """Return the style's own name, else that of a part or of its layer."""
        found = (_text(child(one, "Name")) for one in descendants(self.element, *_NAMED))
        return next((text for text in found if text), self.layer_name)

    @property
    def title(self) -> str:
        """Return the style's title."""
        described = child(self.element, "Description")
        holder = self.element if described is None else described
        return _text(child(holder, "Title"))


def styles_in(root: Element) -> list[StyleElement]:
    """Return the styles that draw rasters, the default one first; a document may be no more than a part of one.

    Raises:
        SldRefused: nothing in the document draws a raster.
    """
    found = [style for style in _styles(root) if has(style.element, "RasterSymbolizer")]
    if not found and has(root, "RasterSymbolizer"):
        found = [StyleElement(root)]
    if not found:
        raise SldRefused(RefusalCode.NO_SYMBOLIZER, local(root))
    return sorted(found, key=lambda style: not style.is_default)


def _styles(root: Element) -> Iterator[StyleElement]:
    layers = list(descendants(root, *_LAYERS)) or [root]
    for layer in layers:
        name = _text(child(layer, "Name")) if layer is not root else ""
        for element in descendants(layer, *_STYLES):
            yield StyleElement(element, name, _text(child(element, "IsDefault")).lower() in ("1", "true"))


def symbolizer_of(style: StyleElement, notes: Notes) -> tuple[Element, Limits]:
    """Return the symbolizer to draw and the scale denominators of its rule.

    A symbolizer or rule that is for the legend only (GeoServer's option ``inclusion``) is left out. Of several, the
    first with a colour map or channels is taken; then no scale limits are, since they would leave holes.

    Raises:
        SldRefused: none is for the map.
    """
    rules = [rule for rule in descendants(style.element, "Rule") if has(rule, "RasterSymbolizer")]
    pairs = [(rule, one) for rule in rules or [style.element] for one in descendants(rule, "RasterSymbolizer")]
    drawn = [pair for pair in pairs if _is_drawn(*pair, notes)]
    if not drawn:
        raise SldRefused(RefusalCode.NO_SYMBOLIZER, "VendorOption", "legendOnly")
    rule, symbolizer = next((pair for pair in drawn if has(pair[1], "ColorMap", "ChannelSelection")), drawn[0])
    _note_surroundings(style, notes)
    if len(drawn) == 1:
        return symbolizer, limits_of(rule)
    notes.add(f"Rule: there are {len(drawn)} raster symbolizers; only the first with colours is drawn, at any scale.")
    return symbolizer, (None, None)


def _is_drawn(rule: Element, symbolizer: Element, notes: Notes) -> bool:
    options = (*children(rule, "VendorOption"), *children(symbolizer, "VendorOption"))
    hidden = any(attribute(one, "name") == "inclusion" and _text(one) == "legendOnly" for one in options)
    if hidden:
        notes.add("VendorOption: a symbolizer is for the legend only and is not drawn.")
    return not hidden


def limits_of(rule: Element) -> Limits:
    """Return the least and the greatest scale denominator of a rule; 0 and very large ones are no limits."""
    return _limit(child(rule, "MinScaleDenominator")), _limit(child(rule, "MaxScaleDenominator"))


def _limit(element: Element | None) -> float | None:
    value = parse_number(_text(element))
    return float(value) if value is not None and math.isfinite(value) and 0 < value < _NO_LIMIT else None


def _note_surroundings(style: StyleElement, notes: Notes) -> None:
    inside = {element.tag for element in style.element.iter()}
    if inside & _FILTERS:
        notes.add("Rule: its filter is not taken over; the whole raster is drawn.")
    if inside & _VECTOR:
        notes.add("Rule: its symbols for vectors are not drawn.")
    if "Transformation" in inside:
        notes.add("FeatureTypeStyle: its rendering transformation is not carried out.")


def _text(element: Element | None) -> str:
    return "" if element is None else (element.text or "").strip()
