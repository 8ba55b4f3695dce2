"""Print layouts over stacks of dates: maps draw the dates of their own range of time, legends list what maps draw.

QGIS gives a layout's map the visible layers, and a stack of dates shows one. A map with a range of time gets its layers
locked, as by its own "Lock layers", with the dates of that range among them; it is unlocked when its range is switched
off. A legend that QGIS fills with every layer of the tree, because it is new or "Auto update" was switched on again, is
limited to its linked map, as by its own "Only show items inside linked maps", once: who switches that off has it off. A
legend that is linked to no map is linked to the largest. Legends of a project that is opened are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsLayout,
    QgsLayoutItem,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutObject,
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSlot

from ..layers import date_visibility, identity, time_stack

_LOCKED = "pixxel/dates"
_LIMITED = "pixxel/legend_limited"
_WATCHED = (QgsLayoutItemMap, QgsLayoutItemLegend)


class LayoutDates(QObject):
    """Watches the maps and legends of a project's layouts."""

    def __init__(self, project: QgsProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._watched: list[QObject] = []
        self._left_alone: list[QgsLayoutItemLegend] = []
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._update)
        project.layoutManager().layoutAdded.connect(self._on_layout_added)
        project.layersAdded.connect(self._on_changed)
        project.layersRemoved.connect(self._on_changed)
        project.readProject.connect(self._on_project_read)
        self._on_project_read()

    def close(self) -> None:
        """Disconnect from the project and its layouts; maps stay as they are."""
        self._later.stop()
        self._project.layoutManager().layoutAdded.disconnect(self._on_layout_added)
        self._project.layersAdded.disconnect(self._on_changed)
        self._project.layersRemoved.disconnect(self._on_changed)
        self._project.readProject.disconnect(self._on_project_read)
        for each in self._watched:
            if not sip.isdeleted(each):
                for signal in _changes(each):
                    signal.disconnect(self._on_changed)
        self._watched.clear()

    @pyqtSlot(str)
    def _on_layout_added(self, _name: str) -> None:
        self._later.start()

    @pyqtSlot()
    def _on_changed(self) -> None:
        """Look at the maps once for changes that come together."""
        self._later.start()

    @pyqtSlot()
    def _on_project_read(self) -> None:
        """Leave the legends of a project that was opened as they are."""
        self._left_alone = [item for item in self._items() if isinstance(item, QgsLayoutItemLegend)]
        self._later.start()

    @pyqtSlot()
    def _update(self) -> None:
        if identity.is_being_read(self._project):
            return
        self._watched = [each for each in self._watched if not sip.isdeleted(each)]
        self._left_alone = [each for each in self._left_alone if not sip.isdeleted(each)]
        for layout in self._project.layoutManager().printLayouts():
            self._watch(layout)
        for item in self._items():
            self._watch(item)
            if isinstance(item, QgsLayoutItemMap):
                _lock(item, self._project)
            elif not item.autoUpdateModel():
                self._left_alone = [each for each in self._left_alone if each is not item]
            elif item not in self._left_alone:
                _limit(item, self._project)

    def _items(self) -> Iterator[QgsLayoutItemMap | QgsLayoutItemLegend]:
        layouts = self._project.layoutManager().printLayouts()
        return (item for layout in layouts for item in layout.items() if isinstance(item, _WATCHED))

    def _watch(self, each: QgsLayout | QgsLayoutItem) -> None:
        if each not in self._watched:
            self._watched.append(each)
            for signal in _changes(each):
                signal.connect(self._on_changed)


def _changes(each: QgsLayout | QgsLayoutItem) -> list[Any]:
    """Return the signals of changes to a layout or an item; an item's own does not cover all."""
    if isinstance(each, QgsLayoutItemLegend):
        return [each.changed, each.model().modelReset]
    if isinstance(each, QgsLayoutItemMap):
        return [each.changed]
    return [each.itemAdded, each.undoStack().stack().indexChanged]


def _lock(item: QgsLayoutItemMap, project: QgsProject) -> None:
    """Lock the layers of a map that has a range of time, unless the user chose its layers; unlock it afterwards."""
    is_ours = bool(item.customProperty(_LOCKED))
    if item.isTemporal() and (is_ours or not (item.keepLayerSet() or item.followVisibilityPreset())):
        layers = _in_range(item, date_visibility.layers_at_any_time(project.layerTreeRoot()))
        if layers != item.layers() or not is_ours:
            item.setCustomProperty(_LOCKED, True)
            item.setLayers(layers)
            item.setKeepLayerSet(True)
            item.refresh()
    elif is_ours:
        item.removeCustomProperty(_LOCKED)
        item.setKeepLayerSet(False)
        item.setLayers([])
        item.refresh()


def _in_range(item: QgsLayoutItemMap, layers: list[QgsMapLayer]) -> list[QgsMapLayer]:
    """Leave out our dates that a map's range of time excludes; one that comes from data may be any."""
    ends = (QgsLayoutObject.DataDefinedProperty.StartDateTime, QgsLayoutObject.DataDefinedProperty.EndDateTime)
    if any(item.dataDefinedProperties().isActive(end) for end in ends):
        return layers
    shown = item.temporalRange()
    return [layer for layer in layers if not _is_date(layer) or time_stack.is_within(layer, shown)]


def _is_date(layer: QgsMapLayer) -> bool:
    return isinstance(layer, QgsRasterLayer) and identity.of(layer) is not None


def _limit(item: QgsLayoutItemLegend, project: QgsProject) -> None:
    """Limit a legend that follows the layer tree to a map, where the project has dates of ours."""
    if item.customProperty(_LIMITED) or not date_visibility.stacks(project.layerTreeRoot()):
        return
    if item.linkedMap() is None:
        item.setLinkedMap(item.layout().referenceMap())
    if item.linkedMap() is not None:
        item.setCustomProperty(_LIMITED, True)
        item.setLegendFilterByMapEnabled(True)
