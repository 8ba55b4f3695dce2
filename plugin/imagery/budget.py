"""Limits for decoding rasters, checked by the header before anything is decoded.

One number decides, which a person can change: the pixels of a picture. The other limits follow it.
"""

from __future__ import annotations

from collections.abc import Callable

from .errors import Interrupted, RasterTooLarge

IsStopped = Callable[[], bool]

MEGAPIXEL = 1_000_000
DEFAULT_MEGAPIXELS = 100
LEAST_MEGAPIXELS, MOST_MEGAPIXELS = 1, 10_000
# A block is decoded in one piece that nothing can stop: 200 MB take less than a second.
_BLOCK_BYTES = 2
# Values are read by windows, and never all at once.
_RASTER_TIMES = 100


class Budget:
    """The limits in force.

    Attributes:
        megapixels: the million pixels that a picture may have.
    """

    def __init__(self) -> None:
        self.megapixels = DEFAULT_MEGAPIXELS

    def check_picture(self, size: tuple[int, int], name: str = "") -> None:
        """Check the width and height of a picture.

        Raises:
            RasterTooLarge: it has too many pixels.
        """
        _check("picture", name, size, size[0] * size[1], self.megapixels * MEGAPIXEL)

    def check_raster(self, size: tuple[int, int], name: str = "") -> None:
        """Check the width and height of a raster that is read by windows.

        Raises:
            RasterTooLarge: it has too many pixels.
        """
        _check("raster", name, size, size[0] * size[1], self.megapixels * MEGAPIXEL * _RASTER_TIMES)

    def check_block(self, size: tuple[int, int], bytes_per_pixel: int, name: str = "") -> None:
        """Check the width and height of a block, which is decoded in one piece.

        Raises:
            RasterTooLarge: it needs too much memory.
        """
        most = self.megapixels * MEGAPIXEL * _BLOCK_BYTES
        _check("block", name, size, size[0] * size[1] * bytes_per_pixel, most)


budget = Budget()


def never() -> bool:
    """Return that work goes on."""
    return False


def check_stopped(is_stopped: IsStopped) -> None:
    """Raise where the work was stopped.

    Raises:
        Interrupted: it was.
    """
    if is_stopped():
        raise Interrupted


def _check(reason: str, name: str, size: tuple[int, int], needed: int, most: int) -> None:
    if needed > most:
        raise RasterTooLarge(reason, name, size, most)
