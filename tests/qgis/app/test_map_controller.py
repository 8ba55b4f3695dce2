"""Images that arrive become layers, while QGIS's layer tree waits with painting."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pixxel_explorer.plugin.app.date_loads import DateLoad
from pixxel_explorer.plugin.app.map_controller import MapController
from pixxel_explorer.plugin.catalog.session import SessionService
from pixxel_explorer.plugin.downloads.loading import LoadRequest
from pixxel_explorer.plugin.host.settings import Settings
from pixxel_explorer.plugin.imagery.loaded import LoadedImage
from pixxel_explorer.plugin.integrations.temporal import TemporalController
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.layers.keeper import IdentityKeeper
from pixxel_explorer.plugin.layers.open_project import OpenProject
from pixxel_explorer.plugin.legend.vocabulary import Units
from pixxel_explorer.plugin.worker.runner import Runner
from qgis.core import QgsLayerTreeModel, QgsProject, QgsTemporalNavigationObject
from qgis.gui import QgsLayerTreeView, QgsMapCanvas
from qgis.PyQt.QtTest import QTest

from ..layers.conftest import MakeImage

DAYS = ("2025-08-27", "2025-05-29", "2025-05-02")


class Harness:
    """A controller with a canvas and a layer tree of its own, and what it emits."""

    def __init__(self, settings: Settings) -> None:
        project = QgsProject.instance()
        self.canvas = QgsMapCanvas()
        self.navigation = QgsTemporalNavigationObject(self.canvas)
        self.canvas.setTemporalController(self.navigation)
        self.tree = QgsLayerTreeView()
        self.tree.setModel(QgsLayerTreeModel(project.layerTreeRoot(), self.tree))
        self.keeper = IdentityKeeper(project)
        self.time = TemporalController(self.canvas, project)
        self.opened = OpenProject(project)
        session = SessionService(Runner(), lambda _connection: _no_client)
        self.controller = MapController(self.canvas, self.tree, session, settings, self.time, self.opened)
        self.added: list[LoadedImage] = []
        self.problems: list[str] = []
        self.held: list[bool] = []
        self.controller.layer_added.connect(lambda _load, image, _layer: self.added.append(image))
        self.controller.noted.connect(lambda message, _level: self.problems.append(message.text))
        self.controller.load_failed.connect(lambda message, _load_again: self.problems.append(message.text))
        project.layersAdded.connect(self._note)
        self.watchers: tuple[Any, ...] = (self.controller, self.time, self.keeper, self.opened)

    def _note(self, _layers: Any) -> None:
        self.held.append(not self.tree.updatesEnabled())

    def arrive(self, *images: LoadedImage) -> None:
        """Let images of a load whose job is over come as the worker hands them over."""
        dates = tuple(SimpleNamespace(day=image.day, key=image.date_key, label=image.label) for image in images)
        nothing: Any = None
        item: Any = SimpleNamespace(title="NDVI")
        request = LoadRequest(
            nothing,
            "",
            item,
            cast("Any", dates),
            mode="dynamic",
            kind=LayerKind.VALUES,
            folder=Path(),
            connection="",
            units=Units.UNCHOSEN,
        )
        job: Any = SimpleNamespace(is_running=False, cancel=lambda: None)
        self.controller.loads._loads.append(DateLoad(request, job, {}))
        for image in images:
            self.controller.loads._visualizations.image_loaded.emit(request, image)

    def wait(self, count: int) -> None:
        for _ in range(200):
            QTest.qWait(5)
            if len(self.added) + len(self.problems) >= count:
                return
        raise AssertionError(f"{len(self.added)} of {count} came")

    def close(self) -> None:
        """Close everything as an unload does, once."""
        watchers, self.watchers = self.watchers, ()
        for watcher in watchers:
            watcher.close()


def _no_client() -> Any:
    raise AssertionError("no server here")


@pytest.fixture
def controller(qgis_app: object) -> Iterator[Harness]:
    settings = Settings()
    settings.register()
    QgsProject.instance().clear()
    made = Harness(settings)
    yield made
    made.close()
    QgsProject.instance().layersAdded.disconnect(made._note)
    QgsProject.instance().clear()
    settings.unregister()
    del made
    gc.collect()


def test_the_tree_waits_while_layers_arrive_and_comes_back(controller: Harness, make_image: MakeImage) -> None:
    controller.arrive(*map(make_image, DAYS))
    controller.wait(3)
    assert controller.held == [True] * 3
    QTest.qWait(400)
    assert controller.tree.updatesEnabled()
    assert len(QgsProject.instance().mapLayers()) == 3


def test_each_added_layer_is_reported(controller: Harness, make_image: MakeImage) -> None:
    """The legend editor draws its edits on it."""
    images = [make_image(day) for day in DAYS]
    controller.arrive(*images)
    controller.wait(3)
    assert controller.added == images


def test_the_tree_comes_back_when_a_file_cannot_be_opened(
    controller: Harness, make_image: MakeImage, tmp_path: Path
) -> None:
    (tmp_path / "broken.tif").write_bytes(b"no raster")
    controller.arrive(replace(make_image(DAYS[0]), path=tmp_path / "broken.tif"))
    controller.wait(1)
    assert len(controller.problems) == 1
    assert controller.added == []
    QTest.qWait(400)
    assert controller.tree.updatesEnabled()


def test_the_tree_comes_back_at_once_when_the_plugin_is_unloaded(controller: Harness, make_image: MakeImage) -> None:
    controller.arrive(*map(make_image, DAYS))
    controller.wait(1)
    assert not controller.tree.updatesEnabled()
    controller.close()
    assert controller.tree.updatesEnabled()


def test_pictures_whose_place_is_not_certain_are_named_once_a_load(controller: Harness, make_image: MakeImage) -> None:
    images = [make_image(day, "picture") for day in DAYS]
    controller.arrive(*images)
    controller.wait(4)
    QTest.qWait(50)
    (text,) = controller.problems
    assert text.startswith("The place of 3 pictures is not certain")
    (layer, *_) = QgsProject.instance().mapLayers().values()
    assert layer.serverProperties().abstract().endswith("Their place on the map is not certain.")


def test_nothing_is_said_of_places_that_are_certain(controller: Harness, make_image: MakeImage) -> None:
    images = [make_image(day) for day in DAYS]
    controller.arrive(*images)
    controller.wait(3)
    QTest.qWait(50)
    assert controller.problems == []
    (layer, *_) = QgsProject.instance().mapLayers().values()
    assert "place" not in layer.serverProperties().abstract()
