"""Decoding of legends in every known or possible shape into one: date key -> mode -> classes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from ...legend.vocabulary import LegendMode

UNDATED = ""

_Classes = list[dict[str, Any]]
_Entry = tuple[str, str | None, Any]
_Met = dict[str, None]  # variants, in the order they were met

_log = logging.getLogger(__name__)


def legends(raw: Any, mode: LegendMode | None = None, dates: Iterable[str] = ()) -> dict[str, dict[str, _Classes]]:
    """Normalise a legend of any known shape; each variant met leaves one log line, however often it occurs.

    Args:
        raw: by date and mode, by mode and date, by date alone, by mode alone, or bare classes.
        mode: the mode of a legend that names none; unknown means dynamic, which every legend has.
        dates: the date keys a legend without dates goes to; without any it is put under the empty key.

    Returns:
        date key as the server wrote it -> mode -> class dicts. A date without classes keeps its key.
    """
    result: dict[str, dict[str, _Classes]] = {}
    targets = tuple(dates) or (UNDATED,)
    met: _Met = {}
    for key, named, value in _entries(raw, met):
        for date_key in targets if key == UNDATED else (key,):
            modes = result.setdefault(date_key, {})
            if classes := _read_classes(value, met):
                modes[named or mode or LegendMode.DYNAMIC] = classes
    for variant in met:
        _log.info("legend variant: %s", variant)
    return {key: modes for key, modes in result.items() if key != UNDATED or modes}


def mode_of(key: Any) -> LegendMode | None:
    """Return the mode a key names, in any letter case."""
    lowered = key.strip().casefold() if isinstance(key, str) else ""
    return LegendMode.named(lowered)


def _entries(raw: Any, met: _Met) -> Iterator[_Entry]:
    if isinstance(raw, Mapping):
        for key, value in raw.items():
            yield from _entries_of(str(key), value, met)
    elif isinstance(raw, list) and raw:
        yield from _entries_of_list(raw, met)


def _entries_of(key: str, value: Any, met: _Met) -> Iterator[_Entry]:
    mode = mode_of(key)
    if mode and isinstance(value, Mapping):
        met["by mode, then by date"] = None
        yield from ((str(date), mode, classes) for date, classes in value.items() if not mode_of(date))
    elif mode:
        met["by mode, without dates"] = None
        yield UNDATED, mode, value
    elif isinstance(value, Mapping):
        yield key, None, None
        yield from ((key, mode_of(name) or str(name), classes) for name, classes in value.items())
    else:
        if value:
            met["by date, without modes"] = None
        yield key, None, value


def _entries_of_list(raw: list[Any], met: _Met) -> Iterator[_Entry]:
    if all(isinstance(item, Mapping) and "date" in item for item in raw):
        met["a list of dated objects"] = None
        for item in raw:
            yield from _entries_of(str(item["date"]), {name: item[name] for name in item if mode_of(name)}, met)
    else:
        met["bare classes"] = None
        yield UNDATED, None, raw


def _read_classes(raw: Any, met: _Met) -> _Classes:
    """Read the classes of one legend; ``[min, max, color, label]`` and ``{value, …}`` become objects with edges."""
    if not isinstance(raw, list):
        return []
    classes = [found for found in (_read_class(item, met) for item in raw) if found is not None]
    if any("value" in found and "min" not in found for found in classes):
        met["classes with one value, edges taken from the neighbours"] = None
        return _with_edges(classes)
    return classes


def _read_class(raw: Any, met: _Met) -> dict[str, Any] | None:
    if isinstance(raw, Mapping):
        found = {str(key): value for key, value in raw.items()}
        if "color" not in found and "colour" in found:
            found["color"] = found.pop("colour")
        return found
    if isinstance(raw, (list, tuple)) and len(raw) >= 3:
        met["a class as a list"] = None
        return dict(zip(("min", "max", "color", "label"), raw, strict=False))
    return None


def _with_edges(classes: _Classes) -> _Classes:
    """Make each value the lower edge of its class and the upper edge of the one before."""
    values = [found.get("value", found.get("min")) for found in classes]
    edges = [*pairwise(values), (values[-1], None)]
    return [
        {"min": low, "max": high, **{name: found[name] for name in found if name != "value"}}
        for found, (low, high) in zip(classes, edges, strict=True)
    ]
