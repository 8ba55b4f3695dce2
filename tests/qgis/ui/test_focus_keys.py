"""Keys of a panel inside a main window that has the same keys, pressed as by a keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pixxel_explorer.ui.focus_keys import FocusKeys
from qgis.gui import QgsGui
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QLineEdit, QMainWindow, QVBoxLayout, QWidget

NO, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Window:
    """A main window with F5, and a panel in it that means something else by F5."""

    def __init__(self) -> None:
        self.triggered: list[str] = []
        self.window = QMainWindow()
        self.outside = QLineEdit()
        self.panel = QWidget()
        self.field = QLineEdit(self.panel)
        QVBoxLayout(self.panel).addWidget(self.field)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.addWidget(self.outside)
        layout.addWidget(self.panel)
        self.window.setCentralWidget(body)
        refresh = QAction("Refresh Map", self.window)
        refresh.setShortcut("F5")
        refresh.triggered.connect(lambda: self.triggered.append("map"))
        self.window.addAction(refresh)
        self.action = QAction("Refresh List", self.panel)
        self.action.setObjectName("testRefreshAction")
        self.action.triggered.connect(lambda: self.triggered.append("list"))
        self.panel.addAction(self.action)
        self.keys = FocusKeys(self.panel)
        self.keys.add(self.action, "Alt+Ins", (QKeySequence.StandardKey.Refresh,))
        self.window.show()
        self.window.activateWindow()
        assert QTest.qWaitForWindowActive(self.window)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier, where: QWidget) -> list[str]:
        where.setFocus()
        self.triggered.clear()
        QTest.keyClick(where, key, modifiers)
        return list(self.triggered)


@pytest.fixture
def window(qgis_app: object) -> Iterator[Window]:
    window = Window()
    yield window
    window.window.close()
    sip.delete(window.window)


def test_the_panel_has_its_key_while_it_has_the_focus(window: Window) -> None:
    assert window.press(Qt.Key.Key_F5, NO, window.field) == ["list"]


def test_elsewhere_the_key_means_what_it_meant(window: Window) -> None:
    assert window.press(Qt.Key.Key_F5, NO, window.outside) == ["map"]
    assert window.press(Qt.Key.Key_Insert, ALT, window.outside) == []


def test_the_shortcut_of_its_own_works_besides(window: Window) -> None:
    assert window.press(Qt.Key.Key_Insert, ALT, window.field) == ["list"]
    assert "Ins" in window.keys.text(window.action)


def test_another_shortcut_from_the_settings_takes_its_place(window: Window) -> None:
    window.action.setShortcut("Ctrl+Alt+9")
    assert window.press(Qt.Key.Key_9, CTRL | ALT, window.field) == ["list"]
    assert window.press(Qt.Key.Key_Insert, ALT, window.field) == []


def test_a_disabled_action_leaves_the_key_to_others(window: Window) -> None:
    window.action.setEnabled(False)
    assert window.press(Qt.Key.Key_F5, NO, window.field) != ["list"]


def test_other_keys_are_left_alone(window: Window) -> None:
    window.press(Qt.Key.Key_A, NO, window.field)
    assert window.field.text() == "a"


def test_the_action_is_among_the_keyboard_shortcuts_of_qgis_until_it_is_deleted(window: Window) -> None:
    manager = QgsGui.shortcutsManager()
    assert window.action in manager.listActions()
    sip.delete(window.action)
    assert all(action.objectName() != "testRefreshAction" for action in manager.listActions())
