"""The frame of the dock: a message bar above one page. It is cheap to build and knows no page by name."""

from __future__ import annotations

from qgis.gui import QgsDockWidget, QgsMessageBar
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import QSizePolicy, QVBoxLayout, QWidget


class PixxelDock(QgsDockWidget):
    """The dock of Pixxel Explorer, empty until it gets a page.

    ``opened`` is emitted once, when the user shows the dock for the first time after ``fold_away``; it hides QGIS's own
    signal of that name, which is emitted at every showing.
    """

    opened = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("PixxelExplorerDock")
        self.setWindowTitle(self.tr("Pixxel Explorer"))
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        self._waits_for_opening = False
        self._page: QWidget | None = None
        self._frame = QWidget(self)
        self.message_bar = QgsMessageBar(self._frame)
        self.message_bar.setObjectName("dockMessageBar")
        self.message_bar.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self._frame)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.message_bar)
        self.setWidget(self._frame)

    @property
    def page(self) -> QWidget | None:
        """Return the page that is shown, if any."""
        return self._page

    def fold_away(self) -> None:
        """Hide the dock, and from now on wait for the user to open it: QGIS itself shows a dock that is added.

        ``setUserVisible`` would do nothing here while QGIS's window is not on the screen yet.
        """
        self.hide()
        self._waits_for_opening = True

    def set_page(self, page: QWidget) -> None:
        """Show a page instead of the one there is, which is deleted."""
        if page is self._page:
            return
        layout = self._frame.layout()
        if self._page is not None:
            layout.removeWidget(self._page)
            self._page.hide()
            self._page.deleteLater()
        self._page = page
        layout.addWidget(page, 1)
        page.show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 (Qt calls this name)
        """Emit ``opened`` at the first showing."""
        super().showEvent(event)
        if self._waits_for_opening:
            self._waits_for_opening = False
            self.opened.emit()
