"""The structure of PNG files, checked without decoding their pixels (PNG specification, ISO/IEC 15948)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from ..api.decoding.content import MOST_CHUNKS, PNG_SIGNATURE, kind_of
from .budget import budget

TILE_ROWS = 256
_AROUND = 12  # bytes of a chunk's length, type and checksum
_HEADER = struct.Struct(">IIBBBBB")  # 11.2.2: width, height, depth, colour type, compression, filter, interlace
_MAY_BE_SKIPPED = 0b0010_0000  # 5.4: the bit of the first letter that marks a chunk no decoder needs
_GREY, _RGBA = 0, 6
_SAMPLES = {_GREY: 1, 2: 3, 3: 1, 4: 2, _RGBA: 4}  # of a pixel by colour type
# 11.3.3: texts, of which a decoder may inflate thousands to megabytes each; no pixel depends on them.
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_DEFLATED_TEXTS = _TEXTS[1:]
_LONGEST_TEXT = 65536  # bytes, also once inflated
_MOST_TEXTS = 50
_METHODS = ([0, 0, 0], [0, 0, 1])  # the only compression and filter there are, and interlaced or not


class PictureUnreadable(Exception):
    """A picture that cannot be made into a map layer.

    Attributes:
        reason: ``not-png``, ``damaged``, ``no-pixels``, ``extent`` or ``crs``.
        detail: the content found, shortened.
        found: the actual format, as returned by ``content.kind_of``.
    """

    def __init__(self, reason: str, detail: str = "", found: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.found = found


class PngFile(NamedTuple):
    """A PNG whose chunks are whole.

    Attributes:
        content: its bytes to the end of its last chunk, without texts; what follows is nothing to a decoder (13.2).
        is_rgba: whether it is what most decoders write: red, green, blue and alpha of eight bits, nothing special.
        grey_scale: by what grey samples of few bits are multiplied to span 0 to 255.
        bytes_per_pixel: once they are decoded.
    """

    content: bytes
    width: int
    height: int
    is_rgba: bool
    grey_scale: int
    bytes_per_pixel: int
    is_interlaced: bool

    def check_size(self) -> None:
        """Check that the picture may be decoded: a row of tiles at a time, in one piece where it is interlaced.

        Raises:
            RasterTooLarge: it has too many pixels.
        """
        size = (self.width, self.height)
        budget.check_picture(size)
        if self.is_interlaced:
            budget.check_block(size, self.bytes_per_pixel)
        budget.check_block((self.width, min(self.height, TILE_ROWS)), _SAMPLES[_RGBA])


class _Chunk(NamedTuple):
    kind: bytes
    raw: memoryview
    is_whole: bool

    @property
    def data(self) -> memoryview:
        """Return what it holds."""
        return self.raw[8:-4]

    @property
    def is_critical(self) -> bool:
        """Return whether no decoder may skip it."""
        return not self.kind[0] & _MAY_BE_SKIPPED


def read_structure(png: bytes) -> PngFile:
    """Read the header of a PNG, and check the lengths and checksums of its chunks.

    Raises:
        PictureUnreadable: the bytes are no whole PNG.
    """
    if not png.startswith(PNG_SIGNATURE):
        raise PictureUnreadable("not-png", repr(png[:16]), kind_of(png))
    chunks = list(islice(_chunks(png), MOST_CHUNKS + 1))
    if len(chunks) > MOST_CHUNKS:
        raise PictureUnreadable("damaged", f"more than {MOST_CHUNKS} chunks")
    header = chunks[0]
    if header.kind != b"IHDR" or len(header.data) != _HEADER.size:
        raise PictureUnreadable("damaged", f"begins with {header.kind!r}")
    width, height, depth, colour, *methods = _HEADER.unpack(header.data)
    is_usual = methods in _METHODS and width > 0 < height and _are_usual(chunks)
    return PngFile(
        content=b"".join((PNG_SIGNATURE, *(chunk.raw for chunk in chunks if chunk.kind not in _TEXTS))),
        width=width,
        height=height,
        is_rgba=is_usual and (depth, colour) == (8, _RGBA),
        grey_scale=255 // (2**depth - 1) if colour == _GREY and 0 < depth < 8 else 1,
        bytes_per_pixel=_SAMPLES.get(colour, 4) * (2 if depth > 8 else 1),
        is_interlaced=methods[-1] != 0,
    )


def read_texts(png: bytes) -> dict[str, str]:
    """Return the texts within a PNG by their keywords; long ones are left out, and damaged ones.

    Raises:
        PictureUnreadable: the bytes are no whole PNG.
    """
    chunks = (chunk for chunk in islice(_chunks(png), MOST_CHUNKS) if chunk.kind in _TEXTS and chunk.is_whole)
    found: dict[str, str] = {}
    for chunk in islice(chunks, _MOST_TEXTS):
        keyword, _, body = bytes(chunk.data[: _LONGEST_TEXT + 1]).partition(b"\0")
        text = _text_of(chunk.kind, body) if len(chunk.data) <= _LONGEST_TEXT else None
        if text is not None:
            found.setdefault(keyword.decode("latin-1"), text)
    return found


def _text_of(kind: bytes, body: bytes) -> str | None:
    """Return the text of a chunk after its keyword; ``None`` where it is damaged or long."""
    is_deflated = kind == b"zTXt"
    if kind == b"zTXt":
        body = body[1:]
    if kind == b"iTXt":
        is_deflated = body[:1] == b"\1"
        body = body[2:].partition(b"\0")[2].partition(b"\0")[2]
    try:
        if is_deflated:
            inflater = zlib.decompressobj()
            body = inflater.decompress(body, _LONGEST_TEXT)
            if not inflater.eof:
                return None
        return body.decode("utf-8" if kind == b"iTXt" else "latin-1")
    except (zlib.error, UnicodeDecodeError):
        return None


def _chunks(png: bytes) -> Iterator[_Chunk]:
    """Yield the chunks, the end mark included; one that decoders may skip may be damaged."""
    place, view, kind = len(PNG_SIGNATURE), memoryview(png), b""
    while kind != b"IEND":
        end = place + _AROUND + int.from_bytes(view[place : place + 4])
        if place + _AROUND > len(png) or end > len(png):
            raise PictureUnreadable("damaged", f"{len(png)} bytes, no end mark")
        kind = png[place + 4 : place + 8]
        is_whole = zlib.crc32(view[place + 4 : end - 4]) == int.from_bytes(view[end - 4 : end])
        chunk = _Chunk(kind, view[place:end], is_whole)
        if chunk.is_critical and not is_whole:
            raise PictureUnreadable("damaged", f"{kind!r} at byte {place}: wrong checksum")
        yield chunk
        place = end


def _are_usual(chunks: list[_Chunk]) -> bool:
    """Return whether all pixels come in one run of chunks, nothing is damaged, and any decoder knows every part."""
    pixels = [number for number, chunk in enumerate(chunks) if chunk.kind == b"IDAT"]
    in_one_run = bool(pixels) and pixels[-1] - pixels[0] == len(pixels) - 1
    others = [chunk.kind for chunk in chunks if chunk.is_critical and chunk.kind not in (b"IDAT", b"PLTE")]
    is_plain = all(chunk.is_whole and chunk.kind not in _DEFLATED_TEXTS for chunk in chunks)
    return in_one_run and others == [b"IHDR", b"IEND"] and is_plain
