"""Writing a legend without losing data: read, compare, merge, write, verify the response.

The server has no version to compare by, and may or may not keep dates that a write does not name. So each write is
preceded by a read, is sent once, and is followed by a check of the result for every date of the mode. Edited
legends are sent with all other dates of the mode; a number of classes is sent with only the dates it applies to,
since the server may apply it to every date it is sent with (docs/design/0015).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..api.errors import ApiError, OutcomeUnknown, RequestRejected
from ..catalog.visualization_item import (
    VisualizationItem,
    class_dicts,
    known_keys,
    listed_legend,
    named_keys,
)
from ..legend.check import LegendInvalid, ProblemCode, problems
from ..legend.merge import merge_mode
from ..legend.spec import ColourMapKind, Legend
from ..legend.transparency import Transparency, transparent_classes, without_invisible
from ..legend.vocabulary import MOST_DYNAMIC, LegendMode
from ..legend.wire import write_classes
from ..worker.background import in_thread
from .coverage import estimated_outside
from .document import METADATA, SLD, LegendDocument, read_legends, with_answer
from .errors import BinsRefused, NoLegend, PushBlocked, PushConflict, PushUncertain, TransparencyLost
from .refusals import STATE_REFUSALS, refused_write
from .report import PushReport, Row, any_class, conflict, differences, rows_of, transparency_lost
from .unchosen import UnchosenChange, nearer, of_other_size, other_modes, unchosen_changes, written_row

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import LegendsByDate
    from .document import FromSld, Recall

    BeforeWrite = Callable[[Mapping[str, Legend]], object]

_MALFORMED = (400, 422)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PushRequest:
    """The input of a push.

    Attributes:
        legends: edited legends by date key (or any spelling of the day).
        base: the legends the edit began from; without it no conflict can be detected.
        bins: number of classes for ``recompute``.
        recompute: dates whose classes the server shall recompute (dynamic mode only).
        force: overwrite pushed dates that another user changed.
        dry_run: report the request that would be sent, and send nothing.
        transparency: treatment of transparent classes; they become opaque on the server.
    """

    item: VisualizationItem
    mode: LegendMode
    legends: Mapping[str, Legend] = field(default_factory=dict)
    base: Mapping[str, Legend] | None = None
    bins: int | None = None
    recompute: tuple[str, ...] = ()
    force: bool = False
    dry_run: bool = False
    transparency: Transparency = Transparency.REFUSE


async def push_legends(
    client: ApiClient,
    request: PushRequest,
    from_sld: FromSld,
    *,
    announce: Callable[[PushReport], object] | None = None,
    before_write: BeforeWrite | None = None,
    recall: Recall | None = None,
) -> PushReport:
    """Push legends; dates not pushed keep the server's current legends.

    Args:
        announce: called with the report, as far as it is known, before anything is sent.
        before_write: called with the server's legends just before the write, in a thread.

    Raises:
        LegendInvalid, BinsRefused, UnknownDate: the input cannot be pushed; nothing was sent.
        PushBlocked, PushConflict: it might lose or overwrite other users' work; nothing was sent.
        TransparencyLost: transparent classes would become opaque, and the request does not agree to it.
        WriteRefused: the server refused it because of the state it is in; nothing was changed.
        PushUncertain, OutcomeUnknown: it was not confirmed.
    """
    request, asked = _without_invisible(request), request
    _check(request)
    server = await read_legends(client, request.item, request.mode, from_sld, recall)
    lost = transparency_lost(_resolved(asked, server.item).legends, server.item.label_of)
    request = _resolved(request, server.item)
    conflicts = _conflicts(request, server.legends)
    if conflicts and not request.force:
        report = PushReport(conflicts=conflicts, document=server, transparency_lost=lost)
        if request.dry_run:
            return report
        raise PushConflict(report)
    if request.transparency is Transparency.REFUSE and not request.dry_run and any_class(lost):
        raise TransparencyLost(PushReport(document=server, transparency_lost=lost))
    body = _body(request, server)
    planned = PushReport(
        sent=body,
        conflicts=conflicts,
        document=server,
        may_change=_may_change(request, server),
        transparency_lost=lost,
        outside=estimated_outside(request.legends, server),
    )
    if announce is not None:
        announce(planned)
    if request.dry_run or not (request.legends or request.recompute):
        return planned
    if before_write is not None:
        await in_thread(before_write, server.legends)
    report = await _Push(client, request, server, from_sld, body).send()
    return replace(
        report,
        conflicts=conflicts,
        may_change=planned.may_change,
        outside=planned.outside,
        transparency_lost=lost,
    )


def is_refused(error: Exception) -> bool:
    """Return whether an error of a push or rollback is the server's refusal, so that nothing changed."""
    return isinstance(error, RequestRejected)


