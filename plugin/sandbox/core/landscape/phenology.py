"""Phenology: the growing season of each crop of the synthetic landscape."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Crop:
    """The year of one crop, in days of the year.

    Attributes:
        rise: half of the leaves are out.
        ripe: half of the leaves have turned to straw.
        harvest: nothing but stubble after it.
        most: green cover at its best, 0 to 1.
        pace: days a change takes.
        flowers: day of full blossom, or 0.
        again: day a next crop comes up after the harvest, or 0.
        cuts: days of mowing.
    """

    rise: int
    ripe: int
    harvest: int
    most: float
    pace: float = 7.0
    flowers: int = 0
    again: int = 0
    least: float = 0.0
    cuts: tuple[int, ...] = ()


_NEVER = 400

CROPS = {
    "w": Crop(rise=92, ripe=172, harvest=194, most=0.93, pace=8.0),  # winter wheat
    "b": Crop(rise=88, ripe=160, harvest=180, most=0.90, pace=8.0, again=226),  # winter barley, a catch crop after it
    "r": Crop(rise=82, ripe=168, harvest=187, most=0.95, flowers=126, again=258),  # winter rapeseed
    "m": Crop(rise=161, ripe=248, harvest=268, most=0.95),  # maize
    "s": Crop(rise=152, ripe=236, harvest=259, most=0.88),  # sunflower
    "g": Crop(rise=154, ripe=_NEVER, harvest=_NEVER, most=0.94, pace=9.0),  # sugar beet
    "p": Crop(rise=84, ripe=_NEVER, harvest=_NEVER, most=0.86, pace=9.0, least=0.2, cuts=(143, 186, 234)),  # lucerne
    "f": Crop(rise=_NEVER, ripe=_NEVER, harvest=_NEVER, most=0.0, least=0.05),  # fallow, ploughed
    "apple": Crop(rise=112, ripe=_NEVER, harvest=_NEVER, most=0.88, pace=8.0, flowers=119, least=0.3),
    "apricot": Crop(rise=106, ripe=_NEVER, harvest=_NEVER, most=0.8, flowers=98, least=0.22),
    "vine": Crop(rise=136, ripe=280, harvest=_NEVER, most=0.7, pace=9.0, least=0.14),
    "young": Crop(rise=118, ripe=_NEVER, harvest=_NEVER, most=0.42, pace=9.0, least=0.18),  # trees of the second year
    "meadow": Crop(rise=88, ripe=330, harvest=_NEVER, most=0.74, pace=12.0, least=0.3),
    "forest": Crop(rise=112, ripe=292, harvest=_NEVER, most=0.94, pace=6.0, least=0.12),
    "garden": Crop(rise=100, ripe=300, harvest=_NEVER, most=0.62, pace=10.0, least=0.25),
    "shore": Crop(rise=128, ripe=284, harvest=_NEVER, most=0.85, pace=9.0, least=0.18),
}


def state_of(crop: Crop, doy: int) -> tuple[float, float, float, float]:
    """Return green cover, chlorophyll, dry cover and blossom, each 0 to 1, of a crop at a day of the year."""
    grown = crop.least + (crop.most - crop.least) * _step(doy - crop.rise, crop.pace)
    turned = _step(doy - crop.ripe, crop.pace * 0.7)
    standing = 1.0 if doy < crop.harvest else 0.0
    green = grown * (1 - turned) * standing * _after_cuts(crop, doy)
    dry = grown * turned * 0.9 * standing + (0.0 if standing else 0.30 * crop.most)
    if crop.again and doy > crop.harvest:
        green += 0.7 * _step(doy - crop.again, 6.0)
    blossom = 0.75 * math.exp(-(((doy - crop.flowers) / 9) ** 2)) if crop.flowers else 0.0
    chlorophyll = 0.45 + 0.55 * _step(doy - crop.rise - 6, crop.pace) - 0.35 * turned
    return green, chlorophyll, dry, blossom


def _step(days: float, pace: float) -> float:
    return 1 / (1 + math.exp(max(-60.0, min(60.0, -days / pace))))


def _after_cuts(crop: Crop, doy: int) -> float:
    since = [doy - cut for cut in crop.cuts if doy >= cut]
    return 0.25 + 0.75 * _step(min(since) - 13, 4.0) if since else 1.0
