"""The time bar over the layers of the project: which stack it shows, and the map that follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot
from qgis.PyQt.QtWidgets import QAbstractItemView

from ...ui.requests import CompareView
from ...ui.time.axis_scale import AxisDate
from ..files.shown_names import shown_name
from ..integrations.split_view import SplitView
from ..integrations.swipe import Swipe
from ..layers import date_visibility, dated_stack, identity, time_stack
from ..layers.change_layers import Pair
from ..messages import change_messages

if TYPE_CHECKING:
    from qgis.core import QgsLayerTreeGroup, QgsMapLayer
    from qgis.gui import QgsLayerTreeView, QgsMapCanvas

    from ...ui.requests import ChangeKind
    from ...ui.time.time_bar import TimeBar
    from ..integrations.temporal import TemporalController
    from ..layers.dated_stack import StackDate
    from .change_controller import ChangeController
    from .legend_controller import LegendController

_FEWEST = 2
_PAUSE_MS = 100  # without a change, before the bar follows: dates of a load arrive one after the other


class TimeController(QObject):
    """Controller of the time bar.

    The bar shows the stack of the layer that was selected or added last, else the uppermost visible one that has
    several dates. A date that is chosen there is shown on the map, in the layer tree and, where its legend is open, in
    the legend editor; a date that is shown by other means moves the bar.

    ``changed`` is emitted when the bar was shown anew: other layers, other dates, or another date shown.

    Attributes:
        shown: the date that the map shows, if it shows one of the bar's.
    """

    changed = pyqtSignal()

    def __init__(
        self,
        canvas: QgsMapCanvas,
        tree: QgsLayerTreeView,
        bar: TimeBar,
        time: TemporalController,
        legends: LegendController,
        changes: ChangeController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._canvas, self._tree, self._bar = canvas, tree, bar
        self._time, self._legends, self._changes = time, legends, changes
        self._project = QgsProject.instance()
        self._layer_id = ""  # of a layer in the stack that the bar shows
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE_MS)
        self._later.timeout.connect(self._show)
        self._swipe, self._split = Swipe(canvas, self), SplitView(canvas, self)
        self._split.closed.connect(self._end_comparison)
        self.shown: StackDate | None = None
        bar.axis.date_chosen.connect(self._go)
        bar.axis.compared_changed.connect(self._show_soon)
        bar.view_chosen.connect(self._show_soon)
        bar.change_requested.connect(self._add_change)
        bar.change_problem = self._change_problem
        bar.is_map_ready = lambda: not sip.isdeleted(canvas) and not canvas.isDrawing()
        for signal, slot in self._signals():
            signal.connect(slot)
        self._show_soon()

    def close(self) -> None:
        """Disconnect from QGIS."""
        self._later.stop()
        self._swipe.close()
        self._split.close()
        for signal, slot in self._signals():
            signal.disconnect(slot)

    def go_to(self, layer_id: str) -> None:
        """Show a date of any stack, which becomes that of the bar."""
        self._layer_id = layer_id
        self._go(layer_id)

    def _signals(self) -> list[tuple[Any, Any]]:
        root, project = self._project.layerTreeRoot(), self._project
        changed = (
            root.visibilityChanged,
            root.addedChildren,
            root.removedChildren,
            root.nameChanged,
            project.layersRemoved,
            project.readProject,
            self._time.range_changed,
        )
        return [
            *((signal, self._show_soon) for signal in changed),
            (project.layersAdded, self._on_added),
            (self._tree.currentLayerChanged, self._on_current),
        ]

    @pyqtSlot()
    def _show_soon(self) -> None:
        """Show the dates once for changes that come together."""
        self._later.start()

    def _on_added(self, layers: list[QgsMapLayer]) -> None:
        ours = [layer for layer in layers if identity.of(layer) is not None]
        if ours:
            self._layer_id = ours[-1].id()
        self._show_soon()

    def _on_current(self, layer: QgsMapLayer | None) -> None:
        if layer is not None and identity.of(layer) is not None:
            self._layer_id = layer.id()
            self._show_soon()

    def _stack(self) -> QgsLayerTreeGroup | None:
        root = self._project.layerTreeRoot()
        chosen = dated_stack.stack_around(root.findLayer(self._layer_id))
        if chosen is not None:
            return chosen
        visible = (stack for stack in date_visibility.stacks(root) if stack.isVisible())
        return next((stack for stack in visible if len(dated_stack.dates_of(stack)) >= _FEWEST), None)

    def _dates(self) -> list[StackDate]:
        stack = self._stack()
        return [] if stack is None else dated_stack.dates_of(stack, self._time.shows)

    def _scroll_to(self, date: StackDate) -> None:
        node = self._project.layerTreeRoot().findLayer(date.layer.id())
        if node is not None and self._tree.model() is not None:
            self._tree.scrollTo(self._tree.node2index(node), QAbstractItemView.ScrollHint.PositionAtCenter)

    @pyqtSlot()
    def _show(self) -> None:
        stack, dates = self._stack(), self._dates()
        shown = dated_stack.shown_date(self._project.layerTreeRoot(), dates, self._time.shown_range())
        self._bar.show_dates(
            stack.name() if stack is not None else "",
            [AxisDate(date.layer.id(), date.label, date.moment) for date in dates],
            shown.layer.id() if shown is not None else None,
        )
        self._compare(dates, shown)
        self.shown = shown
        self.changed.emit()

    def _compare(self, dates: list[StackDate], shown: StackDate | None) -> None:
        """Show the compared date beside the one shown, or the map alone."""
        wanted = self._bar.axis.compared
        compared = next((date for date in dates if wanted is not None and date.layer.id() == wanted.key), None)
        is_split = self._bar.compare_view is CompareView.SPLIT
        used, unused = (self._split, self._swipe) if is_split else (self._swipe, self._split)
        unused.hide()
        if compared is None or shown is None:
            used.hide()
            return
        layers = dated_stack.layers_at(self._project.layerTreeRoot(), compared, self._canvas.layers())
        span = time_stack.span(compared.layer, compared.origin.day) if self._time.is_filtering() else None
        used.show(layers, span, (shown_name(shown.label), shown_name(compared.label)))

    @pyqtSlot()
    def _end_comparison(self) -> None:
        """Show the map alone, since the user closed the second one."""
        self._bar.axis.compare(-1)

    def _pair(self, before: str, after: str) -> Pair | None:
        """Return two dates by their keys; ``None`` where one is gone."""
        found = {date.layer.id(): date for date in self._dates()}
        return Pair(found[before], found[after]) if before in found and after in found else None

    def _change_problem(self, kind: ChangeKind, before: str, after: str) -> str:
        pair = self._pair(before, after)
        return change_messages.dates_gone() if pair is None else self._changes.problem(kind, pair)

    def _add_change(self, kind: ChangeKind, before: str, after: str) -> None:
        """Add a layer of changes; the comparison ends, since that layer would lie over both dates."""
        pair = self._pair(before, after)
        if pair is not None:
            self._bar.axis.compare(-1)
            self._changes.add(kind, pair)

    def _go(self, key: str) -> None:
        """Show a date in the editor of its legend, if that is open, and on the map.

        The map is moved in either case: the editor moves it only to another date than it has, and to values only.
        """
        date = next((date for date in self._dates() if date.layer.id() == key), None)
        if date is None:
            return
        self._layer_id = key
        self._legends.show_date(date.origin)
        dated_stack.step_to(self._project.layerTreeRoot(), date, filtered=self._time.is_filtering())
        self._time.go_to(date.layer)
        self._scroll_to(date)
        self._later.stop()
        self._show()
