"""The unit of class areas is found by the AOI's own area, or said to be unknown."""

from __future__ import annotations

import pytest
from pixxel_explorer.plugin.legend.area_units import HECTARE, SQUARE_KILOMETRE, SQUARE_METRE, area_unit
from pixxel_explorer.plugin.legend.spec import Colour, LegendClass

AOI = 12_400_000.0  # square metres


def classes(*areas: float | None, shares: tuple[float | None, ...] = ()) -> list[LegendClass]:
    """Return classes with these areas, and shares where they are given."""
    given = shares or (None,) * len(areas)
    return [LegendClass(0, 1, Colour(0, 0, 0), "", area, share) for area, share in zip(areas, given, strict=True)]


@pytest.mark.parametrize("unit", [SQUARE_METRE, HECTARE, SQUARE_KILOMETRE])
def test_areas_that_make_up_the_aoi_show_their_unit(unit: float) -> None:
    assert area_unit(classes(0.4 * AOI / unit, 0.5 * AOI / unit), AOI) == unit


@pytest.mark.parametrize("scale", [100, 1])
def test_shares_tell_the_whole_of_which_the_classes_are_a_small_part(scale: float) -> None:
    found = classes(0.02 * AOI / HECTARE, 0.03 * AOI / HECTARE, shares=(0.02 * scale, 0.03 * scale))
    assert area_unit(found, AOI) == HECTARE


@pytest.mark.parametrize(
    ("areas", "aoi"), [((50.0, 5.0), AOI), ((None,), AOI), ((0.0,), AOI), ((5e6,), None), ((), AOI)]
)
def test_areas_that_fit_no_unit_have_none(areas: tuple[float | None, ...], aoi: float | None) -> None:
    assert area_unit(classes(*areas), aoi) is None
