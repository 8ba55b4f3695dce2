"""Layers of the changes between two dates, chosen in the menu of the compare button, and the second map."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.host import paths
from pixxel_explorer.plugin.layers.dated_stack import stack_around
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, until
from pixxel_explorer.ui.time.time_bar import TimeBar
from qgis.core import (
    Qgis,
    QgsPalettedRasterRenderer,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.gui import QgsLayerTreeMapCanvasBridge, QgsMapCanvas
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QDockWidget

COUNT = 6


@pytest.fixture
def bar(dock: OpenedDock) -> Iterator[TimeBar]:
    """Return the time bar over six dates of values, and QGIS's own bridge of layer tree and canvas."""
    bridge = QgsLayerTreeMapCanvasBridge(QgsProject.instance().layerTreeRoot(), dock.interface.canvas)
    dock.add("values", COUNT)
    bar: TimeBar = dock.panel.time_bar
    until(lambda: len(bar.axis.dates) == COUNT and bar.axis.current)
    yield bar
    bridge.deleteLater()


def choose(bar: TimeBar, name: str) -> QAction:
    """Choose an entry of the menu of the compare button, as a click on it does."""
    menu = bar.compare_menu
    menu.aboutToShow.emit()
    action: QAction = menu.findChild(QAction, name) or next(
        each for each in menu.actions() if each.objectName() == name
    )
    menu.popup(QPoint(0, 0))
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    return action


def named(start: str) -> list[QgsRasterLayer]:
    return [layer for layer in QgsProject.instance().mapLayers().values() if layer.name().startswith(start)]


def pixels(path: str) -> Any:
    return gdal.Open(path).ReadAsArray()


def test_a_difference_is_added_above_its_stack(dock: OpenedDock, bar: TimeBar) -> None:
    days = dock.days
    bar.axis.compare(2)
    action = choose(bar, "differenceChangeAction")
    assert action.text() == f"Add Difference {days[-1]} − {days[-4]}"
    layer = until(lambda: named(f"NDVI {days[-1]} − {days[-4]}"))[0]
    assert bar.axis.compared is None, "the layer lies over both dates"
    later, earlier = (pixels(dock.layer(f"NDVI {day}").source()) for day in (days[-1], days[-4]))
    found, known = pixels(layer.source()), (later > -1.0) & (earlier > -1.0)
    assert known.any()
    np.testing.assert_allclose(found[known], (later - earlier)[known], atol=1e-6)
    renderer = layer.renderer()
    assert isinstance(renderer, QgsSingleBandPseudoColorRenderer)
    assert renderer.classificationMin() == -renderer.classificationMax()
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
    stack = stack_around(QgsProject.instance().layerTreeRoot().findLayer(dock.layer(f"NDVI {days[-1]}").id()))
    assert node.parent().children()[:2] == [node, stack]
    assert node.isVisible()
    file = Path(layer.source())
    QgsProject.instance().removeMapLayer(layer.id())  # GDAL writes its statistics when a file is closed
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_class_changes_have_their_areas_in_legend_and_attribute_table(dock: OpenedDock, bar: TimeBar) -> None:
    days = dock.days
    QgsProject.instance().setAreaUnits(Qgis.AreaUnit.Hectares)
    choose(bar, "classesChangeAction")
    layer = until(lambda: named(f"NDVI changes {days[-2]} to {days[-1]}"))[0]
    table = layer.attributeTable(1)
    columns = [field.name for field in table.fields()]
    assert columns[:5] == ["Value", "From", "To", "Change", "Area_m2"]
    rows = {row[0]: row for row in table.data()}
    found = pixels(layer.source())
    numbers, counts = np.unique(found[found > 0], return_counts=True)
    assert set(rows) == set(numbers.tolist())
    assert len({row[1] for row in rows.values()}) > 1, "several classes"
    step = layer.rasterUnitsPerPixelX() * layer.rasterUnitsPerPixelY()
    for number, count in zip(numbers, counts, strict=True):
        assert rows[number][4] == pytest.approx(count * step, rel=0.01)
    renderer = layer.renderer()
    assert isinstance(renderer, QgsPalettedRasterRenderer)
    labels = [entry.label for entry in renderer.classes()]
    assert all(label.endswith(" ha)") for label in labels)
    changed = [label for label in labels if "→" in label]
    assert labels[: len(changed)] == changed, "changes before what stayed"
    assert changed


def test_classes_of_one_name_are_told_apart(dock: OpenedDock, bar: TimeBar) -> None:
    for day in dock.days[-2:]:
        function = dock.layer(f"NDVI {day}").renderer().shader().rasterShaderFunction()
        items = function.colorRampItemList()
        for item in items:
            item.label = "Crop"
        function.setColorRampItemList(items)
    choose(bar, "classesChangeAction")
    table = until(lambda: named("NDVI changes"))[0].attributeTable(1)
    names = {number: (before, after, text) for number, before, after, text, *_ in table.data()}
    count = len(items)
    for number, (before, after, text) in names.items():
        old, new = divmod(number - 1, count)
        assert (before, after) == (f"Crop (class {old + 1})", f"Crop (class {new + 1})")
        assert text.endswith("unchanged") is (old == new)
    assert any("→" in text for _, _, text in names.values())


def test_changes_of_pictures_are_refused_with_the_reason(dock: OpenedDock) -> None:
    dock.add("picture", COUNT)
    bar: TimeBar = dock.panel.time_bar
    until(lambda: len(bar.axis.dates) == COUNT and bar.axis.current)
    bar.compare_menu.aboutToShow.emit()
    actions = bar.compare_menu.change_actions.values()
    assert [action.isEnabled() for action in actions] == [False, False]
    assert [action.toolTip().split(".")[0] for action in actions] == [
        "These layers hold no values, so they cannot be subtracted",
        "These layers are not drawn by classes, so no class can change",
    ]


