"""Text as pixels, for pictures drawn where neither Qt nor Pillow may be assumed: the common 5 by 7 dot matrix."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

HEIGHT = 8
_GAP = 1
_BLANK = 3
_FINE = 4
# Columns of the characters from "!" to "~", five each, the lowest bit at the top.
_DOTS = bytes.fromhex(
    "00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649562050 0008070300 001c224100 0041221c00 2a1c7f1c2a"
    "08083e0808 0080703000 0808080808 0000606000 2010080402 3e5149453e 00427f4000 7249494946 2141494d33 1814127f10"
    "2745454539 3c4a494931 4121110907 3649494936 464949291e 0000140000 0040340000 0008142241 1414141414 0041221408"
    "0201590906 3e415d594e 7c1211127c 7f49494936 3e41414122 7f4141413e 7f49494941 7f09090901 3e41415173 7f0808087f"
    "00417f4100 2040413f01 7f08142241 7f40404040 7f021c027f 7f0408107f 3e4141413e 7f09090906 3e4151215e 7f09192946"
    "2649494932 03017f0103 3f4040403f 1f2040201f 3f4038403f 6314081463 0304780403 6159494d43 007f414141 0204081020"
    "004141417f 0402010204 4040404040 0003070800 2054547840 7f28444438 3844444428 384444287f 3854545418 00087e0902"
    "18a4a49c78 7f08040478 00447d4000 2040403d00 7f10284400 00417f4000 7c04780478 7c08040478 3844444438 fc18242418"
    "18242418fc 7c08040408 4854545424 04043f4424 3c4040207c 1c2040201c 3c4030403c 4428102844 4c9090907c 4464544c44"
    "0008364100 0000770000 0041360800 0201020402"
)


def width_of(text: str, size: int) -> int:
    """Return how many pixels wide a text of a size is."""
    return _dots(text).shape[1] * size


@lru_cache(maxsize=512)
def lettered(text: str, size: int) -> Array:
    """Return how much ink, 0 to 1, each pixel of a line of text gets, shape (8 * size, width).

    Args:
        size: pixels per dot of the matrix; from 2 on, its corners are rounded.
    """
    dots = _dots(text).astype(float)
    if size == 1:
        return dots
    fine = np.kron(dots, np.ones((size * _FINE, size * _FINE)))
    radius = size * _FINE // 2
    rounded = (_blurred(_blurred(fine, radius).T, radius).T > 0.45).astype(float)
    height, width = dots.shape[0] * size, dots.shape[1] * size
    return np.asarray(rounded.reshape(height, _FINE, width, _FINE).mean(axis=(1, 3)))


def _blurred(ink: Array, radius: int) -> Array:
    """Average every row over a window; outside of it there is no ink."""
    window = 2 * radius + 1
    padded = np.pad(ink, ((0, 0), (radius + 1, radius)))
    sums = np.cumsum(padded, axis=1)
    return np.asarray((sums[:, window:] - sums[:, :-window]) / window)


@lru_cache(maxsize=512)
def _dots(text: str) -> Array:
    """Return the dots of a line, shape (8, width); letters are proportional."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    columns = [_columns(letter) for letter in plain] or [_columns(" ")]
    gap = np.zeros((HEIGHT, _GAP), dtype=np.uint8)
    return np.concatenate([part for letter in columns for part in (letter, gap)], axis=1)[:, :-_GAP]


@lru_cache(maxsize=256)
def _columns(letter: str) -> Array:
    place = (ord(letter) - 33) * 5
    if not 0 <= place < len(_DOTS):
        return np.zeros((HEIGHT, _BLANK), dtype=np.uint8)
    bits = np.frombuffer(_DOTS[place : place + 5], dtype=np.uint8)
    dots = (bits[np.newaxis, :] >> np.arange(HEIGHT)[:, np.newaxis]) & 1
    return dots if letter.isdigit() else dots[:, dots.any(axis=0)]
