"""A company's network in a real QGIS: its proxy asks for a password, and a person answers QGIS's own prompts."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import QgsApplication, QgsAuthCertUtils, QgsNetworkAccessManager, QgsSettings
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtNetwork import QSslCertificate
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialog, QGroupBox, QLineEdit, QPushButton
from qgis.utils import plugins

FACTS = json.loads(Path(os.environ["PIXXEL_TEST_FACTS"]).read_text(encoding="utf-8"))
KEY = os.environ["PIXXEL_TEST_KEY"]
Answer = Callable[[QDialog], None]


class Prompts:
    """Waits for modal dialogs of QGIS and answers each."""

    def __init__(self, answer: Answer) -> None:
        self.titles: list[str] = []
        self._answer = answer
        self._timer = QTimer()
        self._timer.timeout.connect(self._look)
        self._timer.start(100)

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog) and dialog.isVisible():
            self.titles.append(f"{type(dialog).__name__} {dialog.windowTitle()}")
            self._answer(dialog)

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()


def sign_in(dialog: QDialog) -> None:
    """Type user and password, as a person does."""
    user, password = [edit for edit in dialog.findChildren(QLineEdit) if edit.isVisible()][:2]
    for edit, text in ((user, FACTS["user"]), (password, FACTS["password"])):
        edit.clear()
        QTest.keyClicks(edit, text)
    QTest.keyClick(password, Qt.Key.Key_Return)


def decline(dialog: QDialog) -> None:
    """Press Cancel."""
    QTest.mouseClick(dialog.findChild(QPushButton, "mCancelButton"), Qt.MouseButton.LeftButton)


def save_exception(dialog: QDialog) -> None:
    """Have the exception saved, and ignore the errors."""
    next(
        each for each in dialog.findChildren(QGroupBox) if each.isCheckable() and "xception" in each.title()
    ).setChecked(True)
    buttons = [each for each in dialog.findChildren(QPushButton) if each.isVisible() and each.isEnabled()]
    button = next(each for each in buttons if "ave" in each.text() and "gnore" in each.text())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def set_proxy(values: dict[str, Any]) -> None:
    """Write QGIS's network settings and have them read, as the options page does."""
    settings = QgsSettings()
    settings.remove("proxy")
    for name, value in values.items():
        settings.setValue(name, value)
    QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()


def choose(name: str, url: str) -> None:
    """Choose a connection, made on the way."""
    from pixxel_explorer.plugin.api.config import Connection

    plugin = plugins["pixxel_explorer"]
    plugin.settings.save_connection(Connection(name, url))
    plugin.session_keys.set(name, KEY)
    plugin.settings.current_connection = name
    plugin.application.panel.refresh_connections()
    plugin.application.panel.choose_connection(name)


def sentence(page: DockPage) -> str:
    """Return what the page says that is shown instead of the list."""
    labels = [label.text() for label in page.panel.state_page.findChildren(object, "stateText")]
    return labels[0] if labels else ""


def scenario(driver: Driver) -> None:
    """Connect through a proxy that asks, decline another, and save an exception for a certificate."""
    page = DockPage(driver)
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword("a test's master password", True)
    certificate = QSslCertificate(FACTS["authority"].encode())
    manager.storeCertAuthority(certificate)
    manager.storeCertTrustPolicy(certificate, QgsAuthCertUtils.CertTrustPolicy.Trusted)
    manager.rebuildCaCertsCache()
    manager.rebuildTrustedCaCertsCache()
    page.open_dock()

    with driver.step("Decline the prompt of the proxy"):
        set_proxy(FACTS["declined"])
        prompts = Prompts(decline)
        choose("Declined", FACTS["url"])
        driver.wait(lambda: page.state() == "failed", "the sentence")
        prompts.stop()
        assert len(prompts.titles) == 1, prompts.titles
        assert "refused" not in sentence(page), "nothing was sent that could be refused"
        assert "proxy" in sentence(page)
    with driver.step("Give the proxy its password when QGIS asks"):
        set_proxy(FACTS["asking"])
        prompts = Prompts(sign_in)
        choose("Company", FACTS["url"])
        driver.wait(page.aoi_names, "the list of AOIs")
        prompts.stop()
        assert len(prompts.titles) == 1, prompts.titles
    with driver.step("Save an exception for a certificate"):
        set_proxy({"proxy/proxyEnabled": False})
        prompts = Prompts(save_exception)
        choose("Test server", FACTS["unknown"])
        driver.wait(lambda: page.is_connected() and page.aoi_names(), "the list of AOIs")
        prompts.stop()
        assert len(prompts.titles) <= 1, prompts.titles


drive(scenario)
