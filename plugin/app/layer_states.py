"""The states of our layers over the project: asked of their sources after each change, shown in the layer tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from qgis.core import QgsLayerTreeGroup, QgsLayerTreeLayer, QgsLayerTreeNode, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from ..integrations.layer_marks import LayerMarks, LayerState
from ..layers import identity
from ..layers.dated_stack import stack_around

if TYPE_CHECKING:
    from qgis.gui import QgsLayerTreeView

    from ..layers.provenance import Provenance

    Source = Callable[["Provenance", bool], Iterator[LayerState]]

_PAUSE_MS = 50  # for changes that come together


class LayerStates(QObject):
    """The states of the plugin's layers of a project.

    ``chosen(LayerState, QgsRasterLayer)`` reports the indicator that the user clicked; that of a stack names one of its
    layers. Copies of our layers are the user's own and have no state.

    Attributes:
        source: yields the states of a layer by its provenance, or, if told so, of the stack around such layers; what
            is known of the place of an image needs none.
    """

    chosen = pyqtSignal(object, object)

    def __init__(self, view: QgsLayerTreeView, project: QgsProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = project.layerTreeRoot()
        self._project = project
        self.source: Source | None = None
        self._marks = LayerMarks(view, self._root, self)
        self._marks.clicked.connect(self._on_clicked)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE_MS)
        self._later.timeout.connect(self._show)
        for signal in self._signals():
            signal.connect(self.update)
        self.update()

    def close(self) -> None:
        """Disconnect from the project, and take the indicators away."""
        self._later.stop()
        for signal in self._signals():
            signal.disconnect(self.update)
        self._marks.close()

    def _signals(self) -> list[Any]:
        root, project = self._root, self._project
        return [root.addedChildren, root.removedChildren, project.layersAdded, project.readProject]

    @pyqtSlot()
    def update(self) -> None:
        """Show the states again, once for changes that come together."""
        self._later.start()

    def _show(self) -> None:
        found: dict[QgsLayerTreeNode, set[LayerState]] = {}
        for node in self._root.findLayers():
            origin = _origin_of(node)
            if origin is None:
                continue
            found[node] = set(self._states_of(origin))
            stack = stack_around(node)
            if stack is not None and self.source is not None:
                found.setdefault(stack, set()).update(self.source(origin, True))
        self._marks.show({node: states for node, states in found.items() if states})

    def _states_of(self, origin: Provenance) -> Iterator[LayerState]:
        if origin.is_approximate:
            yield LayerState.APPROXIMATE
        if origin.is_placed:
            yield LayerState.PLACED
        if self.source is not None:
            yield from self.source(origin, False)

    def _on_clicked(self, state: LayerState, node: QgsLayerTreeNode) -> None:
        nodes = node.findLayers() if isinstance(node, QgsLayerTreeGroup) else [node]
        layer = next((each.layer() for each in nodes if _origin_of(each) is not None), None)
        if layer is not None:
            self.chosen.emit(state, layer)


def _origin_of(node: QgsLayerTreeLayer) -> Provenance | None:
    layer = node.layer()
    return identity.of(layer) if isinstance(layer, QgsRasterLayer) else None
