"""The colour of a label's text, made from the palette and made again when the theme changes while QGIS runs."""

from __future__ import annotations

from collections.abc import Callable

from qgis.PyQt.QtCore import QEvent, QObject
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QLabel, QWidget

Make = Callable[[QPalette], QColor]
THEME_EVENTS = frozenset({QEvent.Type.PaletteChange, QEvent.Type.StyleChange})


class TextTint(QObject):
    """A text colour of a widget, derived from the colour that labels of its parent have.

    The colour is read from a hidden label: the style sheets of QGIS's themes colour labels, not the widgets below them.
    """

    def __init__(self, widget: QWidget, parent: QWidget, make: Make) -> None:
        super().__init__(widget)
        self._widget, self._make = widget, make
        self._plain = QLabel(parent)
        self._plain.hide()
        self._plain.ensurePolished()
        for each in (self._plain, widget):
            each.installEventFilter(self)
        self._apply()

    def set_colour(self, make: Make) -> None:
        """Make the colour in another way from now on."""
        self._make = make
        self._apply()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt)
        """Make the colour again when the palette or the style is another."""
        if event.type() in THEME_EVENTS:
            self._apply()
        return False

    def _apply(self) -> None:
        role, colour = self._widget.foregroundRole(), self._make(self._plain.palette())
        palette = self._widget.palette()
        if palette.color(role) != colour:
            palette.setColor(role, colour)
            self._widget.setPalette(palette)
