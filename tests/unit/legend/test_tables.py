"""Legends in files."""

from __future__ import annotations

import json

import pytest
from pixxel_explorer.plugin.legend.spec import Colour, Legend, LegendClass
from pixxel_explorer.plugin.legend.tables import TableUnreadable, from_csv, from_json, to_csv, to_json

LEGEND = Legend(
    (
        LegendClass(-1, 0.1, Colour(26, 43, 60), 'Water; "deep", blue'),
        LegendClass(0.1, 0.30000000000000004, Colour(0, 0, 0), "čre\nšnja"),
    ),
    closed_top=True,
)
OPEN = Legend((LegendClass(None, 0, Colour(0, 0, 0)), LegendClass(0, None, Colour(0, 0, 0))), closed_top=True)


def test_json_is_the_body_the_server_takes() -> None:
    assert json.loads(to_json({"2025_05_02": LEGEND}))["2025_05_02"][0] == {
        "min": -1,
        "max": 0.1,
        "color": "#1a2b3c",
        "label": 'Water; "deep", blue',
    }


@pytest.mark.parametrize("legend", [LEGEND, OPEN])
def test_json_comes_back_equal(legend: Legend) -> None:
    assert from_json(to_json({"2025_05_02": legend, "x": OPEN})) == {"2025_05_02": legend, "x": OPEN}


def test_json_may_be_wrapped_or_bare() -> None:
    bare = to_json({"d": LEGEND})
    classes = json.dumps(json.loads(bare)["d"])
    assert from_json(f'\ufeff{{"legend": {bare}}}') == {"d": LEGEND}
    assert from_json(classes) == {None: LEGEND}


@pytest.mark.parametrize("legend", [LEGEND, OPEN])
def test_csv_comes_back_equal_with_dates_as_people_write_them(legend: Legend) -> None:
    text = to_csv({"2025_05_02": legend, "2025-06-03": OPEN})
    assert text.splitlines()[0] == "date,min,max,color,label"
    assert from_csv(text) == {"2025-05-02": legend, "2025-06-03": OPEN}


def test_csv_without_dates_is_one_legend() -> None:
    expected = {None: Legend((LegendClass(0, 1, Colour(0, 0, 0), "x"),), closed_top=True)}
    assert from_csv("date,min,max,color,label\n,0,1,#000000,x\n") == expected
    assert from_csv("label,color,max,min\nx,#000,1,0\n") == expected


def test_csv_of_a_spreadsheet_is_understood() -> None:
    text = "\ufeffDate;Min;Max;Colour;Label\r\n2025-05-02;0,25;0,5;#ff0000;a,b\r\n;;;;\r\n"
    expected = Legend((LegendClass(0.25, 0.5, Colour(255, 0, 0), "a,b"),), closed_top=True)
    assert from_csv(text) == {"2025-05-02": expected}


NO_LEGENDS = ["", "no", "1", "{}", '{"d": 3}', '{"d": [3]}', '[{"min": "low", "color": "#000"}]', "[" * 10**5]


@pytest.mark.parametrize("text", NO_LEGENDS)
def test_json_that_is_no_legend_is_refused(text: str) -> None:
    with pytest.raises(TableUnreadable):
        from_json(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "date,min,max,color,label\n",
        "date,min,label\n,1,x\n",
        "min,max,color\n1,2\n",
        "min,max,color\nlow,2,#000000\n",
        "min,max,color\n1,2,bluish\n",
    ],
)
def test_csv_that_is_no_legend_is_refused(text: str) -> None:
    with pytest.raises(TableUnreadable):
        from_csv(text)


def test_json_with_a_number_of_thousands_of_digits_is_refused() -> None:
    text = json.dumps({"2025_05_06": [{"min": 0, "max": "HERE", "color": "#ff0000", "label": "A"}]})
    with pytest.raises(TableUnreadable, match="not-json"):
        from_json(text.replace('"HERE"', "9" * 5000))
