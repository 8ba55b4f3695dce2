"""The rules of raster SLD, worked out here for one value at a time, by nothing of ours (sld-semantics, R1 to R20)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

Colour = tuple[float, float, float, float]
NOTHING: Colour = (0, 0, 0, 0)
ENV = re.compile(r"\$\{\s*env\([^,]*,\s*'?([^')]*?)'?\s*\)\s*\}")


class Oracle:
    """What one document says the colour of a value is: straight red, green, blue and alpha, each 0 to 255."""

    def __init__(self, document: str | bytes) -> None:
        self._root = fromstring(document)
        symbolizer = next(self._all("RasterSymbolizer"))
        direct = [float(self._text(one)) for one in symbolizer if _local(one) == "Opacity"]
        self._opacity = direct[0] if direct else 1.0
        self._map = next(one for one in symbolizer if _local(one) == "ColorMap")
        self._kind = self._map.get("type", "ramp").lower()
        self._entries = [self._entry(one) for one in self._map.iter() if _local(one) == "ColorMapEntry"]

    def _all(self, name: str) -> Iterator[Element]:
        return (one for one in self._root.iter() if _local(one) == name)

    @staticmethod
    def _text(element: Element) -> str:
        return "".join(element.itertext()).strip()

    def _entry(self, element: Element) -> tuple[float, Colour]:
        given = {name: ENV.sub(r"\1", value).strip() for name, value in element.attrib.items()}
        return float(given["quantity"]), _colour(given["color"], float(given.get("opacity", 1)))

    def quantities(self) -> list[float]:
        """Return the finite numbers at which something happens."""
        found = [quantity for quantity, _ in self._entries]
        found += [float(self._text(one)) for name in ("Threshold", "Data") for one in self._all(name)]
        return sorted({number for number in found if math.isfinite(number)})

    @property
    def is_ramp(self) -> bool:
        """Tell whether colours flow into each other."""
        return bool(list(self._all("Interpolate"))) or (
            bool(self._entries) and self._kind not in ("intervals", "values")
        )

    def jumps_at(self, value: float) -> bool:
        """Tell whether a ramp has two colours for a value: either is right."""
        return self.is_ramp and sum(quantity == value for quantity, _ in self._entries) > 1

    def colour(self, value: float) -> Colour:
        """Return the colour of a value."""
        red, green, blue, alpha = self._plain(value)
        return red, green, blue, alpha * self._opacity

    def _plain(self, value: float) -> Colour:
        if math.isnan(value):
            return NOTHING
        if not self._entries:
            return self._by_function(value)
        return {"intervals": _interval, "values": _equal}.get(self._kind, _ramp)(self._entries, value)

    def _by_function(self, value: float) -> Colour:
        points = [
            (float(self._text(one[0])), _colour(self._text(one[1]), 1)) for one in self._all("InterpolationPoint")
        ]
        if points:
            return _ramp(points, value)
        values = [_colour(self._text(one), 1) for one in self._all("Value")]
        function = next(self._all("Categorize"))
        belongs = function.get("threshholdsBelongTo", function.get("thresholdsBelongTo", "succeeding"))
        passed = [t <= value if belongs == "succeeding" else t < value for t in self._thresholds()]
        return values[sum(passed)]

    def _thresholds(self) -> list[float]:
        return [float(self._text(one)) for one in self._all("Threshold")]


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _colour(text: str, opacity: float) -> Colour:
    red, green, blue = (int(text.strip()[place : place + 2], 16) for place in (1, 3, 5))
    return red, green, blue, 255 * opacity


def _interval(entries: list[tuple[float, Colour]], value: float) -> Colour:
    return next((colour for quantity, colour in entries if value < quantity), NOTHING)


def _equal(entries: list[tuple[float, Colour]], value: float) -> Colour:
    return next((colour for quantity, colour in entries if value == quantity), NOTHING)


def _ramp(entries: list[tuple[float, Colour]], value: float) -> Colour:
    if value <= entries[0][0]:
        return entries[0][1]
    for (low, below), (high, above) in pairwise(entries):
        if low <= value < high:
            share = (value - low) / (high - low)
            red, green, blue, alpha = (a + share * (b - a) for a, b in zip(below, above, strict=True))
            return red, green, blue, alpha
    return entries[-1][1]
