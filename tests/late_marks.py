"""Count what must not happen: objects of Qt or QGIS that Python met and that die off the main thread."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject


class LateMarks(QObject):
    """Counts the QObjects of C++ that Python met and that died in another thread than the main one.

    PyQt hears of these deaths through the main thread's event loop, by address, and may then mark the wrapper of a new
    object in the same place as deleted (docs/design/0024).
    """

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        QCoreApplication.instance().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MetaCall and watched.metaObject().className() == "PyQtMonitor":
            self.count += 1
        return False

    def end(self) -> int:
        """Stop counting, and return how many there were."""
        QCoreApplication.processEvents()
        QCoreApplication.instance().removeEventFilter(self)
        return self.count
