"""Writes by ``processing.run`` through a proxy that injects faults: each outcome is told as it is.

The table of scenarios and outcomes in docs/robustness.md is made from these runs; ``--write-table`` writes it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.models import AoiQuery
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.catalog import created_once
from pixxel_explorer.plugin.catalog.listing import list_visualizations
from pixxel_explorer.plugin.legend.wire import write_classes
from pixxel_explorer.plugin.legend_sync.document import LegendDocument, read_legends
from pixxel_explorer.plugin.legend_sync.push import PushRequest, push_legends
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY
from pixxel_explorer.plugin.sld.reader import read_legend
from pixxel_explorer.tests import fault_proxy as faults
from pixxel_explorer.tests import tables
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingException

from .conftest import Listener
from .every_algorithm import succeeding
from .server import KEY, State

ROOT = Path(__file__).resolve().parents[3]
METADATA = "/metadata$"
SAID = {"error": {"code": "E", "message": "so says the server"}}
METHODS = {"push": "PUT", "rollback": "PATCH"}
CREATIONS = {"createaoi": "/v0/aois$", "createindex": "/v0/indices$", "createvisualization": "/visualizations$"}
OUTCOMES: dict[tuple[str, str], str] = {}

pytestmark = pytest.mark.timeout(300)


@dataclass
class Outcome:
    """How a run ended: its one error or nothing, the warnings, the report and the results."""

    error: str
    warnings: list[str]
    report: dict[str, Any]
    results: Mapping[str, Any]

    @property
    def text(self) -> str:
        """Return what the person reads."""
        return self.error or " ".join(self.warnings) or "Done."


def run(name: str, given: Mapping[str, Any], report: Path | None = None) -> Outcome:
    """Run an algorithm as a script does."""
    import processing

    texts, error, results = Listener(), "", {}
    try:
        results = processing.run(f"pixxel:{name}", dict(given), context=QgsProcessingContext(), feedback=texts)
    except QgsProcessingException as failure:
        error = str(failure)
    noted = json.loads(report.read_text(encoding="utf-8")) if report is not None and report.is_file() else {}
    return Outcome(error, texts.warnings, noted, results)


@dataclass
class Rig:
    """A sandbox behind the proxy, the NDVI legend that is written, and the colleague who looks and writes."""

    sandbox: ServedSandbox
    proxy: faults.FaultProxy
    document: LegendDocument
    folder: Path

    @property
    def key(self) -> str:
        return min(self.document.legends)

    def held(self) -> LegendDocument:
        """Return what a colleague reads."""
        item = self.document.item
        return self.sandbox.do(lambda client: read_legends(client, item, "dynamic", read_legend))

    def label(self) -> str:
        """Return the label that the writes change."""
        return self.held().legends[self.key].classes[0].label

    def relabel(self, label: str) -> None:
        """Let a colleague change that label."""
        legend = self.held().legends[self.key].replacing(0, label=label)
        request = PushRequest(self.document.item, "dynamic", {self.key: legend})
        self.sandbox.do(lambda client: push_legends(client, request, read_legend))

    def on(self, act: str, fault: faults.Act, **which: int) -> None:
        """Let the proxy answer the write of an act."""
        self.proxy.on(METHODS[act], METADATA, fault, **which)

    def write(self, act: str) -> Outcome:
        """Push the label "Mine", or roll the legend back."""
        item, report = self.document.item, self.folder / "report.json"
        report.unlink(missing_ok=True)
        given = {"AOI": item.aoi_id, "VISUALIZATION": item.id, "MODE": "dynamic", "OUTPUT": str(report)}
        if act == "rollback":
            return run("rollbacklegend", given | {"DATES": self.key}, report)
        rows = write_classes(self.document.legends[self.key].replacing(0, label="Mine"))
        (self.folder / "mine.json").write_text(json.dumps({self.key: rows}), encoding="utf-8")
        return run("pushlegend", given | {"INPUT": str(self.folder / "mine.json")}, report)

    def answer(self, request: faults.Request) -> Any:
        """Return what a good server would answer to a write, made up from what was sent."""
        body, record = request.json, self.held().item.visualization
        if request.method == "PUT":
            return {"legend": {key: {"dynamic": rows} for key, rows in body["legend"].items()}}
        legends = json.loads(json.dumps(record.legends))
        legends[self.key]["dynamic"][0]["label"] = "Made up"
        return {"id": record.id, "aoi_id": self.document.item.aoi_id, "metadata": {"legend": legends}}


async def _ndvi(client: ApiClient) -> LegendDocument:
    async for aoi in client.aois.iterate(AoiQuery(name="Farm near Raba")):
        items = await list_visualizations(client, aoi.aoi_id)
        ndvi = next(item for item in items if item.title == "NDVI")
        return await read_legends(client, ndvi, "dynamic", read_legend)
    raise AssertionError("no farm")


def _provider(url: str, key: str) -> PixxelProvider:
    return PixxelProvider(lambda: lambda: ApiClient(ClientConfig(base_url=url), Credentials.from_key(key)), lambda: "S")


@pytest.fixture(scope="module")
def processing_ready(qgis_app: object) -> None:
    """Make ``processing.run`` usable."""
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()


@pytest.fixture(scope="module")
def served_rig(processing_ready: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Return a rig for all tests."""
    folder = tmp_path_factory.mktemp("rig")
    with served(folder / "state") as sandbox, faults.faulty(sandbox.url) as proxy:
        yield Rig(sandbox, proxy, sandbox.do(_ndvi), folder)


