"""Two dates in two maps beside each other, which move together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from qgis.core import QgsDateTimeRange, QgsRectangle
from qgis.gui import QgsMapCanvas, QgsMapToolPan, QgsVertexMarker
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QDateTime, QEvent, QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QCloseEvent, QPalette
from qgis.PyQt.QtWidgets import QDockWidget, QMainWindow, QWidget

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer, QgsPointXY

_MARK = 11  # pixels
_SEPARATORS = 12  # pixels between docks


class SplitView(QObject):
    """A second map in a dock beside the canvas, of the same place and scale; call ``close`` in the end.

    A cross shows the cursor of either map in the other one. ``closed()`` is emitted when the user closes the dock.
    """

    closed = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._dock: _Dock | None = None
        self._crosses: dict[QgsMapCanvas, QgsVertexMarker] = {}
        self._is_moving = False

    @property
    def is_shown(self) -> bool:
        """Return whether the second map is there."""
        return self._dock is not None

    def show(self, layers: Sequence[QgsMapLayer], span: QgsDateTimeRange | None, labels: tuple[str, str]) -> None:
        """Show layers in the second map.

        Args:
            layers: in drawing order, the uppermost first.
            span: range of time that they are drawn in; all times without it.
            labels: of the date on the canvas and of the date in the second map.
        """
        if self._dock is None:
            self._dock = self._built()
            self._on_moved()  # before the canvas follows the second map, which begins nowhere
            for signal, slot in self._links(self._dock):
                signal.connect(slot)
        other = self._dock.canvas
        other.setTemporalRange(span if span is not None else QgsDateTimeRange(QDateTime(), QDateTime()))
        other.setLayers(list(layers))
        self._dock.setWindowTitle(self.tr("{1}, compared with {0}").format(*labels))

    def hide(self) -> None:
        """Show the canvas alone."""
        dock, self._dock = self._dock, None
        if dock is None or sip.isdeleted(dock):
            return
        dock.canvas.stopRendering()
        if not sip.isdeleted(self._canvas):
            self._disconnect(dock)
        window = dock.parentWidget()
        if isinstance(window, QMainWindow):
            with _widths_kept(window):
                window.removeDockWidget(dock)
        dock.deleteLater()

    close = hide

    def _built(self) -> _Dock:
        window = self._canvas.window()
        dock = _Dock(self._canvas, window)
        dock.closed.connect(self._on_closed)
        if isinstance(window, QMainWindow):
            _put_beside(self._canvas, dock, window)
        for canvas in (self._canvas, dock.canvas):
            cross = self._crosses[canvas] = QgsVertexMarker(canvas)
            cross.setIconType(QgsVertexMarker.IconType.ICON_CROSS)
            cross.setIconSize(_MARK)
            cross.setColor(canvas.palette().color(QPalette.ColorRole.Highlight))
            cross.hide()
            canvas.viewport().installEventFilter(self)
        return dock

    def _on_closed(self) -> None:
        self.hide()
        self.closed.emit()

    def _disconnect(self, dock: _Dock) -> None:
        for signal, slot in self._links(dock):
            signal.disconnect(slot)
        self._canvas.viewport().removeEventFilter(self)
        self._canvas.scene().removeItem(self._crosses.pop(self._canvas))
        self._crosses.clear()

    def _links(self, dock: _Dock) -> list[tuple[Any, Any]]:
        own, other = self._canvas, dock.canvas
        return [
            (own.extentsChanged, self._on_moved),
            (own.rotationChanged, self._on_moved),
            (own.destinationCrsChanged, self._on_moved),
            (other.extentsChanged, self._on_other_moved),
            (own.xyCoordinates, self._on_pointed),
            (other.xyCoordinates, self._on_other_pointed),
        ]

    def _on_moved(self) -> None:
        """Let the second map follow the canvas."""
        if self._dock is not None:
            other, own = self._dock.canvas, self._canvas
            if other.mapSettings().destinationCrs() != own.mapSettings().destinationCrs():
                other.setDestinationCrs(own.mapSettings().destinationCrs())
            other.setCanvasColor(own.canvasColor())
            self._move(own, other)

    def _on_other_moved(self) -> None:
        """Let the canvas follow the second map."""
        if self._dock is not None:
            self._move(self._dock.canvas, self._canvas)

    def _move(self, moved: QgsMapCanvas, follower: QgsMapCanvas) -> None:
        """Give a map the centre, pixel size and rotation of the other one."""
        if self._is_moving:
            return
        self._is_moving = True
        try:
            if follower.rotation() != moved.rotation():
                follower.setRotation(moved.rotation())
            size = moved.mapUnitsPerPixel()
            pixels = follower.mapSettings().outputSize()
            box = QgsRectangle.fromCenterAndSize(moved.center(), pixels.width() * size, pixels.height() * size)
            follower.setExtent(box)
            follower.refresh()
        finally:
            self._is_moving = False

    def _on_pointed(self, point: QgsPointXY) -> None:
        if self._dock is not None:
            self._point(self._dock.canvas, point)

    def _on_other_pointed(self, point: QgsPointXY) -> None:
        self._point(self._canvas, point)

    def _point(self, canvas: QgsMapCanvas, point: QgsPointXY) -> None:
        """Show the cursor of the other map, and none of this map's own."""
        for each, cross in self._crosses.items():
            cross.setVisible(each is canvas)
        if canvas in self._crosses:
            self._crosses[canvas].setCenter(point)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt)
        """Hide the cross when the cursor leaves a map."""
        if event.type() == QEvent.Type.Leave:
            for cross in self._crosses.values():
                cross.hide()
        return False


def _put_beside(canvas: QgsMapCanvas, dock: QDockWidget, window: QMainWindow) -> None:
    """Put a dock to the left of the canvas, half as wide as that; the other docks keep their places and widths."""
    central = window.centralWidget()
    least = central.minimumSizeHint().width() if central is not None else 0
    half = min(canvas.width() // 2, canvas.width() - least - _SEPARATORS)  # more would be taken from the other docks
    with _widths_kept(window):
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock, Qt.Orientation.Horizontal)
        dock.show()
        window.resizeDocks([dock], [half], Qt.Orientation.Horizontal)


@contextmanager
def _widths_kept(window: QMainWindow) -> Iterator[None]:
    """Let the docks that are visible have their width again after the block, which Qt would give them room in."""
    docks = [each for each in window.findChildren(QDockWidget) if each.isVisible() and not each.isFloating()]
    widths = [each.width() for each in docks]
    yield
    kept = [(each, width) for each, width in zip(docks, widths, strict=True) if each.isVisible()]
    window.resizeDocks([each for each, _ in kept], [width for _, width in kept], Qt.Orientation.Horizontal)


class _Dock(QDockWidget):
    """The dock of the second map."""

    closed = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("pixxelSplitView")
        self.canvas = QgsMapCanvas(self)
        self.canvas.setObjectName("pixxelSplitCanvas")
        self.canvas.enableAntiAliasing(canvas.antiAliasingEnabled())
        self.canvas.setCachingEnabled(True)
        self.canvas.setParallelRenderingEnabled(True)
        self.canvas.setMinimumWidth(160)
        self._tool = QgsMapToolPan(self.canvas)
        self.canvas.setMapTool(self._tool)
        self.setWidget(self.canvas)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 (Qt)
        """Report that the user closed the second map."""
        super().closeEvent(event)
        self.closed.emit()
