"""Classes inside a real QGIS: added from the menu, listed in the layer tree and in print, edited, reopened."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from class_steps import print_legend, rows
from dock_page import DockPage
from driver import Driver, drive
from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtGui import QColor
from qgis.utils import iface

URL, KEY = os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"]


def scenario(driver: Driver) -> None:
    """Add classes, read their legend, edit it, print it, and reopen the project."""
    page = DockPage(driver)
    with driver.step("Add dates as classes"):
        page.use_connection("Sandbox", URL, KEY)
        page.open_dock()
        driver.wait(page.aoi_names, "the AOIs")
        page.select("Farm near Raba", "NDVI")
        days = len(page.dates())
        page.add("classes")
        driver.wait(lambda: len(page.layers("classes")) == days, "all dates", 60)
        page.wait_until_idle()
        shown = page.layers("classes")[-1]
        assert [layer.id() for layer in iface.mapCanvas().layers()] == [shown.id()]
        assert rows(shown) == [entry.label for entry in shown.renderer().classes()]
        assert all(" – " in row for row in rows(shown)), rows(shown)
    with driver.step("Fill the place of the painted legend"):
        before = drawn(page, shown)
        page.add("values")
        driver.wait(lambda: len(page.layers("values")) == days, "their values", 60)
        page.wait_until_idle()
        page.add("classes")
        driver.wait(lambda: driver.visible("answerButton1"), "the offer to load them again")
        driver.click("answerButton1")  # the first one hides the values above
        driver.wait(lambda: drawn(page, shown) > before, "the classes under the legend")
        page.wait_until_idle()
    with driver.step("See an edit of a colour at once"):
        driver.click("editLegendButton")
        driver.wait(page.legend_rows, "the classes")
        (edited,) = page.layers_of("classes", page.legend_day())
        page.set_colour(0, QColor("#7b3294"))
        driver.wait(lambda: edited.renderer().classes()[0].color.name() == "#7b3294", "the preview")
    with driver.step("Print the legend"):
        print_legend(driver, shown)
    with driver.step("Save and reopen the project"):
        before_rows = rows(shown)
        path = page.save_project()
        QgsProject.instance().clear()
        assert QgsProject.instance().read(str(path))
        assert rows(page.layers("classes")[-1]) == before_rows


def drawn(page: DockPage, layer: QgsRasterLayer) -> int:
    """Count the points of a small drawing of a layer that have a colour."""
    image = page.image_of(layer)
    return sum(image.pixelColor(x, y).alpha() > 0 for x in range(image.width()) for y in range(image.height()))


drive(scenario)
