"""A label that shortens its text instead of widening the dock."""

from __future__ import annotations

from html import escape

from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QPainter, QPaintEvent
from qgis.PyQt.QtWidgets import QLabel, QSizePolicy, QWidget

from ...plugin.files.shown_names import shown_name

_LONGEST = 1000


class ElidedLabel(QLabel):
    """One line of plain text, elided at the right; the whole of it is the tooltip.

    A label also by class: style sheets of themes give colours to labels, and other widgets keep those of the day.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Return the text, of a very long one the beginning."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._text = shown_name(text, _LONGEST)
        self.setToolTip(f"<p>{escape(self._text)}</p>" if self._text else "")
        self.setAccessibleName(self._text)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt)
        """Return one line; the width is up to the layout."""
        metrics = self.fontMetrics()
        return QSize(min(240, metrics.horizontalAdvance(self._text)), metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt)
        """Return the width of a few letters."""
        return QSize(self.fontMetrics().averageCharWidth() * 6, self.fontMetrics().height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt)
        """Draw the text, elided to the available width."""
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
