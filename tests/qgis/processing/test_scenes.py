"""Two scenes of one day in the algorithms: loaded, exported, pushed and rolled back each for itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.api.models import MetadataUpdate
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from pixxel_explorer.tests.robustness import Scenario
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served
from pixxel_explorer.tests.scene_series import DATES, TITLE, write_scenes
from qgis.core import QgsApplication, QgsProcessingContext

from .conftest import Listener

LABELS = list(DATES.values())
FIRST, SECOND = "2025_04_14", "2025_04_14_2"


class Commands:
    """Runs the algorithms on the visualization of the series."""

    def __init__(self, sandbox: ServedSandbox) -> None:
        self.sandbox = sandbox
        self.record = next(each for each in sandbox.state.store.all("visualizations") if each["index_name"] == "Crop")

    def run(self, name: str, **parameters: Any) -> list[str]:
        """Run an algorithm, and return its warnings."""
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"pixxel:{name}")
        context, texts = QgsProcessingContext(), Listener()
        given = {"AOI": self.record["aoi_id"], "VISUALIZATION": self.record["id"], "MODE": "dynamic", **parameters}
        accepted, message = algorithm.checkParameterValues(given, context)
        assert accepted, message
        _, ok = algorithm.run(given, context, texts)
        assert ok, texts.errors
        return texts.warnings

    def legends(self) -> dict[str, Any]:
        """Return what the server holds in dynamic mode, by date key."""
        held = self.sandbox.state.store.get("visualizations", self.record["id"])
        assert held is not None
        return {key: modes["dynamic"] for key, modes in held["metadata"]["legend"].items()}

    def relabel(self, key: str, label: str) -> None:
        """Change the label of the first class of a date on the server, as a colleague would."""
        rows = [{**row, "label": label} if not number else row for number, row in enumerate(self.legends()[key])]
        change = MetadataUpdate(visualization_mode="dynamic", legend={key: rows}, dynamic_bins=len(rows))
        ids = self.record["aoi_id"], self.record["id"]
        self.sandbox.do(lambda client: client.visualizations.update_metadata(*ids, change))


@pytest.fixture
def commands(qgis_app: object, tmp_path: Path) -> Iterator[Commands]:
    with served(tmp_path / "state", import_series=write_scenes(tmp_path / TITLE)) as sandbox:
        sandbox.state.store.all("visualizations")
        provider = PixxelProvider(lambda: sandbox.client, lambda: "Sandbox")
        QgsApplication.processingRegistry().addProvider(provider)
        sandbox.do(lambda client: client.projects.list())
        yield Commands(sandbox)
        QgsApplication.processingRegistry().removeProvider(provider)


def test_each_scene_is_a_file_of_its_own_with_a_stable_name(
    commands: Commands, tmp_path: Path, scenario: Scenario
) -> None:
    for _ in range(2):
        commands.run("loadvisualization", AS="values", FOLDER=str(tmp_path / "out"))
    layers = json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))["layers"]
    assert sorted(layer["label"] for layer in layers) == LABELS
    assert len({layer["key"] for layer in layers}) == len(DATES)
    assert {layer["file"].partition("_")[0] for layer in layers} >= {"2025-04-14", "2025-04-14-2", "2025-05-20-1042"}
    files = sorted(path.name for path in (tmp_path / "out").glob("*.tif"))
    assert len(files) == len(DATES)
    scenario("Two scenes on one day", "All dates are loaded by Processing", f"Files {', '.join(files)}")


@pytest.mark.parametrize("dates", [SECOND, "2025-04-14 (2)"])
def test_one_scene_loaded_alone_has_the_name_it_has_among_others(
    commands: Commands, tmp_path: Path, dates: str
) -> None:
    commands.run("loadvisualization", AS="picture", DATES=dates, FOLDER=str(tmp_path / "out"))
    assert [file.name for file in (tmp_path / "out").glob("*.tif")] == ["2025-04-14-2_dynamic_picture.tif"]


def test_the_day_means_all_its_scenes(commands: Commands, tmp_path: Path) -> None:
    commands.run("loadvisualization", AS="values", DATES="2025-04-14", FOLDER=str(tmp_path / "out"))
    assert len(list((tmp_path / "out").glob("*.tif"))) == 2


@pytest.mark.parametrize("suffix", [".json", ".csv"])
def test_a_legend_exported_edited_and_pushed_changes_the_second_scene_alone(
    commands: Commands, tmp_path: Path, suffix: str
) -> None:
    before, file = commands.legends(), tmp_path / f"legend{suffix}"
    commands.run("exportlegend", OUTPUT=str(file), DATES=f"{FIRST},{SECOND}")
    text = file.read_text(encoding="utf-8")
    last = before[SECOND][-1]["label"]
    head, _, tail = text.rpartition(last)
    file.write_text(f"{head}Second only{tail}", encoding="utf-8")
    commands.run("pushlegend", INPUT=str(file), OUTPUT=str(tmp_path / "report.json"))
    after = commands.legends()
    assert after[SECOND][-1]["label"] == "Second only"
    assert {key: rows for key, rows in after.items() if key != SECOND} == {
        key: rows for key, rows in before.items() if key != SECOND
    }
    commands.run("rollbacklegend", DATES=SECOND, OUTPUT=str(tmp_path / "rollback.json"))
    assert commands.legends()[SECOND][-1]["label"] != "Second only"
    assert commands.legends()[FIRST] == before[FIRST]


def test_styles_exported_one_a_date_are_named_by_their_scenes(commands: Commands, tmp_path: Path) -> None:
    commands.run("exportlegend", OUTPUT=str(tmp_path / "style.qml"), DATES=f"{SECOND},2025-06-01")
    assert sorted(file.name for file in tmp_path.glob("*.qml")) == ["style_2025-04-14-2.qml", "style_2025-06-01.qml"]


def test_the_report_of_a_push_names_scenes_by_their_labels(commands: Commands, tmp_path: Path) -> None:
    base, file, report = tmp_path / "base.json", tmp_path / "legend.json", tmp_path / "report.json"
    commands.run("exportlegend", OUTPUT=str(base), DATES=SECOND)
    file.write_text(base.read_text(encoding="utf-8").replace('"label": "', '"label": "my '), encoding="utf-8")
    commands.relabel(SECOND, "theirs")
    with pytest.raises(AssertionError, match=r"2025-04-14 \(2\)"):
        commands.run("pushlegend", INPUT=str(file), BASE=str(base), OUTPUT=str(report))
    conflicts = json.loads(report.read_text(encoding="utf-8"))["conflicts"]
    assert [one["date"] for one in conflicts] == ["2025-04-14 (2)"]


def test_the_report_of_a_rollback_names_scenes_by_their_labels(commands: Commands, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    commands.run("rollbacklegend", DATES=f"{SECOND},2025-05-20 14:05", OUTPUT=str(report))
    assert json.loads(report.read_text(encoding="utf-8"))["rolled_back"] == ["2025-04-14 (2)", "2025-05-20 14:05"]
    for label in ("2025-04-14 (2)", "2025-05-20 14:05"):
        commands.run("rollbacklegend", DATES=label, OUTPUT=str(report))
        assert list(json.loads(report.read_text(encoding="utf-8"))["rolled_back"]) == [label]
