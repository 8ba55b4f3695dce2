"""The structure of PNG files, checked without decoding pixels."""

from __future__ import annotations

import struct
import zlib
from contextlib import suppress

import pytest
from pixxel_explorer.plugin.imagery.errors import RasterTooLarge
from pixxel_explorer.plugin.imagery.png_file import PictureUnreadable, read_structure

SIDE = 4
PIXELS = zlib.compress((b"\0" + b"\x10\x80\x20\xff" * SIDE) * SIDE)


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width: int = SIDE, height: int = SIDE, depth: int = 8, colour: int = 6, methods: bytes = bytes(3)) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBB", width, height, depth, colour) + methods)


def png(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + chunk(b"IEND")


DATA = chunk(b"IDAT", PIXELS)
TEXT = chunk(b"tEXt", b"Software\0drawn")
WHOLE = png(header(), chunk(b"IDAT", PIXELS[:9]), chunk(b"IDAT", PIXELS[9:]))


def test_size_and_kind_are_read() -> None:
    file = read_structure(WHOLE)
    assert (file.width, file.height, file.is_rgba, file.content) == (SIDE, SIDE, True, WHOLE)


@pytest.mark.parametrize("place", range(len(WHOLE)))
@pytest.mark.parametrize("bit", [1, 0b0010_0000, 0b1000_0000])
def test_no_changed_byte_is_taken_for_whole(place: int, bit: int) -> None:
    """The bit of a chunk's type that lets decoders skip it is no way round the checksum."""
    changed = WHOLE[:place] + bytes([WHOLE[place] ^ bit]) + WHOLE[place + 1 :]
    with suppress(PictureUnreadable):
        assert not read_structure(changed).is_rgba


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_every_cut_is_noticed(length: int) -> None:
    with pytest.raises(PictureUnreadable):
        read_structure(WHOLE[:length])


def test_what_follows_the_end_is_ignored() -> None:
    assert read_structure(WHOLE + b"trailing" + DATA[:-1]).content == WHOLE


@pytest.mark.parametrize(
    "content",
    [
        png(header(), DATA, TEXT),
        png(header(), TEXT, chunk(b"PLTE", bytes(3)), DATA),
        png(header(methods=b"\0\0\1"), DATA),
    ],
)
def test_the_usual_variants_are_plain(content: bytes) -> None:
    assert read_structure(content).is_rgba


@pytest.mark.parametrize(
    "content",
    [
        png(header(depth=16), DATA),
        png(header(colour=2), DATA),
        png(header(colour=3), chunk(b"PLTE", bytes(3)), DATA),
        png(header(width=0), DATA),
        png(header(methods=b"\1\0\0"), DATA),
        png(header(methods=b"\0\1\0"), DATA),
        png(header(methods=b"\0\0\2"), DATA),
        png(header()),
        png(header(), chunk(b"IDAT", PIXELS[:9]), TEXT, chunk(b"IDAT", PIXELS[9:])),
        png(header(), chunk(b"NEWc", b"?"), DATA),
        png(header(), TEXT[:-1] + b"\0", DATA),
        png(header(), header(), DATA),
    ],
)
def test_anything_special_is_left_to_a_decoder(content: bytes) -> None:
    assert not read_structure(content).is_rgba


@pytest.mark.parametrize(
    "content", [png(DATA, header()), png(chunk(b"IHDR", bytes(12)), DATA), png(header(), DATA[:-1] + b"\0")]
)
def test_a_damaged_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureUnreadable) as caught:
        read_structure(content)
    assert caught.value.reason == "damaged"


@pytest.mark.parametrize(("depth", "scale"), [(1, 255), (2, 85), (4, 17), (8, 1), (0, 1)])
def test_grey_samples_of_few_bits_are_scaled(depth: int, scale: int) -> None:
    assert read_structure(png(header(depth=depth, colour=0), DATA)).grey_scale == scale


INFLATED = zlib.compress(b"A" * 7_900_000, 9)


@pytest.mark.parametrize("text", [b"zTXt", b"iTXt"])
def test_texts_that_a_decoder_would_inflate_are_kept_from_it(text: bytes) -> None:
    """Nine hundred of them made GDAL take 7 GB for a picture of 300 × 300 pixels."""
    head = b"a\0\0" if text == b"zTXt" else b"a\0\1\0\0\0"
    file = read_structure(png(header(), chunk(text, head + INFLATED) * 3, DATA))
    assert text not in file.content
    assert file.content == png(header(), DATA)
    assert not file.is_rgba  # its file is not given to QGIS as it came


def test_a_plain_text_leaves_a_picture_usual() -> None:
    file = read_structure(png(header(), TEXT, DATA))
    assert file.is_rgba and file.content == png(header(), DATA)


def test_a_flood_of_chunks_is_refused() -> None:
    with pytest.raises(PictureUnreadable, match="more than 100000 chunks"):
        read_structure(png(header(), TEXT * 100_000, DATA))


def test_a_picture_of_very_long_rows_is_refused() -> None:
    """One of 999,999 × 100 pixels took 28 s and 1.7 GB, for whole rows of tiles are in memory."""
    read_structure(png(header(60_000, 1_600), DATA)).check_size()
    with pytest.raises(RasterTooLarge):
        read_structure(png(header(999_999, 100), DATA)).check_size()