def test_classes_of_pictures_can_change(dock: OpenedDock) -> None:
    dock.add("classes", COUNT)
    bar: TimeBar = dock.panel.time_bar
    until(lambda: len(bar.axis.dates) == COUNT and bar.axis.current)
    choose(bar, "classesChangeAction")
    layer = until(lambda: named("NDVI classes changes"))[0]
    assert len(layer.renderer().classes()) > 1


def test_a_full_disk_is_named_and_no_layer_is_added(
    dock: OpenedDock, bar: TimeBar, small_disk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small_disk / "filler").write_bytes(b"x" * (250 * 1024))
    monkeypatch.setattr(paths, "changes_folder", lambda _root: small_disk)
    choose(bar, "differenceChangeAction")
    until(lambda: any("disk" in text.lower() for text in dock.list_messages()))
    assert named(f"NDVI {dock.days[-1]} −") == []
    assert [file.name for file in small_disk.iterdir()] == ["filler"]


def test_nothing_is_left_of_a_change_whose_date_was_removed_meanwhile(
    dock: OpenedDock, bar: TimeBar, profile: Path
) -> None:
    choose(bar, "classesChangeAction")
    QgsProject.instance().removeMapLayer(dock.layer(f"NDVI {dock.days[-1]}").id())
    until(lambda: any("A date was removed" in text for text in dock.list_messages()))
    until(lambda: not dock.application.runner.running)
    assert [file.name for file in (profile / "pixxel_explorer/changes").glob("*")] == []


def test_nothing_is_left_of_a_change_whose_project_was_closed(dock: OpenedDock, bar: TimeBar, profile: Path) -> None:
    choose(bar, "differenceChangeAction")
    QgsProject.instance().clear()
    until(lambda: not dock.application.runner.running)
    assert [file.name for file in (profile / "pixxel_explorer/changes").glob("*")] == []
    assert named("NDVI") == []


def test_changes_are_kept_beside_the_project_by_choice(dock: OpenedDock, bar: TimeBar, tmp_path: Path) -> None:
    assert QgsProject.instance().write(str(tmp_path / "season.qgs"))
    dock.plugin.settings.keeps_beside_project = True
    choose(bar, "differenceChangeAction")
    layer = until(lambda: named(f"NDVI {dock.days[-1]} −"))[0]
    assert Path(layer.source()).parent == tmp_path / "season_pixxel" / "changes"


# --- the second map ---------------------------------------------------------------------------------------------------


def second_map(dock: OpenedDock) -> QgsMapCanvas | None:
    docks = dock.interface.window.findChildren(QDockWidget, "pixxelSplitView")
    return next((each.canvas for each in docks if each.isVisible()), None)


def centre(canvas: QgsMapCanvas) -> tuple[float, float, float]:
    return canvas.center().x(), canvas.center().y(), canvas.mapUnitsPerPixel()


def test_two_maps_show_two_dates_and_move_together(dock: OpenedDock, bar: TimeBar) -> None:
    own, days = dock.interface.canvas, dock.days
    own.zoomToFullExtent()
    choose(bar, "splitCompareAction")
    other = until(lambda: second_map(dock))
    assert [layer.name() for layer in other.layers()] == [f"NDVI {days[-2]}"]
    until(lambda: not other.isDrawing())
    assert bar.compare_button.isChecked()
    assert other.window() is not None
    assert centre(other) == pytest.approx(centre(own))
    box = QgsRectangle(own.extent())
    box.scale(0.3)
    own.setExtent(box)
    assert centre(other) == pytest.approx(centre(own))
    other.zoomIn()
    assert centre(own) == pytest.approx(centre(other))
    bar.axis.compare(0)
    until(lambda: [layer.name() for layer in other.layers()] == [f"NDVI {days[-6]}"])
    assert f"{days[-6]}, compared with {days[-1]}" == other.parent().windowTitle()


def test_closing_the_second_map_ends_the_comparison(dock: OpenedDock, bar: TimeBar) -> None:
    choose(bar, "splitCompareAction")
    other = until(lambda: second_map(dock))
    other.parent().close()
    until(lambda: not bar.compare_button.isChecked())
    until(lambda: second_map(dock) is None)
    bar.compare_button.click()
    assert until(lambda: second_map(dock)), "the way of comparing stays"


def test_a_swipe_takes_the_place_of_the_second_map(dock: OpenedDock, bar: TimeBar) -> None:
    choose(bar, "splitCompareAction")
    until(lambda: second_map(dock))
    choose(bar, "swipeCompareAction")
    until(lambda: second_map(dock) is None)
    until(lambda: dock.application.stepping._swipe.is_shown)


def test_the_cursor_of_one_map_is_shown_in_the_other(dock: OpenedDock, bar: TimeBar) -> None:
    choose(bar, "splitCompareAction")
    other, own = until(lambda: second_map(dock)), dock.interface.canvas
    crosses = dock.application.stepping._split._crosses
    QTest.mouseMove(own.viewport(), QPoint(40, 60))
    own.xyCoordinates.emit(own.center())
    assert [crosses[canvas].isVisible() for canvas in (own, other)] == [False, True]
    other.xyCoordinates.emit(other.center())
    assert [crosses[canvas].isVisible() for canvas in (own, other)] == [True, False]
