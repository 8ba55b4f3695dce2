"""QGIS's temporal controller: our stacks show every date while the map is filtered by time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import Qgis
from qgis.gui import QgsMapCanvas
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject

if TYPE_CHECKING:
    from ..layers.project_layers import ProjectLayers


class TimeFollower(QObject):
    """Tells the project's layers whether the canvas is filtered by time."""

    def __init__(self, canvas: QgsMapCanvas, layers: ProjectLayers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._layers = layers
        self._controller = canvas.temporalController()
        self._controller.navigationModeChanged.connect(self._on_mode)

    def close(self) -> None:
        """Let go of the controller."""
        if not sip.isdeleted(self._controller):
            self._controller.navigationModeChanged.disconnect(self._on_mode)

    def _on_mode(self, mode: Qgis.TemporalNavigationMode) -> None:
        self._layers.follow_time(mode != Qgis.TemporalNavigationMode.Disabled)