@pytest.fixture
def rig(served_rig: Rig) -> Iterator[Rig]:
    """Return the rig without faults, with a legend that is neither mine nor as computed."""
    served_rig.proxy.clear()
    served_rig.relabel("Former")
    served_rig.document = served_rig.held()
    provider = _provider(served_rig.proxy.url, SAMPLE_KEY)
    QgsApplication.processingRegistry().addProvider(provider)
    yield served_rig
    QgsApplication.processingRegistry().removeProvider(provider)


class Scenario(NamedTuple):
    """A fault, and what is to be said of a push and of a rollback, how often they are sent, and whether they are done.

    ``done`` is ``None`` where neither the old legend nor the written one is there.
    """

    name: str
    fault: Callable[[Rig], faults.Act]
    push: str
    rollback: str
    sent: int = 1
    done: bool | None = False


def _status(status: int) -> Callable[[Rig], faults.Act]:
    return lambda _: faults.answer(status, SAID)


def _after(status: int) -> Callable[[Rig], faults.Act]:
    return lambda _: faults.after(faults.answer(status, SAID))


def _swap(body: Any) -> Any:
    """Return a write with another label in its first class, or for another date."""
    if isinstance(body["legend"], dict):
        rows = next(iter(body["legend"].values()))
        rows[0]["label"] = "Other"
    return body


