"""Rollback of legends, recomputed by the server: read, request once, read again, report the result."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..api.errors import ApiError, OutcomeUnknown, RequestRejected
from ..catalog.visualization_item import VisualizationItem, named_keys
from ..legend.vocabulary import LegendMode
from ..worker.background import in_thread
from .document import METADATA, SLD, LegendDocument, listed_document, read_legends
from .errors import NoLegend, RollbackUncertain
from .refusals import STATE_REFUSALS, refused_write
from .report import RollbackReport, differences, rows_of
from .unchosen import nearer, other_modes, unchosen_changes

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Visualization
    from ..legend.spec import Legend
    from .document import FromSld, Recall
    from .push import BeforeWrite

_logger = logging.getLogger(__name__)


async def rollback_legends(
    client: ApiClient,
    item: VisualizationItem,
    mode: LegendMode,
    wanted: tuple[str, ...],
    from_sld: FromSld,
    *,
    before_write: BeforeWrite | None = None,
    recall: Recall | None = None,
) -> RollbackReport:
    """Ask the server to recompute the legends of some dates; edits of these dates are lost on the server.

    Raises:
        UnknownDate, NoLegend: nothing was sent.
        WriteRefused: the server refused it because of the state it is in; nothing was changed.
        RollbackUncertain, OutcomeUnknown: it was not confirmed.
    """
    before = await read_legends(client, item, mode, from_sld, recall)
    keys = tuple(dict.fromkeys(key for date in wanted for key in named_keys(before.item, date)))
    if before_write is not None:
        await in_thread(before_write, before.legends)
    return await _Rollback(client, before, keys, from_sld).send()


@dataclass(frozen=True, slots=True)
class _Rollback:
    """One rollback in progress; ``before`` is the server's legend before it."""

    client: ApiClient
    before: LegendDocument
    keys: tuple[str, ...]
    from_sld: FromSld

    async def send(self) -> RollbackReport:
        try:
            record = await self._patch()
        except OutcomeUnknown as error:
            return await self._after_lost_answer(error)
        except RequestRejected as error:
            if error.status not in STATE_REFUSALS:
                raise
            raise await refused_write("rollback", error, self.before, self.keys, {}, self._read) from error
        return await self._verified(record)

    async def _patch(self) -> Visualization:
        from ..api.models import MetadataRollback

        item = self.before.item
        request = MetadataRollback(index_id=item.index_id, dates=self.keys, visualization_mode=self.before.mode)
        return await self.client.visualizations.rollback_metadata(item.aoi_id, item.id, request)

    async def _verified(self, record: Visualization) -> RollbackReport:
        """Compare the stored legends with the response, which may be made up."""
        item = replace(self.before.item, visualization=record, updated_at=record.updated_at or "")
        answer = listed_document(item, self.before.mode)
        try:
            after = await self._read()
        except (ApiError, NoLegend) as error:
            _logger.warning("The legend could not be read again after a rollback: %s", error)
            if answer is None or not {*self.keys} <= set(answer.legends):
                raise OutcomeUnknown("PATCH", "/visualizations/-/metadata", error) from error
            return replace(self._report(answer), verified=False)
        return self._report(after, self._stored_otherwise(answer, after))

    async def _after_lost_answer(self, error: OutcomeUnknown) -> RollbackReport:
        """Look whether the server holds other legends than before."""
        try:
            after = await self._read()
        except (ApiError, NoLegend) as failed:
            _logger.warning("The legend could not be read after a rollback was not confirmed: %s", failed)
            raise error from failed
        report = self._report(after)
        if len(report.unchanged) == len(self.keys):
            raise RollbackUncertain(tuple(report.unchanged)) from error
        return replace(report, unchanged=[])

    def _report(self, after: LegendDocument, stored_otherwise: list[dict[str, Any]] | None = None) -> RollbackReport:
        before = self.before
        exact = SLD not in (before.source, after.source)
        modes = other_modes(before.item, after.item, after.mode, before.legends) if after.source == METADATA else []
        otherwise = {one["date"] for one in stored_otherwise or []}
        return RollbackReport(
            rolled_back=[after.item.label_of(key) for key in self.keys],
            before={key: rows_of(before.legends[key]) for key in self.keys if key in before.legends},
            answered={key: rows_of(after.legends[key]) for key in self.keys if key in after.legends},
            document=after,
            changed=unchosen_changes(before.legends, self.keys, after.legends, after.item.label_of, exact=exact),
            differences=[*(stored_otherwise or []), *modes],
            unchanged=[day for day in self._unchanged(after) if day not in otherwise],
        )

    def _stored_otherwise(self, answer: LegendDocument | None, after: LegendDocument) -> list[dict[str, Any]]:
        returned = answer.legends if answer is not None else {}
        rows = {key: rows_of(returned[key]) for key in self.keys if key in returned}
        return differences(rows, _exact(returned, after), after.item.label_of)

    def _unchanged(self, after: LegendDocument) -> list[str]:
        """Return the days whose legend is the same as before, unless the server reports a change since."""
        moments = self.before.item.updated_at, after.item.updated_at
        if all(moments) and moments[0] != moments[1]:
            return []
        held, former = _exact(self.before.legends, after), self.before.legends
        return [after.item.label_of(key) for key in self.keys if _same(held.get(key), former.get(key))]

    async def _read(self) -> LegendDocument:
        return await read_legends(self.client, self.before.item, self.before.mode, self.from_sld)


def _same(one: Legend | None, other: Legend | None) -> bool:
    return one is not None and other is not None and one.digest() == other.digest()


def _exact(known: Mapping[str, Legend], after: LegendDocument) -> dict[str, Legend]:
    """Return the server's legends; one rebuilt from a style is taken as the known one it looks like."""
    if after.source != SLD:
        return dict(after.legends)
    return {key: nearer(known.get(key), legend) for key, legend in after.legends.items()}
