"""Documents drawn by QGIS against the rules of raster SLD, value by value; and once more after a round trip."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from pixxel_explorer.plugin.layers.styling import apply_styles, style_of
from pixxel_explorer.plugin.sld.reader import read_styles
from pixxel_explorer.plugin.sld.writer import write_style
from qgis.core import QgsRasterLayer

from .oracle import Oracle

NODATA = -9999.0
Pixel = tuple[int, int, int, int]
MakeLayer = Callable[..., QgsRasterLayer]
Drawn = Callable[[QgsRasterLayer], list[Pixel]]


def sld(colour_map: str, before: str = "", after: str = "") -> str:
    return (
        '<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld"><NamedLayer><Name>n</Name>'
        f"<UserStyle><FeatureTypeStyle><Rule><RasterSymbolizer>{before}{colour_map}{after}"
        "</RasterSymbolizer></Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>"
    )


def colour_map(kind: str, *rows: str) -> str:
    entries = "".join(f"<ColorMapEntry {_attributes(*row.split())}/>" for row in rows)
    return f'<ColorMap type="{kind}">{entries}</ColorMap>' if kind else f"<ColorMap>{entries}</ColorMap>"


def _attributes(quantity: str, colour: str, opacity: str = "") -> str:
    more = f' opacity="{opacity}"' if opacity else ""
    return f'color="{colour}" quantity="{quantity}"{more} label="{quantity}"'


def categorize(*parts: str, belongs: str = "") -> str:
    values = "".join(
        f"<Threshold>{part}</Threshold>" if number % 2 else f"<Value>{part}</Value>"
        for number, part in enumerate(parts)
    )
    more = f' threshholdsBelongTo="{belongs}"' if belongs else ""
    return f"<ColorMap><Categorize{more}><LookupValue>Rasterdata</LookupValue>{values}</Categorize></ColorMap>"


def interpolate(*points: tuple[float, str]) -> str:
    inner = "".join(
        f"<InterpolationPoint><Data>{data}</Data><Value>{value}</Value></InterpolationPoint>" for data, value in points
    )
    return f"<ColorMap><Interpolate><LookupValue>Rasterdata</LookupValue>{inner}</Interpolate></ColorMap>"


STEPS = ("0 #d7191c", "0.25 #fdae61", "0.5 #ffffbf", "1 #1a9641")
DOCUMENTS = {
    "R1 untyped": sld(colour_map("", "70 #008000", "256 #663333")),
    "R1 opacity": sld(colour_map("ramp", "0 #ff0000 0.2", "1 #0000ff 1", "2 #00ff00 0.6")),
    "R2 ends": sld(colour_map("ramp", "-10 #102030", "10 #f0e0d0")),
    "R3 bounds": sld(colour_map("intervals", *STEPS)),
    "R4 R5 two": sld(colour_map("intervals", "150 #008000", "256 #663333")),
    "R6 values": sld(colour_map("values", "1 #ff0000", "2.5 #00ff00", "-7 #0000ff")),
    "R7 intervals": sld(colour_map("intervals", "0 #ff0000 0.5", "1 #00ff00 0", "2 #0000ff 1")),
    "R8 whole": sld(colour_map("intervals", "0 #ff0000 1", "2 #0000ff 0.5"), before="<Opacity>0.4</Opacity>"),
    "R8 not direct": sld(colour_map("", *STEPS), before="<Geometry><Opacity>0.1</Opacity></Geometry>"),
    "R10 case": sld(colour_map("Intervals", *STEPS).replace("<ColorMap ", '<ColorMap extended="true" ')),
    "R10 many": sld(colour_map("intervals", *(f"{n} #{n % 256:02x}{n // 256:02x}80" for n in range(900)))),
    "R12 numbers": sld(colour_map("intervals", "-1e2 #ff0000", "+2.5E-3 #00ff00", "1e6 #0000ff")),
    "R12 endless": sld(colour_map("intervals", "-inf #ff0000", "0 #00ff00", "Infinity #0000ff")),
    "R13 jump": sld(colour_map("ramp", "0 #000000", "1 #ff0000", "1 #0000ff", "2 #ffffff")),
    "R13 empty": sld(colour_map("intervals", "0 #000000", "1 #ff0000", "1 #0000ff", "2 #ffffff")),
    "R15 literal": sld(colour_map("", *STEPS), before="<Opacity><Literal>0.5</Literal></Opacity>"),
    "R16 plain": sld(
        colour_map("", *STEPS), after="<ContrastEnhancement/><OverlapBehavior><AVERAGE/></OverlapBehavior>"
    ),
    "R19 succeeding": sld(categorize("#ff0000", "0", "#00ff00", "10", "#0000ff")),
    "R19 preceding": sld(categorize("#ff0000", "0", "#00ff00", "10", "#0000ff", belongs="preceding")),
    "R20 interpolate": sld(interpolate((0, "#ff0000"), (4, "#00ff00"), (10, "#0000ff"))),
}


def probes(oracle: Oracle) -> list[float]:
    """Return each quantity, a hair below and above it, the middles, far beyond both ends, and no-data."""
    found: list[float] = []
    edges = [float(np.float32(quantity)) for quantity in oracle.quantities()]
    for quantity, edge in zip(oracle.quantities(), edges, strict=True):
        hair = max(1e-6, float(np.spacing(np.float32(abs(edge)))) * 4)
        found += [edge - hair, edge + hair, *([edge] if edge == quantity and not oracle.jumps_at(edge) else [])]
    found += [(low + high) / 2 for low, high in pairwise(edges) if high - low > 1e-5]
    found += [edges[0] - 1000, edges[-1] + 1000, edges[0] * 3 - 1, edges[-1] * 3 + 1]
    return [*map(float, np.array(found, np.float32)), NODATA, math.nan]


def assert_drawn(document: str | bytes, layer: QgsRasterLayer, values: list[float], pixels: list[Pixel]) -> None:
    oracle = Oracle(document)
    tolerance = 1 if oracle.is_ramp else 0  # QGIS truncates where it interpolates
    eight_bits = 0.5
    for value, pixel in zip(values, pixels, strict=True):
        expected = oracle.colour(math.nan if value == NODATA else value)
        assert abs(pixel[3] - expected[3]) <= tolerance + eight_bits, (value, pixel, expected)
        coarse = tolerance + (0 if pixel[3] in (0, 255) else eight_bits + 255 / max(pixel[3], 1))  # premultiplied
        if pixel[3]:
            assert all(abs(a - b) <= coarse for a, b in zip(pixel[:3], expected[:3], strict=True)), (
                value,
                pixel,
                expected,
            )


def draw(document: str | bytes, make_layer: MakeLayer, drawn: Drawn) -> tuple[QgsRasterLayer, list[float], list[Pixel]]:
    values = probes(Oracle(document))
    layer = make_layer(values)
    apply_styles(layer, read_styles(document))
    return layer, values, drawn(layer)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_rule_is_drawn(name: str, make_layer: MakeLayer, drawn: Drawn) -> None:
    layer, values, pixels = draw(DOCUMENTS[name], make_layer, drawn)
    assert_drawn(DOCUMENTS[name], layer, values, pixels)


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_round_trip_draws_the_same_picture(name: str, version: str, make_layer: MakeLayer, drawn: Drawn) -> None:
    layer, values, pixels = draw(DOCUMENTS[name], make_layer, drawn)
    style, _ = style_of(layer)
    again = make_layer(values)
    apply_styles(again, read_styles(write_style(style, "again", version)[0]))
    assert drawn(again) == pixels


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_style_file_draws_the_same_picture(name: str, make_layer: MakeLayer, drawn: Drawn, tmp_path: Path) -> None:
    layer, values, pixels = draw(DOCUMENTS[name], make_layer, drawn)
    assert layer.saveNamedStyle(str(tmp_path / "style.qml"))[1]
    again = make_layer(values)
    assert again.loadNamedStyle(str(tmp_path / "style.qml"))[1]
    assert drawn(again) == pixels


REAL = ("01", "02", "03", "04", "05", "06", "07")


@pytest.mark.parametrize("number", REAL)
def test_real_documents_are_drawn(number: str, shared: Path, make_layer: MakeLayer, drawn: Drawn) -> None:
    document = next((shared / "data/sld").glob(f"{number}_*.sld")).read_bytes()
    layer, values, pixels = draw(document, make_layer, drawn)
    assert_drawn(document, layer, values, pixels)
    for version in ("1.0.0", "1.1.0"):
        again = make_layer(values)
        apply_styles(again, read_styles(write_style(style_of(layer)[0], "again", version)[0]))
        assert drawn(again) == pixels
