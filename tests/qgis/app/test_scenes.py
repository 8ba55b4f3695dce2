"""Two scenes of one day, from the ticks in the dock to the layers, the legend editor and a project opened again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.layers import identity
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, opened, until
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
def dock(profile: Path, tmp_path: Path) -> Iterator[OpenedDock]:
    """Return the plugin with the series of eight dates selected."""
    series = write_scenes(tmp_path / TITLE)
    with served(tmp_path / "state", import_series=series) as sandbox, opened(sandbox.url) as found:
        found.select(TITLE, 0)
        yield found


def tick_all_and_add(dock: OpenedDock, kind: str = "Values") -> None:
    dates = dock.panel.card.date_list
    QTest.mouseClick(dates.findChild(QToolButton, "allDatesButton"), Qt.MouseButton.LeftButton)
    menu = dock.panel.card.findChild(QMenu, "addToMapMenu")
    next(each for each in menu.actions() if each.objectName() == f"add{kind}Action").trigger()


def layer_of(label: str) -> QgsRasterLayer:
    return next(layer for layer in QgsProject.instance().mapLayers().values() if layer.name() == f"Crop {label}")


def top(layer: QgsRasterLayer) -> str:
    return layer.renderer().shader().rasterShaderFunction().colorRampItemList()[-1].color.name()


def test_eight_ticked_dates_become_eight_layers(dock: OpenedDock, scenario: Scenario) -> None:
    model = dock.panel.card.date_list.view.model()
    shown = [model.data(model.index(row, 0)) for row in range(model.rowCount())]
    assert sorted(shown) == LABELS
    tick_all_and_add(dock)
    until(lambda: len(QgsProject.instance().mapLayers()) >= len(DATES))  # they are handed over after the job has ended
    dock.wait_until_idle()
    layers = QgsProject.instance().mapLayers().values()
    assert sorted(layer.name() for layer in layers) == [f"Crop {label}" for label in LABELS]
    assert len({layer.source() for layer in layers}) == len(DATES)
    outcome = "Layers " + ", ".join(sorted(layer.name() for layer in layers))
    scenario("Two scenes on one day", "Eight dates are ticked in the dock", outcome)


def test_layers_of_both_scenes_are_found_in_a_project_opened_again(dock: OpenedDock, tmp_path: Path) -> None:
    tick_all_and_add(dock)
    dock.wait_until_idle()
    file = str(tmp_path / "scenes.qgz")
    project = QgsProject.instance()
    assert project.write(file)
    project.clear()
    assert project.read(file)
    tick_all_and_add(dock)
    dock.wait_until_idle()
    assert len(project.mapLayers()) == len(DATES)
    assert any("All 8 dates" in text for text in dock.list_messages())


def test_a_layer_of_an_earlier_version_is_found_by_its_day_and_gets_its_key(dock: OpenedDock) -> None:
    tick_all_and_add(dock)
    dock.wait_until_idle()
    before = layer_of(SECOND)
    identity.update(before, date_key="")
    assert identity.of(before).date_key == ""
    tick_all_and_add(dock)
    dock.wait_until_idle()
    assert len(QgsProject.instance().mapLayers()) == len(DATES)
    assert identity.of(before).date_key == "2025_04_14_2"


def test_an_edit_of_the_second_scene_leaves_the_layer_of_the_first_alone(dock: OpenedDock) -> None:
    tick_all_and_add(dock)
    dock.wait_until_idle()
    dock.open_legend()
    combo = dock.editor.date_combo
    texts = [combo.itemText(row) for row in range(combo.count())]
    assert all(any(label in text for text in texts) for label in LABELS), texts
    dock.choose_date(next(row for row, text in enumerate(texts) if text.startswith(SECOND)))
    model, first = dock.editor.model, top(layer_of(FIRST))
    assert model.setData(model.index(model.rowCount() - 1, 2), "#7b3294", Qt.ItemDataRole.EditRole)
    until(lambda: top(layer_of(SECOND)) == "#7b3294")
    QTest.qWait(100)
    assert top(layer_of(FIRST)) == first


def test_the_pictures_of_both_scenes_become_layers(dock: OpenedDock) -> None:
    tick_all_and_add(dock, "Picture")
    dock.wait_until_idle()
    assert len(QgsProject.instance().mapLayers()) == len(DATES)


def test_every_label_of_the_date_list_is_shown_whole(dock: OpenedDock) -> None:
    view = dock.panel.card.date_list.view
    model = view.model()
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        assert view.visualRect(index).width() >= view.sizeHintForIndex(index).width(), index.data()
