"""A watcher that keeps the provenance of layers true while styles are pasted, loaded and switched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject, QTimer

from . import identity, scene_times


class IdentityKeeper(QObject):
    """A watcher of the raster layers of a project; existing layers are checked by the next event loop turn."""

    def __init__(self, project: QgsProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._settle)
        project.layersAdded.connect(self._on_added)
        project.layersRemoved.connect(self._on_removed)
        project.readProject.connect(self._settle)
        self._watch(project.mapLayers().values())
        self._soon.start()

    def close(self) -> None:
        """Watch no more."""
        self._soon.stop()
        self._project.layersAdded.disconnect(self._on_added)
        self._project.layersRemoved.disconnect(self._on_removed)
        self._project.readProject.disconnect(self._settle)
        for layer in self._project.mapLayers().values():
            if isinstance(layer, QgsRasterLayer):
                with suppress(TypeError):  # a node was added without a signal
                    layer.styleChanged.disconnect(self._on_style_changed)

    def _watch(self, layers: Iterable[QgsMapLayer]) -> None:
        for layer in layers:
            if isinstance(layer, QgsRasterLayer):
                layer.styleChanged.connect(self._on_style_changed)

    def _on_added(self, layers: Sequence[QgsMapLayer]) -> None:
        """Make new layers true at once; whether those that state something are ours is found when all have come."""
        self._watch(layers)
        for layer in layers:
            if isinstance(layer, QgsRasterLayer):
                identity.settle_layer(layer)
                if identity.is_open(layer):
                    self._soon.start()

    def _on_removed(self, layer_ids: Sequence[str]) -> None:
        identity.forget(self._project, layer_ids)

    def _on_style_changed(self) -> None:
        """Look at a layer again: QGIS has no other signal for a style that was pasted, with the time of its layer."""
        layer = self.sender()
        is_ours = isinstance(layer, QgsRasterLayer) and layer.project() is not None
        if is_ours and identity.settle_layer(layer):
            self._soon.start()

    def _settle(self) -> None:
        identity.settle(self._project)
        if not identity.is_being_read(self._project):
            scene_times.divide_days(self._project)
