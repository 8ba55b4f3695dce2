"""A visualization as displayed: title, expression and dates, joined from the parts of the API that contain them."""

from __future__ import annotations

import datetime
import logging
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..api.decoding.decode import day_of, moment_of, timestamp
from ..api.status import State, parse_state
from ..files.shown_names import shown_name
from ..legend.vocabulary import ExpressionType, LegendMode
from ..legend.wire import read_classes
from ..messages.numbers import natural_key
from .date_choice import read_day
from .date_labels import labels
from .errors import DateNotUnderstood, SeveralDates, UnknownDate

if TYPE_CHECKING:
    from ..api.models import Asset, Index, Visualization
    from ..legend.spec import Legend
    from .date_choice import DateChoice, DatePiece

ASSET_TYPE = "visualization"
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AcquisitionDate:
    """One date of a visualization: the server's own key for it, the UTC day it means, its asset if known.

    The key is its identity; where the server lists none, one is derived from the asset. ``legend_key`` is the key that
    its legend and style are asked for by: of a further scene that the server lists no key for, that of the day.
    ``scenes`` is how many dates the day has.
    """

    key: str
    day: datetime.date
    asset: Asset | None = None
    name: str = ""
    scenes: int = 1
    legend_key: str = ""

    def __post_init__(self) -> None:
        """Let the legend be found by the date's own key where nothing else is said."""
        object.__setattr__(self, "legend_key", self.legend_key or self.key)

    @property
    def label(self) -> str:
        """Return what people read: the day, and among several scenes of one day which of them (``date_labels``)."""
        return self.name or self.day.isoformat()


@dataclass(frozen=True, slots=True)
class VisualizationItem:
    """A visualization, complete enough to be listed and loaded; ``visualization`` is the record it comes from."""

    id: str
    aoi_id: str
    index_id: str
    title: str
    expression: str
    expression_type: str
    type: str
    status: str
    progress: float | None
    dates: tuple[AcquisitionDate, ...]
    created_at: str
    updated_at: str
    rescale: Any
    has_legend: bool
    visualization: Visualization

    @property
    def state(self) -> State:
        """Return how far the server is with it."""
        return parse_state(self.status)

    @property
    def drawn_as(self) -> ExpressionType | None:
        """Return the type of its expression; ``None`` where the server's text is unknown."""
        return ExpressionType.named(self.expression_type.casefold())

    @property
    def modes(self) -> tuple[LegendMode, ...]:
        """Return the modes its listed legends have, or both where none are listed."""
        listed = {mode for modes in (self.visualization.legends or {}).values() for mode in modes}
        return tuple(mode for mode in LegendMode if mode in listed) or tuple(LegendMode)

    def label_of(self, key: str) -> str:
        """Return what people read for a key of the server, which may belong to no date of the item."""
        return next((date.label for date in self.dates if date.key == key), None) or date_text(key)


def join(visualization: Visualization, index: Index | None, assets: Sequence[Asset]) -> VisualizationItem:
    """Make the item of a record, with its index and the AOI's assets where the record itself is lean."""
    expression_type = visualization.expression_type or _field(index, "expression_type")
    own = visualization.assets if visualization.assets is not None else assets
    return VisualizationItem(
        id=visualization.id,
        aoi_id=visualization.aoi_id or "",
        index_id=visualization.index_id or "",
        title=_title(visualization, index),
        expression=visualization.expression or _field(index, "expression"),
        expression_type=expression_type,
        type=visualization.type or _field(index, "type"),
        status=visualization.status or "",
        progress=visualization.progress,
        dates=_dates(visualization, own),
        created_at=_text(visualization.created_at),
        updated_at=_text(visualization.updated_at),
        rescale=visualization.rescale if visualization.rescale is not None else getattr(index, "rescale", None),
        has_legend=any((visualization.legends or {}).values()) or _may_have_legend(expression_type),
        visualization=visualization,
    )


def _title(visualization: Visualization, index: Index | None) -> str:
    """Return the name of the index as it is displayed; the beginning of an id where there is nothing to see."""
    names = (visualization.index_name or "", _field(index, "name"), (visualization.index_id or visualization.id)[:8])
    return next(filter(None, map(shown_name, names)), visualization.id)


def select_dates(item: VisualizationItem, choice: DateChoice) -> tuple[AcquisitionDate, ...]:
    """Return the dates of an item that are asked for, in the item's order.

    Raises:
        DateNotUnderstood: a piece of the choice is neither a day, an interval nor a key of the server.
        UnknownDate: the item has no date of that day, or none within that interval.
    """
    if not choice.pieces:
        return item.dates
    available = available_labels(item)
    matches = {piece: _dates_of_piece(item, piece) for piece in choice.pieces}
    absent = [piece for piece, dates in matches.items() if not dates]
    if unread := tuple(piece.text for piece in absent if not piece.is_day):
        raise DateNotUnderstood(choice.parameter, unread, available)
    if absent:
        raise UnknownDate(tuple(piece.text for piece in absent), available)
    chosen = {date.key for dates in matches.values() for date in dates}
    return tuple(date for date in item.dates if date.key in chosen)


