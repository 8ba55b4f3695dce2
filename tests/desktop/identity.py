"""Styles pasted and loaded, layers duplicated, groups embedded by QGIS's own actions: every layer stays what it is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import QgsProject, QgsRasterLayer
from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import QItemSelectionModel, QTimer
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QAction, QApplication, QDialog, QDialogButtonBox, QLabel, QTreeView
from qgis.utils import iface
from terrain import write_raster

AOI, INDEX = "Farm near Raba", "NDVI"
APRIL, JUNE = 0, 4  # places of two dates among the eight


def scenario(driver: Driver) -> None:
    """Paste, load, duplicate, restyle, embed; edit a legend in between, and reopen."""
    page = DockPage(driver)
    with driver.step("Put eight dates and a raster of one's own on the map", picture=False):
        page.open_dock()
        driver.click("sampleButton")
        driver.wait(lambda: AOI in page.aoi_names(), "the AOIs")
        page.select(AOI, INDEX)
        page.add("values")
        driver.wait(lambda: len(page.layers("values")) == 8, "eight value rasters")
        page.wait_until_idle()
        own = iface.addRasterLayer(str(write_raster(driver.out / "terrain.tif")), "terrain")
        days = page.days("values")
    with driver.step("Paste the style of one date on another and on the raster"):
        first, second = layer_of(page, days[APRIL]), layer_of(page, days[JUNE])
        paste_style(first, second)
        paste_style(first, own)
        driver.pause(0.2)
        is_true(page, days, second, own)
    with driver.step("Load a style file of one date on the raster", picture=False):
        style = driver.out / "april.qml"
        first.saveNamedStyle(str(style))
        load_style(own, style)
        is_true(page, days, second, own)
    with driver.step("Duplicate a date, and give another a style of one's own", picture=False):
        copy = duplicate(driver, second)
        manager = layer_of(page, days[JUNE + 1]).styleManager()
        manager.addStyleFromLayer("Mine")
        manager.setCurrentStyle("Mine")
        page.add("values")
        page.wait_until_idle()
        assert len(QgsProject.instance().mapLayers()) == 10, "dates that are on the map are not added again"
    with driver.step("Edit the legend: only our own drawing follows"):
        edit(driver, page, days, copy, own)
    with driver.step("Save and reopen the project"):
        reopen(driver, page, days)
    with driver.step("Embed a group of it in a new project, and add dates beside it"):
        embed(driver, page)


def layer_of(page: DockPage, day: str) -> QgsRasterLayer:
    """Return the layer that is named by its day."""
    named = {layer.name(): layer for layer in QgsProject.instance().mapLayers().values()}
    return named.get(f"{INDEX} {day}") or named[day]


def select(layer: QgsRasterLayer) -> None:
    """Select a layer in the tree."""
    iface.layerTreeView().setCurrentLayer(layer)


def paste_style(source: QgsRasterLayer, target: QgsRasterLayer) -> None:
    """Copy a style and paste it, by QGIS's actions."""
    select(source)
    iface.actionCopyLayerStyle().trigger()
    select(target)
    iface.actionPasteLayerStyle().trigger()


def duplicate(driver: Driver, layer: QgsRasterLayer) -> QgsRasterLayer:
    """Duplicate a layer by QGIS's action."""
    before = set(QgsProject.instance().mapLayers())
    select(layer)
    iface.actionDuplicateLayer().trigger()
    new = driver.wait(lambda: set(QgsProject.instance().mapLayers()) - before, "the duplicate")
    return QgsProject.instance().mapLayer(new.pop())


def load_style(layer: QgsRasterLayer, style: Path) -> None:
    """Load a style file as the layer's properties do."""
    message, loaded = layer.loadNamedStyle(str(style))
    assert loaded, message


def is_true(page: DockPage, days: list[str], second: QgsRasterLayer, own: QgsRasterLayer) -> None:
    """Check that the second date is itself and the person's raster nobody else's."""
    assert page.days("values") == days, page.days("values")
    assert second.customProperty("pixxel/date") == days[JUNE]
    assert second.name() == f"{INDEX} {days[JUNE]}"
    found = second.temporalProperties().fixedTemporalRange()
    assert found.begin().date().toString("yyyy-MM-dd") == days[JUNE]
    assert not found.includeEnd()
    assert own.customProperty("pixxel/date") is None


