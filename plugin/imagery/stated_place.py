"""A place that a server states in the texts of a picture: an extent or a transform, and a CRS."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from .earth import Extent
from .outlines import DEGREES

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_CODE = re.compile(r"(?:EPSG\W*)?(\d{4,6})", re.IGNORECASE)
_EXTENTS = ("bbox", "xbbox", "bounds", "extent", "boundingbox", "geobounds")
_CRS = ("crs", "srs", "epsg", "srid", "projection")
_WORLD_FILES = ("worldfile", "wld", "pgw")
_GEOTRANSFORMS = ("geotransform",)


class StatedPlace(NamedTuple):
    """A place of a whole picture: a CRS, and outer pixel edges in its units, easting or longitude first."""

    crs: str
    extent: Extent


def stated_place(texts: Mapping[str, str], size: tuple[int, int]) -> StatedPlace | None:
    """Return the place that texts state by their keywords; ``None`` where they state none that can be understood.

    Args:
        size: width and height of the picture, for places that are given by their pixels.
    """
    named = dict(_named(texts))
    extent = next(filter(None, (_extent(name, text, size) for name, text in named.items())), None)
    if extent is None or not (extent[0] < extent[2] and extent[1] < extent[3]):
        return None
    crs = _crs(next((named[name] for name in _CRS if name in named), ""), extent)
    return StatedPlace(crs, extent) if crs else None


def _named(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield texts by their keywords in plain letters; those within a JSON object by theirs."""
    for keyword, text in texts.items():
        inner: object = None
        if text.lstrip().startswith("{"):
            with suppress(ValueError, RecursionError):
                inner = json.loads(text)
        if isinstance(inner, dict):
            yield from ((_plain(str(name)), json.dumps(value)) for name, value in inner.items())
        yield _plain(keyword), text


def _plain(keyword: str) -> str:
    return re.sub(r"[^a-z]", "", keyword.lower())


def _extent(name: str, text: str, size: tuple[int, int]) -> Extent | None:
    numbers = [float(number) for number in _NUMBER.findall(text)]
    if not all(map(math.isfinite, numbers)):
        return None
    if name in _EXTENTS and len(numbers) == 4:
        return numbers[0], numbers[1], numbers[2], numbers[3]
    if len(numbers) != 6:
        return None
    if name in _WORLD_FILES:
        across, turn, lean, down, x, y = numbers  # x and y are of the middle of the first pixel
        return _box((x - across / 2, across, lean, y - down / 2, turn, down), size)
    return _box(tuple(numbers), size) if name in _GEOTRANSFORMS else None


def _box(transform: tuple[float, ...], size: tuple[int, int]) -> Extent | None:
    """Return the extent of a picture that a transform lays north up."""
    x, across, lean, y, turn, down = transform
    if lean or turn or down >= 0:
        return None
    return x, y + size[1] * down, x + size[0] * across, y


def _crs(text: str, extent: Extent) -> str | None:
    """Return the code of a CRS; degrees where none is stated and the extent can be in them."""
    found = _CODE.search(text)
    if found:
        return f"EPSG:{found[1]}"
    is_in_degrees = max(map(abs, extent[::2])) <= 360 and max(map(abs, extent[1::2])) <= 90
    return DEGREES if is_in_degrees and (not text or "CRS84" in text.upper()) else None
