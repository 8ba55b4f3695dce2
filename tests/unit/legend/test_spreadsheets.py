"""Tables as spreadsheets of many countries write them: read where they are clear, else refused by row."""

from __future__ import annotations

from pathlib import Path

import pytest
from pixxel_explorer.plugin.legend.spec import Colour, Legend, LegendClass
from pixxel_explorer.plugin.legend.tables import TableUnreadable, from_csv, from_json, to_csv
from pixxel_explorer.plugin.legend.text_files import decode

HEAD = "date;min;max;color;label\n"
DAY = "2025-05-06"


def _edges(text: str) -> list[tuple[float | None, float | None]]:
    (legend,) = from_csv(text).values()
    return [(entry.minimum, entry.maximum) for entry in legend.classes]


def _refused(text: str) -> TableUnreadable:
    with pytest.raises(TableUnreadable) as caught:
        from_csv(text)
    return caught.value


GERMAN = "date;min;max;color;label\r\n06.05.2025;-1,0;0,18;#4575b4;Gewässer\r\n"
EXPECTED = {DAY: Legend((LegendClass(-1, 0.18, Colour(69, 117, 180), "Gewässer"),), closed_top=True)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_any_encoding_of_a_spreadsheet_is_read(encoding: str) -> None:
    text, assumed = decode(GERMAN.encode(encoding))
    assert from_csv(text) == EXPECTED
    assert assumed is (encoding == "cp1252")


def test_utf16_of_either_order_is_read_by_its_mark() -> None:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert from_csv(decode(mark + GERMAN.encode(encoding))[0]) == EXPECTED


@pytest.mark.parametrize("data", [b"\xff\xfea", b"\0\x01\x02\x03\xff", b"date\x81"])
def test_a_file_in_no_known_encoding_is_refused(data: bytes) -> None:
    with pytest.raises(TableUnreadable) as caught:
        decode(data)
    assert caught.value.reason == "encoding"


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\r\n" + GERMAN,
        "\ufeffsep=;\r\n" + GERMAN,
        "SEP=|\n" + GERMAN.replace(";", "|"),
        "sep=\t\n" + GERMAN.replace(";", "\t"),
        GERMAN.replace(";", "\t"),
        'date,"min","max",color,label\n06.05.2025,"-1,0","0,18",#4575b4,Gewässer\n',
        'date, min, max, color, label\n06.05.2025, "-1,0", "0,18", #4575b4, Gewässer\n',
        "Label;COLOUR;Max;Min;Date\nGewässer;#4575b4;0,18;-1,0;06.05.2025\n",
        "\r\n;;;;\r\n" + GERMAN + ";;;;\r\n\r\n;;;;;;;\r\n",
        "date;min;max;color;label;;\n06.05.2025;-1,0;0,18;#4575b4;Gewässer;;;;\n",
        "area;date;min;max;color;note;label\n3,5 ha;06.05.2025;-1,0;0,18;#4575b4;x;Gewässer\n",
        GERMAN.replace("-1,0", "\u22121,0").replace("0,18", "0,18"),
        GERMAN.replace("06.05.2025", "06.05.2025 00:00"),
        GERMAN.replace("06.05.2025", "6.5.2025"),
        GERMAN.replace("06.05.2025", "2025/05/06"),
    ],
)
def test_what_spreadsheets_write_is_read(text: str) -> None:
    assert from_csv(text) == EXPECTED


def test_a_row_may_end_before_its_label() -> None:
    assert [entry.label for entry in from_csv("min;max;color;label\n0;1;#000\n")[None].classes] == [""]


