"""Assets and visualizations that are not finished: the finished ones come, the others are named with their state."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, Behaviour
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingException

from .command_line import CommandLine, installed
from .conftest import Listener, Run

AOI = "Work in progress"
UNFINISHED = ["created", "in_progress", "error"]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSandbox]:
    """Serve a sandbox that has not finished everything."""
    folder = tmp_path_factory.mktemp("state")
    with served(folder, behaviours=frozenset({Behaviour.UNFINISHED})) as found:
        yield found


@pytest.fixture
def provider(qgis_app: object, sandbox: ServedSandbox) -> Iterator[PixxelProvider]:
    """Return the registered provider, connected to it."""
    provider = PixxelProvider(lambda: sandbox.client, lambda: "Sandbox")
    QgsApplication.processingRegistry().addProvider(provider)
    yield provider
    QgsApplication.processingRegistry().removeProvider(provider)


@pytest.fixture
def script(provider: PixxelProvider) -> Callable[..., tuple[dict[str, Any], Listener]]:
    """Return ``processing.run`` as the Python console has it, with what was said."""
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    import processing
    from processing.core.Processing import Processing

    Processing.initialize()

    def start(name: str, **parameters: Any) -> tuple[dict[str, Any], Listener]:
        texts = Listener()
        return processing.run(f"pixxel:{name}", parameters, context=QgsProcessingContext(), feedback=texts), texts

    return start


@pytest.fixture
def aoi(run: Run) -> str:
    """Return the id of the AOI with unfinished assets."""
    (row,) = run("listaois", NAME=AOI).rows()
    return str(row["aoi_id"])


@pytest.fixture
def assets(run: Run, aoi: str) -> dict[str, str]:
    """Return the mosaics' ids by their state."""
    return {row["status"]: row["asset_id"] for row in run("listassets", AOI=aoi).rows() if row["type"] == "mosaic"}


Script = Callable[..., tuple[dict[str, Any], Listener]]


def test_all_assets_means_the_finished_ones_and_names_the_others(
    script: Script, aoi: str, assets: dict[str, str], tmp_path: Path
) -> None:
    result, texts = script("downloadassets", AOI=aoi, FOLDER=str(tmp_path))
    assert result["COUNT"] >= 1
    assert assets["success"][:8] in " ".join(path.name for path in tmp_path.rglob("*.tif"))
    (warning,) = texts.warnings
    for state in UNFINISHED:
        assert f"{assets[state]} ({state})" in warning


def test_an_unfinished_asset_asked_for_by_id_is_named_with_its_state(
    script: Script, aoi: str, assets: dict[str, str], tmp_path: Path
) -> None:
    with pytest.raises(QgsProcessingException, match=rf"{assets['in_progress']} \(in_progress\)"):
        script("downloadassets", AOI=aoi, ASSETS=[assets["in_progress"]], FOLDER=str(tmp_path))
    assert list(tmp_path.rglob("*.tif")) == []


def test_of_several_ids_the_finished_one_comes(
    script: Script, aoi: str, assets: dict[str, str], tmp_path: Path
) -> None:
    chosen = [assets["error"], assets["success"]]
    with pytest.raises(QgsProcessingException, match=rf"{assets['error']} \(error\)"):
        script("downloadassets", AOI=aoi, ASSETS=chosen, FOLDER=str(tmp_path))
    assert len(list(tmp_path.rglob("*.tif"))) == 1


def test_the_command_line_does_the_same(
    sandbox: ServedSandbox, aoi: str, assets: dict[str, str], tmp_path: Path
) -> None:
    shell: CommandLine = installed(tmp_path / "profile", sandbox.url, SAMPLE_KEY)
    ended = shell.run("downloadassets", AOI=aoi, ASSETS=list(assets.values()), FOLDER=str(tmp_path / "files"))
    assert ended.code != 0
    for state in UNFINISHED:
        assert f"{assets[state]} ({state})" in ended.output
    assert len(list((tmp_path / "files").rglob("*.tif"))) == 1


def test_values_of_finished_dates_come_and_the_others_are_named(run: Run, aoi: str, tmp_path: Path) -> None:
    rows = run("listassets", AOI=aoi).rows()
    ndvi = next(
        row["visualization_id"] for row in run("listvisualizations", AOI=aoi).rows() if row["index_name"] == "NDVI"
    )
    days = {row["status"]: str(row["date"]) for row in rows if row["visualization_id"] == ndvi}
    error = run(
        "loadvisualization", AOI=aoi, VISUALIZATION=ndvi, MODE="dynamic", AS="values", FOLDER=str(tmp_path)
    ).error
    for state in UNFINISHED:
        assert f"{days[state]} ({state})" in error
    assert [path.name for path in tmp_path.glob("*.tif")] == [f"{days['success']}_dynamic_values.tif"]


def test_waiting_for_a_new_visualization_ends_when_it_is_ready(run: Run, aoi: str) -> None:
    seen = []
    while not seen or seen[-1] not in ("success", "failed"):
        (row,) = [row for row in run("listvisualizations", AOI=aoi).rows() if row["index_name"] == "NDWI"]
        seen.append(row["status"])
    assert seen[-1] == "success"
    assert seen[0] in ("queued", "processing", "creating", "success")
