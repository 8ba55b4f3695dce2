"""The synthetic landscape: fields that grow and are harvested, tree lines, a lake, a village, seen at eight dates."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import spectra
from .noise import smooth
from .phenology import CROPS, state_of

Array = np.ndarray[Any, Any]

WIDTH, HEIGHT, PIXEL_M = 240, 200, 10.0
EPSG = 32633
LEFT, TOP = 646_400.0, 5_229_000.0
WAVELENGTHS = tuple(470.0 + 13.0 * step for step in range(34))
DAYS = ("2025-04-14", "2025-05-06", "2025-05-29", "2025-06-18", "2025-07-10", "2025-08-02", "2025-08-27", "2025-10-03")

_FIELD, _MEADOW, _FOREST, _WATER, _ROAD, _HOUSE, _GARDEN, _SHORE, _TRACK = range(9)
_TURN = np.radians(14.0)
_ACROSS = (-40, 12, 46, 88, 122, 165, 204, 236, 290)
_ALONG = (-80, -34, 6, 41, 83, 118, 157, 199, 250)
_PLANTED = "wmrbpwsgmwrmbwfpwmsrwgmbmwrpmsbwfmwrgsmwbpmwrsmwfbgmwrpsbmwrmgwsb"
_STRESSED = (3, 3)
_BLOOM_DAYS = (205, 250)
_NOISE = 0.0022
_DRILLED = "wbr"  # crops that tractors drive through on fixed lines
_LINES_APART = 4.0  # pixels


@dataclass(frozen=True, slots=True)
class Landscape:
    """The static part of the landscape, the same at every date.

    Attributes:
        cover: kind of surface of every pixel, shape (HEIGHT, WIDTH).
        field: number of the field of every pixel, -1 outside of fields.
        crops: the crop of every field by its number.
        vigour: factor of plant growth, about 1: smooth over the land, with zones of the soil and tramlines.
        moisture: -1 to 1, smooth; moist ground is darker.
        soil: -1 light and poor to 1 dark and rich, in zones.
        stressed: the part of one maize field whose irrigation fails.
        depth: 0 at the lake's shore to 1 in its middle.
    """

    cover: Array
    field: Array
    crops: tuple[str, ...]
    vigour: Array
    moisture: Array
    soil: Array
    stressed: Array
    depth: Array


def landscape(seed: int) -> Landscape:
    """Lay out the land."""
    random = np.random.default_rng(seed)
    column, row = np.meshgrid(np.arange(WIDTH, dtype=float), np.arange(HEIGHT, dtype=float))
    field, margin, stressed, crops = _fields(column, row)
    cover = np.where(margin, _MEADOW, _FIELD)
    depth = _lake(column, row)
    cover[_forest(column, row, random)] = _FOREST
    cover[depth > -0.16] = _SHORE
    _build_village(cover, column, row, random)
    cover[np.abs(_road_offset(column, row)) < 0.9] = _ROAD
    cover[depth > 0] = _WATER
    vigour = 1 + 0.10 * _smooth(random, 14) + 0.05 * _smooth(random, 40)
    moisture = _smooth(random, 9)
    soil = np.tanh(3 * (_smooth(random, 7) + 0.4 * _smooth(random, 22)))
    _plant_trees(cover, column, row, random)
    field = np.where(cover == _FIELD, field, -1)
    vigour += 0.11 * soil - 0.10 * _tramlines(column, row, field, crops)
    return Landscape(cover, field, crops, vigour, moisture, soil, stressed, np.clip(depth, 0, 1))


def reflectance(land: Landscape, day: str, seed: int) -> Array:
    """Return the simulated reflectances of a day, 0 to 1, shape (bands, HEIGHT, WIDTH)."""
    doy = datetime.date.fromisoformat(day).timetuple().tm_yday
    random = np.random.default_rng([seed, doy])
    nm = np.asarray(WAVELENGTHS, dtype=np.float32)
    scene = _mixed(land, nm, *(part.astype(np.float32) for part in _plants(land, doy)))
    _put_built(scene, land, nm)
    _put_water(scene, land, nm, doy)
    haze = np.float32(0.004 * random.random()) * (nm[:, None, None] / 550) ** -2.5
    noise = random.standard_normal(scene.shape, dtype=np.float32) * _NOISE
    return np.asarray(np.clip(scene * (1 + 0.5 * noise) + noise + haze, 0.0002, 1.0))


def _turned(column: Array, row: Array) -> tuple[Array, Array]:
    across = np.cos(_TURN) * column + np.sin(_TURN) * row
    along = -np.sin(_TURN) * column + np.cos(_TURN) * row
    return across, along


def _fields(column: Array, row: Array) -> tuple[Array, Array, Array, tuple[str, ...]]:
    across, along = _turned(column, row)
    strip = np.searchsorted(_ACROSS, across) - 1
    shifted = along + 17 * (strip % 3)
    plot = np.searchsorted(_ALONG, shifted) - 1
    number = strip * len(_ALONG) + plot
    crops = [_PLANTED[index % len(_PLANTED)] for index in range(len(_ACROSS) * len(_ALONG))]
    stressed_number = _STRESSED[0] * len(_ALONG) + _STRESSED[1]
    crops[stressed_number] = "m"
    middle = (_ACROSS[_STRESSED[0]] + _ACROSS[_STRESSED[0] + 1]) / 2
    stressed = (number == stressed_number) & (across > middle - 6)
    return number, _near_edge(number), stressed, tuple(crops)


def _plant_trees(cover: Array, column: Array, row: Array, random: np.random.Generator) -> None:
    """Put tree lines with gaps, and tracks, on edges between strips of fields, alternately."""
    across, _ = _turned(column, row)
    is_open = np.isin(cover, (_FIELD, _MEADOW))
    gaps = _smooth(random, 30)
    for number, edge in enumerate(_ACROSS[1:-1]):
        near = np.abs(across - edge)
        if number % 2:
            cover[is_open & (near < 0.7)] = _TRACK
        else:
            cover[is_open & (near < 1.4) & (gaps > -0.25)] = _FOREST


def _tramlines(column: Array, row: Array, field: Array, crops: Sequence[str]) -> Array:
    """Return how much of each pixel is driven over, 0 to 1: lines through cereals and rapeseed, along their strips."""
    across, _ = _turned(column, row)
    drilled = np.isin(field, [number for number, crop in enumerate(crops) if crop in _DRILLED])
    return np.asarray(drilled * np.clip(1.2 - np.abs(across % _LINES_APART - _LINES_APART / 2), 0, 1))


def _near_edge(number: Array) -> Array:
    edge = np.zeros(number.shape, dtype=bool)
    edge[:, 1:] |= number[:, 1:] != number[:, :-1]
    edge[1:, :] |= number[1:, :] != number[:-1, :]
    return edge


def _lake(column: Array, row: Array) -> Array:
    """Return 1 in the middle of the lake, 0 at its shore, less outside."""
    x, y = (column - 196) / 34, (row - 62) / 44
    angle = np.arctan2(y, x)
    shore = 1 + 0.13 * np.cos(3 * angle + 0.7) + 0.07 * np.cos(5 * angle - 1.1) + 0.04 * np.sin(9 * angle)
    return np.asarray(1 - np.hypot(x, y) / shore)


def _forest(column: Array, row: Array, random: np.random.Generator) -> Array:
    patch = ((column - 28) / 34) ** 2 + ((row - 186) / 26) ** 2 + 0.25 * _smooth(random, 12)
    strip = (np.abs(row - 14 - 0.12 * column) < 5 + 2 * _smooth(random, 20)) & (column > 92) & (column < 170)
    return np.asarray((patch < 1) | strip)


def _road_offset(column: Array, row: Array) -> Array:
    return np.asarray(row - (128 + 9 * np.sin(column / 38) - 0.06 * column))


def _build_village(cover: Array, column: Array, row: Array, random: np.random.Generator) -> None:
    village = ((column - 203) / 30) ** 2 + ((row - 150) / 24) ** 2 < 1
    cover[village] = _GARDEN
    for _ in range(150):
        left, top = random.integers(174, 230), random.integers(126, 172)
        width, height = random.integers(1, 4, size=2)
        block = (slice(top, top + height), slice(left, left + width))
        cover[block] = np.where(village[block], _HOUSE, cover[block])
    street = (np.abs(column - 204 - 0.2 * (row - 150)) < 0.8) | (np.abs(row - 152) < 0.8)
    cover[village & street] = _ROAD


def _smooth(random: np.random.Generator, cells: int) -> Array:
    return smooth(random, cells, WIDTH, HEIGHT)


def _plants(land: Landscape, doy: int) -> tuple[Array, Array, Array, Array]:
    """Return green cover, chlorophyll, dry cover and blossom of every pixel."""
    codes = [*land.crops, "meadow", "forest", "garden", "shore"]
    states = np.array([state_of(CROPS[code], doy) for code in codes])
    index = np.where(land.field >= 0, land.field, len(land.crops))
    for place, kind in enumerate((_MEADOW, _FOREST, _GARDEN, _SHORE)):
        index = np.where(land.cover == kind, len(land.crops) + place, index)
    green, chlorophyll, dry, flower = (states[:, part][index] for part in range(4))
    lack = _drought(doy) * land.stressed
    green = np.clip(green * land.vigour * (1 - 0.55 * lack), 0, 0.98)
    dry = np.clip(dry + 0.30 * lack * green, 0, 1) * np.clip(1 - green, 0, 1)
    return green, np.clip(chlorophyll * land.vigour * (1 - 0.35 * lack), 0.2, 1.1), dry, flower


def _drought(doy: int) -> float:
    """Return how much water the stressed field lacks: it fails in June, is worst in July and is mended in August."""
    return float(np.interp(doy, [158, 170, 191, 214, 239, 262], [0, 0.75, 1, 1, 0.35, 0]))


def _mixed(land: Landscape, nm: Array, green: Array, chlorophyll: Array, dry: Array, flower: Array) -> Array:
    """Mix soil, green leaves, dry plants and blossom by their share of every pixel."""
    bands = nm[:, None, None]
    bare = np.clip(1 - green - dry, 0, 1)
    brightness = (1 - 0.16 * land.moisture - 0.14 * land.soil).astype(np.float32)
    healthy, poor = spectra.leaf(nm, 1.0)[:, None, None], spectra.leaf(nm, 0.3)[:, None, None]
    share = np.clip((chlorophyll - 0.3) / 0.7, 0, 1.1)
    canopy = share * healthy + (1 - share) * poor
    canopy = (1 - flower) * canopy + flower * spectra.blossom(bands)
    return np.asarray(bare * spectra.soil(bands) * brightness + green * canopy + dry * spectra.straw(bands))


def _put_built(scene: Array, land: Landscape, nm: Array) -> None:
    road, house, track = (land.cover == kind for kind in (_ROAD, _HOUSE, _TRACK))
    scene[:, track] = 1.25 * spectra.soil(nm)[:, None]
    scene[:, road] = spectra.asphalt(nm)[:, None]
    scene[:, house] = spectra.tile_roof(nm)[:, None] * (0.8 + 0.4 * np.abs(land.moisture[house]))


def _put_water(scene: Array, land: Landscape, nm: Array, doy: int) -> None:
    lake = land.cover == _WATER
    strength = max(0.0, 1 - abs(doy - sum(_BLOOM_DAYS) / 2) / (np.diff(_BLOOM_DAYS)[0] / 2 + 12))
    algae = np.clip(strength * (0.42 + 0.95 * land.moisture[lake]), 0, 1)
    shallow = np.clip(0.25 - land.depth[lake], 0, 0.25) * 0.5
    clear, thick = spectra.water(nm)[:, None], spectra.bloom(nm)[:, None]
    bottom = spectra.soil(nm)[:, None] * np.exp(-(nm[:, None] - 450) / 200)
    scene[:, lake] = (1 - algae) * clear + algae * thick + shallow * bottom
