"""Smooth random variation over a scene."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def smooth(random: np.random.Generator, cells: int, width: int, height: int) -> Array:
    """Return noise of about -1 to 1, shape (height, width), with so many cells along each side."""
    coarse = random.uniform(-1, 1, (cells + 1, cells + 1))
    across = np.linspace(0, cells, width)
    down = np.linspace(0, cells, height)
    columns = np.stack([np.interp(across, np.arange(cells + 1), line) for line in coarse])
    return np.stack([np.interp(down, np.arange(cells + 1), line) for line in columns.T]).T
