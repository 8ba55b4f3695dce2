"""Rows of a layer's legend, in the layer tree and in print: each class with its range of values, no band names.

QGIS puts "Band 1 (Gray)" before the classes and shows a class by its label alone. Order and texts of the rows are
custom properties of the node in the layer tree, which QGIS applies in every legend and saves; the style, with the
server's labels, is left alone. The user's settings of a node are never replaced.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from qgis.core import (
    QgsLayerTreeGroup,
    QgsLayerTreeLayer,
    QgsLayoutItemLegend,
    QgsMapLayer,
    QgsMapLayerLegendUtils,
    QgsMultiBandColorRenderer,
    QgsProject,
    QgsRasterLayer,
    QgsRasterRenderer,
    QgsSimpleLegendNode,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, pyqtSlot

from . import identity
from .range_texts import row_text

_OURS = "pixxel/legend_rows"
_State = tuple[str, dict[str, str]]  # the order of a node's rows, and their texts by number
_ORDER, _LABEL = "legend/node-order", "legend/label-"  # QGIS's own


class LegendRows(QObject):
    """Keeps the legends of our layers of a project in step with how they are drawn."""

    def __init__(self, project: QgsProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._watched: dict[str, QgsRasterLayer] = {}
        project.layersAdded.connect(self._on_added)
        project.readProject.connect(self._on_read)
        project.layerTreeRoot().addedChildren.connect(self._on_nodes)
        self._on_read()

    def close(self) -> None:
        """Watch no more; the rows stay as they are."""
        self._project.layersAdded.disconnect(self._on_added)
        self._project.readProject.disconnect(self._on_read)
        self._project.layerTreeRoot().addedChildren.disconnect(self._on_nodes)
        for layer in self._watched.values():
            if not sip.isdeleted(layer):
                layer.rendererChanged.disconnect(self._on_renderer)
        self._watched.clear()

    def _on_added(self, layers: Iterable[QgsMapLayer]) -> None:
        self._watched = {key: layer for key, layer in self._watched.items() if not sip.isdeleted(layer)}
        for layer in layers:
            if isinstance(layer, QgsRasterLayer) and layer.id() not in self._watched:
                layer.rendererChanged.connect(self._on_renderer)
                self._watched[layer.id()] = layer

    @pyqtSlot()
    def _on_read(self) -> None:
        """Watch the layers of a project that was opened; earlier versions wrote no rows."""
        layers = [layer for layer in self._project.mapLayers().values() if isinstance(layer, QgsRasterLayer)]
        self._on_added(layers)
        was_dirty = self._project.isDirty()
        for layer in layers:
            self._write(layer)
        self._project.setDirty(was_dirty)

    def _on_nodes(self, parent: QgsLayerTreeGroup, first: int, last: int) -> None:
        for node in parent.children()[first : last + 1]:
            layer = node.layer() if isinstance(node, QgsLayerTreeLayer) else None
            if isinstance(layer, QgsRasterLayer):
                self._write(layer)

    def _on_renderer(self) -> None:
        layer = self.sender()
        if isinstance(layer, QgsRasterLayer):
            self._write(layer)

    def _write(self, layer: QgsRasterLayer) -> None:
        nodes = [node for root in self._roots() if (node := root.findLayer(layer.id())) is not None]
        if not nodes or not layer.isValid() or identity.of(layer) is None:
            return  # QGIS gives a layer without a file other rows
        changed = [node for node in nodes if write_rows(node, layer)]
        if changed:
            layer.legendChanged.emit()

    def _roots(self) -> Iterator[QgsLayerTreeGroup]:
        """Return the project's layer tree and the copies of it in print legends that do not follow it."""
        yield self._project.layerTreeRoot()
        for layout in self._project.layoutManager().printLayouts():
            for item in layout.items():
                if isinstance(item, QgsLayoutItemLegend) and not item.autoUpdateModel():
                    yield item.model().rootGroup()


def write_rows(node: QgsLayerTreeLayer, layer: QgsRasterLayer) -> bool:
    """Write the rows of a layer's legend and their texts, unless the user did; return whether it changed."""
    before = _state(node)
    if before != _written(node):
        return False
    order, texts = _rows(node, layer)
    if before == (after := _as_state(order, texts)):
        return False
    for key in before[1]:
        node.removeCustomProperty(_LABEL + key)
    QgsMapLayerLegendUtils.setLegendNodeOrder(node, order)
    for row, text in texts.items():
        QgsMapLayerLegendUtils.setLegendNodeUserLabel(node, row, text)
    node.setCustomProperty(_OURS, json.dumps(after, ensure_ascii=False))
    return True


def _rows(node: QgsLayerTreeLayer, layer: QgsRasterLayer) -> tuple[list[int], dict[int, str]]:
    """Return the rows of QGIS that are shown, by their numbers, and the texts of those that are classes."""
    renderer, rows = layer.renderer(), layer.legend().createLayerTreeModelLegendNodes(node)
    if isinstance(renderer, QgsMultiBandColorRenderer):
        return [], {}
    order = [number for number, row in enumerate(rows) if not isinstance(row, QgsSimpleLegendNode)]
    texts = _class_texts(renderer)
    return order, dict(zip(order, texts, strict=True)) if len(texts) == len(order) else {}


def _class_texts(renderer: QgsRasterRenderer | None) -> Sequence[str]:
    from ..sld.renderers import legend_of  # QGIS's start is not to wait for it

    if renderer is None:
        return ()
    legend, _ = legend_of(renderer)
    return [row_text(entry, legend.kind) for entry in legend.classes]


def _state(node: QgsLayerTreeLayer) -> _State:
    """Return the rows noted on a node: their order, and their texts by number."""
    labels = {
        key.removeprefix(_LABEL): str(node.customProperty(key))
        for key in node.customProperties()
        if key.startswith(_LABEL)
    }
    return str(node.customProperty(_ORDER) or ""), labels


def _as_state(order: Sequence[int], texts: dict[int, str]) -> _State:
    return ",".join(map(str, order)) or "empty", {str(row): text for row, text in texts.items()}


def _written(node: QgsLayerTreeLayer) -> _State:
    """Return the rows written on a node here the last time; a node without a note has none of the plugin's."""
    try:
        order, texts = json.loads(str(node.customProperty(_OURS) or ""))
    except ValueError:
        return "", {}
    return str(order), dict(texts)
