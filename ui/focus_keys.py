"""Keys of a panel that work wherever the focus is inside it, also where QGIS's main window has the same key.

Two shortcuts of one key are ambiguous to Qt, and neither is triggered. A panel therefore claims usual keys such as F5
before Qt looks for shortcuts (``ShortcutOverride``), and only while it has the focus.
"""

from __future__ import annotations

from qgis.gui import QgsGui
from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtGui import QKeyEvent, QKeySequence
from qgis.PyQt.QtWidgets import QAction, QWidget

SECTION = "Pixxel Explorer"


class FocusKeys(QObject):
    """Triggers actions of a panel by their keys, and lists them among QGIS's keyboard shortcuts.

    An action has the shortcut it was given in QGIS's settings (by default one that QGIS itself does not use), and
    may have usual keys besides, such as F5, that mean it while the focus is in the panel. QGIS's list drops an action
    that is deleted.
    """

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self._usual: dict[QAction, list[QKeySequence]] = {}
        panel.installEventFilter(self)

    def add(self, action: QAction, shortcut: str = "", usual: tuple[QKeySequence.StandardKey, ...] = ()) -> None:
        """Let an action be triggered by a shortcut of its own and by the usual keys of the platform."""
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._usual[action] = [key for standard in usual for key in QKeySequence.keyBindings(standard)]
        QgsGui.shortcutsManager().registerAction(action, shortcut, SECTION)

    def text(self, action: QAction) -> str:
        """Return the keys of an action as the platform writes them, the usual ones first; empty without any."""
        keys = [*self._usual.get(action, [])[:1], *action.shortcuts()]
        return ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys if not key.isEmpty())

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt)
        """Claim a usual key of an enabled action, then trigger it; its shortcut is triggered by Qt."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        action = self._action_of(event)
        if action is None:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            action.trigger()
        return True

    def _action_of(self, event: QKeyEvent) -> QAction | None:
        pressed = _sequence_of(event)
        for action, usual in self._usual.items():
            if action.isEnabled() and pressed in usual:
                return action
        return None


def _sequence_of(event: QKeyEvent) -> QKeySequence:
    """Return the pressed key sequence, ignoring whether it was on the keypad."""
    if hasattr(event, "keyCombination"):  # Qt 6
        return QKeySequence(event.keyCombination())
    return QKeySequence(int(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier) | event.key())