OLD = "still holds the old legend"
SAME = "holds the same legend of {day} as before"
SCENARIOS = (
    Scenario(
        "409, a colleague wrote meanwhile",
        lambda rig: faults.before(lambda: rig.relabel("Colleague"), faults.answer(409, SAID)),
        r"Nothing was pushed\. Another user changed the legend of {day} meanwhile \(labels\)\..*Compare the two",
        r"Nothing was rolled back\. Another user changed the legend of {day} meanwhile \(labels\)",
        done=None,
    ),
    Scenario("409, nothing changed", _status(409), r"reports a conflict, but.*so says", r"Nothing was rolled back"),
    Scenario(
        "412, a colleague wrote meanwhile",
        lambda rig: faults.before(lambda: rig.relabel("Colleague"), faults.answer(412, SAID)),
        r"Another user changed the legend of {day} meanwhile \(labels\)",
        r"Another user changed the legend of {day} meanwhile \(labels\)",
        done=None,
    ),
    Scenario("412, nothing changed", _status(412), r"precondition of the server failed", r"precondition"),
    Scenario("423", _status(423), r"Nothing was pushed\. The legend is locked", r"rolled back\. The legend is locked"),
    Scenario("428", _status(428), r"precondition of the server failed", r"precondition"),
    Scenario("400", _status(400), r"refused this: “so says the server”", r"refused this: “so says the server”"),
    Scenario("500 before it was applied", _status(500), OLD, SAME),
    Scenario("500 after it was applied", _after(500), r"^Done\.$", r"^Done\.$", done=True),
    Scenario("502 before it was applied", _status(502), OLD, SAME),
    Scenario("502 after it was applied", _after(502), r"^Done\.$", r"^Done\.$", done=True),
    Scenario("503 after it was applied", _after(503), r"^Done\.$", r"^Done\.$", done=True),
    Scenario("504 before it was applied", _status(504), OLD, SAME),
    Scenario("504 after it was applied", _after(504), r"^Done\.$", r"^Done\.$", done=True),
    Scenario("connection lost before it was applied", lambda _: faults.lost(), OLD, SAME),
    Scenario(
        "connection lost after it was applied", lambda _: faults.after(faults.lost()), "^Done", "^Done", done=True
    ),
    Scenario("answer broken off", lambda _: faults.cut(40), r"^Done\.$", r"^Done\.$", done=True),
    Scenario(
        "200 that repeats the request, nothing stored",
        lambda rig: faults.echo(rig.answer),
        r"differs from what was sent",
        r"holds another legend of {day} than it answered",
    ),
    Scenario(
        "200 that repeats the request, something else stored",
        lambda rig: faults.store_other(_swap, rig.answer),
        r"differs from what was sent",
        "",
        done=None,
    ),
    Scenario("429 without Retry-After", _status(429), "too many requests.*nothing was changed", "too many requests"),
    Scenario(
        "429 with Retry-After of an hour",
        lambda _: faults.answer(429, SAID, {"Retry-After": "3600"}),
        "too many requests.*60 minutes",
        "too many requests",
    ),
)
CASES = [
    pytest.param(scenario, act, id=f"{act}: {scenario.name}")
    for scenario in SCENARIOS
    for act in METHODS
    if getattr(scenario, act)
]


@pytest.mark.parametrize(("scenario", "act"), CASES)
def test_a_write_of_a_legend_is_reported_as_it_went(rig: Rig, scenario: Scenario, act: str) -> None:
    rig.on(act, scenario.fault(rig))
    outcome = rig.write(act)
    day = rig.key.replace("_", "-")
    OUTCOMES[scenario.name, act] = outcome.text.replace(day, "DATE")
    assert re.search(getattr(scenario, act).replace("{day}", day), outcome.text), outcome.text
    assert not re.search(r"another name|[Cc]hange the input|on its side|unexpected", outcome.text.split("“")[0])
    assert rig.proxy.count(METHODS[act]) == scenario.sent
    if scenario.done is not None:
        assert (rig.label() != "Former") is scenario.done


@pytest.mark.parametrize("act", METHODS)
def test_a_429_with_retry_after_is_obeyed_once(rig: Rig, act: str) -> None:
    rig.on(act, faults.answer(429, SAID, {"Retry-After": "1"}), count=1)
    outcome = rig.write(act)
    OUTCOMES["429 with Retry-After of a second, once", act] = outcome.text
    assert outcome.text == "Done."
    assert rig.proxy.count(METHODS[act]) == 2


@pytest.mark.parametrize("act", METHODS)
def test_a_server_that_cannot_be_read_after_a_write_is_not_called_a_success(rig: Rig, act: str) -> None:
    def gone(exchange: faults.Exchange) -> None:
        rig.proxy.on("GET", "/visualizations", faults.answer(403, SAID))
        exchange.send(exchange.forward())

    rig.on(act, gone)
    outcome = rig.write(act)
    rig.proxy.clear()
    OUTCOMES["200, then the server cannot be read", act] = outcome.text.replace(rig.key.replace("_", "-"), "DATE")
    assert "could not be read again" in outcome.text
    assert outcome.report["not_verified"] is True


