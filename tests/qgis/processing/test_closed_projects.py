"""A run belongs to the project in which it began, and only the main thread changes a project."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.layers.open_project import OpenProject
from pixxel_explorer.plugin.processing.algorithms import load_visualization
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from pixxel_explorer.tests.robustness import Scenario
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProject,
)
from qgis.PyQt.QtCore import QCoreApplication

from .conftest import Listener
from .server import KEY, State


def until(holds: Callable[[], Any]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        QCoreApplication.processEvents()
        time.sleep(0.005)


@pytest.fixture
def provider(qgis_app: object, server: State, monkeypatch: pytest.MonkeyPatch) -> Iterator[PixxelProvider]:
    monkeypatch.setattr(load_visualization, "_on_desktop", lambda: True)
    QgsProject.instance().clear()
    opened = OpenProject(QgsProject.instance())

    def prepare() -> Callable[[], ApiClient]:
        return lambda: ApiClient(ClientConfig(base_url=server.url), Credentials.from_key(KEY))

    provider = PixxelProvider(prepare, lambda: "Test server", None, opened)
    QgsApplication.processingRegistry().addProvider(provider)
    yield provider
    QgsApplication.processingRegistry().removeProvider(provider)
    opened.close()
    QgsProject.instance().clear()


class Run:
    """A run of ``loadvisualization``, which waits for ``go`` before its answers become files."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached, self.go, self.ended = threading.Event(), threading.Event(), threading.Event()
        self.context, self.feedback = QgsProcessingContext(), Listener()
        self.context.setProject(QgsProject.instance())
        self.parameters = {"AOI": "a-1", "VISUALIZATION": "v-1", "DATES": "2025_05_02", "MODE": "dynamic"}
        self.parameters |= {"AS": "values", "FOLDER": str(folder)}
        self.ok = False
        write = load_visualization._save_style

        def held(image: Any, path: Path) -> None:
            self.reached.set()
            assert self.go.wait(20)
            write(image, path)

        monkeypatch.setattr(load_visualization, "_save_style", held)
        self.algorithm: QgsProcessingAlgorithm = QgsApplication.processingRegistry().createAlgorithmById(
            "pixxel:loadvisualization"
        )

    def in_task(self) -> None:
        """Run it as the Toolbox does."""
        self.task = QgsProcessingAlgRunnerTask(self.algorithm, self.parameters, self.context, self.feedback)
        self.task.executed.connect(self._on_executed)
        QgsApplication.taskManager().addTask(self.task)
        until(self.reached.is_set)

    def _on_executed(self, ok: bool, _results: Any) -> None:
        self.ok = ok
        self.ended.set()

    def in_model(self) -> None:
        """Run it whole in another thread, as a model does with its children."""

        def run() -> None:
            _, self.ok = self.algorithm.run(self.parameters, self.context, self.feedback)
            self.ended.set()

        threading.Thread(target=run).start()
        until(self.reached.is_set)

    def finish(self) -> None:
        self.go.set()
        until(self.ended.is_set)
        QCoreApplication.processEvents()
        assert self.ok, self.feedback.errors


def test_a_run_is_added_to_the_project_it_began_in(
    provider: PixxelProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(tmp_path / "out", monkeypatch)
    run.in_task()
    run.finish()
    assert len(QgsProject.instance().mapLayers()) == 1
    assert run.feedback.errors == []


def test_a_run_is_not_added_to_the_next_project(
    provider: PixxelProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scenario: Scenario
) -> None:
    run = Run(tmp_path / "out", monkeypatch)
    run.in_task()
    QgsProject.instance().clear()
    run.context.addLayerToLoadOnCompletion("a", QgsProcessingContext.LayerDetails("a", QgsProject.instance()))
    run.finish()
    assert QgsProject.instance().mapLayers() == {}
    assert run.context.layersToLoadOnCompletion() == {}
    assert len(run.feedback.errors) == 1
    assert run.feedback.errors[0].startswith("The project was closed while “Load Visualization” was running")
    assert (tmp_path / "out/manifest.json").exists()
    scenario("A project that is closed during a load", "A run of the Toolbox", run.feedback.errors[0])


def test_a_model_changes_the_project_in_the_main_thread(
    provider: PixxelProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []
    QgsProject.instance().layersAdded.connect(lambda _layers: threads.append(threading.get_ident()))
    run = Run(tmp_path / "out", monkeypatch)
    run.in_model()
    run.finish()
    until(lambda: QgsProject.instance().mapLayers())
    assert threads == [threading.get_ident()]
    QgsProject.instance().layersAdded.disconnect()
