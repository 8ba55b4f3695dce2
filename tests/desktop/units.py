"""A legend of 0 to 255 over an index, met inside a real QGIS: asked about, answered, edited, changed one's mind."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtWidgets import QLabel, QToolButton

URL, KEY = os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"]


def scenario(driver: Driver) -> None:
    """Load values whose legend the server keeps in display units."""
    page = DockPage(driver)
    with driver.step("Be asked in which units the legend is"):
        page.use_connection("Sandbox", URL, KEY)
        page.open_dock()
        driver.wait(page.aoi_names, "the AOIs")
        page.select("Farm near Raba", "NDVI")
        page.add("values")
        driver.wait(lambda: len(page.layers("values")) == 8, "all dates", 60)
        page.wait_until_idle()
        driver.wait(lambda: driver.visible("answerButton0"), "the question")
        panel = page.panel
        texts = [label.text() for label in panel.findChildren(QLabel, "messageText")]
        assert any("0 to 255" in text for text in texts), texts
        assert {layer.renderer().type() for layer in page.layers("values")} == {"singlebandgray"}
    with driver.step("Say that they are display values"):
        driver.click("answerButton0")
        driver.wait(lambda: all(top(layer) is not None for layer in page.layers("values")), "the colours")
        assert all(0.9 < (top(layer) or 0) <= 1.01 for layer in page.layers("values"))
    with driver.step("Edit the legend in the server's units"):
        driver.click("editLegendButton")
        driver.wait(page.legend_rows, "the classes")
        assert driver.find(QToolButton, "legendUnitsButton").text() == "Edges: 0 to 255"
        shown = next(
            layer for layer in page.layers("values") if layer.customProperty("pixxel/date") == page.legend_day()
        )
        before = bounds(shown)
        page.set_maximum(0, 60)
        driver.wait(lambda: bounds(shown) != before, "the preview")
        assert all(bound <= 1.01 for bound in bounds(shown)), bounds(shown)
        assert page.maximum(0) == 60
    with driver.step("Change one's mind"):
        driver.click("legendUnitsButton")
        driver.wait(lambda: driver.visible("answerButton1"), "the question")
        driver.click("answerButton1")
        driver.wait(lambda: (top(shown) or 0) > 200, "the raster's values")
    take_factor(driver, page)


def take_factor(driver: Driver, page: DockPage) -> None:
    """Load an index kept as whole numbers, with stray fill values, under a legend of -1 to 1."""
    with driver.step("Be offered the factor that explains a legend"):
        QgsProject.instance().removeAllMapLayers()
        page.select("Series", "Crop")
        page.add("values")
        driver.wait(lambda: len(page.layers("values")) == 2, "both dates", 60)
        page.wait_until_idle()
        driver.wait(lambda: driver.visible("answerButton2"), "the question")
        texts = [label.text() for label in page.panel.findChildren(QLabel, "messageText")]
        assert any("a factor of 10000 would explain it" in text for text in texts), texts
        assert sum("are 32767, which looks like no-data" in text for text in texts) == 1, texts
        assert {layer.renderer().type() for layer in page.layers("values")} == {"singlebandgray"}
    with driver.step("Take it"):
        button = driver.find(QToolButton, "answerButton2")
        assert button.text() == "Apply Factor 10000"
        driver.click("answerButton2")
        driver.wait(lambda: {round(top(layer) or 0) for layer in page.layers("values")} == {10000}, "the colours")
        page.wait_until_idle()


def bounds(layer: QgsRasterLayer) -> list[float]:
    """Return the upper bounds a layer is drawn by; none where it is grey."""
    renderer = layer.renderer()
    if renderer.type() != "singlebandpseudocolor":
        return []
    return [item.value for item in renderer.shader().rasterShaderFunction().colorRampItemList()]


def top(layer: QgsRasterLayer) -> float | None:
    """Return the highest bound a layer is drawn by."""
    return max(bounds(layer), default=None)


drive(scenario)
