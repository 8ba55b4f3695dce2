"""Legends as SLD 1.0.0 documents, for any server that draws rasters by GeoServer's rules."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from ..legend.intervals import Stretch, just_above, stretches
from ..legend.spec import Colour, ColourMapKind, Legend, LegendClass

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_INVISIBLE = Colour(0, 0, 0, 0)
_DOCUMENT = """\
<?xml version="1.0" encoding="UTF-8"?>
<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc">
  <NamedLayer>
    <Name>{name}</Name>
    <UserStyle>
      <Name>{name}</Name>
      <FeatureTypeStyle>
        <Rule>
          <RasterSymbolizer>
            <Opacity>{opacity}</Opacity>
            <ColorMap type="{kind}">
{entries}
            </ColorMap>
          </RasterSymbolizer>
        </Rule>
      </FeatureTypeStyle>
    </UserStyle>
  </NamedLayer>
</StyledLayerDescriptor>
"""


def write(legend: Legend, name: str) -> str:
    """Return the document of a legend, entries in ascending order.

    In intervals a quantity is the upper bound of its colour and is out; the lowest edge and every gap are entries
    of opacity 0. Where the last class holds its maximum, its quantity is a hair above.
    """
    rows = _bounds(legend) if legend.kind is ColourMapKind.INTERVALS else _stops(legend)
    return _DOCUMENT.format(
        name=escape(_clean(name)),
        opacity=_number(legend.opacity),
        kind=legend.kind.value,
        entries="\n".join(f"              {row}" for row in rows),
    )


def _stops(legend: Legend) -> Iterator[str]:
    stops = [(stop(entry), entry) for entry in legend.classes]
    for quantity, entry in sorted((item for item in stops if item[0] is not None), key=lambda item: item[0] or 0.0):
        yield _entry(quantity or 0, entry.colour, entry.label)


def stop(entry: LegendClass) -> float | None:
    """Return the number at which a class of a ramp or of single values stands."""
    return entry.minimum if entry.minimum is not None else entry.maximum


def _bounds(legend: Legend) -> Iterator[str]:
    found = stretches(legend)
    for stretch in found:
        closed = legend.closed_top and stretch is found[-1]
        yield _bound(stretch, closed)


def _bound(stretch: Stretch, closed: bool) -> str:
    quantity = just_above(stretch.high) if closed and math.isfinite(stretch.high) else stretch.high
    if stretch.entry is None:
        return _entry(quantity, _INVISIBLE, "")
    return _entry(quantity, stretch.entry.colour, stretch.entry.label)


def _entry(quantity: float, colour: Colour, label: str) -> str:
    parts = [f'color="{colour.hex}"', f'quantity="{_number(quantity)}"']
    if label:
        parts.append(f"label={quoteattr(_clean(label))}")
    if colour.alpha != 255:
        parts.append(f'opacity="{_number(round(colour.alpha / 255, 6))}"')
    return f"<ColorMapEntry {' '.join(parts)}/>"


def _number(value: float) -> str:
    """Return the shortest text that reads back as the number; Java's word for infinity."""
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e15):
        return str(int(value))
    return repr(value)


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