def one_date(item: VisualizationItem, choice: DateChoice) -> AcquisitionDate:
    """Return the one date of an item that is asked for.

    Raises:
        DateNotUnderstood, UnknownDate: as ``select_dates``.
        SeveralDates: the choice means several, as a day of several scenes does.
    """
    dates = select_dates(item, choice)
    if not dates:
        raise UnknownDate(tuple(piece.text for piece in choice.pieces), ())
    if len(dates) > 1:
        raise SeveralDates(choice.parameter, tuple(date.label for date in dates))
    return dates[0]


def two_dates(
    item: VisualizationItem, choices: tuple[DateChoice, DateChoice]
) -> tuple[AcquisitionDate, AcquisitionDate]:
    """Return the date that each of two choices means.

    Raises:
        DateNotUnderstood, UnknownDate, SeveralDates: as ``one_date``.
    """
    return one_date(item, choices[0]), one_date(item, choices[1])


def matching_dates(item: VisualizationItem, wanted: str) -> tuple[AcquisitionDate, ...]:
    """Return the dates of an item that a key or a day means: by key one, by day every scene of that day."""
    day = read_day(wanted)
    return _named(item, wanted) or tuple(date for date in item.dates if date.day == day)


def dates_of_key(item: VisualizationItem, wanted: str, parameter: str) -> tuple[AcquisitionDate, ...]:
    """Return the dates of an item that a key or a day in a file means; ``parameter`` is where the file was given.

    Raises:
        DateNotUnderstood, UnknownDate: there are none.
    """
    found = matching_dates(item, wanted)
    if found:
        return found
    available = available_labels(item)
    if read_day(wanted) is None:
        raise DateNotUnderstood(parameter, (wanted,), available)
    raise UnknownDate((wanted,), available)


def _dates_of_piece(item: VisualizationItem, piece: DatePiece) -> tuple[AcquisitionDate, ...]:
    exact = _named(item, piece.text) if piece.is_key else ()
    return exact or tuple(date for date in item.dates if piece.covers(date.day))


def _named(item: VisualizationItem, text: str) -> tuple[AcquisitionDate, ...]:
    """Return the date of a key or a label; a day that has several scenes names none of them alone."""
    exact = tuple(date for date in item.dates if date.key == text)
    if exact or read_day(_spelled(text)) is not None:
        return exact
    return tuple(date for date in item.dates if text == date.label or _spelled(text) == _spelled(date.key))


def _spelled(key: str) -> str:
    return key.replace("_", "-")


def _may_have_legend(expression_type: str) -> bool:
    known = ExpressionType.named(expression_type.casefold())
    return known is None or known.has_legend


def available_labels(item: VisualizationItem) -> tuple[str, ...]:
    """Return the labels of all dates of an item."""
    return tuple(date.label for date in item.dates)


def class_dicts(item: VisualizationItem, key: str, mode: LegendMode) -> list[dict[str, Any]]:
    """Return the classes the server listed for a date, or for all dates alike; none where it listed none."""
    legends = item.visualization.legends or {}
    return (legends.get(key) or legends.get("") or {}).get(mode) or []


def listed_legend(item: VisualizationItem, key: str, mode: LegendMode) -> tuple[Legend | None, tuple[str, ...]]:
    """Return the legend the server listed for a date, with warnings about it; ``None`` where it listed none."""
    classes = class_dicts(item, key, mode)
    if not classes:
        return None, ()
    legend, warnings = read_classes(classes)
    return legend, tuple(warnings)


def last_change(item: VisualizationItem) -> tuple[datetime.datetime | None, str]:
    """Return the time and user of a visualization's last change, as far as the server states them; an id is no name."""
    name = item.visualization.updated_by or ""
    return timestamp(item.updated_at), "" if _ID.fullmatch(name) else name


def named_keys(item: VisualizationItem, wanted: str) -> tuple[str, ...]:
    """Return the server's keys of a date, given as a key or in any spelling of the day.

    Raises:
        UnknownDate: there is none.
    """
    keys = known_keys(item, wanted)
    if not keys:
        raise UnknownDate((item.label_of(wanted),), available_labels(item))
    return keys


def known_keys(item: VisualizationItem, wanted: str) -> tuple[str, ...]:
    """Return the server's keys of a date; none where it has no such date."""
    return (wanted,) if wanted in date_keys(item) else tuple(date.key for date in matching_dates(item, wanted))


def date_keys(item: VisualizationItem) -> tuple[str, ...]:
    """Return all date keys of an item, those that cannot be read as a day included."""
    listed = (key for key in item.visualization.legends or {} if key)
    return tuple(dict.fromkeys([*(date.legend_key for date in item.dates), *listed]))


def date_text(key: str) -> str:
    """Return a date key as ``YYYY-MM-DD``, or unchanged where it contains more than the day."""
    day = day_of(key)
    if day is None or [c for c in key if c.isdigit()] != [c for c in day.isoformat() if c.isdigit()]:
        return key
    return day.isoformat()


