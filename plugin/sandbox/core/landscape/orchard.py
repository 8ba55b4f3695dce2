"""The synthetic orchard: blocks of fruit trees and vines in rows, some ill, seen through clouds and in part swaths.

Its scenes are like a season of a real satellite: one with clouds, one whose swath covers half, two of one day,
and seven weeks without any.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import spectra
from .noise import smooth
from .phenology import CROPS, state_of

Array = np.ndarray[Any, Any]

WIDTH, HEIGHT, PIXEL_M = 176, 140, 5.0
EPSG = 32633
LEFT, TOP = 652_000.0, 5_230_500.0

_BLOCK_X, _BLOCK_Y = 29, 34
_PLANTED = ("apple", "apple", "vine", "apricot", "apple", "vine", "young", "apple", "apple", "vine")
_LANES = {"apple": 3.0, "apricot": 3.6, "vine": 2.4, "young": 3.0}  # pixels from one lane to the next
_OTHERS = ("meadow", "forest")
_TRACK, _WATER, _ROOF = -1, -2, -3
_ILL = (75.0, 60.0)  # column and row where the illness begins
_NOISE = 0.003
_SHADOW = (11, 16)  # columns and rows a cloud's shadow lies beside it
_THICK, _THIN = 0.30, 0.16


@dataclass(frozen=True, slots=True)
class Scene:
    """One overpass.

    Attributes:
        number: 2 for the second scene of a day.
        taken_at: UTC time of day, ``THH:MM:SSZ``.
        is_cloudy: thick clouds are masked out; haze around them and their shadows are left.
        swath: columns covered at the upper and the lower edge; ``None`` for all.
    """

    day: str
    number: int = 1
    taken_at: str = "T10:12:45Z"
    is_cloudy: bool = False
    swath: tuple[int, int] | None = None


SCENES = (
    Scene("2025-04-10"),
    Scene("2025-04-29"),
    Scene("2025-05-16", is_cloudy=True),
    Scene("2025-06-03"),
    Scene("2025-06-19"),
    Scene("2025-08-09"),
    Scene("2025-08-09", number=2, taken_at="T10:24:10Z"),
    Scene("2025-08-26", swath=(108, 66)),
    Scene("2025-09-14"),
    Scene("2025-10-05"),
)


@dataclass(frozen=True, slots=True)
class Orchard:
    """The static part of the land.

    Attributes:
        kinds: names of plant covers; ``cover`` holds their numbers, or a negative one where there are no plants.
        lanes: how much of each pixel is grass lane between rows, 0 to 1.
        soil: -1 light and poor to 1 dark and rich.
        distance: of each pixel from where the illness begins, in pixels, uneven.
    """

    kinds: tuple[str, ...]
    cover: Array
    lanes: Array
    soil: Array
    distance: Array


def orchard(seed: int) -> Orchard:
    """Lay out the land."""
    random = np.random.default_rng([seed, 5])
    column, row = np.meshgrid(np.arange(WIDTH, dtype=float), np.arange(HEIGHT, dtype=float))
    x, y = column + 0.14 * row, row - 0.10 * column + 14
    block = (x // _BLOCK_X + 7 * (y // _BLOCK_Y)).astype(int)
    number = block % len(_PLANTED)
    kinds = (*_PLANTED, *_OTHERS)
    apart = np.array([_LANES[kind] for kind in _PLANTED])[number]
    lanes = np.clip(1.3 - 2 * np.abs(y % apart - apart / 2), 0, 1)
    cover = _with_edges(number, x, y, smooth(random, 16, WIDTH, HEIGHT))
    _build(cover, column, row)
    soil = np.tanh(2.5 * (smooth(random, 6, WIDTH, HEIGHT) + 0.3 * smooth(random, 25, WIDTH, HEIGHT)))
    distance = np.hypot(column - _ILL[0], row - _ILL[1]) * (1 + 0.35 * smooth(random, 18, WIDTH, HEIGHT))
    return Orchard(kinds, cover, lanes, soil, distance)


def _with_edges(number: Array, x: Array, y: Array, gaps: Array) -> Array:
    """Return the cover with tracks beside the blocks, and windbreaks along every second one."""
    trees, track = len(_PLANTED) + 1, x % _BLOCK_X < 1.1
    windbreak = (y % _BLOCK_Y < 2.2) & (y // _BLOCK_Y % 2 == 0) & (gaps > -0.45)
    path = (y % _BLOCK_Y < 1.0) & (y // _BLOCK_Y % 2 == 1)
    cover = np.where(track | path, _TRACK, number)
    return np.where(windbreak, trees, cover)


def _build(cover: Array, column: Array, row: Array) -> None:
    """Put a meadow with a pond and sheds into a corner."""
    cover[(column > 128) & (row > 96)] = len(_PLANTED)
    cover[((column - 150) / 13) ** 4 + ((row - 118) / 9) ** 4 < 1] = _WATER
    for left, top, width, height in ((132, 100, 7, 4), (141, 101, 4, 6), (133, 107, 5, 3)):
        cover[top : top + height, left : left + width] = _ROOF


def reflectance(land: Orchard, scene: Scene, wavelengths: tuple[float, ...], seed: int) -> Array:
    """Return the simulated reflectances of a scene, 0 to 1, NaN where it has no data, shape (bands, HEIGHT, WIDTH)."""
    doy = datetime.date.fromisoformat(scene.day).timetuple().tm_yday
    random = np.random.default_rng([seed, doy, scene.number])
    nm = np.asarray(wavelengths, dtype=np.float32)
    picture = _planted(land, nm, doy)
    for kind, spectrum in ((_WATER, spectra.water), (_ROOF, spectra.tile_roof)):
        picture[:, land.cover == kind] = spectrum(nm)[:, None]
    picture *= 1 + 0.03 * (scene.number - 1)  # the second pass looks from another side
    picture += _NOISE * random.standard_normal(picture.shape, dtype=np.float32)
    picture = np.clip(picture, 0.0002, 1)
    if scene.is_cloudy:
        _put_clouds(picture, random)
    if scene.swath is not None:
        picture[:, ~_covered(scene.swath)] = np.nan
    return np.asarray(picture)


def _planted(land: Orchard, nm: Array, doy: int) -> Array:
    """Mix soil, leaves, straw and blossom; the number of a cover without plants picks the last row, bare ground."""
    states = np.array([*(state_of(CROPS[kind], doy) for kind in land.kinds), (0.0, 0.3, 0.0, 0.0)], dtype=np.float32)
    index = np.where(land.cover >= 0, land.cover, len(land.kinds))
    green, chlorophyll, dry, flower = (states[:, part][index] for part in range(4))
    ill = _illness(land, doy)
    green = np.clip(green * (1 + 0.10 * land.soil) * (1 - 0.25 * land.lanes) * (1 - 0.6 * ill), 0, 0.98)
    dry = np.clip(dry + 0.35 * ill, 0, 1) * (1 - green)
    share = np.clip((chlorophyll * (1 - 0.4 * ill) - 0.3) / 0.7, 0, 1.1)
    bands = nm[:, None, None]
    healthy, poor = (spectra.leaf(nm, content)[:, None, None] for content in (1.0, 0.3))
    canopy = (1 - flower) * (share * healthy + (1 - share) * poor) + flower * spectra.petals(bands)
    ground = spectra.soil(bands) * (1 - 0.12 * land.soil)
    return np.asarray((1 - green - dry) * ground + green * canopy + dry * spectra.straw(bands), dtype=np.float32)


def _illness(land: Orchard, doy: int) -> Array:
    """Return how ill the trees are, 0 to 1: it spreads from one place from May on."""
    radius = float(np.interp(doy, [125, 155, 170, 221, 257], [0, 7, 13, 27, 31]))
    is_tree = (land.cover >= 0) & (land.cover < len(_PLANTED))
    return np.asarray(is_tree * np.clip((radius - land.distance) / 6, 0, 1))


def _put_clouds(picture: Array, random: np.random.Generator) -> None:
    """Mask thick clouds, and leave haze around them and their shadows, as masks of real scenes do."""
    field = smooth(random, 5, WIDTH, HEIGHT) + 0.35 * smooth(random, 17, WIDTH, HEIGHT)
    haze = np.clip((field - _THIN) / (_THICK - _THIN), 0, 1)
    columns, rows = _SHADOW
    shadow = np.zeros_like(haze)
    shadow[rows:, columns:] = haze[:-rows, :-columns]
    picture *= 1 - 0.55 * shadow
    picture += 0.35 * haze * (1 - picture)
    picture[:, field > _THICK] = np.nan


def _covered(swath: tuple[int, int]) -> Array:
    """Return which pixels lie within a swath's edge."""
    edge = np.linspace(*swath, HEIGHT)[:, None]
    return np.asarray(np.arange(WIDTH)[None, :] < edge)
