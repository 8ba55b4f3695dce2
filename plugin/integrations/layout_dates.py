"""Maps of print layouts that have a range of time of their own: they draw its dates, also those the map window hides.

QGIS gives a layout's map the visible layers, and a stack of dates shows one. Such a map gets its layers locked, as by
its own "Lock layers", with every date among them; it is unlocked when its range of time is switched off.
"""

from __future__ import annotations

from qgis.core import QgsLayout, QgsLayoutItem, QgsLayoutItemMap, QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSlot

from ..layers import date_visibility

_LOCKED = "pixxel/dates"


class LayoutDates(QObject):
    """Watches the maps of a project's layouts."""

    def __init__(self, project: QgsProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._watched: list[QObject] = []
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._update)
        project.layoutManager().layoutAdded.connect(self._on_layout_added)
        project.layersAdded.connect(self._on_changed)
        project.layersRemoved.connect(self._on_changed)

    def close(self) -> None:
        """Disconnect from the project and its layouts; maps stay as they are."""
        self._later.stop()
        self._project.layoutManager().layoutAdded.disconnect(self._on_layout_added)
        self._project.layersAdded.disconnect(self._on_changed)
        self._project.layersRemoved.disconnect(self._on_changed)
        for each in self._watched:
            if not sip.isdeleted(each):
                signal = each.changed if isinstance(each, QgsLayoutItemMap) else each.itemAdded
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
    def _update(self) -> None:
        self._watched = [each for each in self._watched if not sip.isdeleted(each)]
        for layout in self._project.layoutManager().printLayouts():
            self._watch(layout)
            for item in layout.items():
                if isinstance(item, QgsLayoutItemMap):
                    self._watch(item)
                    _lock(item, self._project)

    def _watch(self, each: QgsLayout | QgsLayoutItem) -> None:
        if each not in self._watched:
            self._watched.append(each)
            signal = each.changed if isinstance(each, QgsLayoutItemMap) else each.itemAdded
            signal.connect(self._on_changed)


def _lock(item: QgsLayoutItemMap, project: QgsProject) -> None:
    """Lock the layers of a map that has a range of time, unless somebody chose its layers; unlock it afterwards."""
    is_ours = bool(item.customProperty(_LOCKED))
    if item.isTemporal() and (is_ours or not (item.keepLayerSet() or item.followVisibilityPreset())):
        layers = date_visibility.layers_at_any_time(project.layerTreeRoot())
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
