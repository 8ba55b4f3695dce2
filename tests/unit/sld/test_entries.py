"""Entries read in one sweep are what they are one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.legend.spec import Colour
from plugin.sld.entries import Entry, plain_entries
from plugin.sld.reader import SldRefused, read_legend

_COLOURS = st.sampled_from(
    ["#ff0000", "#00FF7f", "#0f0", "red", "#ff0000 #00ff00", "", " #ff0000", "#gg0000", "#ff000080"]
)
_NUMBERS = st.sampled_from(
    ["0", "-1", "0.5", "1e3", "-2.5E-1", "1 2", " 3", "", "inf", "nan", "1_0", "٣", "9" * 60, "+4"]
)
_SHARES = st.sampled_from(["1", "0", "0.5", "0.002", "-0.001", "1.0001", "", "nan", "1 0", "٠"])
_ROWS = st.lists(
    st.fixed_dictionaries(
        {"color": _COLOURS, "quantity": _NUMBERS}, optional={"opacity": _SHARES, "label": st.sampled_from(["a", "b c"])}
    ),
    min_size=1,
    max_size=4,
)


def _document(rows: list[dict[str, str]], first: str = "") -> str:
    """Return a style of values; an entry of another spelling before them has all read one by one."""
    entries = "".join(
        f"<ColorMapEntry {' '.join(f'{key}={chr(34)}{text}{chr(34)}' for key, text in row.items())}/>" for row in rows
    )
    return f'<RasterSymbolizer><ColorMap type="values">{first}{entries}</ColorMap></RasterSymbolizer>'


@given(_ROWS)
def test_a_sweep_reads_what_one_by_one_reads(rows: list[dict[str, str]]) -> None:
    swept = plain_entries(rows)
    if swept is None:
        return
    single = read_legend(_document(rows, '<ColorMapEntry color="black" quantity="777"/>')).classes[1:]
    first_of_each = list({entry.quantity: entry for entry in reversed(swept)}.values())
    assert sorted(first_of_each) == sorted(Entry(one.minimum, one.colour, one.label) for one in single)


@given(_ROWS)
def test_any_spelling_is_read_or_refused(rows: list[dict[str, str]]) -> None:
    try:
        legend = read_legend(_document(rows))
    except SldRefused:
        return
    assert 1 <= len(legend) <= len(rows)


def test_entries_as_nearly_all_are_take_one_sweep() -> None:
    rows = [
        {"color": "#0a0B0c", "quantity": "3"},
        {"color": "#ffffff", "quantity": "-1.5e2", "opacity": "0.5", "label": "x"},
    ]
    assert plain_entries(rows) == [Entry(3, Colour(10, 11, 12)), Entry(-150.0, Colour(255, 255, 255, 128), "x")]


@pytest.mark.parametrize(
    "odd",
    [
        {"color": "#ff0000 #00ff00", "quantity": "1"},
        {"color": "#ff0000", "quantity": "1 2"},
        {"color": "#ff0000", "quantity": "1", "opacity": "-0.001"},
        {"color": "#ff0000", "quantity": "9" * 60},
        {"color": "#ff0000", "quantity": "1", "label": "${env('low', 1)}"},
        {"color": "#ff0000"},
        {"quantity": "1"},
    ],
)
def test_another_spelling_is_left_to_the_reading_one_by_one(odd: dict[str, str]) -> None:
    assert plain_entries([{"color": "#000000", "quantity": "0"}, odd]) is None


def test_labels_hold_the_defaults_of_what_the_server_can_change() -> None:
    rows = [
        {"color": "#000000", "quantity": "0", "label": "from ${env('low', 0.0)} mm"},
        {"color": "#ffffff", "quantity": "1", "label": "${round(x)} at $ 5"},
    ]
    assert [entry.label for entry in read_legend(_document(rows)).classes] == ["from 0.0 mm", "${round(x)} at $ 5"]
