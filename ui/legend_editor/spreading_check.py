"""One legend for all dates: first how much of each date would not be drawn by it, then the person's choice."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from qgis.PyQt.QtCore import QObject

from ...plugin.legend.coverage import DateCoverage, outer_ends
from ...plugin.legend.units import display_range
from ...plugin.legend.vocabulary import Units
from ...plugin.legend_sync.coverage import ValueRaster
from ..models.coverage_text import busy_text, not_spread_text, opened_text, outside_text
from .spread_question import SpreadChoice, SpreadQuestion
from .spreading import estimates_for_all, whole_for_all, widened_for_all

if TYPE_CHECKING:
    from pathlib import Path

    from ...plugin.catalog.visualization_item import VisualizationItem
    from ...plugin.legend.spec import Legend
    from ...plugin.legend_sync.service import LegendService
    from .workspace import LegendWorkspace

    class Rasters(Protocol):
        """Looks for value rasters."""

        def __call__(
            self, item: VisualizationItem, keys: Collection[str] | None = None, /
        ) -> tuple[Mapping[str, Path], Units]:
            """Return the rasters by date key, and the legend's units as chosen by the user."""


def no_rasters(_item: VisualizationItem, _keys: Collection[str] | None = None) -> tuple[Mapping[str, Path], Units]:
    """Return that there are no value rasters on this machine and no units chosen by the user."""
    return {}, Units.UNCHOSEN


class SpreadingCheck(QObject):
    """The action "Same Legend for All Dates"; its open question is closed when anything else is edited.

    Attributes:
        rasters: returns the value rasters on this machine by date key, and the legend's units as chosen by the user.
    """

    def __init__(self, service: LegendService, question: SpreadQuestion, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rasters: Rasters = no_rasters
        self._service, self._question = service, question
        self._job: Any = None
        self._pending: tuple[LegendWorkspace, str, str] | None = None
        self._coverage: dict[str, DateCoverage] = {}
        question.chosen.connect(self._on_chosen)

    def start(self, workspace: LegendWorkspace, key: str, text: str) -> None:
        """Copy one date's legend to every date, or ask first; ``text`` names the step for Undo.

        A legend that cannot be pushed is copied to none: its errors would be repeated on every date.
        """
        self.cancel()
        self._pending = workspace, key, text
        workspace.session.legends_changed.connect(self.cancel)
        found = workspace.session.problems(key)
        if found:
            self._question.show_refusal(not_spread_text(workspace.session, key, found[0]))
            return
        if outer_ends(workspace.session.mine(key)) is None:
            self._apply(whole_for_all(workspace.session, key))
            return
        self._coverage = estimates_for_all(workspace.session, key)
        rasters = self._value_rasters(workspace, key)
        if not rasters:
            self._evaluate()
            return
        self._question.show_busy(busy_text(len(rasters)))
        self._job = job = self._service.count_outside(rasters, workspace.session.mine(key))
        job.succeeded.connect(self._on_counted)
        job.failed.connect(self._on_not_counted)
        job.start()

    def cancel(self) -> None:
        """Put the question away; nothing was changed."""
        job, self._job = self._job, None
        if job is not None:
            job.succeeded.disconnect(self._on_counted)
            job.failed.disconnect(self._on_not_counted)
            job.cancel()
        if self._pending is not None:
            self._pending[0].session.legends_changed.disconnect(self.cancel)
            self._pending = None
        self._question.hide()

    def _value_rasters(self, workspace: LegendWorkspace, key: str) -> dict[str, ValueRaster]:
        session = workspace.session
        paths, units = self.rasters(session.item)
        display = display_range(session.item.rescale)
        servers = ((other, session.server(other)) for other in session.keys if other != key and other in paths)
        return {
            other: ValueRaster(paths[other], server, display, units) for other, server in servers if server is not None
        }

    def _on_counted(self, counted: Mapping[str, DateCoverage]) -> None:
        self._job = None
        self._coverage |= counted
        self._evaluate()

    def _on_not_counted(self, _error: object) -> None:
        self._job = None
        self._evaluate()

    def _evaluate(self) -> None:
        assert self._pending is not None
        workspace, key, _ = self._pending
        if not any(found.outside for found in self._coverage.values()):
            self._apply(whole_for_all(workspace.session, key))
            return
        wide = widened_for_all(workspace.session, key, self._coverage)[key]
        self._question.ask(outside_text(workspace.session, self._coverage), opened_text(wide))

    def _on_chosen(self, choice: SpreadChoice) -> None:
        if self._pending is None or choice is SpreadChoice.CANCEL:
            self.cancel()
            return
        workspace, key, _ = self._pending
        if choice is SpreadChoice.OPEN_ENDS:
            self._apply(widened_for_all(workspace.session, key, self._coverage))
        else:
            self._apply(whole_for_all(workspace.session, key))

    def _apply(self, legends: Mapping[str, Legend]) -> None:
        assert self._pending is not None
        workspace, _, text = self._pending
        self.cancel()
        workspace.history.replace(legends, text)
