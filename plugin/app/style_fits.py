"""Styles compared with the rasters they were put on, in the background: a large raster takes seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsProject, QgsRasterLayer, QgsTask
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject

from ..host import tasks
from ..layers.measuring import fit, source_of

if TYPE_CHECKING:
    from qgis.gui import QgsMessageBar, QgsMessageBarItem

    from ..imagery.statistics import BandSource
    from ..imagery.style_fit import Fit
    from ..legend.scaling import Scaling
    from ..sld.raster_style import RasterStyle
    from .style_changes import StyleChange

    Drawn = Callable[[str, Sequence[StyleChange]], None]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A layer that was drawn by a style, and the band whose values the style colours."""

    change: StyleChange
    source: BandSource


class FitTask(QgsTask):
    """Compares a style with layers; ``on_done(task, found)`` is called in the main thread."""

    def __init__(
        self,
        label: str,
        style: RasterStyle,
        drawings: Sequence[_Drawing],
        on_done: Callable[[FitTask, list[tuple[StyleChange, Fit]]], None],
    ) -> None:
        super().__init__(label, QgsTask.Flag.CanCancel)
        self._legend = style.legend
        self._drawings = tuple(drawings)
        self._on_done = on_done
        self._found: list[tuple[StyleChange, Fit]] = []

    def run(self) -> bool:
        """Measure, in a thread of the task manager."""
        try:
            for number, drawing in enumerate(self._drawings, start=1):
                found = fit(self._legend, drawing.source, self.isCanceled)
                if found is not None:
                    self._found.append((drawing.change, found))
                self.setProgress(100 * number / len(self._drawings))
        except Exception:  # noqa: BLE001 (the border of the thread; logged)
            _log.exception("A style could not be compared with its raster.")
            return False
        return not self.isCanceled()

    def finished(self, result: bool) -> None:
        """Pass the result to the callback."""
        if result:
            self._on_done(self, self._found)


class StyleFits(QObject):
    """A check that reports where a style misses the values of a layer, and offers the factor that explains it.

    Args:
        on_drawn: called with a document's name and the changes, after the user accepted the offer.
    """

    def __init__(self, bar: QgsMessageBar, on_drawn: Drawn, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("styleFits")
        self._bar = bar
        self._on_drawn = on_drawn
        self._task: FitTask | None = None
        self._shown: QgsMessageBarItem | None = None

    def close(self) -> None:
        """Stop measuring and take the message away."""
        self._stop()
        if self._shown is not None and not sip.isdeleted(self._shown):
            self._bar.popWidget(self._shown)

    def compare(self, file: str, style: RasterStyle, changes: Sequence[StyleChange]) -> None:
        """Start comparing a style with the layers that were drawn by it; an earlier comparison is cancelled."""
        self._stop()
        drawings = [_Drawing(change, source) for change in changes if (source := _source(change)) is not None]
        if drawings and style.legend is not None:
            label = self.tr("Comparing “{}” with the raster").format(file)
            self._task = FitTask(label, style, drawings, partial(self._on_done, file, style))
            tasks.add(self._task)

    def running(self) -> FitTask | None:
        """Return the comparison that is under way."""
        return self._task

    def _stop(self) -> None:
        task, self._task = self._task, None
        if task is not None and not sip.isdeleted(task):
            task.cancel()

    def _on_done(self, file: str, style: RasterStyle, task: FitTask, found: Sequence[tuple[StyleChange, Fit]]) -> None:
        from ..messages.fit_messages import notes

        if task is not self._task:
            return
        self._task = None
        current = [(layer, fit) for change, fit in found if notes(fit) and (layer := _current(change)) is not None]
        if current:
            self._show(file, style, current)

    def _show(self, file: str, style: RasterStyle, fits: Sequence[tuple[QgsRasterLayer, Fit]]) -> None:
        from ...ui.messages import push_offer
        from ..messages.fit_messages import apply_scaling, layers_miss

        message = layers_miss([(layer.name(), fit) for layer, fit in fits])
        _log.info("%s: %s", file, message.details or message.text)
        scaling = next((fit.scaling for _, fit in fits if fit.scaling is not None), None)
        ids = [layer.id() for layer, fit in fits if fit.scaling == scaling]
        offers = [] if scaling is None else [(apply_scaling(scaling), partial(self._apply, file, style, scaling, ids))]
        self._shown = push_offer(self._bar, message, offers, Qgis.MessageLevel.Warning)

    def _apply(self, file: str, style: RasterStyle, scaling: Scaling, ids: Sequence[str]) -> None:
        """Draw layers by the style with scaled quantities."""
        from ..messages.fit_messages import scaled_name
        from ..sld.scaled import scaled
        from .style_changes import StyleChange

        layers = [layer for layer in map(_layer, ids) if layer is not None]
        if layers:
            changes = [StyleChange.of(layer, [scaled(style, scaling)]) for layer in layers]
            self._on_drawn(scaled_name(file, scaling), changes)


def _source(change: StyleChange) -> BandSource | None:
    layer = _layer(change.layer_id)
    if layer is None or change.outcome.problem is not None:
        return None
    return source_of(layer.dataProvider(), layer.renderer().inputBand())


def _current(change: StyleChange) -> QgsRasterLayer | None:
    """Return the layer of a change, unless it is gone or was restyled since."""
    layer = _layer(change.layer_id)
    return layer if layer is not None and change.is_current(layer) else None


def _layer(layer_id: str) -> QgsRasterLayer | None:
    layer = QgsProject.instance().mapLayer(layer_id)
    return layer if isinstance(layer, QgsRasterLayer) else None