class _Push:
    """One push in progress; ``body`` is the body sent."""

    def __init__(
        self, client: ApiClient, request: PushRequest, server: LegendDocument, from_sld: FromSld, body: dict[str, Any]
    ) -> None:
        self.client = client
        self.request = request
        self.server = server
        self.from_sld = from_sld
        self.body = body
        self.chosen = {*request.legends, *request.recompute}

    async def send(self) -> PushReport:
        try:
            report = await self._verified(await self._put_either_way())
        except OutcomeUnknown as error:
            report = await self._after_lost_answer(error)
        except RequestRejected as error:
            if error.status not in STATE_REFUSALS:
                raise
            mine = self.request.legends
            raise await refused_write("push", error, self.server, self.body["legend"], mine, self._read) from error
        dropped = [one.key for one in report.changed if one.now is None and one.key not in self.body["legend"]]
        return await self._put_back(report, dropped) if dropped else report

    async def _put_either_way(self) -> LegendsByDate:
        """Send; where dates without classes are refused, send them once more as classes without edges."""
        try:
            return await self._put(self.body)
        except RequestRejected as error:
            if error.status not in _MALFORMED or None not in self.body["legend"].values():
                raise
        _logger.info("Dates without classes were refused; sent again as classes without edges")
        self.body = {**self.body, "legend": self._without_edges()}
        return await self._put(self.body)

    async def _put(self, body: dict[str, Any]) -> LegendsByDate:
        from ..api.models import MetadataUpdate

        item = self.server.item
        return await self.client.visualizations.update_metadata(item.aoi_id, item.id, MetadataUpdate(**body))

    async def _put_back(self, report: PushReport, dropped: list[str]) -> PushReport:
        """Send the whole mode to a server that dropped the dates a write did not name; return the report of both."""
        held = report.document or self.server
        try:
            rows = {key: _kept(key, held) for key in held.legends if key not in dropped}
            rows |= {key: _kept(key, self.server) for key in dropped}
            again = await self._verified(await self._put({**self.body, "legend": rows}))
        except (ApiError, PushBlocked) as error:
            _logger.warning("The dates that the server dropped could not be put back: %s", error)
            return report
        changed = {change.key for change in again.changed}
        return replace(again, put_back=[self.server.item.label_of(key) for key in dropped if key not in changed])

    def _without_edges(self) -> dict[str, list[Row]]:
        bins = self.body["dynamic_bins"]
        return {
            key: _edgeless(self.server.legends.get(key), bins) if rows is None else rows
            for key, rows in self.body["legend"].items()
        }

    async def _verified(self, answer: LegendsByDate) -> PushReport:
        """Compare the stored legends with those sent: a response may repeat the request, whatever was stored."""
        document = with_answer(self.server, answer)
        returned = {key: document.legends[key] for key, modes in answer.items() if modes.get(self.request.mode)}
        report = PushReport(self.body, {"legend": answer})
        try:
            document, held = await self._looked_up(document, returned)
        except (ApiError, NoLegend) as error:
            _logger.warning("The legend could not be read again after a push: %s", error)
            held = {**document.legends, **returned}
            others = [key for key in self.server.legends if key not in returned and key not in self.chosen]
            labels = [self.server.item.label_of(key) for key in others]
            report = replace(report, verified=False, not_compared=labels)
        found = self._differences(held) + self._computed_otherwise(returned, held)
        found += other_modes(self.server.item, document.item, self.request.mode, held)
        return replace(report, differences=found, document=document, changed=self._unchosen_changes(held))

    def _computed_otherwise(self, returned: Mapping[str, Legend], held: Mapping[str, Legend]) -> list[dict[str, Any]]:
        """Return where dates that the server was to compute are stored otherwise than it answered."""
        rows = {key: rows_of(returned[key]) for key in self.request.recompute if key in returned and key in held}
        return [one for one in differences(rows, held, self.server.item.label_of) if one["field"] != "classes"]

    async def _looked_up(
        self, document: LegendDocument, held: dict[str, Legend]
    ) -> tuple[LegendDocument, dict[str, Legend]]:
        """Return the server's current legends: as listed, else from its styles, else from its response.

        A style is rounded and may lack labels: where it agrees with the response, the response is used.
        """
        fresh = await self._read()
        if fresh.source == METADATA:
            unlisted = {key: legend for key, legend in held.items() if key not in self.server.legends}
            return fresh, {**unlisted, **fresh.legends}
        listed = {key: nearer(document.legends.get(key), legend) for key, legend in fresh.legends.items()}
        legends = {**held, **listed}
        return replace(document, legends=legends), legends

    def _differences(self, held: Mapping[str, Legend]) -> list[dict[str, Any]]:
        return differences(self.body["legend"], held, self.server.item.label_of, self.body.get("dynamic_bins"))

    def _unchosen_changes(self, held: Mapping[str, Legend]) -> list[UnchosenChange]:
        return unchosen_changes(
            self.server.legends, self.chosen, held, self.server.item.label_of, exact=self.server.source != SLD
        )

    async def _after_lost_answer(self, error: OutcomeUnknown) -> PushReport:
        """Read the server's current legends: those sent, those it had before, or others."""
        try:
            fresh = await self._read()
        except (ApiError, NoLegend) as failed:
            _logger.warning("The legend could not be read after a push was not confirmed: %s", failed)
            raise error from failed
        mode, legends = self.request.mode, self._nearer_known(fresh)
        answered = {"legend": {key: {mode: rows_of(legend)} for key, legend in legends.items()}}
        found = self._differences(legends)
        report = PushReport(self.body, answered, found, document=fresh, changed=self._unchosen_changes(legends))
        same = all(_digest(legends, key) == _digest(self.server.legends, key) for key in self.body["legend"])
        if found or (same and None in self.body["legend"].values()):
            raise PushUncertain(report, "unchanged" if same else "other") from error
        return report

    def _nearer_known(self, fresh: LegendDocument) -> dict[str, Legend]:
        """Return the server's legends; one rebuilt from a style is taken as the sent or former one it looks like."""
        if fresh.source != SLD:
            return dict(fresh.legends)
        known = {**self.server.legends, **self.request.legends}
        former = {key: nearer(self.server.legends.get(key), legend) for key, legend in fresh.legends.items()}
        return {key: nearer(known.get(key), legend) for key, legend in former.items()}

    async def _read(self) -> LegendDocument:
        return await read_legends(self.client, self.server.item, self.request.mode, self.from_sld)


