"""Freed memory, given back to the system: the C library of Linux keeps it, gigabytes after large rasters."""

from __future__ import annotations

import ctypes
import threading
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSlot

if TYPE_CHECKING:
    from qgis.core import QgsProject

SETTLING_MS = 2000  # maps that are being drawn let go of their rasters by then


def give_back() -> None:
    """Give freed memory back to the system; nothing to do where the C library does so by itself."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library, Windows
        return
    trim(0)


class MemoryReturn(QObject):
    """Gives freed memory back some time after layers were removed or ``soon`` was called, in a thread."""

    def __init__(self, project: QgsProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLING_MS)
        self._timer.timeout.connect(self._begin)
        project.layersRemoved.connect(self.soon)

    def close(self) -> None:
        """Watch the project no more."""
        self._timer.stop()
        self._project.layersRemoved.disconnect(self.soon)

    @pyqtSlot()
    def soon(self) -> None:
        """Give memory back once nothing more was freed for a while."""
        self._timer.start()

    def _begin(self) -> None:
        threading.Thread(target=give_back, name="pixxel-memory", daemon=True).start()
