"""The price of an order.

A square kilometre, once begun, costs 2 tokens for every scene of the archive and 5 for every capture of a tasking, of
which there are as many as the bandset needs, every time it recurs; at least 1 km² is paid. Two options of taskings
cost more, each a tenth: less than 20 percent of clouds, and less than 10 degrees off nadir.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...core.store import Record

ARCHIVE, TASKING, RECURRING = "ARCHIVE", "TASKING", "RECURRING"
USUAL_CLOUDS, USUAL_ANGLE = 20, 20
_RATES = {ARCHIVE: 2, TASKING: 5, RECURRING: 5}
_UPLIFT = 10
_FEW_CLOUDS, _STEEP = 20, 10


@dataclass(frozen=True, slots=True)
class Price:
    """An amount in tokens, with its surcharges."""

    area_km2: int
    base: int
    uplifts: tuple[Record, ...]

    @property
    def final(self) -> int:
        """Return the total with surcharges."""
        return self.base + sum(int(uplift["amount"]) for uplift in self.uplifts)


def price(kind: str, area_m2: float, count: int, cloud_cover: int, off_nadir: int) -> Price:
    """Return the price of so many scenes or captures; ``cloud_cover`` in percent, ``off_nadir`` in degrees."""
    area = max(1, math.ceil(area_m2 / 1e6))
    base = area * _RATES[kind] * count
    reasons = []
    if kind != ARCHIVE and cloud_cover < _FEW_CLOUDS:
        reasons.append(("Few clouds", f"At most {cloud_cover} percent"))
    if kind != ARCHIVE and off_nadir < _STEEP:
        reasons.append(("Steep view", f"At most {off_nadir} degrees off nadir"))
    return Price(area, base, tuple(_uplift(title, subtitle, base) for title, subtitle in reasons))


def _uplift(title: str, subtitle: str, base: int) -> Record:
    amount = math.ceil(base * _UPLIFT / 100)
    return {"title": title, "subtitle": subtitle, "percentage": _UPLIFT, "amount": amount}
