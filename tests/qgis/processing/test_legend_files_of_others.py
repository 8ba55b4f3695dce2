"""``pixxel:pushlegend`` with the files of spreadsheets and of QGIS itself: read where clear, else refused by name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import (
    QgsColorRampShader,
    QgsMultiBandColorRenderer,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
    QgsRasterRenderer,
    QgsRasterShader,
    QgsSingleBandGrayRenderer,
    QgsSingleBandPseudoColorRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor

from .conftest import Outcome, Run
from .server import State
from .test_legends import DAYS, IDS, KEYS, _puts

DATE = re.compile(r"^(?:(\d{4})-(\d\d)-(\d\d)|(\d\d)\.(\d\d)\.(\d{4}))", re.MULTILINE)
TABLE = (
    "date;min;max;color;label\r\n"
    "12.04.2025;-1,0;0,18;#4575b4;Gewässer\r\n"
    "12.04.2025;0,18;1,0;#1a7837;Wälder;\r\n"
    ";;;;\r\n"
)


def _push(run: Run, folder: Path, file: Path, **more: Any) -> tuple[Outcome, dict[str, Any]]:
    outcome = run("pushlegend", **IDS | {"INPUT": str(file), "OUTPUT": str(folder / "r.json")} | more)
    return outcome, json.loads((folder / "r.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_a_spreadsheet_is_pushed(run: Run, server: State, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.csv").write_bytes(("sep=;\r\n" + TABLE).encode(encoding))
    outcome, _ = _push(run, tmp_path, tmp_path / "a.csv")
    assert outcome.ok, outcome.feedback.errors
    (body,) = _puts(server)
    assert body["legend"][KEYS[0]] == [
        {"min": -1.0, "max": 0.18, "color": "#4575b4", "label": "Gewässer"},
        {"min": 0.18, "max": 1.0, "color": "#1a7837", "label": "Wälder"},
    ]
    assert any("Windows-1252" in text for text in outcome.feedback.warnings) is (encoding == "cp1252")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_json_of_any_encoding_is_pushed(run: Run, server: State, tmp_path: Path, encoding: str) -> None:
    classes = [{"min": 0, "max": 1, "color": "#000000", "label": "Wälder"}]
    (tmp_path / "a.json").write_bytes(json.dumps({KEYS[0]: classes}, ensure_ascii=False).encode(encoding))
    assert _push(run, tmp_path, tmp_path / "a.json")[0].ok
    assert _puts(server)[0]["legend"][KEYS[0]] == classes


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("0,18;1,0", "0,18;1,0 cm", ["Row 3", "max is “1,0 cm”"]),
        ("-1,0;0,18", "-1.5;1.234", ["Row 2", "max is “1.234”"]),
        ("12.04.2025", "5/6/2025", ["Row 2", "“5/6/2025”"]),
        ("#1a7837", "grün", ["Row 3", "“grün”"]),
        (";color;", ";", ["no column color in row 1"]),
        ("12.04.2025", "13.04.2025", ["2025-04-13"]),
        ("12.04.2025;0", ";0", ["Row 3", "no date"]),
    ],
)
def test_what_is_not_clear_is_refused_by_row(
    run: Run, server: State, tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    text = TABLE.replace(old, new)
    (tmp_path / "a.csv").write_bytes(text.encode("cp1252"))
    outcome, report = _push(run, tmp_path, tmp_path / "a.csv")
    assert [word for word in words if word not in outcome.error] == []
    assert _puts(server) == []
    assert report["sent"] is None


@pytest.mark.parametrize("name", ["excel_german_cp1252.csv", "quoted_decimal_comma.csv", "sep_line.csv"])
def test_the_tables_that_failed_once(run: Run, server: State, shared: Path, tmp_path: Path, name: str) -> None:
    found = (shared / "cases/tables" / name).read_bytes().decode("cp1252")
    dates = {"_".join(d[:3] if d[0] else d[:2:-1]) for d in DATE.findall(found)}
    assert len(dates) == 8
    server.legend = dict.fromkeys(sorted(dates), server.legend[KEYS[0]])
    server.visualizations = [server.visualization("v-1", "i-1")]
    server.visualizations[0]["assets"] = []
    outcome, report = _push(run, tmp_path, shared / "cases/tables" / name, DRY_RUN=True)
    assert outcome.ok, outcome.feedback.errors
    sent = report["sent"]["legend"]
    assert len(sent) == 8
    assert sent["2025_05_06"][1]["max"] == 0.18
    assert sent["2025_05_06"][0]["label"] == ("Gewässer" if "Gew" in found else "Water")


Draw = Callable[[Any], QgsRasterRenderer]


def _shaded(kind: QgsColorRampShader.Type, stops: list[float], low: float, high: float) -> Draw:
    def draw(provider: Any) -> QgsRasterRenderer:
        function = QgsColorRampShader(low, high)
        function.setColorRampType(kind)
        items = [QgsColorRampShader.ColorRampItem(stop, QColor(9, 9, 9), f"{stop:g}") for stop in stops]
        function.setColorRampItemList(items)
        shader = QgsRasterShader()
        shader.setRasterShaderFunction(function)
        renderer = QgsSingleBandPseudoColorRenderer(provider, 1, shader)
        renderer.setClassificationMin(low)
        renderer.setClassificationMax(high)
        return renderer

    return draw


def _palette(provider: Any) -> QgsRasterRenderer:
    return QgsPalettedRasterRenderer(provider, 1, [QgsPalettedRasterRenderer.Class(1, QColor("red"), "a")])


KIND = QgsColorRampShader.Type
CLASSIFIED = _shaded(KIND.Discrete, [-0.5, 0.5, float("inf")], -1, 1)


def _qml(folder: Path, draw: Draw) -> Path:
    """Save a style as QGIS does."""
    raster = folder / "three.tif"
    dataset = gdal.GetDriverByName("GTiff").Create(str(raster), 2, 2, 3, gdal.GDT_Byte)
    dataset.GetRasterBand(1).WriteArray(np.array([[0, 1], [2, 3]]))
    del dataset
    layer = QgsRasterLayer(str(raster), "three", "gdal")
    layer.setRenderer(draw(layer.dataProvider()))
    layer.saveNamedStyle(str(folder / "a.qml"))
    return folder / "a.qml"


def test_open_ends_of_classify_are_closed_at_the_styles_own_range(run: Run, server: State, tmp_path: Path) -> None:
    outcome, _ = _push(run, tmp_path, _qml(tmp_path, CLASSIFIED), DATES=DAYS[0])
    assert outcome.ok, outcome.feedback.errors
    rows = _puts(server)[0]["legend"][KEYS[0]]
    assert [(row["min"], row["max"]) for row in rows] == [(-1, -0.5), (-0.5, 0.5), (0.5, 1)]
    assert [row["label"] for row in rows] == ["-0.5", "0.5", ""]
    assert any("minimum here, -1" in text for text in outcome.feedback.warnings)
    assert any("maximum here, 1" in text for text in outcome.feedback.warnings)


def test_an_end_that_the_style_does_not_close_is_named(run: Run, server: State, tmp_path: Path) -> None:
    path = _qml(tmp_path, _shaded(KIND.Discrete, [-0.5, 0.5, float("inf")], -1, 0.2))
    outcome, _ = _push(run, tmp_path, path, DATES=DAYS[0])
    assert "Class 3 is open: it has no maximum" in outcome.error
    assert _puts(server) == []


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (_shaded(KIND.Interpolated, [0, 1], 0, 1), "colour ramp, which has no classes"),
        (_shaded(KIND.Exact, [0, 1], 0, 1), "single values"),
        (_shaded(KIND.Discrete, [], 0, 1), "no classes yet"),
        (_palette, "palette"),
        (lambda provider: QgsSingleBandGrayRenderer(provider, 1), "grey"),
        (lambda provider: QgsMultiBandColorRenderer(provider, 1, 2, 3), "three bands"),
    ],
)
def test_a_style_without_classes_says_what_it_is(
    run: Run, server: State, tmp_path: Path, draw: Draw, words: str
) -> None:
    outcome, _ = _push(run, tmp_path, _qml(tmp_path, draw), DATES=DAYS[0])
    assert words in outcome.error
    assert "a.qml" in outcome.error
    assert _puts(server) == []


def test_a_style_for_vectors_says_so(run: Run, server: State, tmp_path: Path) -> None:
    layer = QgsVectorLayer("Polygon", "x", "memory")
    layer.saveNamedStyle(str(tmp_path / "a.qml"))
    assert "made for vectors" in _push(run, tmp_path, tmp_path / "a.qml", DATES=DAYS[0])[0].error


@pytest.mark.parametrize(("kind", "words"), [("ramp", "colour ramp"), ("values", "single values")])
def test_an_sld_without_classes_says_what_it_is(run: Run, server: State, tmp_path: Path, kind: str, words: str) -> None:
    entries = "".join(f'<ColorMapEntry color="#00000{n}" quantity="{n}"/>' for n in range(3))
    text = f'<RasterSymbolizer><ColorMap type="{kind}">{entries}</ColorMap></RasterSymbolizer>'
    (tmp_path / "a.sld").write_text(text, encoding="utf-8")
    outcome, _ = _push(run, tmp_path, tmp_path / "a.sld", DATES=DAYS[0])
    assert words in outcome.error
    assert _puts(server) == []


def test_the_styles_that_failed_once(run: Run, server: State, shared: Path, tmp_path: Path) -> None:
    cases = shared / "cases/tables"
    outcome, _ = _push(run, tmp_path, cases / "qgis_classify.qml", DATES=DAYS[0])
    assert outcome.ok, outcome.feedback.errors
    rows = _puts(server)[0]["legend"][KEYS[0]]
    assert [row["min"] for row in rows] == [-1, -0.6, -0.2, 0.2, 0.6]
    assert [row["max"] for row in rows] == [-0.6, -0.2, 0.2, 0.6, 1]
    assert "colour ramp" in _push(run, tmp_path, cases / "qgis_linear.qml", DATES=DAYS[0])[0].error
    assert len(_puts(server)) == 1


@pytest.mark.parametrize(
    "text, named",
    [
        ('{"2025_05_02": [CLASS], "": [CLASS]}', "INPUT is not understood: “”"),
        ('{"2025_05_02": [{"min": 0, "max": 1, "color": "#ff0000", "label": "\\ud800"}]}', "half of a character"),
        ('{"2025_05_02": [{"min": 0, "max": NUMBER, "color": "#ff0000", "label": "A"}]}', "damaged"),
    ],
)
def test_json_that_would_lose_or_break_something_is_refused(
    run: Run, server: State, tmp_path: Path, text: str, named: str
) -> None:
    path = tmp_path / "odd.json"
    content = text.replace("CLASS", '{"min": 0, "max": 1, "color": "#ff0000", "label": "A"}').replace(
        "NUMBER", "9" * 5000
    )
    path.write_text(content, encoding="utf-8")
    outcome = run("pushlegend", AOI="a-1", VISUALIZATION="v-1", INPUT=str(path), OUTPUT=str(tmp_path / "r.json"))
    assert named in outcome.error
    assert [method for method, *_ in server.requests if method == "PUT"] == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", [{"min": 0, "max": 1, "color": "#801a9641", "label": "Crop"}]),
        ("a.json", [{"min": 0, "max": 1, "color": "1a964180", "label": "Crop"}]),
        ("a.csv", "min,max,color,label\n0,1,#801a9641,Crop\n"),
    ],
)
def test_a_colour_whose_transparency_may_stand_first_or_last_is_refused(
    run: Run, server: State, tmp_path: Path, name: str, content: Any
) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    (tmp_path / name).write_text(text, encoding="utf-8")
    outcome, _ = _push(run, tmp_path, tmp_path / name, DATES=DAYS[0])
    assert "transparency may stand first" in outcome.error
    assert "1a9641" in outcome.error
    assert _puts(server) == []


@pytest.mark.parametrize("colour", ["#FFFFFFFF", "rgba(26, 150, 65, 1)"])
def test_a_colour_that_is_the_same_either_way_is_read(run: Run, server: State, tmp_path: Path, colour: str) -> None:
    rows = [{"min": 0, "max": 1, "color": colour, "label": "Crop"}]
    (tmp_path / "a.json").write_text(json.dumps(rows), encoding="utf-8")
    outcome, _ = _push(run, tmp_path, tmp_path / "a.json", DATES=DAYS[0])
    assert outcome.ok, outcome.feedback.errors


@pytest.mark.parametrize("mark", ["\0", "\x1b", "\n", "\t", "\u202e", "\u2066", "\u2028"], ids=ascii)
@pytest.mark.parametrize("ending", ["json", "csv"])
def test_a_mark_in_a_label_that_nobody_sees_is_refused(
    run: Run, server: State, tmp_path: Path, mark: str, ending: str
) -> None:
    path = tmp_path / f"a.{ending}"
    rows = [{"min": 0, "max": 1, "color": "#1a9641", "label": f"Cr{mark}op"}]
    csv = f'min,max,color,label\n0,1,#1a9641,"Cr{mark}op"\n'
    path.write_text(json.dumps(rows) if ending == "json" else csv, encoding="utf-8", newline="")
    outcome, _ = _push(run, tmp_path, path, DATES=DAYS[0])
    assert f"The label of class 1 contains an invisible character (U+{ord(mark):04X})" in outcome.error
    assert _puts(server) == []


@pytest.mark.parametrize("label", ["Crop\u200f", "می\u200cخواهم", "Wälder", "水"])
def test_marks_that_languages_need_are_sent(run: Run, server: State, tmp_path: Path, label: str) -> None:
    rows = [{"min": 0, "max": 1, "color": "#1a9641", "label": label}]
    (tmp_path / "a.json").write_text(json.dumps(rows), encoding="utf-8")
    outcome, _ = _push(run, tmp_path, tmp_path / "a.json", DATES=DAYS[0])
    assert outcome.ok, outcome.feedback.errors
    assert _puts(server)[0]["legend"][KEYS[0]][0]["label"] == label


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_fields_of_classes_that_nothing_is_done_with_are_named(
    run: Run, server: State, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"a.{ending}"
    row = {"min": 0, "max": 1, "color": "#1a9641", "label": "Crop", "area": 5, "opacity": 0.5, "Note": "x"}
    table = f"{','.join(row)}\n{','.join(map(str, row.values()))}\n"
    path.write_text(json.dumps([row]) if ending == "json" else table, encoding="utf-8")
    outcome, _ = _push(run, tmp_path, path, DATES=DAYS[0])
    assert outcome.ok, outcome.feedback.errors
    (texts,) = [text for text in outcome.feedback.warnings if path.name in text]
    assert f"opacity, {'Note' if ending == 'json' else 'note'} are not taken over" in texts


@pytest.mark.parametrize("content", ["[]", '{"2025_05_02": []}'])
def test_an_empty_legend_is_said_to_be_empty(run: Run, server: State, tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    outcome, _ = _push(run, tmp_path, tmp_path / "a.json")
    assert "has no classes" in outcome.error
    assert _puts(server) == []


def test_what_is_wrong_with_a_class_is_named_where_nothing_is_marked(run: Run, server: State, tmp_path: Path) -> None:
    rows = [{"min": 5, "max": 3, "color": "#1a9641", "label": "Crop"}]
    (tmp_path / "a.json").write_text(json.dumps(rows), encoding="utf-8")
    outcome, _ = _push(run, tmp_path, tmp_path / "a.json", DATES=DAYS[0])
    assert "Class 1 begins at 5 but ends at 3" in outcome.error
    assert "marked" not in outcome.error
