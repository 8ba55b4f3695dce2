"""Reflectance spectra of simple surfaces, 470 to 900 nm: shapes as field spectrometers see them, not measurements."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def soil(nm: Array) -> Array:
    """Return bare loam: rising steadily towards the infrared."""
    return np.asarray(0.075 + 0.205 * ((nm - 450) / 450) ** 0.85)


def leaf(nm: Array, chlorophyll: float = 1.0) -> Array:
    """Return a dense green canopy: pigment absorption, green peak, red edge and infrared plateau.

    The red edge of a leaf with more chlorophyll (1 is healthy, 0.4 starved) lies at longer wavelengths, and its
    visible reflectance is lower.
    """
    edge = 702 + 16 * chlorophyll
    visible = 0.052 - 0.022 * chlorophyll + 0.055 * np.exp(-(((nm - 553) / 32) ** 2)) * (1.35 - 0.5 * chlorophyll)
    plateau = 0.40 + 0.08 * chlorophyll + 0.02 * (nm - 780) / 120
    rise = 1 / (1 + np.exp(-(nm - edge) / 12))
    return np.asarray(visible * (1 - rise) + plateau * rise)


def straw(nm: Array) -> Array:
    """Return ripe or dead plants: bright, rising, without a red edge."""
    return np.asarray(0.10 + 0.27 * (1 - np.exp(-(nm - 450) / 190)))


def blossom(nm: Array) -> Array:
    """Return flowering rapeseed: yellow over green leaves."""
    yellow = 0.20 / (1 + np.exp(-(nm - 515) / 11)) * (1 / (1 + np.exp((nm - 660) / 18)))
    return np.asarray(leaf(nm, 0.8) * 0.85 + yellow)


def petals(nm: Array) -> Array:
    """Return flowering fruit trees: white over young leaves."""
    white = 0.18 / (1 + np.exp(-(nm - 440) / 14)) * (1 / (1 + np.exp((nm - 720) / 25)))
    return np.asarray(leaf(nm) * 0.8 + white)


def water(nm: Array) -> Array:
    """Return clear lake water: dark, and darker with every wavelength."""
    return np.asarray(0.004 + 0.055 * np.exp(-(nm - 450) / 115))


def bloom(nm: Array) -> Array:
    """Return water full of algae: green and 705 nm peaks around the absorption at 675 nm."""
    green = 0.035 * np.exp(-(((nm - 560) / 28) ** 2))
    edge = 0.042 * np.exp(-(((nm - 706) / 14) ** 2))
    pigment = 0.010 * np.exp(-(((nm - 676) / 12) ** 2))
    return np.asarray(water(nm) + green + edge - pigment + 0.006)


def asphalt(nm: Array) -> Array:
    """Return an old road: grey, a little brighter towards the infrared."""
    return np.asarray(0.095 + 0.045 * (nm - 450) / 450)


def tile_roof(nm: Array) -> Array:
    """Return clay tiles: dark blue-green, bright from orange on."""
    return np.asarray(0.07 + 0.20 / (1 + np.exp(-(nm - 585) / 22)) + 0.03 * (nm - 450) / 450)
