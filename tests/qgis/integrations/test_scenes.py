"""Two scenes of one day, from the ticks in the dock to the layers, the legend editor and a project opened again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.host import paths
from pixxel_explorer.plugin.layers import identity
from pixxel_explorer.tests.qgis.integrations.whole_plugin import Stage, opened, until
from pixxel_explorer.tests.robustness import Scenario
from pixxel_explorer.tests.sandbox_server import served
from pixxel_explorer.tests.scene_series import DATES, TITLE, write_scenes
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QMenu, QToolButton

LABELS = list(DATES.values())
FIRST, SECOND = "2025-04-14", "2025-04-14 (2)"


@pytest.fixture
def stage(qgis_app: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Return the plugin with the series of eight dates selected."""
    monkeypatch.setattr(paths, "_profile", lambda: tmp_path)
    series = write_scenes(tmp_path / TITLE)
    with served(tmp_path / "state", import_series=series) as sandbox, opened(sandbox.url) as found:
        found.select(TITLE, 0)
        yield found


def tick_all_and_add(stage: Stage, kind: str = "Values") -> None:
    dates = stage.panel.card.date_list
    QTest.mouseClick(dates.findChild(QToolButton, "allDatesButton"), Qt.MouseButton.LeftButton)
    menu = stage.panel.card.findChild(QMenu, "addToMapMenu")
    next(each for each in menu.actions() if each.objectName() == f"add{kind}Action").trigger()


def idle(stage: Stage) -> None:
    until(lambda: not stage.bench._runner.running)
    QTest.qWait(300)


def layer_of(label: str) -> QgsRasterLayer:
    return next(layer for layer in QgsProject.instance().mapLayers().values() if layer.name() == f"Crop {label}")


def top(layer: QgsRasterLayer) -> str:
    return layer.renderer().shader().rasterShaderFunction().colorRampItemList()[-1].color.name()


def test_eight_ticked_dates_become_eight_layers(stage: Stage, scenario: Scenario) -> None:
    model = stage.panel.card.date_list.view.model()
    shown = [model.data(model.index(row, 0)) for row in range(model.rowCount())]
    assert sorted(shown) == LABELS
    tick_all_and_add(stage)
    until(lambda: len(QgsProject.instance().mapLayers()) >= len(DATES))  # they are handed over after the job has ended
    idle(stage)
    layers = QgsProject.instance().mapLayers().values()
    assert sorted(layer.name() for layer in layers) == [f"Crop {label}" for label in LABELS]
    assert len({layer.source() for layer in layers}) == len(DATES)
    outcome = "Layers " + ", ".join(sorted(layer.name() for layer in layers))
    scenario("Two scenes on one day", "Eight dates are ticked in the dock", outcome)


def test_layers_of_both_scenes_are_found_again_in_a_project_that_is_opened_again(stage: Stage, tmp_path: Path) -> None:
    tick_all_and_add(stage)
    idle(stage)
    file = str(tmp_path / "scenes.qgz")
    project = QgsProject.instance()
    assert project.write(file)
    project.clear()
    assert project.read(file)
    tick_all_and_add(stage)
    idle(stage)
    assert len(project.mapLayers()) == len(DATES)
    assert any("All 8 dates" in text for text in stage.said_in_list())


def test_a_layer_of_an_earlier_version_is_found_by_its_day_and_gets_its_key(stage: Stage) -> None:
    tick_all_and_add(stage)
    idle(stage)
    before = layer_of(SECOND)
    identity.update(before, date_key="")
    assert identity.of(before).date_key == ""
    tick_all_and_add(stage)
    idle(stage)
    assert len(QgsProject.instance().mapLayers()) == len(DATES)
    assert identity.of(before).date_key == "2025_04_14_2"


def test_an_edit_of_the_second_scene_leaves_the_layer_of_the_first_alone(stage: Stage) -> None:
    tick_all_and_add(stage)
    idle(stage)
    stage.open_legend()
    combo = stage.editor.date_combo
    texts = [combo.itemText(row) for row in range(combo.count())]
    assert all(any(label in text for text in texts) for label in LABELS), texts
    stage.choose(next(row for row, text in enumerate(texts) if text.startswith(SECOND)))
    model, first = stage.editor.model, top(layer_of(FIRST))
    assert model.setData(model.index(model.rowCount() - 1, 2), "#7b3294", Qt.ItemDataRole.EditRole)
    until(lambda: top(layer_of(SECOND)) == "#7b3294")
    QTest.qWait(100)
    assert top(layer_of(FIRST)) == first


def test_the_pictures_of_both_scenes_become_layers(stage: Stage) -> None:
    tick_all_and_add(stage, "Picture")
    idle(stage)
    assert len(QgsProject.instance().mapLayers()) == len(DATES)


def test_every_label_of_the_date_list_is_shown_whole(stage: Stage) -> None:
    view = stage.panel.card.date_list.view
    model = view.model()
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        assert view.visualRect(index).width() >= view.sizeHintForIndex(index).width(), index.data()