@pytest.mark.parametrize("act", METHODS)
def test_an_unclear_outcome_that_cannot_be_looked_up_says_so(rig: Rig, act: str) -> None:
    def gone(exchange: faults.Exchange) -> None:
        rig.proxy.on("GET", "/visualizations", faults.answer(403, SAID))
        exchange.forward()
        exchange.send(faults.reply_of(500, SAID))

    rig.on(act, gone)
    outcome = rig.write(act)
    rig.proxy.clear()
    OUTCOMES["500, then the server cannot be read", act] = outcome.text
    assert "may or may not" in outcome.error
    assert "It answered “so says the server”" in outcome.error


@pytest.mark.parametrize("act", METHODS)
def test_the_report_has_the_comparison_after_a_conflict(rig: Rig, act: str) -> None:
    rig.on(act, faults.before(lambda: rig.relabel("Colleague"), faults.answer(409, SAID)))
    report = rig.write(act).report
    (conflict,) = report["conflicts"]
    assert conflict["base"][0]["label"] == "Former"
    assert conflict["server"][0]["label"] == "Colleague"
    assert (conflict["mine"] or [{"label": None}])[0]["label"] == ("Mine" if act == "push" else None)
    assert report["refused"] == {"status": 409, "message": "so says the server"}
    assert "Another user changed" in report["error"]


@pytest.mark.parametrize("act", METHODS)
def test_the_report_has_the_difference_to_what_is_stored(rig: Rig, act: str) -> None:
    rig.on(act, faults.echo(rig.answer))
    (difference,) = rig.write(act).report["differences"]
    assert (difference["field"], difference["answered"]) == ("label", "Former")
    assert difference["sent"] == ("Mine" if act == "push" else "Made up")


def test_a_colleague_whose_name_the_server_says_is_named(rig: Rig) -> None:
    def named(exchange: faults.Exchange) -> None:
        reply = exchange.forward()
        listed = json.loads(reply.body)
        for item in listed["visualization"]:
            item["updated_by"] = "Anna"
        exchange.send(replace(reply, body=json.dumps(listed).encode()))

    rig.proxy.on("GET", "/visualizations$", named)
    rig.on("push", faults.before(lambda: rig.relabel("Colleague"), faults.answer(409)))
    assert "Anna changed the legend" in rig.write("push").error


# --- creations ------------------------------------------------------------------------------------------------------


