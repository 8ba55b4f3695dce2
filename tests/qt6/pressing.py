"""Press every control of a window: buttons, choices, fields, views with their menus, and the dialogs that open."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QAbstractListModel, QCoreApplication, QEvent, QPoint, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QHeaderView,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
)

PATIENCE_S = 30.0
_SETTLE_S = 0.05
_PRESSED = "pressedByTest"


def wait(condition: Callable[[], Any]) -> Any:
    """Process events until the condition holds, and return its value."""
    end = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < end, "waited in vain"
        settle(0.005)
    return found


def settle(seconds: float = _SETTLE_S) -> None:
    """Process events for a while, deferred deletions included."""
    end = time.monotonic() + seconds
    while True:
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if time.monotonic() >= end:
            return


def press_everything(window: QWidget) -> list[str]:
    """Press each control that is visible and enabled when its turn comes; return their names."""
    pressed: list[str] = []
    with dialogs_closed(pressed):
        for widget in [window, *window.findChildren(QWidget)]:
            if sip.isdeleted(widget) or not widget.isVisible() or not widget.isEnabled():
                continue
            if _press(widget):
                pressed.append(widget.objectName() or type(widget).__name__)
                settle()
    return pressed


@contextmanager
def dialogs_closed(pressed: list[str]) -> Iterator[None]:
    """Press what is in each dialog that opens, paint it, and reject it."""

    def look() -> None:
        popup = QApplication.activePopupWidget()
        if isinstance(popup, QMenu):
            popup.close()
        for dialog in [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog)]:
            if dialog.isVisible() and not dialog.property(_PRESSED):
                dialog.setProperty(_PRESSED, True)
                pressed.append(dialog.objectName() or type(dialog).__name__)
                for widget in dialog.findChildren(QWidget):
                    if not isinstance(widget, QAbstractButton) and widget.isVisible() and widget.isEnabled():
                        _press(widget)
                dialog.grab()
                dialog.reject()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(20)
    yield
    settle(0.2)
    timer.stop()


def _press(widget: QWidget) -> bool:
    """Use a control as its kind is used; return whether it is one."""
    acts: list[tuple[type[QWidget], Callable[[Any], None]]] = [
        (QHeaderView, lambda _header: None),
        (QAbstractItemView, _use_view),
        (QToolButton, _press_tool),
        (QAbstractButton, _click),
        (QComboBox, _choose_each),
        (QAbstractSpinBox, lambda spin: QTest.keyClick(spin, Qt.Key.Key_Up)),
        (QLineEdit, _type),
    ]
    act = next((act for kind, act in acts if isinstance(widget, kind)), None)
    if act is None:
        return False
    act(widget)
    return True


def _press_tool(button: QToolButton) -> None:
    """Press a tool button, or trigger the entries of its menu."""
    if button.menu() is None:
        _click(button)
        return
    for action in button.menu().actions():
        if action.isEnabled():
            action.trigger()


def _click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _choose_each(combo: QComboBox) -> None:
    for row in range(combo.count()):
        QTest.keyClick(combo, Qt.Key.Key_Down)
        combo.activated.emit(row)


def _type(edit: QLineEdit) -> None:
    QTest.keyClicks(edit, "a")
    QTest.keyClick(edit, Qt.Key.Key_Backspace)


def _use_view(view: QAbstractItemView) -> None:
    """Click, double-click and edit each row of a view, and open its menus; painting it paints its delegates."""
    view.grab()
    model = view.model()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    for row in range(min(model.rowCount(), 8)):
        for column in range(columns):
            index = model.index(row, column)
            position = view.visualRect(index).center()
            if not view.viewport().rect().contains(position):
                continue
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=position)
            QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=position)
            settle(0.01)
            QTest.keyClick(view, Qt.Key.Key_Escape)
            view.customContextMenuRequested.emit(QPoint(position))
            settle(0.01)
    view.grab()
