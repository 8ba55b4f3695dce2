"""Identity of the open project: a load that was begun in one must not go into the next.

QGIS keeps one project object and empties it, so a project is known by its number.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal, pyqtSlot

_log = logging.getLogger(__name__)


class OpenProject(QObject):
    """Counts the projects that were open in this session.

    ``closed()`` comes when a project has been closed, before the layers of the next one are read.
    """

    closed = pyqtSignal()
    _handed_over = pyqtSignal(int, object)

    def __init__(self, project: QgsProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._number = 0
        self._thread = threading.get_ident()
        project.cleared.connect(self._on_cleared)
        self._handed_over.connect(self._run)

    @property
    def number(self) -> int:
        """Return the number of the project that is open; it may be read in any thread."""
        return self._number

    def close(self) -> None:
        """Stop watching; work begun before belongs to no project from now on."""
        self._project.cleared.disconnect(self._on_cleared)
        self._number += 1

    def run_in(self, number: int, act: Callable[[], None]) -> None:
        """Run a function in the main thread, unless the project of that number was closed.

        From another thread than the main one it is run later, and its errors are only logged.
        """
        if threading.get_ident() != self._thread:
            self._handed_over.emit(number, act)
        elif number == self._number:
            act()

    @pyqtSlot(int, object)
    def _run(self, number: int, act: Callable[[], None]) -> None:
        try:
            self.run_in(number, act)
        except Exception:  # noqa: BLE001 (the border of the thread; logged)
            _log.exception("What was made in another thread could not be put into the project")

    @pyqtSlot()
    def _on_cleared(self) -> None:
        self._number += 1
        self.closed.emit()
