"""QGIS's temporal controller over our stacks of dates: one frame per acquisition date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsDateTimeRange, QgsInterval, QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal, pyqtSlot

from ..layers import date_visibility, frames, identity, scene_times, time_stack

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer
    from qgis.gui import QgsMapCanvas

_FILTERING = (Qgis.TemporalNavigationMode.Animated, Qgis.TemporalNavigationMode.FixedRange)
_STEP_NOBODY_CHOSE = (1.0, Qgis.TemporalUnit.Hours)  # a new project's


class TemporalController(QObject):
    """A controller that keeps QGIS's temporal controller and the plugin's stacks of dates in step.

    While the map is filtered by time, every date of a stack is visible, since the filter picks; afterwards the former
    visibility is restored. An animation steps by acquisition date unless the user chose another step, or the
    project has other layers with a time of their own.

    ``range_changed`` is emitted when the range of time that the map shows has changed.
    """

    range_changed = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas, project: QgsProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._controller = canvas.temporalController()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._update)
        # Its argument is an enum that PyQt cannot convert: only a slot declared without arguments is called.
        self._controller.navigationModeChanged.connect(self._on_mode)
        self._controller.updateTemporalRange.connect(self.range_changed)
        project.layersAdded.connect(self._on_layers_changed)
        project.layersRemoved.connect(self._on_layers_changed)
        project.readProject.connect(self._on_project_read)

    def close(self) -> None:
        """Disconnect from QGIS; visible layers stay visible."""
        self._later.stop()
        self._project.layersAdded.disconnect(self._on_layers_changed)
        self._project.layersRemoved.disconnect(self._on_layers_changed)
        self._project.readProject.disconnect(self._on_project_read)
        if not sip.isdeleted(self._controller):
            self._controller.navigationModeChanged.disconnect(self._on_mode)
            self._controller.updateTemporalRange.disconnect(self.range_changed)

    def is_filtering(self) -> bool:
        """Return whether the map shows a range of time only."""
        return self._controller.navigationMode() in _FILTERING

    def go_to(self, layer: QgsRasterLayer) -> None:
        """Show the frame of the acquisition date of one of our layers, where the map is animated."""
        self._follow_at_once()
        if self._is_animated() and (span := _span(layer)) is not None:
            self._controller.setCurrentFrameNumber(self._controller.findBestFrameNumberForFrameStart(span.begin()))

    def shows(self, layer: QgsRasterLayer) -> bool:
        """Return whether the map shows the acquisition date of one of our layers, or can by another frame."""
        self._follow_at_once()
        span = _span(layer)
        is_limited = self._controller.navigationMode() == Qgis.TemporalNavigationMode.FixedRange
        return not is_limited or span is None or bool(self._controller.temporalExtents().overlaps(span))

    def shown_range(self) -> QgsDateTimeRange | None:
        """Return the range of time the map is limited to, or ``None`` where it is not."""
        if not self.is_filtering():
            return None
        if self._is_animated():
            return self._controller.dateTimeRangeForFrameNumber(self._controller.currentFrameNumber())
        return self._controller.temporalExtents()

    @pyqtSlot()
    def _on_mode(self) -> None:
        shown = date_visibility.visible_date(self._project.layerTreeRoot())
        self._update()
        if shown is not None and self.is_filtering():
            self.go_to(shown)

    @pyqtSlot()
    def _on_layers_changed(self) -> None:
        """Follow once for layers that come or go together."""
        self._later.start()

    def _follow_at_once(self) -> None:
        """Give layers that came or went a moment ago their times now, where these are asked for."""
        if self._later.isActive():
            self._later.stop()
            self._update()

    @pyqtSlot()
    def _on_project_read(self) -> None:
        self._update()

    @pyqtSlot()
    def _update(self) -> None:
        scene_times.divide_days(self._project)
        date_visibility.follow(self._project.layerTreeRoot(), filtered=self.is_filtering())
        if self._is_animated() and self._may_set_steps():
            self._step_by_date()

    def _is_animated(self) -> bool:
        return bool(self._controller.navigationMode() == Qgis.TemporalNavigationMode.Animated)

    def _may_set_steps(self) -> bool:
        """Return whether the step is the plugin's or unset, and only the plugin's layers have a time."""
        settings = self._project.timeSettings()
        step = (settings.timeStep(), settings.timeStepUnit())
        is_free = step == _STEP_NOBODY_CHOSE or step[1] == Qgis.TemporalUnit.IrregularStep
        return is_free and not frames.has_others(self._project.mapLayers().values())

    def _step_by_date(self) -> None:
        """Make each acquisition date a frame, and stay at the date that is shown."""
        ranges = frames.ranges(self._project.mapLayers().values())
        is_irregular = self._controller.frameDuration().originalUnit() == Qgis.TemporalUnit.IrregularStep
        if not ranges or (is_irregular and ranges == self._controller.availableTemporalRanges()):
            return
        shown = self._controller.dateTimeRangeForFrameNumber(self._controller.currentFrameNumber()).begin()
        self._controller.setAvailableTemporalRanges(ranges)
        self._controller.setFrameDuration(QgsInterval(1, Qgis.TemporalUnit.IrregularStep))
        self._controller.setTemporalExtents(QgsDateTimeRange(ranges[0].begin(), ranges[-1].end(), True, False))
        self._controller.setCurrentFrameNumber(self._controller.findBestFrameNumberForFrameStart(shown))


def _span(layer: QgsRasterLayer) -> QgsDateTimeRange | None:
    origin = identity.of(layer)
    return None if origin is None else time_stack.span(layer, origin.day)
