"""The style of one date given to all dates of its stack, from the layer's menu, and taken back."""

from __future__ import annotations

import pytest
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, until
from qgis.core import (
    QgsColorRampShader,
    QgsProject,
    QgsRasterShader,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor, QPainter
from qgis.PyQt.QtWidgets import QAction, QLabel, QToolButton

COUNT = 6


def share(dock: OpenedDock) -> None:
    dock.interface.window.findChild(QAction, "pixxelShareStyleAction").trigger()


def select(dock: OpenedDock, name: str) -> None:
    dock.interface.activeLayer = lambda: dock.layer(name)  # type: ignore[method-assign]


def message(dock: OpenedDock) -> str:
    labels = dock.interface.bar.findChildren(QLabel, "messageText")
    return labels[-1].text() if labels else ""


def ends(dock: OpenedDock) -> dict[str, tuple[float, str, int, str]]:
    """Return the topmost bound and the colour of each date, its blend mode and its own day."""
    found = {}
    for layer in QgsProject.instance().mapLayers().values():
        items = layer.renderer().shader().rasterShaderFunction().colorRampItemList()
        day = str(layer.customProperty("pixxel/date"))
        found[layer.name()] = (items[-1].value, items[-1].color.name(), int(layer.blendMode()), day)
    return found


def restyle(dock: OpenedDock, name: str) -> None:
    """Draw a layer by another ramp, multiplied with what is below, as in QGIS's styling panel."""
    layer = dock.layer(name)
    function = QgsColorRampShader(-1, 1, None, QgsColorRampShader.Type.Interpolated)
    items = [QgsColorRampShader.ColorRampItem(value, QColor(colour)) for value, colour in ((-1, "red"), (1, "blue"))]
    function.setColorRampItemList(items)
    shader = QgsRasterShader(-1, 1)
    shader.setRasterShaderFunction(function)
    layer.setRenderer(QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader))
    layer.setBlendMode(QPainter.CompositionMode.CompositionMode_Multiply)


def test_all_dates_are_drawn_like_one_and_it_can_be_undone(dock: OpenedDock) -> None:
    dock.add("values", COUNT)
    name = f"NDVI {dock.days[-2]}"
    before = ends(dock)
    restyle(dock, name)
    QgsProject.instance().setDirty(False)
    select(dock, name)
    share(dock)
    after = ends(dock)
    assert {found[:3] for found in after.values()} == {(1.0, "#0000ff", after[name][2])}
    assert after[name][2] != before[name][2]
    assert [found[3] for found in after.values()] == [found[3] for found in before.values()], "days stay"
    assert message(dock) == f"5 other dates are drawn like “{name}” now."
    assert QgsProject.instance().isDirty()
    button = next(each for each in dock.interface.bar.findChildren(QToolButton) if "Undo" in each.text())
    button.click()
    undone = ends(dock)
    assert {key: found for key, found in undone.items() if key != name} == {
        key: found for key, found in before.items() if key != name
    }
    assert undone[name] == after[name], "the date that was copied is the user's work"


def test_a_date_alone_is_named(dock: OpenedDock) -> None:
    dock.panel.card.dates.check_last(1)
    dock.add("values", 1)
    name = f"NDVI {dock.days[-1]}"
    select(dock, name)
    share(dock)
    assert message(dock) == f"“{name}” has no other dates to draw like it; add some to the map first."


def test_only_layers_of_ours_have_the_action(dock: OpenedDock, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[str] = []
    dock.interface.addCustomActionForLayer = lambda _action, layer: offered.append(layer.name())  # type: ignore[method-assign]
    dock.add("values", COUNT)
    until(lambda: len(offered) == COUNT)
    assert sorted(offered) == sorted(layer.name() for layer in QgsProject.instance().mapLayers().values())
