"""The threads of QGIS's task manager at the end of QGIS."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QObject, pyqtSlot

_LONGEST_MS = 2000


class TaskThreads(QObject):
    """Ends the threads of QGIS's task manager as soon as QGIS begins to quit, and cancels the tasks that still run.

    QGIS 3.40 does so itself, but after it has deleted its authentication manager. A thread in which a request had read
    the encrypted store then locks a deleted mutex at its end (``QgsAuthConfigurationStorageDb``), and QGIS crashes.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        _application().aboutToQuit.connect(self._end)

    def close(self) -> None:
        """Leave the threads alone."""
        _application().aboutToQuit.disconnect(self._end)

    @pyqtSlot()
    def _end(self) -> None:
        manager = QgsApplication.taskManager()
        manager.cancelAll()
        manager.threadPool().waitForDone(_LONGEST_MS)


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
