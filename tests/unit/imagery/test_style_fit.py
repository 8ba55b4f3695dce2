"""How much of a raster a style meets, and the plain factor that explains the rest."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pixxel_explorer.plugin.imagery.statistics import Sample
from pixxel_explorer.plugin.imagery.style_fit import Fit, fit_of
from pixxel_explorer.plugin.legend.scaling import Scaling
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend, LegendClass
from pixxel_explorer.plugin.messages import fit_messages

RED = Colour(255, 0, 0)


def ramp(*stops: float) -> Legend:
    return Legend(tuple(LegendClass(stop, stop, RED) for stop in stops), ColourMapKind.RAMP)


def values(*stops: float) -> Legend:
    return Legend(tuple(LegendClass(stop, stop, RED) for stop in stops), ColourMapKind.VALUES)


def intervals(*bounds: float | None) -> Legend:
    return Legend(tuple(LegendClass(low, high, RED) for low, high in pairwise(bounds)))


def fit(legend: Legend, numbers: Sequence[float] | np.ndarray[Any, Any], **more: Any) -> Fit:
    found = fit_of(legend, Sample(np.asarray(numbers, dtype=float), **more))
    assert found is not None
    return found


INDEX = np.linspace(-0.4, 0.9, 500)


@pytest.mark.parametrize("legend", [ramp(-1, 0, 1), intervals(None, 0, 0.5, 1), intervals(-1, 0, 1), ramp(0, 1)])
def test_a_style_that_meets_its_raster_says_nothing(legend: Legend) -> None:
    found = fit(legend, INDEX)
    assert not found.misses
    assert found.scaling is None
    assert fit_messages.notes(found) == []


@pytest.mark.parametrize(
    ("legend", "numbers", "more", "scaling"),
    [
        (ramp(-1, 0, 1), INDEX * 10000, {"is_whole": True}, Scaling(10000)),
        (intervals(None, 0, 0.5, 1), INDEX * 10000, {"is_whole": True}, Scaling(10000)),
        (ramp(0, 1), np.arange(256), {"is_whole": True, "is_byte": True}, Scaling(255)),
        (ramp(0, 1), np.linspace(0, 100, 300), {}, Scaling(100)),
        (ramp(-10000, 10000), INDEX, {}, Scaling(0.0001)),
        (ramp(0, 255), np.linspace(0, 1, 300), {}, Scaling(1 / 255)),
        (ramp(0, 100), np.linspace(0, 1, 300), {}, Scaling(1 / 100)),
        (ramp(0, 20000), np.linspace(-1, 1, 300), {"scale": 0.0001, "offset": -1.0}, Scaling(0.0001, -1.0)),
        (values(1, 2, 3), [10000, 20000, 30000] * 9, {"is_whole": True}, Scaling(10000)),
        (ramp(0, 1), np.linspace(0, 900, 300), {"is_whole": True}, Scaling(1000)),
        (ramp(0, 0.5, 1), np.linspace(50, 880, 300), {"is_whole": True}, Scaling(1000)),
        (intervals(-1, 0, 0.5, 1), INDEX * 1000, {"is_whole": True}, Scaling(1000)),
        (ramp(0, 1000), np.linspace(0, 1, 300), {}, Scaling(1 / 1000)),
    ],
)
def test_a_plain_factor_is_found(
    legend: Legend, numbers: Sequence[float], more: dict[str, Any], scaling: Scaling
) -> None:
    found = fit(legend, numbers, **more)
    assert found.misses
    assert found.scaling == scaling
    assert fit_messages.scaling_text(scaling) in fit_messages.style_misses(found)
    assert not fit(scaling.legend(legend), numbers, **more).misses


@pytest.mark.parametrize(
    ("legend", "numbers"),
    [
        (ramp(-1, 0, 1), [17.0, 423.0, 300.0] * 9),  # water temperatures, say
        (ramp(-1, 1), np.arange(256)),  # an index in 8 bits has an offset of its own
        (ramp(0, 5), np.linspace(50000, 60000, 50)),
        (ramp(0, 1), np.linspace(200, 1500, 300).round()),  # heights
        (ramp(-1, 1), np.linspace(310, 4200, 300).round()),
        (intervals(-1, 0, 1), np.linspace(40, 120, 300).round()),
    ],
)
def test_where_nothing_plain_explains_it_no_factor_is_offered(legend: Legend, numbers: Sequence[float]) -> None:
    found = fit(legend, numbers, is_byte=len(numbers) == 256)
    assert found.misses
    assert found.scaling is None
    assert "factor" not in fit_messages.style_misses(found)


def test_heights_of_the_world_may_be_drawn_over_a_plain() -> None:
    assert not fit(ramp(-11000, 0, 8800), np.linspace(2, 48, 100)).misses


def test_values_that_never_occur_are_counted() -> None:
    found = fit(values(0, 3.45, 6.9, 10.35), [0, 3.4500000476837158, 6.900000095367432, 10.350000381469727])
    assert (found.met, found.never, found.entries) == (0.25, 3, 4)
    text = "Only 25 % of the pixels equal a value of the style and are drawn; 3 of its 4 values never occur exactly."
    assert fit_messages.notes(found) == [text]


def test_values_that_mostly_never_occur_are_said_though_one_of_them_fills_the_raster() -> None:
    background = [0.0] * 7
    found = fit(values(0, 3.45, 6.9, 10.35), [*background, 3.4500000476837158, 6.900000095367432, 10.350000381469727])
    assert (found.met, found.never) == (0.7, 3)
    assert "3 of its 4 values never occur exactly" in " ".join(fit_messages.notes(found))
    assert fit_messages.notes(fit(values(*range(40)), [1, 2, 3] * 5)) == [], "a map has a few classes of a palette"


def test_values_of_which_none_occurs_draw_nothing() -> None:
    text = "No pixel equals a value of the style exactly, so nothing is drawn."
    assert fit_messages.notes(fit(values(11, 12), [1, 2, 3])) == [text]


def test_values_are_rounded_where_the_band_is() -> None:
    single = np.array([0, 3.45, 6.9, 10.35], dtype=np.float32)
    found = fit(values(0, 3.45, 6.9, 10.35), single, is_single=True)
    assert (found.met, found.never) == (1.0, 0)


def test_no_data_is_left_out_of_the_share_and_named() -> None:
    found = fit(ramp(-1, 1), [*INDEX, *[-9999.0] * 500])
    assert found.met == 1
    assert fit_messages.notes(found) == [
        "50 % of the pixels are -9999, which looks like no-data that the file does not declare; set it in Layer "
        "Properties > Transparency to leave it out."
    ]


@pytest.mark.parametrize("is_complete", [True, False])
def test_the_sentence_names_share_ranges_and_factor(is_complete: bool) -> None:
    found = fit(ramp(-1, 0, 1), [-5000, 0, 2500, 5000, 9000], is_complete=is_complete)
    text = fit_messages.style_misses(found)
    texts = "80 % of the pixels lie outside the style's -1 to 1 (the raster has -5000 to 9000); a factor of 10000 would"
    assert text == f"{texts if is_complete else f'In a sample of the raster, {texts}'} explain it."


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (0.0002, "less than 0.1 %"),
        (0.003, "0.3 %"),
        (0.5, "50 %"),
        (0.9999, "more than 99.9 %"),
        (1, "100 %"),
    ],
)
def test_shares_are_not_rounded_to_all_or_nothing(share: float, text: str) -> None:
    assert fit_messages.percent(share) == text


def test_nothing_to_compare_gives_nothing() -> None:
    assert fit_of(Legend(), Sample(INDEX)) is None
    assert fit_of(ramp(0, 1), Sample(np.empty(0))) is None


def test_scaled_edges_are_plain_numbers() -> None:
    assert Scaling(10000).number(0.7) == 7000
    assert Scaling(2, 1).after(Scaling(3, 5)) == Scaling(6, 11)


def test_a_part_that_intervals_do_not_draw_is_said() -> None:
    found = fit(intervals(0, 0.5, 1), np.linspace(-0.2, 0.8, 1000))
    assert not found.misses
    text = "20 % of the pixels lie in no class of the style and are not drawn (the raster has -0.2 to 0.8)."
    assert fit_messages.notes(found) == [text]
    sampled = fit(intervals(0, 0.5, 1), np.linspace(-0.2, 0.8, 1000), is_complete=False)
    assert fit_messages.notes(sampled)[0].startswith("In a sample of the raster, 20 % of the pixels")


def test_a_gap_between_classes_is_a_part_that_is_not_drawn() -> None:
    legend = Legend((LegendClass(-1, 0, RED), LegendClass(0.5, 1, RED)))
    assert "are not drawn" in " ".join(fit_messages.notes(fit(legend, np.linspace(-0.9, 0.9, 500))))


@pytest.mark.parametrize("legend", [intervals(None, 0, 0.5, None), ramp(0, 1), intervals(-1, 1)])
def test_where_nothing_is_left_undrawn_nothing_is_said(legend: Legend) -> None:
    assert fit_messages.notes(fit(legend, np.linspace(-0.2, 0.95, 1000))) == []


@pytest.mark.parametrize("fill", [-9999.0, 65535.0, 1e38])
def test_a_raster_of_nothing_but_undeclared_no_data_is_said(fill: float) -> None:
    found = fit(intervals(-1, 0, 1), [fill] * 50)
    assert not found.misses
    (text,) = fit_messages.notes(found)
    assert text.startswith("100 % of the pixels are ")
    assert "looks like no-data that the file does not declare" in text
