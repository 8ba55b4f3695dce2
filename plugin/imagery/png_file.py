"""The structure of PNG files, checked without decoding their pixels (PNG specification, ISO/IEC 15948)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_AROUND = 12  # bytes of a chunk's length, type and checksum
_HEADER = struct.Struct(">IIBBBBB")  # 11.2.2: width, height, depth, colour type, compression, filter, interlace
_MAY_BE_SKIPPED = 0b0010_0000  # 5.4: the bit of the first letter that marks a chunk no decoder needs
_GREY, _RGBA = 0, 6


class PictureUnreadable(Exception):
    """A picture that cannot be made into a map layer.

    Attributes:
        reason: ``not-png``, ``damaged``, ``extent`` or ``crs``.
        detail: what was found, shortened.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class PngFile(NamedTuple):
    """A PNG whose chunks are whole.

    Attributes:
        content: its bytes to the end of its last chunk; what follows is nothing to a decoder (13.2).
        is_rgba: whether it is what most decoders write: red, green, blue and alpha of eight bits, nothing special.
        grey_scale: by what grey samples of few bits are multiplied to span 0 to 255.
    """

    content: bytes
    width: int
    height: int
    is_rgba: bool
    grey_scale: int


def read_structure(png: bytes) -> PngFile:
    """Read the header of a PNG, and check the lengths of its chunks and the checksums of those that matter.

    Raises:
        PictureUnreadable: the bytes are no whole PNG.
    """
    if not png.startswith(_SIGNATURE):
        raise PictureUnreadable("not-png", repr(png[:16]))
    chunks = list(_chunks(png))
    kinds = [kind for kind, _ in chunks]
    if kinds[0] != b"IHDR" or len(chunks[0][1]) != _HEADER.size:
        raise PictureUnreadable("damaged", f"begins with {kinds[0]!r}")
    width, height, depth, colour, *methods = _HEADER.unpack(chunks[0][1])
    is_usual = methods in ([0, 0, 0], [0, 0, 1]) and 0 < width < 2**31 and 0 < height < 2**31
    return PngFile(
        content=png[: len(_SIGNATURE) + sum(_AROUND + len(data) for _, data in chunks)],
        width=width,
        height=height,
        is_rgba=is_usual and (depth, colour) == (8, _RGBA) and _are_usual(kinds),
        grey_scale=255 // (2**depth - 1) if colour == _GREY and 0 < depth < 8 else 1,
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yield type and data of each chunk, the end mark included."""
    place, view, kind = len(_SIGNATURE), memoryview(png), b""
    while kind != b"IEND":
        end = place + _AROUND + int.from_bytes(view[place : place + 4])
        if end > len(png) or place + _AROUND > len(png):
            raise PictureUnreadable("damaged", f"{len(png)} bytes, no end mark")
        kind = png[place + 4 : place + 8]
        checksum = int.from_bytes(view[end - 4 : end])
        if not kind[0] & _MAY_BE_SKIPPED and zlib.crc32(view[place + 4 : end - 4]) != checksum:
            raise PictureUnreadable("damaged", f"{kind!r} at byte {place}: wrong checksum")
        yield kind, view[place + 8 : end - 4]
        place = end


def _are_usual(kinds: list[bytes]) -> bool:
    """Return whether all pixels come in one run of chunks, and nothing is there that a decoder might not know."""
    critical = [kind for kind in kinds if not kind[0] & _MAY_BE_SKIPPED]
    pixels = [number for number, kind in enumerate(kinds) if kind == b"IDAT"]
    in_one_run = bool(pixels) and pixels[-1] - pixels[0] == len(pixels) - 1
    return in_one_run and [kind for kind in critical if kind not in (b"IDAT", b"PLTE")] == [b"IHDR", b"IEND"]
