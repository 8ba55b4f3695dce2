"""AOIs and visualizations created from the dock, by the dialogs of Processing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

if TYPE_CHECKING:
    from ..api.models import Aoi


class CreationController(QObject):
    """Controller of the dialogs that create; ``closed()`` reports that one was closed, so lists may have changed."""

    closed = pyqtSignal()

    def create_aoi(self) -> None:
        """Open the dialog of a new AOI."""
        self._open("pixxel:createaoi", {})

    def create_visualization(self, aoi: Aoi) -> None:
        """Open the dialog of a new visualization of an AOI."""
        self._open("pixxel:createvisualization", {"AOI": aoi.aoi_id})

    def _open(self, algorithm_id: str, parameters: dict[str, object]) -> None:
        from qgis import processing

        processing.execAlgorithmDialog(algorithm_id, parameters)
        self.closed.emit()
