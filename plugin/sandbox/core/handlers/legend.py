"""Handlers that write the legends of a visualization, or recompute them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from starlette.responses import JSONResponse, Response

from ....legend.vocabulary import MOST_DYNAMIC, LegendMode
from .. import legends
from ..clock import key_of_asset
from ..computing import legends_of
from ..legends import DEFAULT_BINS, Classes, Pixels
from ..options import Behaviour
from ..records import shown_visualization
from ..request import SandboxRequest, bad_request, text, texts
from ..store import Record

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)


def update_metadata(call: SandboxRequest) -> Response:
    """Answer ``UpdateVisualizationMetadata``: the named dates of one mode are replaced, all else stays."""
    record, body = call.visualization(), call.json_object()
    mode = checked_mode(record, body)
    given = body.get("legend")
    if not isinstance(given, dict) or not given:
        raise bad_request("legend must map dates to classes", {"field": "legend"})
    bins = _bins(body) if mode == LegendMode.DYNAMIC else None
    wanted = _as_behaved(call, record, given, bins)
    rasters = _rasters(call, record, wanted)
    bins = DEFAULT_BINS if bins and Behaviour.BINS_IGNORED in call.state.options.behaviours else bins
    fresh = {key: _new_classes(call, record, rasters[key], classes, bins) for key, classes in wanted.items()}
    changed = _replace(call, record, mode, fresh)
    return JSONResponse({"legend": changed["metadata"]["legend"]})


def _as_behaved(call: SandboxRequest, record: Record, given: Record, bins: int | None) -> Record:
    """Return how this server interprets a request: dates to classes, or ``None`` for dates that it computes."""
    behaviours = call.state.options.behaviours
    if bins and Behaviour.BINS_OF_MODE in behaviours:
        return dict.fromkeys([*record["metadata"]["legend"], *given])
    if bins and Behaviour.BINS_OF_REQUEST in behaviours:
        return dict.fromkeys(given)
    return given


def rollback_metadata(call: SandboxRequest) -> Response:
    """Answer ``RollbackVisualizationMetadata``: the named dates of one mode are recomputed."""
    record, body = call.visualization(), call.json_object()
    mode = checked_mode(record, body)
    checked_index(record, body)
    keys = texts(body, "dates")
    if not keys:
        raise bad_request("dates must name at least one date", {"field": "dates"})
    rasters = _rasters(call, record, keys)
    index = call.record("indices", "index", record["index_id"])
    fresh = {key: legends_of(call.state, rasters[key], index)[mode] for key in keys}
    changed = _replace(call, record, mode, fresh)
    return JSONResponse(shown_visualization(changed, call.state.assets_of(record["id"]), call.base_url))


def checked_mode(record: Record, body: Mapping[str, Any]) -> LegendMode:
    """Return the mode a body names.

    Raises:
        Refused: the visualization has no legend of that mode.
    """
    mode = LegendMode.named(text(body, "visualization_mode"))
    if mode is None:
        raise bad_request(f"visualization_mode must be {' or '.join(LegendMode)}", {"field": "visualization_mode"})
    if mode not in modes_of(record):
        raise bad_request(f"this visualization has no {mode} legend", {"field": "visualization_mode"})
    return mode


def modes_of(record: Record) -> tuple[LegendMode, ...]:
    """Return the modes a visualization has a legend in: none while it is not computed, or where it has no classes."""
    found = {mode for modes in record["metadata"]["legend"].values() for mode in modes}
    return tuple(mode for mode in LegendMode if mode in found)


def checked_index(record: Record, body: Mapping[str, Any]) -> None:
    """Check that a body names the visualization's own index.

    Raises:
        Refused: it names another.
    """
    if text(body, "index_id") != record["index_id"]:
        raise bad_request("index_id is not the index of this visualization", {"field": "index_id"})


def _rasters(call: SandboxRequest, record: Record, keys: Any) -> dict[str, Record]:
    by_key = {key_of_asset(asset): asset for asset in call.state.assets_of(record["id"])}
    known = record["metadata"]["legend"]
    for key in keys:
        if key not in known:
            raise bad_request("no such date in this visualization", {"field": "legend", "date": key[:40]})
    return {key: by_key[key] for key in keys}


def _replace(call: SandboxRequest, record: Record, mode: LegendMode, fresh: Mapping[str, Classes]) -> Record:
    store = call.state.store
    with store.transaction():
        current = store.get("visualizations", record["id"]) or record
        legend = dict(current["metadata"]["legend"])
        for key, classes in fresh.items():
            legend[key] = {**legend[key], mode: classes}
        if Behaviour.REPLACES_MODE in call.state.options.behaviours:
            legend = {key: modes if key in fresh else _without(mode, modes) for key, modes in legend.items()}
        return call.state.change("visualizations", record["id"], metadata={"legend": legend})


def _without(mode: LegendMode, modes: Record) -> Record:
    return {name: classes for name, classes in modes.items() if name != mode}


def _bins(body: Mapping[str, Any]) -> int:
    value = body.get("dynamic_bins")
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_DYNAMIC:
        raise bad_request(f"dynamic_bins must be 1 to {MOST_DYNAMIC}", {"field": "dynamic_bins"})
    return value


def _new_classes(call: SandboxRequest, record: Record, raster: Record, given: Any, bins: int | None) -> Classes:
    """Return the classes to keep: as given, or computed where dynamic ones come without edges."""
    pixels = legends.pixels_of(call.state.path_of(raster))
    if given is None and bins is not None:
        index = call.record("indices", "index", record["index_id"])
        return legends.dynamic(pixels, index["colormap"], bins)
    if not isinstance(given, list) or not given:
        raise bad_request("a date needs at least one class", {"field": "legend", "date": raster["date"]})
    without_edges = [entry for entry in given if isinstance(entry, dict) and _has_no_edges(entry)]
    if without_edges and len(without_edges) == len(given) and bins is not None:
        return legends.recomputed([_look(entry, row) for row, entry in enumerate(given)], pixels)
    return _as_given(given, pixels)


def _has_no_edges(entry: Mapping[str, Any]) -> bool:
    return entry.get("min") is None and entry.get("max") is None


def _as_given(given: list[Any], pixels: Pixels) -> Classes:
    classes = [_class(entry, row) for row, entry in enumerate(given)]
    ordered = sorted(range(len(classes)), key=lambda row: (classes[row]["min"], classes[row]["max"]))
    for lower, upper in pairwise(ordered):
        if classes[upper]["min"] < classes[lower]["max"]:
            raise bad_request("classes overlap", {"field": "legend", "rows": sorted((lower, upper))})
    return legends.measured(classes, pixels)


def _class(entry: Any, row: int) -> Record:
    look = _look(entry, row)
    low, high = _edge(entry, "min", row), _edge(entry, "max", row)
    if low > high:
        raise bad_request("min is above max", {"field": "legend", "rows": [row]})
    return {"min": low, "max": high, **look}


def _edge(entry: Mapping[str, Any], name: str, row: int) -> float:
    value = entry.get(name)
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not math.isfinite(value):
        raise bad_request(f"{name} must be a number", {"field": "legend", "rows": [row]})
    return value


def _look(entry: Any, row: int) -> Record:
    colour = entry.get("color") if isinstance(entry, dict) else None
    label = entry.get("label", "") if isinstance(entry, dict) else None
    if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
        raise bad_request("color must be #rrggbb", {"field": "legend", "rows": [row]})
    if not isinstance(label, str):
        raise bad_request("label must be a text", {"field": "legend", "rows": [row]})
    return {"color": colour.lower(), "label": label}
