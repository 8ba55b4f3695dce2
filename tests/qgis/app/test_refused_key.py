"""A key that is refused while a legend is read: the editor offers the connection's settings."""

from __future__ import annotations

from pathlib import Path

from pixxel_explorer.tests import fault_proxy as faults
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, opened, until
from pixxel_explorer.tests.sandbox_server import served
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel

OFFER = "Connection Settings…"


def press_offer(dock: OpenedDock) -> None:
    """Press the button that opens the settings, and close the dialog that appears."""
    shown: list[str] = []

    def close_dialog() -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, QDialog) and window.isVisible():
                shown.append(window.objectName())
                window.reject()

    QTimer.singleShot(500, close_dialog)
    buttons = dock.legend_panel.findChildren(QAbstractButton)
    next(each for each in buttons if each.text() == OFFER and each.isVisible()).click()
    QTest.qWait(800)
    assert shown == ["connectionDialog"]


def test_a_legend_that_is_refused_offers_the_settings(profile: Path, tmp_path: Path) -> None:
    with served(tmp_path / "state") as sandbox, faults.faulty(sandbox.url) as proxy, opened(proxy.url) as dock:
        proxy.on("GET", "", faults.answer(401, b"{}", {"Content-Type": "application/json"}))
        dock.panel.card.edit_button.click()
        page = until(lambda: dock.legend_panel and dock.legend_panel.state_page)
        until(lambda: "Open Connection Settings" in page.findChild(QLabel, "stateText").text())
        press_offer(dock)
