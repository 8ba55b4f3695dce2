"""Writer of styles as SLD documents, for any server that draws rasters by GeoServer's rules.

Version 1.0.0 represents everything a legend can hold. In version 1.1.0 (Symbology Encoding) classes are
``Categorize`` and ramps ``Interpolate``. Both have opaque colours only, neither gaps nor labels: a legend with
opacities or gaps is written with the ``ColorMapEntry`` of version 1.0, which servers of either version read, and a
warning is returned.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..legend.intervals import Stretch, just_above, stretches
from ..legend.spec import Colour, ColourMapKind, Legend, LegendClass
from .raster_style import Channel, Contrast, ContrastMethod, RasterStyle

VERSIONS = ("1.0.0", "1.1.0")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INVISIBLE = Colour(0, 0, 0, 0)
_COLOURS = ("RedChannel", "GreenChannel", "BlueChannel")


def write(legend: Legend, name: str) -> str:
    """Return the document of a legend in version 1.0.0, entries in ascending order.

    In intervals a quantity is the upper bound of its colour and is out; the lowest edge and every gap are entries
    of opacity 0. Where the last class holds its maximum, its quantity is a hair above.
    """
    return write_style(RasterStyle(legend=legend, opacity=legend.opacity), name)[0]


def write_style(style: RasterStyle, name: str, version: str = "1.0.0") -> tuple[str, list[str]]:
    """Return the document of a style, and warnings about parts that a reader may miss in it.

    Raises:
        ValueError: there is no such version.
    """
    if version not in VERSIONS:
        raise ValueError(version)
    writer = _Writer("se:" if version == "1.1.0" else "")
    root = writer.document(style, name, version)
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', writer.warnings


class _Writer:
    """Builds one document; ``prefix`` is that of the elements that describe the drawing."""

    def __init__(self, prefix: str) -> None:
        self.warnings: list[str] = []
        self._prefix = prefix

    def document(self, style: RasterStyle, name: str, version: str) -> Element:
        spaces = {"xmlns": "http://www.opengis.net/sld", "xmlns:ogc": "http://www.opengis.net/ogc"}
        if self._prefix:
            spaces["xmlns:se"] = "http://www.opengis.net/se"
        root = Element("StyledLayerDescriptor", {"version": version, **spaces})
        layer = SubElement(root, "NamedLayer")
        self._add(layer, "Name", name)
        user_style = SubElement(layer, "UserStyle")
        self._add(user_style, "Name", name)
        rule = self._add(self._add(user_style, "FeatureTypeStyle"), "Rule")
        for limit, scale in (("Min", style.least_scale), ("Max", style.greatest_scale)):
            if scale is not None:
                self._add(rule, f"{limit}ScaleDenominator", _number(scale))
        self._symbolizer(self._add(rule, "RasterSymbolizer"), style)
        return root

    def _add(self, parent: Element, tag: str, text: str | None = None, /, **attributes: str) -> Element:
        element = SubElement(parent, self._prefix + tag, attributes)
        element.text = None if text is None else _clean(text)
        return element

    def _symbolizer(self, symbolizer: Element, style: RasterStyle) -> None:
        self._add(symbolizer, "Opacity", _number(style.opacity))
        named = (style.grey,) if style.colours is None else style.colours
        channels = [(name, one) for name, one in zip(self._names(style), named, strict=True) if one and one.source]
        if channels:
            selection = self._add(symbolizer, "ChannelSelection")
            for name, channel in channels:
                self._channel(self._add(selection, name), channel)
        if style.legend is not None:
            self._colour_map(symbolizer, style.legend)
        elif not channels:
            self._contrast(symbolizer, style.grey.contrast)

    @staticmethod
    def _names(style: RasterStyle) -> tuple[str, ...]:
        return ("GrayChannel",) if style.colours is None else _COLOURS

    def _channel(self, element: Element, channel: Channel) -> None:
        self._add(element, "SourceChannelName", channel.source)
        self._contrast(element, channel.contrast)

    def _contrast(self, parent: Element, contrast: Contrast) -> None:
        if contrast.is_plain:
            return
        enhancement = self._add(parent, "ContrastEnhancement")
        if contrast.method is not ContrastMethod.NONE:
            self._limits(self._add(enhancement, contrast.method.value), contrast)
        if contrast.gamma != 1:
            self._add(enhancement, "GammaValue", _number(contrast.gamma))

    def _limits(self, method: Element, contrast: Contrast) -> None:
        """Write the limits as GeoServer's options; other servers measure them."""
        if contrast.minimum is None or contrast.maximum is None:
            return
        options = (("algorithm", contrast.algorithm.value), ("minValue", _number(contrast.minimum)))
        for name, value in (*options, ("maxValue", _number(contrast.maximum))):
            self._add(method, "VendorOption", value, name=name)
        self.warnings.append("ContrastEnhancement: its limits are written as options that only GeoServer reads.")

    def _colour_map(self, symbolizer: Element, legend: Legend) -> None:
        if self._prefix and self._as_function(symbolizer, legend):
            return
        colour_map = self._add(symbolizer, "ColorMap", type=legend.kind.value)
        for attributes in _bounds(legend) if legend.kind is ColourMapKind.INTERVALS else _stops(legend):
            self._add(colour_map, "ColorMapEntry", **attributes)

    def _as_function(self, symbolizer: Element, legend: Legend) -> bool:
        """Write a legend as a function of SE 1.1, if that can represent it."""
        if legend.kind is ColourMapKind.RAMP and _is_opaque(legend):
            self._interpolate(self._add(symbolizer, "ColorMap"), legend)
        elif legend.kind is ColourMapKind.INTERVALS and _is_opaque(legend) and _is_without_gaps(legend):
            self._categorize(self._add(symbolizer, "ColorMap"), legend)
        else:
            self.warnings.append(
                "ColorMap: SE 1.1 cannot express opacities, gaps and single values; the entries of SLD 1.0 are used."
            )
            return False
        if any(entry.label for entry in legend.classes):
            self.warnings.append("ColorMap: SE 1.1 cannot express labels; they are left out.")
        return True

    def _categorize(self, colour_map: Element, legend: Legend) -> None:
        words = {"fallbackValue": "#000000", "threshholdsBelongTo": "succeeding"}
        function = self._add(colour_map, "Categorize", **words)
        self._add(function, "LookupValue", "Rasterdata")
        for number, stretch in enumerate(stretches(legend)):
            if number:
                self._add(function, "Threshold", _number(stretch.low))
            self._add(function, "Value", (stretch.entry.colour if stretch.entry else _INVISIBLE).hex)

    def _interpolate(self, colour_map: Element, legend: Legend) -> None:
        words = {"fallbackValue": "#000000", "mode": "linear", "method": "color"}
        function = self._add(colour_map, "Interpolate", **words)
        self._add(function, "LookupValue", "Rasterdata")
        for quantity, entry in _in_order(legend):
            point = self._add(function, "InterpolationPoint")
            self._add(point, "Data", _number(quantity))
            self._add(point, "Value", entry.colour.hex)


