"""The panels stay readable when the theme changes while QGIS runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from pixxel_explorer.plugin.messages.message import Message
from pixxel_explorer.plugin.messages.wording import Action
from pixxel_explorer.ui.catalog.state_page import StatePage
from pixxel_explorer.ui.widgets.mode_switch import ModeSwitch
from pixxel_explorer.ui.widgets.text_tint import TextTint
from pixxel_explorer.ui.widgets.tones import plain
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QColor, QImage, QPalette
from qgis.PyQt.QtWidgets import QApplication, QLabel, QToolButton, QWidget

from .conftest import Harness

ROLES = QPalette.ColorRole
LIGHT = {ROLES.Window: "#efefef", ROLES.Base: "#ffffff", ROLES.Button: "#efefef", ROLES.AlternateBase: "#f7f7f7"}
DARK = {ROLES.Window: "#323232", ROLES.Base: "#202020", ROLES.Button: "#535353", ROLES.AlternateBase: "#292929"}
TEXTS = (ROLES.WindowText, ROLES.Text, ROLES.ButtonText)
OFFLINE = Message("The server could not be reached. Try again.", "connect", Action.RETRY, is_offline=True)
READABLE = 3.0  # WCAG's least contrast of large or dimmed text


def palette(backgrounds: dict[Any, str], text: str) -> QPalette:
    found = QPalette()
    for role, colour in [*backgrounds.items(), *((role, text) for role in TEXTS)]:
        found.setColor(role, QColor(colour))
    return found


@pytest.fixture
def themes(qgis_app: object) -> Iterator[dict[str, QPalette]]:
    before = QApplication.palette()
    yield {"light": palette(LIGHT, "#101010"), "dark": palette(DARK, "#dddddd")}
    QApplication.setPalette(before)


def switch(to: QPalette) -> None:
    QApplication.setPalette(to)
    QCoreApplication.processEvents()


def luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(widget: QWidget) -> float:
    """Return how much the pixel that differs most stands out from the background, as WCAG measures it."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    seen = Counter(memoryview(bytes(bits)).cast("I"))
    ground = luminance(QColor(seen.most_common(1)[0][0]))
    lights = [luminance(QColor(number)) for number in seen]
    return max((max(ground, each) + 0.05) / (min(ground, each) + 0.05) for each in lights)


@pytest.mark.parametrize("ways", [("light", "dark"), ("dark", "light"), ("light", "dark", "light")], ids="-".join)
def test_the_dock_stays_readable(harness: Harness, themes: dict[str, QPalette], ways: tuple[str, ...]) -> None:
    switch(themes[ways[0]])
    harness.list_one_aoi()
    harness.panel.show()
    harness.select("viz-1")
    harness.panel.card.reason.setText("No date is checked.")
    harness.panel.card.reason.show()
    harness.panel.refresh()
    harness.catalog.aois_failed.emit(OFFLINE)
    for way in ways[1:]:
        switch(themes[way])
    card = harness.panel.card
    labels = [card.title, card.expression, card.reason, harness.panel.list.stale_line.label, card.date_list]
    labels += [harness.panel.list.count_label, *card.mode_switch.findChildren(QToolButton)]
    seen = {each.objectName(): round(contrast(each), 1) for each in labels if each.isVisible()}
    assert {"visualizationTitle", "visualizationExpression", "reasonLabel", "staleLabel"} <= set(seen)
    assert {name: found for name, found in seen.items() if found < READABLE} == {}
    assert contrast(harness.panel.tree) >= READABLE


def test_what_was_changed_back_looks_as_before(harness: Harness, themes: dict[str, QPalette]) -> None:
    harness.list_one_aoi()
    harness.panel.show()
    harness.select("viz-1")
    seen = []
    for way in ("light", "dark", "light"):
        switch(themes[way])
        seen.append(harness.panel.card.grab().toImage())
    assert seen[1] != seen[0]
    assert seen[2] == seen[0]


def test_a_page_stays_readable(themes: dict[str, QPalette]) -> None:
    switch(themes["light"])
    page = StatePage()
    page.show_state("failed", "Could Not Connect", OFFLINE.text, [])
    page.show()
    switch(themes["dark"])
    assert all(contrast(label) >= READABLE for label in page.findChildren(QLabel))
    page.deleteLater()


def test_a_tint_follows_the_palette_of_its_parent(themes: dict[str, QPalette]) -> None:
    parent = QWidget()
    label = QLabel("Edited", parent)
    tint = TextTint(label, parent, plain)
    parent.setPalette(themes["dark"])
    assert label.palette().color(label.foregroundRole()).name() == "#dddddd"
    tint.set_colour(lambda found: found.color(QPalette.ColorRole.Base))
    parent.setPalette(themes["light"])
    assert label.palette().color(label.foregroundRole()).name() == "#ffffff"
    parent.deleteLater()


def test_the_mode_that_is_on_has_the_new_themes_selection(themes: dict[str, QPalette]) -> None:
    switched = ModeSwitch()
    button = switched.findChild(QToolButton, "dynamicModeButton")
    for colour in ("#112233", "#445566"):
        themes["dark"].setColor(ROLES.Highlight, QColor(colour))
        switch(themes["dark"])
        assert button.palette().color(ROLES.Button).name() == colour
    switched.deleteLater()


def test_the_dock_is_readable_by_a_theme_that_colours_labels(harness: Harness, themes: dict[str, QPalette]) -> None:
    """Switch a style sheet on and off, as a theme of QGIS is: it colours labels, and the palette stays as it was."""
    switch(themes["light"])
    harness.list_one_aoi()
    harness.panel.show()
    harness.select("viz-1")
    card = harness.panel.card
    labels = [card.title, card.expression, harness.panel.list.count_label]
    application = QApplication.instance()
    for sheet in ("QLabel { color: #aaaaaa; } QWidget { background: #323232; }", ""):
        application.setStyleSheet(sheet)
        QCoreApplication.processEvents()
        found = [round(contrast(label), 1) for label in labels]
        assert min(found) >= READABLE, (sheet, found)
