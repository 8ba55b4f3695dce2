"""The places of the pictures of one visualization, measured once for all pictures of one size."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field, replace

from .budget import IsStopped, never
from .earth import Extent
from .evaluate import Window
from .outlines import DEGREES
from .picture_place import Clues, PicturePlace, measure_place
from .place_checks import confirms, place_as_stated
from .placement import assumed_placement, check_place, reference_of
from .png_file import PngFile, read_structure, read_texts
from .raster_io import gdal_quiet
from .stated_place import stated_place

_MOST_TRIES = 3


@dataclass
class _Known:
    """Results of earlier pictures of one size."""

    certain: list[PicturePlace] = field(default_factory=list)
    uncertain: list[PicturePlace] = field(default_factory=list)

    def is_tried(self, clues: Clues) -> bool:
        """Return whether another picture would hardly be certain either."""
        is_filled = clues.values is None and any(place.is_filled for place in self.uncertain)
        return is_filled or len(self.uncertain) >= _MOST_TRIES


class PlaceFinder:
    """A finder of places, used by several threads at once.

    A server draws the dates of a visualization on one grid. So a place that is certain for one picture holds for the
    others of its size, unless their upper rows contradict it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[int, int], _Known] = defaultdict(_Known)

    def place(self, png: bytes, clues: Clues, extent: Extent, is_stopped: IsStopped = never) -> PicturePlace:
        """Return the place of a picture.

        Args:
            extent: of the AOI in degrees, where a picture lies whose place cannot be measured.

        Raises:
            PictureUnreadable: it is damaged, or the extent is none on the Earth.
            RasterTooLarge: it has too many pixels.
            Interrupted: ``is_stopped`` returned true.
        """
        file = read_structure(png)
        with gdal_quiet():
            check_place(extent, (file.width, file.height), reference_of(DEGREES))
        stated = stated_place(read_texts(png), (file.width, file.height))
        found = stated and place_as_stated(file, stated, clues, is_stopped)
        return found or self._measured(file, clues, extent, is_stopped)

    def _measured(self, file: PngFile, clues: Clues, extent: Extent, is_stopped: IsStopped) -> PicturePlace:
        with self._lock:
            known = self._known[file.width, file.height]
            for place in known.certain:
                if confirms(file, place, clues):
                    return place
            if known.is_tried(clues):
                return max(known.uncertain, key=lambda place: place.placement.confidence)
            place = measure_place(file, clues, is_stopped) or _assumed(file, extent)
            (known.certain if place.placement.is_certain else known.uncertain).append(place)
            return place if place.placement.is_certain or not known.certain else _likely(known.certain[0], place)


def _likely(certain: PicturePlace, measured: PicturePlace) -> PicturePlace:
    """Return the place of another date for a picture that tells too little, as uncertain as its own."""
    doubt, error = measured.placement.confidence, measured.placement.error_px
    return replace(certain, placement=replace(certain.placement, confidence=doubt, error_px=error))


def _assumed(file: PngFile, extent: Extent) -> PicturePlace:
    return PicturePlace(assumed_placement(extent), Window(0, 0, file.width, file.height))
