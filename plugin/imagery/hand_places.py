"""Places of pictures that the user chose: the candidates to choose from, and the choices as they are stored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .budget import IsStopped, never
from .errors import RasterUnreadable
from .evaluate import Window
from .loaded import Placement, PlaceMethod
from .outlines import GridOutline
from .picture_place import Clues, PicturePlace, outlines_in
from .picture_view import PictureView, view_picture
from .placement import ASSUMED, check_place, reference_of
from .png_file import PictureUnreadable, PngFile, read_structure
from .raster_io import gdal_quiet

Places = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a picture may have.

    Attributes:
        is_cropped: whether a margin or a border of the picture is left out.
        is_of_asset: whether the asset's outline lies behind it, and not the AOI's.
    """

    place: PicturePlace
    is_cropped: bool = False
    is_of_asset: bool = False


def candidates(png: bytes, clues: Clues, is_stopped: IsStopped = never) -> list[Candidate]:
    """Return the places that a picture may have: the box of each outline, on the map, the whole or the opaque part.

    Raises:
        PictureUnreadable: it is damaged.
        RasterTooLarge: it has too many pixels.
        Interrupted: ``is_stopped`` returned true.
    """
    file = read_structure(png)
    view = view_picture(file, clues.colours, is_stopped)
    whole = Window(0, 0, file.width, file.height)
    windows = dict.fromkeys((view.window, whole, _opaque_part(view)))
    with gdal_quiet():
        return [
            Candidate(_laid(outline, method, window), window != whole, method is PlaceMethod.ASSET_GEOMETRY)
            for window in windows
            for outline, method in outlines_in(clues)
        ]


def _opaque_part(view: PictureView) -> Window:
    """Return the box of the opaque pixels of the map; all of the map where there are none."""
    rows, columns = (np.flatnonzero(view.opaque.any(axis=axis)) * view.step for axis in (1, 0))
    if not len(rows):
        return view.window
    left, top = int(columns[0]), int(rows[0])
    width = min(int(columns[-1]) + view.step, view.window.width) - left
    height = min(int(rows[-1]) + view.step, view.window.height) - top
    return Window(view.window.column + left, view.window.row + top, width, height)


def _laid(outline: GridOutline, method: PlaceMethod, window: Window) -> PicturePlace:
    return PicturePlace(Placement(outline.crs, outline.box, method, ASSUMED, math.inf), window)


def shifted(place: PicturePlace, columns: float, rows: float) -> PicturePlace:
    """Return a place moved by pixels of the picture, to the right and down."""
    west, south, east, north = place.placement.extent
    x = columns * (east - west) / place.window.width
    y = -rows * (north - south) / place.window.height
    extent = (west + x, south + y, east + x, north + y)
    return replace(place, placement=replace(place.placement, extent=extent))


def with_choice(places: Places, size: tuple[int, int], place: PicturePlace, date_key: str = "") -> dict[str, Any]:
    """Return the stored choices of a visualization with a further one.

    Args:
        size: of the picture; another size has another place.
        date_key: of the date alone that the place is for; without it, it is for all dates and replaces theirs.
    """
    kept = {key: record for key, record in places.items() if date_key or not key.startswith(_key(size))}
    window, placement = place.window, place.placement
    box = [window.column, window.row, window.width, window.height]
    return {**kept, _key(size, date_key): {"crs": placement.crs, "extent": [*placement.extent], "window": box}}


def without_choice(places: Places, size: tuple[int, int]) -> dict[str, Any]:
    """Return the stored choices of a visualization without those of a size."""
    return {key: record for key, record in places.items() if not key.startswith(_key(size))}


def chosen_place(places: Places, file: PngFile, date_key: str) -> PicturePlace | None:
    """Return the place that the user chose for a picture; ``None`` where there is none that can be used."""
    size = file.width, file.height
    found = places.get(_key(size, date_key)) or places.get(_key(size))
    return None if found is None else _read(found, size)


def _key(size: tuple[int, int], date_key: str = "") -> str:
    return f"{size[0]}x{size[1]}/{date_key}"


def _read(record: Any, size: tuple[int, int]) -> PicturePlace | None:
    """Return the place of a record, if it is one on the Earth and within the picture."""
    with suppress(KeyError, TypeError, ValueError, PictureUnreadable, RasterUnreadable):
        west, south, east, north = map(float, record["extent"])
        window = Window(*map(int, record["window"]))
        extent, crs = (west, south, east, north), str(record["crs"])
        with gdal_quiet():
            check_place(extent, (window.width, window.height), reference_of(crs))
        is_inside = min(window.column, window.row) >= 0
        is_inside = is_inside and window.column + window.width <= size[0] and window.row + window.height <= size[1]
        return PicturePlace(Placement(crs, extent, PlaceMethod.BY_HAND, 1.0), window) if is_inside else None
    return None
