"""Parameter values as scripts, models and expressions give them: understood to the end, or refused by name."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from qgis.core import (
    NULL,
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelParameter,
    QgsProcessingParameterString,
    QgsProject,
    QgsProperty,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime

from .conftest import Listener
from .server import DATES, State

DAYS = [key.replace("_", "-") for key in DATES]
IDS = {"AOI": "a-1", "VISUALIZATION": "v-1"}
MIDNIGHT = QDateTime(QDate(2025, 5, 2), QTime(0, 0))
UTC_MIDNIGHT = QDateTime(QDate(2025, 5, 2), QTime(0, 0), Qt.TimeSpec.UTC)
EXPRESSION = QgsProperty.fromExpression
Script = Callable[..., dict[str, Any]]

ONE_DAY = [
    "2025-05-02",
    " 2025_05_02 , ",
    ["2025-05-02"],
    ("2025_05_02",),
    {"2025-05-02"},
    [["2025-05-02"], "2025_05_02"],
    datetime.date(2025, 5, 2),
    datetime.datetime(2025, 5, 2),
    datetime.datetime(2025, 5, 2, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
    QDate(2025, 5, 2),
    [MIDNIGHT],
    UTC_MIDNIGHT,
    "2025-05-01/2025-05-31",
    EXPRESSION("'2025-05-02'"),
    EXPRESSION("array('2025-05-02')"),
    EXPRESSION("to_date('2025-05-02')"),
]
NO_DAY = [
    ("2025-04-12;2025-05-02", "2025-04-12;2025-05-02"),
    ("2025-04-12 2025-05-02", "2025-04-12 2025-05-02"),
    ("2025-04-12..2025-05-02", "2025-04-12..2025-05-02"),
    ("2025-04-12\n2025-05-02", "2025-04-12 2025-05-02"),
    ("2025-05-02,,2025-06-01", "empty entry"),
    (",2025-05-02", "empty entry"),
    (",", "empty entry"),
    ("NULL", "NULL"),
    ("2025-05-02, NULL", "NULL"),
    ("[]", "[]"),
    ("../..", "../.."),
    ("2025-05-02/2025-04-12", "2025-05-02/2025-04-12"),
    ("2025-05-02T10:30:00", "2025-05-02T10:30:00"),
    ('["2025-05-02"]', '["2025-05-02"]'),
    (["2025-05-02", "x"], "x"),
    (["2025-05-02", ""], "empty"),
    (["2025-05-02", None], "NULL"),
    (["2025-05-02", NULL], "NULL"),
    ([], "empty list"),
    ([[]], "empty list"),
    ((), "empty list"),
    (set(), "empty list"),
    (NULL, "NULL"),
    (QDate(), "NULL"),
    (True, "True"),
    (20250502, "20250502"),
    ({"a": "2025-05-02"}, "a"),
    (datetime.datetime(2025, 5, 2, 10, 30), "2025-05-02T10:30:00"),
    (EXPRESSION("NULL"), "NULL"),
    (EXPRESSION("array()"), "empty list"),
    (EXPRESSION("array(NULL)"), "NULL"),
    (EXPRESSION("no_such_field"), "NULL"),
    (EXPRESSION("("), "NULL"),
    (QgsProperty(), "NULL"),
]


@pytest.fixture
def script(provider: PixxelProvider) -> Script:
    """Return ``processing.run`` as the Python console has it."""
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    import processing
    from processing.core.Processing import Processing

    Processing.initialize()

    def start(name: str, **parameters: Any) -> dict[str, Any]:
        context = QgsProcessingContext()
        context.setProject(QgsProject.instance())
        found: dict[str, Any] = processing.run(f"pixxel:{name}", parameters, context=context, feedback=Listener())
        return found

    return start


def _puts(server: State) -> list[dict[str, Any]]:
    return [body for method, _, _, body in server.requests if method not in ("GET", "POST")]


def _refused(start: Script, name: str, **parameters: Any) -> str:
    with pytest.raises(QgsProcessingException) as caught:
        start(name, **parameters)
    text = str(caught.value)
    assert "\n" not in text
    assert "unexpected" not in text
    return text


@pytest.mark.parametrize("given", ONE_DAY, ids=repr)
def test_one_day_in_every_form(script: Script, server: State, tmp_path: Path, given: Any) -> None:
    script("exportlegend", **IDS, DATES=given, OUTPUT=str(tmp_path / "a.json"))
    assert list(json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))) == ["2025_05_02"]


@pytest.mark.parametrize(
    "given, days",
    [
        (["2025-06-01", QDate(2025, 4, 12)], [DAYS[0], DAYS[2]]),
        ("../2025-05-02", DAYS[:2]),
        ("2025-05-01/..", DAYS[1:]),
        ("2025-04-12/2025-05-02,2025-06-01", DAYS),
        ("", DAYS),
        (None, DAYS),
    ],
    ids=repr,
)
def test_several_days(script: Script, tmp_path: Path, given: Any, days: list[str]) -> None:
    script("exportlegend", **IDS, DATES=given, OUTPUT=str(tmp_path / "a.json"))
    held = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert list(held) == [day.replace("-", "_") for day in days]


@pytest.mark.parametrize("given, named", NO_DAY, ids=repr)
def test_dates_that_are_not_understood_send_nothing(
    script: Script, server: State, tmp_path: Path, given: Any, named: str
) -> None:
    target = str(tmp_path / "r.json")
    for name, more in (("pushlegend", {"BINS": 5}), ("rollbacklegend", {}), ("exportlegend", {})):
        text = _refused(script, name, **IDS, **more, DATES=given, OUTPUT=target)
        assert text.startswith("DATES ")
        assert named in text
    assert _puts(server) == []


def test_an_empty_list_is_not_said_to_mean_all_where_a_value_is_required(script: Script, tmp_path: Path) -> None:
    target = str(tmp_path / "r.json")
    assert "for all" in _refused(script, "exportlegend", **IDS, DATES=[], OUTPUT=target)
    text = _refused(script, "rollbacklegend", **IDS, DATES=[], OUTPUT=target)
    assert "Give at least one value" in text
    assert "for all" not in text


@pytest.mark.parametrize("content", ["", "hello", "<qgis"], ids=repr)
def test_a_file_that_is_no_style_is_not_blamed_on_the_disk(
    script: Script, server: State, tmp_path: Path, content: str
) -> None:
    style = tmp_path / "a.qml"
    style.write_text(content, encoding="utf-8")
    more = {"INPUT": str(style), "DATES": "2025-05-02", "OUTPUT": str(tmp_path / "r.json")}
    text = _refused(script, "pushlegend", **IDS, **more)
    assert "a.qml is no style of QGIS" in text
    assert "disk" not in text
    assert _puts(server) == []


def test_none_is_not_all_dates_where_something_is_sent(script: Script, server: State, tmp_path: Path) -> None:
    text = _refused(script, "pushlegend", **IDS, BINS=5, DATES=None, OUTPUT=str(tmp_path / "r.json"))
    assert "DATES is NULL" in text
    assert _puts(server) == []


def test_a_list_recomputes_its_dates_only(script: Script, server: State, tmp_path: Path) -> None:
    script("pushlegend", **IDS, BINS=5, DATES=["2025-05-02"], OUTPUT=str(tmp_path / "r.json"))
    assert [len(server.legend[key]["dynamic"]) for key in DATES] == [3, 5, 3]
    script("rollbacklegend", **IDS, DATES=(QDate(2025, 5, 2),), OUTPUT=str(tmp_path / "r.json"))
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["rolled_back"] == ["2025-05-02"]


@pytest.mark.parametrize(
    "name, given, named",
    [
        ("AOI", ["a-1"], "one value"),
        ("AOI", NULL, "NULL"),
        ("VISUALIZATION", ("v-1",), "one value"),
        ("MODE", EXPRESSION("'dynamical'"), "dynamical"),
        ("MODE", EXPRESSION("NULL"), "NULL"),
        ("MODE", EXPRESSION("array('theoretical')"), "theoretical"),
        ("BINS", "5 classes", "5 classes"),
        ("BINS", 5.7, "5.7"),
        ("BINS", "", "“”"),
        ("BINS", NULL, "NULL"),
        ("BINS", [5, 6], "[5, 6]"),
        ("BINS", True, "True"),
        ("BINS", EXPRESSION("NULL"), "NULL"),
        ("DRY_RUN", "nein", "nein"),
        ("DRY_RUN", "faux", "faux"),
        ("DRY_RUN", 2, "2"),
        ("DRY_RUN", NULL, "NULL"),
        ("DRY_RUN", None, "NULL"),
        ("DRY_RUN", [True], "True"),
        ("FORCE", "no!", "no!"),
        ("FORCE", EXPRESSION("NULL"), "NULL"),
        ("BASE", ["a.json"], "a.json"),
        ("BASE", NULL, "NULL"),
        ("BASE", EXPRESSION("NULL"), "NULL"),
        ("INPUT", ["a.json"], "a.json"),
        ("INPUT", None, "NULL"),
        ("OUTPUT", EXPRESSION("NULL"), "NULL"),
    ],
    ids=repr,
)
def test_values_of_a_push_are_refused_by_name(
    script: Script, server: State, tmp_path: Path, name: str, given: Any, named: str
) -> None:
    parameters = {**IDS, "BINS": 5, "DATES": ["2025-05-02"], "OUTPUT": str(tmp_path / "r.json"), name: given}
    text = _refused(script, "pushlegend", **parameters)
    assert name in text
    assert named in text
    assert _puts(server) == []


@pytest.mark.parametrize("value", ["false", "False", "no", "0", 0, False])
def test_false_as_text_is_false(script: Script, server: State, tmp_path: Path, value: Any) -> None:
    report = str(tmp_path / "r.json")
    script("pushlegend", **IDS, BINS="5", DATES="2025-05-02", DRY_RUN=value, FORCE=value, OUTPUT=report)
    assert len(_puts(server)) == 1


def test_the_base_may_be_a_path_object(script: Script, server: State, tmp_path: Path) -> None:
    base = tmp_path / "base.json"
    script("exportlegend", **IDS, OUTPUT=str(base))
    server.legend["2025_05_02"]["dynamic"][0]["label"] = "Lake"
    text = _refused(
        script, "pushlegend", **IDS, INPUT=base, BASE=base, DATES=["2025-05-02"], OUTPUT=str(tmp_path / "r.json")
    )
    assert "Nothing was pushed" in text


def test_a_base_without_the_date_does_not_let_it_be_computed_again(
    script: Script, server: State, tmp_path: Path
) -> None:
    base = tmp_path / "base.json"
    script("exportlegend", **IDS, DATES=["2025-04-12", "2025-06-01"], OUTPUT=str(base))
    given = {**IDS, "BINS": 5, "BASE": str(base), "DATES": ["2025-05-02"], "OUTPUT": str(tmp_path / "r.json")}
    assert "BASE has no legend for 2025-05-02" in _refused(script, "pushlegend", **given)
    assert _puts(server) == []
    script("pushlegend", **given, FORCE=True)
    assert len(_puts(server)) == 1


def test_a_file_with_two_spellings_of_a_date_is_refused(script: Script, server: State, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    script("exportlegend", **IDS, DATES=["2025-05-02", "2025-06-01"], OUTPUT=str(path))
    held = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**held, "2025-05-02": held["2025_06_01"]}), encoding="utf-8")
    text = _refused(script, "pushlegend", **IDS, INPUT=str(path), OUTPUT=str(tmp_path / "r.json"))
    assert "two legends for 2025-05-02" in text
    assert _puts(server) == []


@pytest.mark.parametrize("key", ["2025-05-02/2025-06-01", "2025-05-02 (edited)", "2025_05_02_9", "02.05.2025"])
def test_a_key_in_a_file_that_is_no_date_is_refused(script: Script, server: State, tmp_path: Path, key: str) -> None:
    path = tmp_path / "a.json"
    script("exportlegend", **IDS, DATES=["2025-05-02", "2025-06-01"], OUTPUT=str(path))
    held = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({"2025_04_12": held["2025_05_02"], key: held["2025_06_01"]}), encoding="utf-8")
    text = _refused(script, "pushlegend", **IDS, INPUT=str(path), OUTPUT=str(tmp_path / "r.json"))
    assert text.startswith(f"INPUT is not understood: “{key}”")
    assert _puts(server) == []


@pytest.mark.parametrize("given", [["p-1"], NULL, EXPRESSION("NULL"), ("p-1", "p-2")], ids=repr)
def test_a_project_that_is_no_text_does_not_list_all(script: Script, given: Any) -> None:
    assert "PROJECT" in _refused(script, "listaois", PROJECT=given, OUTPUT="TEMPORARY_OUTPUT")


@pytest.mark.parametrize(
    "given, sent", [("-1,1", [-1, 1]), ([-1, "1.5"], [-1, 1.5]), ((0, 2), [0, 2]), (EXPRESSION("array(0,1)"), [0, 1])]
)
def test_a_display_range_in_every_form(script: Script, server: State, given: Any, sent: list[float]) -> None:
    _create_index(script, RESCALE=given)
    assert server.requests[-1][3]["rescale"] == sent


@pytest.mark.parametrize(
    "given", ["-1;1", "-1,,1", "-0,5,1", "1,-1", "-1..1", [1], [-1, None], [0, True], [], NULL, "0,2025_05", ["a", 1]]
)
def test_a_display_range_that_is_none_is_refused(script: Script, server: State, given: Any) -> None:
    with pytest.raises(QgsProcessingException, match=r"^RESCALE "):
        _create_index(script, RESCALE=given)
    assert not [request for request in server.requests if request[0] == "POST"]


def _create_index(script: Script, **more: Any) -> None:
    given = {"NAME": "N", "DESCRIPTION": "d", "EXPRESSION": "B1", "COLORMAP": "c", "SATELLITE": "s-1"}
    script("createindex", **given | more)


@pytest.mark.parametrize("given", ["s1,s2", ["s1", "s2", "s1"], ("s1", "s2"), EXPRESSION("array('s1','s2')")])
def test_assets_in_every_form(script: Script, server: State, given: Any) -> None:
    script("createvisualization", AOI="a-1", INDEX="i-1", ASSETS=given)
    assert server.requests[-1][3]["src_asset_ids"] == ["s1", "s2"]


@pytest.mark.parametrize("given", ["s1;s2", "s1 s2", "s1,,", ["s1", None], [], NULL, None, {"s1": 1}, ["s1,s2"]])
def test_assets_that_are_not_understood_create_nothing(script: Script, server: State, given: Any) -> None:
    with pytest.raises(QgsProcessingException, match=r"^ASSETS "):
        script("createvisualization", AOI="a-1", INDEX="i-1", ASSETS=given)
    assert server.requests == []


@pytest.mark.parametrize("given", ["10 m", [10], NULL, -1, "1e999", True])
def test_a_resolution_that_is_no_number_is_refused(script: Script, server: State, given: Any) -> None:
    with pytest.raises(QgsProcessingException, match="RESOLUTION"):
        script("createvisualization", AOI="a-1", INDEX="i-1", RESOLUTION=given)
    assert server.requests == []


def _model(**expressions: str) -> QgsProcessingModelAlgorithm:
    """Return a model of one step, a push whose parameters are expressions; its input ``D`` feeds nothing by itself."""
    source = QgsProcessingModelChildParameterSource
    step = QgsProcessingModelChildAlgorithm("pixxel:pushlegend")
    step.setChildId("push")
    for name, value in {**IDS, "MODE": "dynamic", "BINS": 5}.items():
        step.addParameterSources(name, [source.fromStaticValue(value)])
    for name, expression in expressions.items():
        step.addParameterSources(name, [source.fromExpression(expression)])
    model = QgsProcessingModelAlgorithm("push", "test")
    model.addModelParameter(QgsProcessingParameterString("D", "d", optional=True), QgsProcessingModelParameter("D"))
    model.addChildAlgorithm(step)
    assert model.childAlgorithm("push").reattach()
    return model


def _run_model(model: QgsProcessingModelAlgorithm, **parameters: Any) -> tuple[bool, str]:
    context, texts = QgsProcessingContext(), Listener()
    context.setProject(QgsProject.instance())
    _, ok = model.run(parameters, context, texts)
    return ok, " ".join(texts.errors)


@pytest.mark.parametrize(
    "expression", ["array('2025-05-02')", "'2025-05-02'", "to_date('2025-05-02')", "@D", "'2025-05-01/2025-05-31'"]
)
def test_a_model_recomputes_the_dates_of_its_expression(
    provider: PixxelProvider, server: State, expression: str
) -> None:
    ok, texts = _run_model(_model(DATES=expression), D="2025-05-02")
    assert ok, texts
    assert [len(server.legend[key]["dynamic"]) for key in DATES] == [3, 5, 3]


@pytest.mark.parametrize(
    "expressions, name",
    [
        ({"DATES": "NULL"}, "DATES"),
        ({"DATES": "array()"}, "DATES"),
        ({"DATES": "array(NULL)"}, "DATES"),
        ({"DATES": "@D"}, "DATES"),
        ({"DATES": "@no_such_variable"}, "DATES"),
        ({"DATES": "'2025-05-02;2025-06-01'"}, "DATES"),
        ({"DATES": "'2025-05-02'", "MODE": "'bogus'"}, "MODE"),
        ({"DATES": "'2025-05-02'", "MODE": "NULL"}, "MODE"),
        ({"DATES": "'2025-05-02'", "DRY_RUN": "NULL"}, "DRY_RUN"),
        ({"DATES": "'2025-05-02'", "BINS": "NULL"}, "BINS"),
        ({"DATES": "'2025-05-02'", "BINS": "5.5"}, "BINS"),
    ],
)
def test_a_model_whose_expression_gives_nothing_sends_nothing(
    provider: PixxelProvider, server: State, expressions: dict[str, str], name: str
) -> None:
    ok, texts = _run_model(_model(**expressions))
    assert not ok
    assert name in texts
    assert _puts(server) == []


@pytest.mark.parametrize(
    "expressions, value", [({"DATES": "''"}, None), ({"DATES": "@D"}, ""), ({"DATES": "' '"}, None)]
)
def test_an_empty_text_in_a_model_is_not_all_dates(
    provider: PixxelProvider, server: State, tmp_path: Path, expressions: dict[str, str], value: str | None
) -> None:
    ok, texts = _run_model(_model(**expressions), **({} if value is None else {"D": value}))
    assert not ok
    assert "DATES is empty" in texts
    assert "“all”" in texts
    assert _puts(server) == []


def test_all_dates_can_be_said(script: Script, server: State, tmp_path: Path) -> None:
    ok, texts = _run_model(_model(DATES="'all'"))
    assert ok, texts
    assert [len(server.legend[key]["dynamic"]) for key in DATES] == [5, 5, 5]
    script("exportlegend", **IDS, DATES="all", OUTPUT=str(tmp_path / "a.json"))
    assert list(json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))) == list(DATES)
    text = _refused(script, "rollbacklegend", **IDS, DATES="all", OUTPUT=str(tmp_path / "r.json"))
    assert "“all”" in text


def test_null_in_a_model_is_not_all_dates_for_reading_either(provider: PixxelProvider, tmp_path: Path) -> None:
    source = QgsProcessingModelChildParameterSource
    step = QgsProcessingModelChildAlgorithm("pixxel:loadvisualization")
    step.setChildId("load")
    for name, value in {**IDS, "MODE": "dynamic", "AS": "picture", "FOLDER": str(tmp_path / "out")}.items():
        step.addParameterSources(name, [source.fromStaticValue(value)])
    step.addParameterSources("DATES", [source.fromExpression("NULL")])
    model = QgsProcessingModelAlgorithm("load", "test")
    model.addChildAlgorithm(step)
    assert model.childAlgorithm("load").reattach()
    ok, texts = _run_model(model)
    assert not ok
    assert "DATES is NULL" in texts
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("expression", ["''", "'  '", "coalesce(NULL, '')"])
def test_an_expression_that_gives_an_empty_text_is_not_all_dates(
    script: Script, server: State, tmp_path: Path, expression: str
) -> None:
    given = {**IDS, "DATES": EXPRESSION(expression)}
    target = str(tmp_path / "r.json")
    runs = [
        ("pushlegend", {"BINS": 5, "OUTPUT": target}),
        ("rollbacklegend", {"OUTPUT": target}),
        ("exportlegend", {"OUTPUT": target}),
        ("loadvisualization", {"AS": "picture", "FOLDER": str(tmp_path / "out")}),
    ]
    for name, more in runs:
        text = _refused(script, name, **given, **more)
        assert text.startswith("DATES is an expression that gives an empty text")
    assert _puts(server) == []
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "name, parameter, more",
    [
        ("createvisualization", "ASSETS", {"AOI": "a-1", "INDEX": "i-1"}),
        ("listaois", "PROJECT", {"OUTPUT": "TEMPORARY_OUTPUT"}),
        ("pushlegend", "INPUT", {**IDS, "BINS": 5, "OUTPUT": "/nowhere/r.json"}),
        ("downloadassets", "ASSETS", {"AOI": "a-1", "FOLDER": "/nowhere"}),
    ],
)
def test_an_expression_that_gives_an_empty_text_is_refused_by_name(
    script: Script, server: State, tmp_path: Path, name: str, parameter: str, more: dict[str, Any]
) -> None:
    more = {key: str(value).replace("/nowhere", str(tmp_path)) for key, value in more.items()}
    text = _refused(script, name, **more, **{parameter: EXPRESSION("''")})
    assert text.startswith(f"{parameter} is an expression that gives an empty text")
    assert [request for request in server.requests if request[0] != "GET"] == []


@pytest.mark.parametrize(
    "more",
    [
        {"BINS": np.int64(5), "DATES": "2025-05-02", "FORCE": np.bool_(False)},
        {"BINS": np.float32(5), "DATES": np.array(["2025-05-02"])},
        {"BINS": np.uint8(5), "DATES": [np.datetime64("2025-05-02")]},
        {"BINS": np.array(5), "DATES": np.array(["2025-05-02"], dtype="datetime64[D]"), "DRY_RUN": np.False_},
    ],
    ids=repr,
)
def test_values_of_numpy_are_values(script: Script, server: State, tmp_path: Path, more: dict[str, Any]) -> None:
    script("pushlegend", **IDS, **more, OUTPUT=str(tmp_path / "r.json"))
    assert [len(server.legend[key]["dynamic"]) for key in DATES] == [3, 5, 3]


def test_a_truth_value_of_numpy_is_one(script: Script, server: State, tmp_path: Path) -> None:
    script("pushlegend", **IDS, BINS=5, DATES="2025-05-02", DRY_RUN=np.True_, OUTPUT=str(tmp_path / "r.json"))
    assert _puts(server) == []


@pytest.mark.parametrize("given", [np.float64("nan"), np.array([5, 6]), np.bool_(True)], ids=repr)
def test_values_of_numpy_that_are_no_number_of_classes_are_refused(
    script: Script, server: State, tmp_path: Path, given: Any
) -> None:
    assert "BINS" in _refused(script, "pushlegend", **IDS, BINS=given, OUTPUT=str(tmp_path / "r.json"))
    assert _puts(server) == []


@pytest.mark.parametrize("bins", [2, 5, 15])
def test_a_legend_and_another_number_of_classes_send_nothing(
    script: Script, server: State, tmp_path: Path, bins: int
) -> None:
    path = tmp_path / "a.json"
    script("exportlegend", **IDS, DATES="2025-05-02", OUTPUT=str(path))
    given = {**IDS, "INPUT": str(path), "OUTPUT": str(tmp_path / "r.json")}
    text = _refused(script, "pushlegend", **given, BINS=bins)
    assert "INPUT has 3 classes" in text
    assert f"BINS is {bins}" in text
    assert "BINS is 3" in _refused(script, "pushlegend", **given, BINS=3, MODE="theoretical")
    assert _puts(server) == []
    script("pushlegend", **given, BINS=3)
    assert len(_puts(server)) == 1


@pytest.mark.parametrize("provider_name", ["Pixxel", "usgs", "pixxel,planetary"])
def test_an_unknown_provider_is_refused_with_those_there_are(script: Script, server: State, provider_name: str) -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "p", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt("POLYGON((77 12,77.1 12,77.1 12.1,77 12))"))
    layer.dataProvider().addFeature(feature)
    given = {"NAME": "N", "DESCRIPTION": "d", "PROJECT": "p-1", "SATELLITE": "s-1", "ITEMS": "x"}
    text = _refused(script, "createaoi", INPUT=layer, **given, PROVIDER=provider_name)
    assert "pixxel, planetary" in text
    assert "provider" in text.casefold()
    assert [request for request in server.requests if request[0] == "POST"] == []


@pytest.mark.parametrize("name", ["AOI", "VISUALIZATION"])
def test_an_id_longer_than_an_address_is_not_a_wrong_server_address(
    script: Script, server: State, tmp_path: Path, name: str
) -> None:
    given = {**IDS, name: "x" * 70_000, "OUTPUT": str(tmp_path / "a.json")}
    text = _refused(script, "exportlegend", **given)
    assert "address" not in text
    assert "70000 characters" in text.replace(",", "").replace("\u202f", "").replace("\xa0", "")
    assert len(text) < 300
    assert server.requests == []