@pytest.fixture
def maker(processing_ready: None, server: State) -> Iterator[faults.FaultProxy]:
    """Return the proxy before a strict server that creates things."""
    with faults.faulty(server.url) as proxy:
        provider = _provider(proxy.url, KEY)
        QgsApplication.processingRegistry().addProvider(provider)
        yield proxy
        QgsApplication.processingRegistry().removeProvider(provider)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the looks at a list follow each other sooner."""
    monkeypatch.setattr(created_once, "PAUSES", (0.0, 0.1))


def _create(proxy: faults.FaultProxy, kind: str, folder: Path) -> tuple[Outcome, int]:
    """Create a thing, and return how often it was asked for."""
    proxy.requests.clear()
    outcome = run(kind, succeeding(folder)[kind])
    return outcome, sum(r.method == "POST" and bool(re.search(CREATIONS[kind], r.path)) for r in proxy.requests)


UNCLEAR: dict[str, Callable[[], faults.Act]] = {
    "500": lambda: faults.answer(500, SAID),
    "502": lambda: faults.answer(502, SAID),
    "504": lambda: faults.answer(504, SAID),
    "connection lost": faults.lost,
}


@pytest.mark.parametrize("kind", CREATIONS)
@pytest.mark.parametrize("fault", UNCLEAR)
def test_what_was_created_without_a_word_is_found(
    maker: faults.FaultProxy, tmp_path: Path, kind: str, fault: str
) -> None:
    maker.on("POST", CREATIONS[kind], faults.after(UNCLEAR[fault]()))
    outcome, asked = _create(maker, kind, tmp_path)
    OUTCOMES[f"{fault} after it was applied", kind] = outcome.text
    assert asked == 1
    assert "now lists it" in outcome.text
    assert {"a-9", "i-9", "v-9"} & set(outcome.results.values())


@pytest.mark.parametrize("kind", CREATIONS)
@pytest.mark.parametrize("fault", UNCLEAR)
def test_what_was_not_created_is_said_not_to_be_listed(
    maker: faults.FaultProxy, tmp_path: Path, kind: str, fault: str
) -> None:
    maker.on("POST", CREATIONS[kind], UNCLEAR[fault]())
    outcome, asked = _create(maker, kind, tmp_path)
    OUTCOMES[f"{fault} before it was applied", kind] = outcome.text
    assert asked == 1
    assert "does not list it" in outcome.error


@pytest.mark.parametrize("kind", CREATIONS)
def test_what_was_there_before_is_not_taken_for_the_new_one(
    maker: faults.FaultProxy, server: State, tmp_path: Path, kind: str
) -> None:
    assert not _create(maker, kind, tmp_path)[0].error
    maker.on("POST", CREATIONS[kind], faults.answer(502))
    assert "does not list it" in _create(maker, kind, tmp_path)[0].error


@pytest.mark.parametrize("kind", CREATIONS)
def test_a_list_that_cannot_be_read_leaves_it_open(maker: faults.FaultProxy, tmp_path: Path, kind: str) -> None:
    def gone(exchange: faults.Exchange) -> None:
        maker.on("GET", CREATIONS[kind], faults.answer(403, SAID))
        exchange.send(faults.reply_of(504, SAID))

    maker.on("POST", CREATIONS[kind], gone)
    outcome, asked = _create(maker, kind, tmp_path)
    OUTCOMES["500, then the server cannot be read", kind] = outcome.text
    assert asked == 1
    assert "may or may not" in outcome.error


@pytest.mark.parametrize("kind", CREATIONS)
def test_a_creation_is_not_repeated_after_a_429_without_retry_after(
    maker: faults.FaultProxy, tmp_path: Path, kind: str
) -> None:
    maker.on("POST", CREATIONS[kind], faults.answer(429, SAID))
    outcome, asked = _create(maker, kind, tmp_path)
    OUTCOMES["429 without Retry-After", kind] = outcome.text
    assert asked == 1
    assert "too many requests" in outcome.error


# --- the table --------------------------------------------------------------------------------------------------------

TABLE = "writes"


def _rows(columns: tuple[str, ...]) -> list[tables.Cells]:
    names = [*(scenario.name for scenario in SCENARIOS), *(name for name, _ in OUTCOMES)]
    return [
        (name, *(tables.escaped(OUTCOMES.get((name, column), "")) for column in columns))
        for name in dict.fromkeys(names)
    ]


def test_the_table_of_outcomes_is_in_the_documentation(request: pytest.FixtureRequest) -> None:
    if len(OUTCOMES) < len(CASES) + 6 + 2 * len(UNCLEAR) * len(CREATIONS):
        pytest.skip("only some scenarios were run")
    columns = ("push", "rollback", *CREATIONS)
    rows, path = _rows(columns), ROOT / "docs" / "robustness.md"
    print(*rows, sep="\n")
    if request.config.getoption("--write-table"):
        document = tables.write(path.read_text(encoding="utf-8"), TABLE, ("scenario", *columns), {"": rows})
        path.write_text(document, encoding="utf-8")
    assert list(tables.read(path.read_text(encoding="utf-8"), TABLE)[""].values()) == rows
