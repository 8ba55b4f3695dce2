"""The chain of images in a TIFF, followed before GDAL reads each of them at once (TIFF 6.0, section 2; BigTIFF)."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO, NamedTuple

MOST_IMAGES = 1_000
"""A raster of values has one, its overviews and its masks."""


class _Layout(NamedTuple):
    """How a TIFF writes: places of files, numbers of entries, and the bytes of an entry."""

    place: struct.Struct
    length: struct.Struct
    entry: int


def has_usual_length(path: Path) -> bool:
    """Return whether the chain of images in a TIFF ends soon; GDAL takes 4 kB of memory for each image.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        header = file.read(16)
        order = ">" if header.startswith(b"MM") else "<"
        is_big = header[2:4] in (b"+\0", b"\0+")
        words = ("Q", "Q", 20) if is_big else ("I", "H", 12)
        layout = _Layout(struct.Struct(order + words[0]), struct.Struct(order + words[1]), words[2])
        start = header[8:] if is_big else header[4:8]
        return _ends(file, start, layout)


def _ends(file: BinaryIO, start: bytes, layout: _Layout) -> bool:
    """Return whether a chain ends; where it is broken or leads back, the decoder notices by itself."""
    known: set[int] = set()
    while len(start) == layout.place.size:
        (place,) = layout.place.unpack(start)
        if not place or place in known:
            return True
        if len(known) == MOST_IMAGES:
            return False
        known.add(place)
        start = _next(file, place, layout)
    return True


def _next(file: BinaryIO, place: int, layout: _Layout) -> bytes:
    """Return the bytes of the place of the image that follows; fewer where the file ends before."""
    try:
        file.seek(place)
        (count,) = layout.length.unpack(file.read(layout.length.size))
        file.seek(count * layout.entry, 1)
    except (struct.error, ValueError, OverflowError, OSError):
        return b""
    return file.read(layout.place.size)