def day_text(date: str | None) -> str | None:
    """Return the day of a date as ``YYYY-MM-DD``, or the date as it is where no day can be read from it."""
    day = day_of(date or "")
    return date or None if day is None else day.isoformat()


def is_value_asset(asset: Asset) -> bool:
    """Return whether an asset is a date of a visualization (and not a source image)."""
    return not asset.asset_type or asset.asset_type.casefold() == ASSET_TYPE


def is_image_of(asset: Asset, date: AcquisitionDate) -> bool:
    """Return whether an asset is the source image of a date: of its day, and where several are, of its moment."""
    if is_value_asset(asset) or asset.visualization_id or day_of(asset.date or "") != date.day:
        return False
    return date.scenes == 1 or asset.id == date.key or _same_moment(asset.date, date.key)


def asset_key(asset: Asset) -> str:
    """Return the key to ask for an asset's date by, where the server lists none: hyphens become underscores."""
    return (asset.date or "")[:10].replace("-", "_")


def _dates(visualization: Visualization, assets: Sequence[Asset]) -> tuple[AcquisitionDate, ...]:
    by_day: dict[datetime.date, list[Asset]] = {}
    for asset in assets:
        day = day_of(asset.date or "")
        if day is not None and is_value_asset(asset):
            by_day.setdefault(day, []).append(asset)
    keys: dict[datetime.date, list[str]] = {}
    for key, day in _legend_days(visualization):
        keys.setdefault(day, []).append(key)
    scenes = [date for day in sorted({*keys, *by_day}) for date in _scenes(day, keys.get(day, []), by_day.get(day, []))]
    return _labelled(scenes)


def _scenes(day: datetime.date, keys: Sequence[str], assets: Sequence[Asset]) -> list[AcquisitionDate]:
    """Return the scenes of one day: the server's keys with their assets, then the assets that no key is left for."""
    left = sorted(assets, key=lambda asset: _time_order(asset.date))
    found: dict[str, Asset | None] = {key: _take_own(left, key) for key in keys}
    without = [key for key, asset in found.items() if asset is None]
    for key, asset in zip(without, tuple(left), strict=False):
        found[key] = asset
        left.remove(asset)
    for asset in left:
        found[_own_key(asset, found)] = asset
    first = next(iter(found))
    return [AcquisitionDate(key, day, asset, legend_key=key if key in keys else first) for key, asset in found.items()]


def _take_own(left: list[Asset], key: str) -> Asset | None:
    """Remove and return the asset that a key names by its moment or id, or ``None``."""
    found = next((asset for asset in left if asset.id == key or _same_moment(asset.date, key)), None)
    if found is not None:
        left.remove(found)
    return found


def _own_key(asset: Asset, taken: Collection[str]) -> str:
    """Return the key of an asset that the server lists no key for, other than those of the same day.

    The first is asked for by the day; a further one by its time where it has one. Its id tells apart what has none:
    the server can be asked for its values alone.
    """
    day, whole = asset_key(asset), (asset.date or "").replace("-", "_")
    if day not in taken:
        return day
    return whole if moment_of(whole) is not None and whole not in taken else f"{day}_{asset.id}"


def _same_moment(one: str | None, other: str) -> bool:
    moment = moment_of(one or "")
    return moment is not None and moment == moment_of(other)


def _time_order(text: str | None) -> datetime.datetime:
    return moment_of(text or "") or datetime.datetime.min.replace(tzinfo=datetime.UTC)


def _labelled(dates: Sequence[AcquisitionDate]) -> tuple[AcquisitionDate, ...]:
    """Return dates in order, each with its label among the others."""
    scenes = [(date.key, date.day, _moment(date)) for date in dates]
    named = labels(scenes)
    ordered = sorted(dates, key=lambda date: (date.day, named[date.key].place))
    days = Counter(date.day for date in dates)
    return tuple(replace(date, name=named[date.key].text, scenes=days[date.day]) for date in ordered)


def assets_by_key(item: VisualizationItem, assets: Sequence[Asset]) -> dict[str, Asset]:
    """Return the assets of an AOI that belong to the dates of an item, by the dates' keys."""
    own = [asset for asset in assets if asset.visualization_id == item.id]
    return {date.key: date.asset for date in _dates(item.visualization, own) if date.asset is not None}


def _moment(date: AcquisitionDate) -> datetime.datetime | None:
    return moment_of(date.key) or moment_of((date.asset.date if date.asset else None) or "")


def _legend_days(visualization: Visualization) -> list[tuple[str, datetime.date]]:
    days = []
    for key in sorted(visualization.legends or {}, key=natural_key):
        day = day_of(key)
        if day is None and key:
            _logger.warning("A date key of visualization %s is no date and is left out: %s", visualization.id, key)
        elif day is not None:
            days.append((key, day))
    return days


def _field(record: Index | None, name: str) -> str:
    return _text(getattr(record, name, None))


def _text(value: Any) -> str:
    return "" if value is None else str(value)
