"""Numbers carry units, statuses are words, and every refusal has its reason."""

from __future__ import annotations

import pytest
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.ui.models import abilities
from pixxel_explorer.ui.models.wording import Tone, area_in_table_text, area_text, bytes_text, dates_text, read_status

from .fakes import make_aoi, make_item


@pytest.mark.parametrize(
    ("square_metres", "text"),
    [
        (None, ""),
        (0, ""),
        (420, "420 m²"),
        (1_000, "0.1 ha"),
        (42_000, "4.2 ha"),
        (999_000, "99.9 ha"),
        (1_000_000, "1.0 km²"),
        (12_400_000, "12.4 km²"),
        (1.5e10, "15,000 km²"),
        (1e300, ""),
    ],
)
def test_the_unit_of_an_area_depends_on_its_size(square_metres: float | None, text: str) -> None:
    assert area_text(square_metres) == text


@pytest.mark.parametrize(
    ("square_metres", "largest", "text"),
    [
        (1_084_000, 3_000_000, "1.08 km²"),
        (420_000, 3_000_000, "0.420 km²"),
        (12_345, 3_000_000, "0.0123 km²"),
        (0, 3_000_000, "0 km²"),
        (1_234_000_000, 1_234_000_000, "1,234 km²"),
        (42_000, 900_000, "4.20 ha"),
    ],
)
def test_areas_of_a_table_have_one_unit_and_three_digits(square_metres: float, largest: float, text: str) -> None:
    assert area_in_table_text(square_metres, largest) == text


@pytest.mark.parametrize(
    ("status", "progress", "tone", "text"),
    [
        ("success", 100, Tone.GOOD, "ready"),
        ("SUCCESS", None, Tone.GOOD, "ready"),
        ("partial_success", None, Tone.WARNING, "partly ready"),
        ("creating", 40.4, Tone.BUSY, "creating 40%"),
        ("running", None, Tone.BUSY, "creating"),
        ("creating", 250, Tone.BUSY, "creating 100%"),
        ("failed", 12, Tone.BAD, "failed"),
        ("on_hold", None, Tone.NEUTRAL, "on hold"),
        ("", None, Tone.NEUTRAL, ""),
        (None, None, Tone.NEUTRAL, ""),
    ],
)
def test_a_status_becomes_words(status: str | None, progress: float | None, tone: Tone, text: str) -> None:
    read = read_status(status, progress)
    assert (read.tone, read.text) == (tone, text)


def test_counts_and_sizes() -> None:
    assert [dates_text(1), dates_text(8)] == ["1 date", "8 dates"]
    assert [bytes_text(1500), bytes_text(2_400_000)] == ["2 kB", "2.4 MB"]


@pytest.mark.parametrize("kind", LayerKind)
def test_what_is_not_ready_cannot_be_added_and_says_why(kind: LayerKind) -> None:
    aoi = make_aoi()
    assert abilities.add_problem(aoi, make_item(), kind) == ""
    assert "still creating" in abilities.add_problem(aoi, make_item(status="creating"), kind)
    assert "could not compute" in abilities.add_problem(aoi, make_item(status="failed"), kind)
    assert "no dates" in abilities.add_problem(aoi, make_item(dates=0), kind)
    assert abilities.add_problem(aoi, make_item(status="partial_success"), kind) == ""


def test_an_aoi_without_outline_takes_values_but_no_pictures_and_no_zoom() -> None:
    aoi = make_aoi(geometry=None)
    assert "no outline" in abilities.add_problem(aoi, make_item(), LayerKind.PICTURE)
    assert abilities.add_problem(aoi, make_item(), LayerKind.VALUES) == ""
    assert "no outline" in abilities.zoom_problem(aoi)
    assert abilities.zoom_problem(make_aoi()) == ""


@pytest.mark.parametrize("expression_type", ["composite", "grayscale"])
def test_pictures_of_bands_have_no_legend_to_edit(expression_type: str) -> None:
    item = make_item(expression_type=expression_type, has_legend=False)
    assert "no legend" in abilities.legend_problem(item)
    assert abilities.add_problem(make_aoi(), item, LayerKind.PICTURE) == ""
    assert abilities.legend_problem(make_item()) == ""
    assert "still creating" in abilities.legend_problem(make_item(status="creating"))