def _without_invisible(request: PushRequest) -> PushRequest:
    """Leave fully transparent classes out where that was asked for."""
    if request.transparency is not Transparency.LEAVE_OUT:
        return request
    return replace(request, legends={key: without_invisible(legend) for key, legend in request.legends.items()})


def _check(request: PushRequest) -> None:
    """Check the request for errors before anything is requested from the server, and raise them."""
    for legend in request.legends.values():
        as_classes = replace(legend, kind=ColourMapKind.INTERVALS)  # stops of a ramp are no classes to send
        if found := problems(as_classes, allow_open=True):
            raise LegendInvalid(found)
    if request.recompute and request.mode != LegendMode.DYNAMIC:
        raise BinsRefused("mode", request.bins)
    if request.recompute and request.bins is None:
        raise BinsRefused("missing")
    _check_agreement(request)
    bins = _bins(request)
    if bins is not None and not 1 <= bins <= MOST_DYNAMIC:
        raise BinsRefused("range", bins)


def _check_agreement(request: PushRequest) -> None:
    """Refuse a number of classes beside legends that have another, or of a mode that has none."""
    if request.bins is None or request.recompute or not request.legends:
        return
    if request.mode != LegendMode.DYNAMIC:
        raise BinsRefused("legend-mode", request.bins)
    classes = max(len(legend) for legend in request.legends.values())
    if request.bins != classes:
        raise BinsRefused("legend", request.bins, classes)


