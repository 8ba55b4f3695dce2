"""Style documents in external files."""

from __future__ import annotations

import errno
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from .reader import read_styles
from .refusal import RefusalCode, SldRefused
from .xml import MOST_BYTES

if TYPE_CHECKING:
    from .raster_style import RasterStyle


def read_styles_of(path: Path) -> tuple[RasterStyle, ...]:
    """Return every style of a file that draws rasters, the default one first.

    Raises:
        SldRefused: there is none, or the default one cannot be drawn as it is meant.
        OSError: the file cannot be read.
    """
    return read_styles(read_document(path))


def read_document(path: Path) -> bytes:
    """Return the bytes of a file; its size is known before it takes memory, however much it grows meanwhile.

    Raises:
        SldRefused: it is larger than any document that would be read.
        OSError: the file cannot be read, or is none (a folder, a device, a pipe that would never end).
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a file", str(path))
    if found.st_size <= MOST_BYTES:
        with path.open("rb") as file:
            document = file.read(MOST_BYTES + 1)
        if len(document) <= MOST_BYTES:
            return document
    raise SldRefused(RefusalCode.TOO_LARGE, "", str(found.st_size))