def _is_opaque(legend: Legend) -> bool:
    return all(entry.colour.alpha == 255 for entry in legend.classes)


def _is_without_gaps(legend: Legend) -> bool:
    found = stretches(legend)
    return bool(found) and found[-1].high == math.inf and all(stretch.entry for stretch in found)


def _in_order(legend: Legend) -> list[tuple[float, LegendClass]]:
    stops = [(stop(entry), entry) for entry in legend.classes]
    return sorted(((value, entry) for value, entry in stops if value is not None), key=lambda item: item[0])


def _stops(legend: Legend) -> Iterator[dict[str, str]]:
    for quantity, entry in _in_order(legend):
        yield _entry(quantity, entry.colour, entry.label)


def stop(entry: LegendClass) -> float | None:
    """Return the number at which a class of a ramp or of single values stands."""
    return entry.minimum if entry.minimum is not None else entry.maximum


def _bounds(legend: Legend) -> Iterator[dict[str, str]]:
    found = stretches(legend)
    for stretch in found:
        closed = legend.closed_top and stretch is found[-1]
        yield _bound(stretch, closed)


def _bound(stretch: Stretch, closed: bool) -> dict[str, str]:
    quantity = just_above(stretch.high) if closed and math.isfinite(stretch.high) else stretch.high
    if stretch.entry is None:
        return _entry(quantity, _INVISIBLE, "")
    return _entry(quantity, stretch.entry.colour, stretch.entry.label)


def _entry(quantity: float, colour: Colour, label: str) -> dict[str, str]:
    attributes = {"color": colour.hex, "quantity": _number(quantity)}
    if label:
        attributes["label"] = _clean(label)
    if colour.alpha != 255:
        attributes["opacity"] = _number(round(colour.alpha / 255, 6))
    return attributes


def _number(value: float) -> str:
    """Return the shortest text that reads back as the number; infinity in Java's spelling."""
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return repr(value)


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