def _bins(request: PushRequest) -> int | None:
    """Return ``dynamic_bins``: as asked, else as many as the pushed classes; none in theoretical mode."""
    if request.mode != LegendMode.DYNAMIC:
        return None
    if request.bins is not None:
        return request.bins
    return max((len(legend) for legend in request.legends.values()), default=None)


def _resolved(request: PushRequest, item: VisualizationItem) -> PushRequest:
    """Return the request with all dates named by the server's keys."""
    legends = {key: legend for wanted, legend in request.legends.items() for key in named_keys(item, wanted)}
    recompute = tuple(dict.fromkeys(key for wanted in request.recompute for key in named_keys(item, wanted)))
    base = request.base
    if base is not None:
        known = {wanted: known_keys(item, wanted) for wanted in base}
        base = {key: base[wanted] for wanted, keys in known.items() for key in keys}
    return replace(request, item=item, legends=legends, base=base, recompute=recompute)


def _conflicts(request: PushRequest, server: Mapping[str, Legend]) -> list[dict[str, Any]]:
    """Return the dates to be written whose server legend equals neither the edit's base nor the edited legend."""
    edited = [
        conflict(request.item.label_of(each.date_key), each.base, each.mine, each.server)
        for each in merge_mode(request.base, request.legends, server).conflicts
        if each.mine.digest() != _digest(server, each.date_key)
    ]
    base = request.base or {}
    recomputed = [
        conflict(request.item.label_of(key), base[key], None, server.get(key))
        for key in request.recompute
        if key in base and _digest(server, key) != _digest(base, key)
    ]
    return edited + recomputed


def _body(request: PushRequest, server: LegendDocument) -> dict[str, Any]:
    merged = merge_mode(request.base, request.legends, server.legends).send if request.legends else {}
    keys = dict.fromkeys([*merged, *request.recompute])
    legend = {key: _rows(key, request, server) for key in keys}
    body: dict[str, Any] = {"visualization_mode": request.mode, "legend": legend}
    bins = _bins(request)
    return body if bins is None else {**body, "dynamic_bins": bins}


def _may_change(request: PushRequest, server: LegendDocument) -> list[str]:
    """Return the days that a number of classes may change without being meant for them.

    With edited legends that number is their own, so only dates that have another are named.
    """
    chosen = {*request.recompute, *request.legends}
    others = {key: legend for key, legend in server.legends.items() if key not in chosen}
    found = list(others) if request.recompute else of_other_size(others, _bins(request))
    return [server.item.label_of(key) for key in found]


def _rows(key: str, request: PushRequest, server: LegendDocument) -> list[Row] | None:
    if key in request.legends:
        return write_classes(request.legends[key], allow_open=_has_open_end(key, server))
    if key in request.recompute:
        return None
    return _kept(key, server)


def _kept(key: str, server: LegendDocument) -> list[Row]:
    """Return the classes of a date that is not edited, to be sent back as the server gave them."""
    legend = server.legends[key]
    raw = class_dicts(server.item, key, server.mode)
    if raw:
        _, warnings = listed_legend(server.item, key, server.mode)
        as_it_came = warnings or transparent_classes(legend)
        return [written_row(row) for row in raw] if as_it_came else write_classes(legend, allow_open=True)
    found = [problem for problem in problems(legend) if problem.code is not ProblemCode.LABEL]  # it is the server's
    if legend.kind is not ColourMapKind.INTERVALS or found:
        raise PushBlocked((server.item.label_of(key),))
    return write_classes(legend)


def _has_open_end(key: str, server: LegendDocument) -> bool:
    """Return whether the server itself listed an open end for a date, so that one may be sent back."""
    legend = server.legends.get(key) if server.source == METADATA else None
    return legend is not None and any(None in (c.minimum, c.maximum) for c in legend.classes)


def _edgeless(legend: Legend | None, bins: int) -> list[Row]:
    """Return classes without edges that keep colours and labels as far as they go."""
    classes = legend.classes if legend is not None else ()
    if not classes:
        return []
    return [
        {"min": None, "max": None, "color": found.colour.hex, "label": found.label}
        for found in (classes[index * len(classes) // bins] for index in range(bins))
    ]


def _digest(legends: Mapping[str, Legend], key: str) -> str | None:
    legend = legends.get(key)
    return None if legend is None else legend.digest()