def edit(driver: Driver, page: DockPage, days: list[str], copy: QgsRasterLayer, own: QgsRasterLayer) -> None:
    """Edit two dates whose layers were tampered with, and see what is drawn."""
    mine = layer_of(page, days[JUNE + 1])
    source = own.source()
    before = [page.image_of(layer) for layer in (copy, own, mine)]
    driver.click("editLegendButton")
    driver.wait(page.legend_rows, "the classes")
    for day in (days[JUNE], days[JUNE + 1]):
        page.edit_day(day)
        driver.wait(lambda: page.legend_day() == day, "the date")  # noqa: B023
        page.set_colour(1, QColor("#7b3294"))
        driver.pause(0.3)
    driver.wait(lambda: "#7b3294" in colours(layer_of(page, days[JUNE])), "the preview")
    assert "#7b3294" not in colours(layer_of(page, days[APRIL]))
    assert [page.image_of(layer) for layer in (copy, own, mine)] == before
    assert own.source() == source
    texts = [label.text() for label in page.panel.findChildren(QLabel, "messageText")]
    assert any("Mine" in text for text in texts), texts


def colours(layer: QgsRasterLayer) -> list[str]:
    """List the colours of a layer's classes."""
    return [colour.name() for _, colour in layer.renderer().legendSymbologyItems()]


def reopen(driver: Driver, page: DockPage, days: list[str]) -> None:
    """Save, reopen, and look whether all is as it was."""
    path = page.save_project()
    QgsProject.instance().clear()
    assert QgsProject.instance().read(str(path))
    driver.pause(0.3)
    own = QgsProject.instance().mapLayersByName("terrain")[0]
    is_true(page, days, layer_of(page, days[JUNE]), own)
    assert not QgsProject.instance().isDirty()
    assert len(QgsProject.instance().mapLayers()) == 10


def embed(driver: Driver, page: DockPage) -> None:
    """Embed the group of dates by QGIS's dialog, add the dates again, save and reopen."""
    project, saved = QgsProject.instance(), QgsProject.instance().fileName()
    iface.newProject()
    assert project.write(str(driver.out / "second.qgs"))
    answer_embedding(driver, Path(saved))
    assert len(project.mapLayers()) == 9, "eight dates and the duplicate are embedded"
    page.add("values")
    driver.wait(lambda: len(project.mapLayers()) == 17, "eight dates of this project", 60)
    page.wait_until_idle()
    for _ in range(2):
        in_tree = {node.layerId() for node in project.layerTreeRoot().findLayers()}
        assert in_tree == set(project.mapLayers()), "every layer is in the tree"
        assert len(in_tree) == 17
        assert project.write()
        assert project.read(str(driver.out / "second.qgs"))
    assert len([layer for layer in project.mapLayers() if not project.layerIsEmbedded(layer)]) == 8


def answer_embedding(driver: Driver, path: Path) -> None:
    """Choose the first group of another project in QGIS's dialog for embedding."""
    failures: list[str] = []

    def answer() -> None:
        dialog: Any = QApplication.activeModalWidget()
        try:
            assert isinstance(dialog, QDialog), dialog
            dialog.findChild(QgsFileWidget).setFilePath(str(path))
            driver.pause(0.5)
            tree = dialog.findChild(QTreeView)
            group = next(
                tree.model().index(row, 0)
                for row in range(tree.model().rowCount())
                if tree.model().rowCount(tree.model().index(row, 0))
            )
            tree.selectionModel().select(
                group, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            )
            driver.picture("embedding")
            box = dialog.findChild(QDialogButtonBox)
            box.button(QDialogButtonBox.StandardButton.Ok).click()
        except Exception as error:  # noqa: BLE001 (a dialog left open would block QGIS for good)
            failures.append(f"{type(error).__name__}: {error}")
            dialog.reject()

    QTimer.singleShot(700, answer)
    driver.find(QAction, "mActionEmbedLayers", iface.mainWindow()).trigger()
    assert not failures, failures


drive(scenario)
