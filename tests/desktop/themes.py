"""The user interface's theme, switched and back while the dock and the editor are open."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import QgsApplication
from qgis.PyQt.QtGui import QColor, QImage, QPalette
from qgis.PyQt.QtWidgets import QApplication, QDockWidget, QLabel, QWidget
from qgis.utils import iface

READABLE = 3.0  # WCAG's least contrast of large or dimmed text
NAMES = (
    "visualizationTitle",
    "visualizationExpression",
    "countLabel",
    "dateCountLabel",
    "editCountLabel",
    "draftLabel",
)


def luminance(name: str) -> float:
    """Return the relative luminance of a colour."""
    colour = QColor(name)
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(window: QWidget, widget: QWidget) -> float:
    """Return how much a widget's text stands out on the screen from what is behind it."""
    image: QImage = window.grab().toImage()
    area = widget.rect().translated(widget.mapTo(window, widget.rect().topLeft()))
    scale = image.devicePixelRatio()
    xs = range(round(area.left() * scale), round(area.right() * scale))
    ys = range(round(area.top() * scale), round(area.bottom() * scale))
    names = [image.pixelColor(x, y).name() for x in xs for y in ys]
    ground = luminance(max(set(names), key=names.count))
    lights = [luminance(name) for name in set(names)]
    return max((max(ground, each) + 0.05) / (min(ground, each) + 0.05) for each in lights)


def choose_theme(driver: Driver, theme: str) -> None:
    """Switch QGIS's theme, as plugins do; the options do so at the next start."""
    QgsApplication.setUITheme(theme)
    assert QgsApplication.themeName() == theme
    driver.pause(0.5)


def whole(palette: QPalette) -> QPalette:
    """Return a palette that sets every colour itself, and leaves none to the one before it."""
    found = QPalette(palette)
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive, QPalette.ColorGroup.Disabled):
        for number in range(QPalette.ColorRole.NColorRoles):
            role = QPalette.ColorRole(number)
            if role != QPalette.ColorRole.NoRole:
                found.setColor(group, role, palette.color(group, role))
    return found


def check_readable(driver: Driver) -> None:
    """Check the labels of both docks and the tree."""
    window = iface.mainWindow()
    widgets = [driver.visible(name) for name in NAMES]
    seen = {each.objectName(): round(contrast(window, each), 2) for each in widgets if each is not None}
    (driver.out / "contrast.txt").open("a", encoding="utf-8").write(f"{QgsApplication.themeName()} {seen}\n")
    assert len(seen) >= 4, seen
    faint = {name: found for name, found in seen.items() if found < READABLE}
    assert not faint, faint


def scenario(driver: Driver) -> None:
    """Work by day, by night, and by day again."""
    page = DockPage(driver)
    with driver.step("Open dock and editor by day"):
        page.open_dock()
        driver.click("sampleButton")
        driver.wait(page.aoi_names, "the AOIs")
        page.select("Farm near Raba", "NDVI")
        driver.click("editLegendButton")
        driver.wait(page.legend_rows, "the legend's classes")
        driver.wait(lambda: page.layers("values"), "the date on the map")
        page.set_maximum(0, page.maximum(0) + 0.05)
        page.wait_until_idle()
        driver.wait(driver.find(QLabel, "draftLabel").text, "the draft to be saved")
        iface.mainWindow().findChild(QDockWidget, "PixxelExplorerDock").raise_()
        check_readable(driver)
    day = whole(QApplication.palette())
    with driver.step("Night"):
        choose_theme(driver, "Night Mapping")
        check_readable(driver)
    with driver.step("Day again"):
        choose_theme(driver, "default")
        QApplication.setPalette(day)  # QGIS leaves the palette of the night behind
        check_readable(driver)


drive(scenario)
