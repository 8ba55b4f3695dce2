"""An AOI from a layer inside a real QGIS: a polygon that crosses itself is refused with its place, then repaired."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QCheckBox, QScrollArea, QWidget

URL, KEY = os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"]
SPIKE = "POLYGON((16.94 47.18, 16.95 47.18, 16.95 47.19, 16.96 47.19, 16.95 47.19, 16.94 47.19, 16.94 47.18))"
NAME = "Field with a spike"


def scenario(driver: Driver) -> None:
    """Press “Create AOI…”, run the form, and mend what it says."""
    page = DockPage(driver)
    layer = add_layer(SPIKE)
    page.use_connection("Sandbox", URL, KEY)
    page.open_dock()
    driver.wait(page.aoi_names, "the AOIs")
    QTimer.singleShot(1000, lambda: use_form(driver, layer))  # the form has an event loop of its own until it is closed
    page.panel.connection_bar.create_aoi_action.trigger()
    with driver.step("See the AOI in the list"):
        driver.wait(lambda: NAME in page.aoi_names(), "the AOI")


def use_form(driver: Driver, layer: QgsVectorLayer) -> None:
    """Run the form twice: as it is, and with the repair allowed."""
    form = driver.wait(form_of, "the form")
    try:
        with driver.step("Be refused with the place of the fault"):
            fill(form, layer)
            text = run(driver, form)
            assert "crosses or touches itself near 16.950000, 47.190000" in text, text
            assert "A repair keeps the area of" in text, text
        with driver.step("Allow the repair"):
            form.showParameters()
            box = next(box for box in form.findChildren(QCheckBox) if box.text() == "Repair invalid polygons")
            driver.wait(box.isVisible, "the switch")
            form.findChild(QScrollArea).ensureWidgetVisible(box)
            QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
            assert box.isChecked()
            text = run(driver, form)
            assert "AOI_ID: " in text, text
    finally:
        form.close()


def add_layer(wkt: str) -> QgsVectorLayer:
    """Add a layer of one polygon to the project."""
    layer = QgsVectorLayer("Polygon", "drawn", "memory")
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromWkt(wkt))
    layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    return layer


def form_of() -> Any:
    """Return the open form of an algorithm, or nothing."""
    return next((w for w in QApplication.topLevelWidgets() if hasattr(w, "runButton") and w.isVisible()), None)


def fill(form: Any, layer: QgsVectorLayer) -> None:
    """Enter the values of the form."""
    values = {
        "INPUT": layer.id(),
        "NAME": NAME,
        "DESCRIPTION": "Drawn in QGIS",
        "PROJECT": "raba-valley",
        "SATELLITE": "Firefly (sample)",
        "PROVIDER": "pixxel",
        "ITEMS": "SAMPLE_20250506_L2A",
    }
    context = QgsProcessingContext()
    for name, value in values.items():
        form.mainWidget().wrappers[name].setParameterValue(value, context)


def run(driver: Driver, form: Any) -> str:
    """Press Run, wait for the end, and return the log of that run."""
    log = form.findChild(QWidget, "txtLog")
    before = len(log.toPlainText())
    QTest.mouseClick(form.runButton(), Qt.MouseButton.LeftButton)
    driver.wait(lambda: "finished" in log.toPlainText()[before:] or "failed" in log.toPlainText()[before:], "the end")
    driver.pause(0.3)
    return str(log.toPlainText()[before:])


drive(scenario)
