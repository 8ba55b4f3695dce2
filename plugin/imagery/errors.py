"""Errors of rasters. Facts only; ``messages`` makes the sentences."""

from __future__ import annotations


class RasterUnreadable(Exception):
    """A file that is no raster with a known place.

    Attributes:
        reason: ``not-raster``, ``no-place``, ``no-crs``, ``off-earth``, ``not-of-earth`` (its CRS is the detail),
            ``other-file`` (it refers to one) or ``vanished`` (it was removed while its dates were loaded).
        name: the file's name, without its folder.
        detail: the content found, shortened.
        found: the actual format, as returned by ``content.kind_of``; empty where that is not known.
    """

    def __init__(self, reason: str, name: str, detail: str = "", found: str = "") -> None:
        super().__init__(f"{name}: {reason}: {detail}")
        self.reason = reason
        self.name = name
        self.detail = detail
        self.found = found


class RasterTooLarge(RasterUnreadable):
    """A raster that would need more memory than allowed; nothing of it was decoded.

    Attributes:
        reason: ``picture``, ``block`` (a part decoded in one piece) or ``raster``.
        size: width and height in pixels, of the block where that is the reason.
        most: the limit: pixels, or bytes of a block.
    """

    def __init__(self, reason: str, name: str, size: tuple[int, int], most: int) -> None:
        super().__init__(reason, name, f"{size[0]} × {size[1]} pixels, at most {most}")
        self.size = size
        self.most = most


class Interrupted(Exception):
    """Work on pixels was stopped before its end."""


class ClassesRefused(Exception):
    """A picture whose pixels cannot be sorted into the classes of its legend.

    Attributes:
        reason: ``share`` (too few of its pixels have a class's colour), ``same-colour``, ``too-many`` or
            ``no-classes``.
        names: labels of the classes of one colour, or their numbers.
        share: the part of the drawn pixels that have a class.
    """

    def __init__(self, reason: str, names: tuple[str, ...] = (), share: float = 0.0) -> None:
        super().__init__(f"{reason}: {', '.join(names)} {share:.2%}")
        self.reason = reason
        self.names = names
        self.share = share
