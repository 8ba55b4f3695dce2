"""A place that a picture states is used where it can be understood and lies near the AOI."""

from __future__ import annotations

import json
import math
import struct
import zlib

import pytest
from pixxel_explorer.plugin.imagery.loaded import PlaceMethod
from pixxel_explorer.plugin.imagery.picture_place import Clues
from pixxel_explorer.plugin.imagery.place_finder import PlaceFinder
from pixxel_explorer.plugin.imagery.png_file import read_texts
from pixxel_explorer.plugin.imagery.stated_place import stated_place

from .drawn_pictures import COLOURS, Drawn, Style, draw, error_of, geometry

OUTLINE = [[[77.5, 12.25], [77.52, 12.25], [77.52, 12.26], [77.5, 12.26], [77.5, 12.25]]]
AOI = geometry(OUTLINE)
EXTENT = (77.5, 12.25, 77.52, 12.26)
BOX = "77.5, 12.25, 77.52, 12.26"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunks(png: bytes, *chunks: bytes) -> bytes:
    return png[:33] + b"".join(chunks) + png[33:]


def with_texts(png: bytes, **texts: str) -> bytes:
    return with_chunks(png, *(chunk(b"tEXt", f"{name}\0{text}".encode("latin-1")) for name, text in texts.items()))


@pytest.fixture(scope="module")
def plain() -> Drawn:
    return draw(OUTLINE, Style(grid=0, size=200))


@pytest.mark.parametrize(
    ("texts", "crs"),
    [
        ({"bbox": BOX}, "EPSG:4326"),
        ({"BBox": f"[{BOX}]", "CRS": "EPSG:4326"}, "EPSG:4326"),
        ({"bounds": BOX, "crs": "urn:ogc:def:crs:OGC:1.3:CRS84"}, "EPSG:4326"),
        ({"x-bbox": "5e5 1354000 502000 1355000", "srid": "32643"}, "EPSG:32643"),
        ({"metadata": json.dumps({"extent": [5e5, 1354000, 502000, 1355000], "srs": "EPSG::32643"})}, "EPSG:32643"),
        ({"worldfile": "10\n0\n0\n-10\n500005\n1354995", "EPSG": "32643"}, "EPSG:32643"),
        ({"GeoTransform": "500000, 10, 0, 1355000, 0, -10", "projection": "EPSG:32643"}, "EPSG:32643"),
    ],
)
def test_usual_ways_of_stating_a_place(texts: dict[str, str], crs: str) -> None:
    stated = stated_place(texts, (200, 100))
    assert stated is not None
    assert stated.crs == crs
    assert stated.extent == pytest.approx(EXTENT if crs == "EPSG:4326" else (5e5, 1354000, 502000, 1355000))


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"bbox": "1, 2, 3"},
        {"bbox": "nan, 1, 2, 3"},
        {"bbox": "77.52, 12.25, 77.5, 12.26"},
        {"bbox": "500000 1354000 502000 1355000"},
        {"bbox": BOX, "crs": "a local grid"},
        {"worldfile": "10 1 1 -10 500005 1354995", "epsg": "32643"},
        {"metadata": "{" * 10_000},
        {"comment": BOX},
    ],
)
def test_what_cannot_be_understood_states_nothing(texts: dict[str, str]) -> None:
    assert stated_place(texts, (200, 100)) is None


def test_texts_are_read_in_all_their_forms(plain: Drawn) -> None:
    body = zlib.compress(b"32643")
    png = with_chunks(
        plain.png,
        chunk(b"tEXt", b"bbox\0" + BOX.encode()),
        chunk(b"zTXt", b"srid\0\0" + body),
        chunk(b"iTXt", b"a\0\1\0en\0\0" + zlib.compress("é".encode())),
        chunk(b"iTXt", b"b\0\0\0en\0\0" + "é".encode()),
        chunk(b"tEXt", b"bbox\0" + b"another"),
    )
    assert read_texts(png) == {"bbox": BOX, "srid": "32643", "a": "é", "b": "é"}


def test_texts_that_would_fill_the_memory_are_left_out(plain: Drawn) -> None:
    bomb = zlib.compress(bytes(100_000_000), 9)
    png = with_chunks(
        plain.png,
        chunk(b"zTXt", b"bomb\0\0" + bomb),
        chunk(b"tEXt", b"long\0" + bytes(70_000)),
        chunk(b"zTXt", b"broken\0\0" + b"no deflate"),
        chunk(b"iTXt", b"wrong\0\0\0\0\0\xff\xfe"),
        *(chunk(b"tEXt", f"k{number}\0v".encode()) for number in range(100)),
    )
    texts = read_texts(png)
    assert set(texts) & {"bomb", "long", "broken", "wrong"} == set()
    assert len(texts) <= 50


def placed(png: bytes, aoi: object = AOI) -> object:
    return PlaceFinder().place(png, Clues(aoi, colours=COLOURS), EXTENT)  # type: ignore[arg-type]


def test_a_stated_place_comes_first_and_is_certain(plain: Drawn) -> None:
    west, across, _, north, _, down = plain.transform
    _, _, width, height = plain.window
    box = f"{west} {north + height * down} {west + width * across} {north}"
    place = placed(with_texts(plain.png, bbox=box, crs=f"EPSG:{plain.epsg}"))
    assert (place.placement.method, place.placement.confidence) == (PlaceMethod.FILE, 1.0)
    window = (place.window.column, place.window.row, place.window.width, place.window.height)
    assert error_of(plain, place.placement.crs, place.placement.extent, window) < 0.01


@pytest.mark.parametrize(
    "texts",
    [
        {"bbox": "7.5, 12.25, 7.52, 12.26"},
        {"bbox": "-180, -90, 180, 90"},
        {"bbox": BOX, "crs": "EPSG:99999"},
        {"bbox": "0 0 1 1", "crs": "EPSG:27700"},
    ],
)
def test_a_place_elsewhere_is_not_believed(plain: Drawn, texts: dict[str, str]) -> None:
    place = placed(with_texts(plain.png, **texts))
    assert place.placement.method is not PlaceMethod.FILE


def test_beside_a_margin_the_place_belongs_to_what_has_square_pixels() -> None:
    drawn = draw(OUTLINE, Style(grid=0, size=300, legend="right"))
    west, across, _, north, _, down = drawn.transform
    _, _, width, height = drawn.window
    crs = f"EPSG:{drawn.epsg}"
    for total, is_map in ((width, True), (width + 140, False)):
        box = f"{west} {north + height * down} {west + total * across} {north}"
        place = placed(with_texts(drawn.png, bbox=box, crs=crs))
        assert place.placement.is_certain
        assert place.window.width == (width if is_map else width + 140)
    odd = f"{west} {north + height * down} {west + (width + 70) * across} {north}"
    place = placed(with_texts(drawn.png, bbox=odd, crs=crs))
    assert not place.placement.is_certain
    assert place.placement.error_px == math.inf
