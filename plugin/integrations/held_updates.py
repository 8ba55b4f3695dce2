"""Suspended painting of a widget during many changes.

QGIS repaints its whole layer tree at once for each mark on a layer, and every layer with a time gets one.
"""

from __future__ import annotations

from functools import partial

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QElapsedTimer, QTimer
from qgis.PyQt.QtWidgets import QWidget

QUIET_MS = 150
LONGEST_MS = 500


class HeldUpdates:
    """Holds the painting of a widget, which comes back by itself.

    Each ``hold`` is for a moment only. A timer that belongs to the widget ends it, whatever becomes of the caller;
    while holds follow each other, the widget is painted once in a while.
    """

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._since = QElapsedTimer()
        self._end = QTimer(widget)
        self._end.setSingleShot(True)
        self._end.setInterval(QUIET_MS)
        self._end.timeout.connect(partial(widget.setUpdatesEnabled, True))

    def hold(self) -> None:
        """Suspend painting until no caller has held the widget for a moment; one held by other code is left alone."""
        if sip.isdeleted(self._widget):
            return
        if self._end.isActive() and self._since.elapsed() > LONGEST_MS:
            self.release()
            self._widget.repaint()
        is_held = self._end.isActive()
        if not is_held and not self._widget.updatesEnabled():
            return
        self._end.start()
        if not is_held:
            self._since.start()
            self._widget.setUpdatesEnabled(False)

    def release(self) -> None:
        """Paint the widget again, if it is held here."""
        if not sip.isdeleted(self._widget) and self._end.isActive():
            self._end.stop()
            self._widget.setUpdatesEnabled(True)

    def close(self) -> None:
        """Resume painting and release the widget."""
        self.release()
        if not sip.isdeleted(self._widget):
            self._end.deleteLater()
