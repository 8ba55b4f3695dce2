"""Legends as no page shows them: other nestings, spellings and units, and dates keyed otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ...legend.vocabulary import LegendMode
from ..core.request import bad_request
from .exchanged import VariantRequest, VariantResponse

Record = dict[str, Any]
Classes = list[Any]
Range = tuple[float, float]

_TOP = 255
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)


def listed(_asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
    """Put the legends of listed visualizations by mode, then by date, outside of ``metadata``."""
    if not answer.is_good:
        return answer
    content = answer.json()
    return answer.with_json({**content, "visualization": [_item_in_variant(item) for item in content["visualization"]]})


def rolled_back(asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
    """Put the legends of one visualization so, but inside of ``metadata``."""
    if not answer.is_good:
        return answer
    record = answer.json()
    changed = {"legend": _in_variant(record["metadata"]["legend"], asked.display)}
    return answer.with_json({**record, "metadata": changed})


def updated(asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
    """Answer a write with the dates it names only, in the shape that is written: without modes."""
    body = asked.json()
    if not answer.is_good or not isinstance(body, Mapping):
        return answer
    held, mode = answer.json()["legend"], body["visualization_mode"]
    changed = {key: _spelt(mode, held[_documented(key)][mode], asked.display) for key in body["legend"]}
    return answer.with_json({"legend": changed})


def _item_in_variant(item: Record) -> Record:
    display = display_of(item)
    others = {name: value for name, value in item.items() if name != "metadata"}
    return {**others, "legend": _in_variant(item["metadata"]["legend"], display)}


def _in_variant(legend: Mapping[str, Mapping[str, Classes]], display: Range | None) -> Record:
    modes: Iterable[str] = dict.fromkeys(mode for of_date in legend.values() for mode in of_date)
    return {
        mode: {
            _compact(key): _spelt(mode, of_date[mode], display) for key, of_date in legend.items() if mode in of_date
        }
        for mode in modes
    }


def _spelt(mode: str, classes: Classes, display: Range | None) -> Classes:
    """Return classes from the top down, in display units; theoretical ones as bare lists."""
    ordered = sorted(classes, key=lambda found: float(found["min"]), reverse=True)
    spelt = [_class(row, found, display) for row, found in enumerate(ordered)]
    if mode != LegendMode.THEORETICAL:
        return spelt
    return [[found[name] for name in ("min", "max", "color", "label")] for found in spelt]


def _class(row: int, found: Record, display: Range | None) -> Record:
    low, high = _in_display(found["min"], display), _in_display(found["max"], display)
    colour = _SPELLINGS[row % len(_SPELLINGS)](found["color"])
    share = found["area_percentage"] / 100
    return {**found, "min": str(low), "max": str(high), "color": colour, "area_percentage": share}


def _in_display(edge: float, display: Range | None) -> float:
    if display is None:
        return edge
    low, high = display
    return round((edge - low) / (high - low) * _TOP, 9)


def _in_index(edge: Any, display: Range | None) -> Any:
    if display is None or isinstance(edge, bool) or not isinstance(edge, int | float):
        return edge
    low, high = display
    return round(low + edge / _TOP * (high - low), 15)


def display_of(record: Mapping[str, Any]) -> Range | None:
    """Return the range of values that a visualization spreads over 0 to 255."""
    rescale = record.get("rescale")
    if not isinstance(rescale, list) or len(rescale) != 2 or rescale[0] >= rescale[1]:
        return None
    return float(rescale[0]), float(rescale[1])


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _as_rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*_rgb(colour))


def _as_list(colour: str) -> list[int]:
    return list(_rgb(colour))


def _without_hash(colour: str) -> str:
    return colour.removeprefix("#")


def _with_alpha(colour: str) -> str:
    return f"{colour.upper()}FF"


_SPELLINGS: tuple[Callable[[str], Any], ...] = (_as_rgb, _as_list, _without_hash, _with_alpha)


def written(asked: VariantRequest) -> VariantRequest:
    """Hear a legend to be written: own date keys, display units; dates without classes are refused.

    Raises:
        Refused: a date is spelt otherwise, or has no classes.
    """
    body = asked.json()
    if not isinstance(body, dict) or not isinstance(body.get("legend"), dict):
        return asked
    legend = {_documented(key): _from_variant(key, classes, asked.display) for key, classes in body["legend"].items()}
    return asked.with_json({**body, "legend": legend})


def _from_variant(key: str, classes: Any, display: Range | None) -> Any:
    if classes is None:
        raise bad_request("a date needs classes; their min and max may be null", {"field": "legend", "date": key[:40]})
    if not isinstance(classes, list) or not all(isinstance(found, dict) for found in classes):
        return classes
    return [{**found, **_edges(found, display)} for found in classes]


def _edges(found: Record, display: Range | None) -> Record:
    return {name: _in_index(found[name], display) for name in ("min", "max") if name in found}


def dates_named(asked: VariantRequest) -> VariantRequest:
    """Hear the dates of a request by their own keys.

    Raises:
        Refused: one is spelt otherwise.
    """
    body = asked.json()
    if not isinstance(body, dict):
        return asked
    one, several = body.get("date"), body.get("dates")
    if isinstance(one, str):
        body = {**body, "date": _documented(one)}
    if isinstance(several, list) and all(isinstance(key, str) for key in several):
        body = {**body, "dates": [_documented(key) for key in several]}
    return asked.with_json(body)


def _compact(key: str) -> str:
    return key.replace("_", "")


def _documented(key: str) -> str:
    found = _COMPACT.fullmatch(key)
    if found is None:
        raise bad_request("no such date: dates are spelt YYYYMMDD", {"date": key[:40]})
    return "_".join(found.groups())


def documents_by_date(content: Record) -> Record:
    """Key style documents by date, then by mode."""
    turned: Record = {}
    for mode, of_mode in content["sld"].items():
        for key, document in of_mode.items():
            turned.setdefault(_compact(key), {})[mode] = document
    return {"data": turned}
