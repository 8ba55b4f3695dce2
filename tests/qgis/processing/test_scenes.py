"""Two scenes of one day in the algorithms: loaded, exported, pushed and rolled back each for itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
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
        context, said = QgsProcessingContext(), Listener()
        given = {"AOI": self.record["aoi_id"], "VISUALIZATION": self.record["id"], "MODE": "dynamic", **parameters}
        accepted, message = algorithm.checkParameterValues(given, context)
        assert accepted, message
        _, ok = algorithm.run(given, context, said)
        assert ok, said.errors
        return said.warnings

    def legends(self) -> dict[str, Any]:
        """Return what the server holds in dynamic mode, by date key."""
        held = self.sandbox.state.store.get("visualizations", self.record["id"])
        assert held is not None
        return {key: modes["dynamic"] for key, modes in held["metadata"]["legend"].items()}


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