@pytest.mark.parametrize(
    ("text", "reason", "row"),
    [
        ("date;min;max;label\n", "no-columns", 1),
        ("\n\nmin;max;label\n0;1;x\n", "no-columns", 3),
        ("sep=;\nmin;color;label\n", "no-columns", 1),
        ("min;max;color;Min\n", "column-twice", 1),
        ("color;colour;min;max\n", "column-twice", 1),
        (HEAD + f"{DAY};0;1;#000000;a;b\n", "cells", 2),
        (HEAD + f"{DAY};0\n", "cells", 2),
        ("color;label;min;max\n#000;x;0\n", "cells", 2),
        ("date,min,max,color,label\n2025-05-06,0,18,0,3,#000000,a\n", "cells", 2),
        (HEAD + f'{DAY};0;1;"#000000;a\n', "quotes", 2),
        (HEAD + f"{DAY};0;1;#000000;a\n;1;2;#000000;b\n", "no-date", 3),
        (HEAD + f"{DAY};low;1;#000000;a\n", "number", 2),
        (HEAD + f"{DAY};0;1 %;#000000;a\n", "number", 2),
        (HEAD + f"{DAY};0;1_000;#000000;a\n", "number", 2),
        (HEAD + f"{DAY};0;nan;#000000;a\n", "number", 2),
        (HEAD + f"{DAY};0;1,2,3;#000000;a\n", "number", 2),
        (HEAD + f"{DAY};0;1.23.456,7;#000000;a\n", "number", 2),
        (HEAD + f"{DAY};0;#WERT!;#000000;a\n", "number", 2),
        (HEAD + f"{DAY};0;1;;a\n", "colour", 2),
        (HEAD + f"{DAY};0;1;bluish;a\n", "colour", 2),
        (HEAD + f"\n{DAY};0;1.234;#000000;a\n", "unclear-number", 3),
        ('min,max,color\n0,"1,234",#000000\n', "unclear-number", 2),
        ("min\tmax\tcolor\n0\t1.234\t#000000\n", "unclear-number", 2),
        (HEAD + f"{DAY};0,5;0.75;#000000;a\n{DAY};1;1.234;#000000;a\n", "unclear-number", 3),
        (HEAD + "5/6/2025;0;1;#000000;a\n", "unclear-date", 2),
        (HEAD + "05-06-2025;0;1;#000000;a\n", "unclear-date", 2),
        (HEAD + "13/6/2025;0;1;#000000;a\n6/13/2025;0;1;#000;a\n5/6/2025;0;1;#000;a\n", "unclear-date", 4),
        (HEAD, "empty", 0),
        (";;;\n", "no-columns", 1),
        ("", "empty", 0),
    ],
)
def test_what_is_not_clear_is_refused_by_row(text: str, reason: str, row: int) -> None:
    error = _refused(text)
    assert (error.reason, error.row) == (reason, row)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("0,5;1.234", (0.5, 1234)),
        ("0.5;1.234", (0.5, 1.234)),
        ("0,5;1.234,5", (0.5, 1234.5)),
        ("-1.234.567;0", (-1234567, 0)),
        ("0;1 234,5", (0, 1234.5)),
        ("0;1'234.5", (0, 1234.5)),
        ("0;12\u202f345,5", (0, 12345.5)),
        ("0;1,234", (0, 1.234)),
        ("0,125;1,5E-3", (0.125, 0.0015)),
        (",5;5,", (0.5, 5)),
        (";1,5", (None, 1.5)),
        ("-inf;∞", (None, None)),
        ("0.123;1234.567", (0.123, 1234.567)),
    ],
)
def test_numbers_are_read_by_the_signs_that_all_clear_cells_agree_on(
    cells: str, expected: tuple[float | None, float | None]
) -> None:
    assert _edges(f"min;max;color\n{cells};#000000\n") == [expected]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["5/6/2025", "25/6/2025"], {"2025-06-05", "2025-06-25"}),
        (["5/6/2025", "6/25/2025"], {"2025-05-06", "2025-06-25"}),
        (["5/5/2025"], {"2025-05-05"}),
        (["2025_05_06", "20250607T101112Z"], {"2025_05_06", "20250607T101112Z"}),
        (["31.02.2025"], {"31.02.2025"}),
        (["45783"], {"45783"}),
    ],
)
def test_dates_are_read_in_the_order_that_all_clear_ones_agree_on(dates: list[str], expected: set[str]) -> None:
    rows = "".join(f"{date};0;1;#000000;a\n" for date in dates)
    assert set(from_csv(HEAD + rows)) == expected


def test_what_is_exported_comes_back_though_its_numbers_look_unclear() -> None:
    legend = Legend((LegendClass(1.234, 12.345, Colour(0, 0, 0), ' "a", b'),), closed_top=True)
    (back,) = from_csv(to_csv({"2025_05_06": legend})).values()
    assert [(entry.minimum, entry.maximum) for entry in back.classes] == [(1.234, 12.345)]


def test_a_key_that_stands_twice_is_refused() -> None:
    classes = '[{"min": 0, "max": 1, "color": "#000000", "label": ""}]'
    with pytest.raises(TableUnreadable) as caught:
        from_json(f'{{"2025-05-06": {classes}, "2025-05-06": {classes}}}')
    assert (caught.value.reason, caught.value.text) == ("date-twice", DAY)


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("excel_german_cp1252.csv", "Gewässer"),
        ("quoted_decimal_comma.csv", "Water"),
        ("sep_line.csv", "Water"),
    ],
)
def test_the_inputs_that_failed_once(shared: Path, name: str, labels: str) -> None:
    text, _ = decode((shared / "cases/tables" / name).read_bytes())
    found = from_csv(text)
    assert len(found) == 8
    assert sorted(map(str, found))[:2] == ["2025-04-14", DAY]
    for legend in found.values():
        edges = [(entry.minimum, entry.maximum) for entry in legend.classes]
        assert edges == [(-1, 0), (0, 0.18), (0.18, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 1)]
        assert legend.classes[0].label == labels
