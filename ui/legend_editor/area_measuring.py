"""The areas of edited classes: the server returns them only after a push, so they are measured here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, QTimer

from ...plugin.legend.units import display_range
from ...plugin.legend_sync.coverage import ValueRaster
from .spreading_check import no_rasters

if TYPE_CHECKING:
    from ...plugin.legend.spec import Legend
    from ...plugin.legend_sync.measured_areas import MeasuredAreas
    from ...plugin.legend_sync.service import LegendService
    from .spreading_check import Rasters
    from .workspace import LegendWorkspace

INTERVAL_MS = 200  # a person stops dragging


class AreaMeasuring(QObject):
    """A service that measures the classes of the displayed date whenever some have no area, one run at a time.

    Attributes:
        rasters: returns the value rasters on this machine by date key, and the legend's units as chosen by the user.
    """

    def __init__(self, service: LegendService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rasters: Rasters = no_rasters
        self._service = service
        self._workspace: LegendWorkspace | None = None
        self._key = ""
        self._job: Any = None
        self._asked: Legend | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._measure)

    def follow(self, workspace: LegendWorkspace, key: str) -> None:
        """Measure the classes of a date, now and after each edit."""
        self.stop()
        self._workspace, self._key = workspace, key
        workspace.session.legends_changed.connect(self._on_changed)
        self._timer.start()

    def measure_soon(self) -> None:
        """Measure missing areas shortly: a raster may have been added."""
        if self._workspace is not None:
            self._timer.start()

    def stop(self) -> None:
        """Measure no more."""
        self._timer.stop()
        self._cancel()
        if self._workspace is not None:
            self._workspace.session.legends_changed.disconnect(self._on_changed)
            self._workspace = None

    def _on_changed(self, keys: tuple[str, ...]) -> None:
        if self._key in keys:
            self._cancel()
            self._timer.start()

    def _measure(self) -> None:
        self._cancel()
        raster = self._raster()
        if raster is not None and self._workspace is not None:
            self._asked = self._workspace.session.mine(self._key)
            self._job = job = self._service.measure_classes(raster, self._asked)
            job.succeeded.connect(self._on_measured)
            job.failed.connect(self._on_failed)
            job.start()

    def _raster(self) -> ValueRaster | None:
        """Return the raster to measure in; ``None`` where nothing is to be measured, or nothing can be."""
        session = self._workspace.session if self._workspace is not None else None
        if session is None or self._key not in session.keys or not session.lacks_areas(self._key):
            return None
        server = session.server(self._key)
        paths, units = self.rasters(session.item, (self._key,))
        if server is None or self._key not in paths:
            return None
        return ValueRaster(paths[self._key], server, display_range(session.item.rescale), units)

    def _cancel(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.succeeded.disconnect(self._on_measured)
            job.failed.disconnect(self._on_failed)
            job.cancel()

    def _on_measured(self, areas: MeasuredAreas | None) -> None:
        self._job = None
        if areas is not None and self._workspace is not None and self._asked is not None:
            self._workspace.session.put_areas(self._key, self._asked, areas)

    def _on_failed(self, _error: object) -> None:
        self._job = None
