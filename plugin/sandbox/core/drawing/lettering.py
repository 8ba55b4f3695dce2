"""Text as pixels, for pictures drawn where neither Qt nor Pillow may be assumed: letters of a font, drawn beforehand.

``letters.png`` is made of DejaVu Sans by ``tools/letters.py``. The font is copyright (c) 2003 Bitstream, Inc., DejaVu's
changes are in the public domain, and its licence (https://dejavu-fonts.github.io/License.html) permits the use.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ....imagery.raster_io import PNG, gdal_quiet, open_with

Array = np.ndarray[Any, Any]

_FILE = Path(__file__).with_name("letters.png")
_HEIGHTS = {1: 14, 2: 18}  # size -> rows of its strip in the file, below one row that marks where letters begin
_CHARACTERS = (*map(chr, range(32, 127)), *map(chr, range(161, 173)), *map(chr, range(174, 256)))


def height_of(size: int) -> int:
    """Return how many pixels high a line of text of a size is."""
    return _HEIGHTS[size]


def width_of(text: str, size: int) -> int:
    """Return how many pixels wide a line of text of a size is."""
    return int(lettered(text, size).shape[1])


@lru_cache(maxsize=512)
def lettered(text: str, size: int) -> Array:
    """Return how much ink, 0 to 1, each pixel of a line of text gets, shape (height, width).

    Letters beyond Latin-1 lose their accents; those without a Latin letter are left out.

    Args:
        size: 1 for letters of 11 pixels, 2 for 15.
    """
    letters = _letters(size)
    known = [letters[letter] for letter in _known(text)]
    return np.concatenate(known, axis=1) if known else np.zeros((height_of(size), 1))


def _known(text: str) -> list[str]:
    found: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        found += letter if letter in _CHARACTERS else unicodedata.normalize("NFKD", letter)
    return [letter for letter in found if letter in _CHARACTERS]


@lru_cache(maxsize=len(_HEIGHTS))
def _letters(size: int) -> dict[str, Array]:
    """Return the ink of each character of a size."""
    top = sum(height + 1 for smaller, height in _HEIGHTS.items() if smaller < size)
    marks, strip = np.split(_sheet()[top : top + 1 + _HEIGHTS[size]] / 255, [1])
    cells = (strip[:, left:right] for left, right in pairwise(np.flatnonzero(marks[0])))
    return dict(zip(_CHARACTERS, cells, strict=True))


@lru_cache(maxsize=1)
def _sheet() -> Array:
    with gdal_quiet():
        sheet = open_with(str(_FILE), PNG)
        if sheet is None:
            raise OSError(f"cannot read {_FILE.name}")
        return np.asarray(sheet.ReadAsArray())
