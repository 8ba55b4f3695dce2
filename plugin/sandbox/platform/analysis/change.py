"""The block ``change-detection``: differences of a layer between two dates."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core.state import SandboxState
from ...core.store import Record
from .files import write_classes, write_table, write_values
from .layers import Array, GridImage
from .schema import InputWrong
from .work import Result, Work, check_day, known_layer

_DAY = {"type": "string", "description": "Date YYYY-MM-DD."}
INPUTS = {
    "type": "object",
    "required": ["layer", "before", "after"],
    "properties": {
        "layer": {"type": "string", "description": "Band of the mosaics, or name or id of an index of one band."},
        "before": _DAY,
        "after": _DAY,
        "threshold": {
            "type": "number",
            "minimum": 0,
            "maximum": 1_000_000,
            "default": 0.1,
            "description": "Differences up to this count as stable, in units of the layer.",
        },
    },
}
OUTPUTS = {
    "difference": {"type": "raster", "media_type": "image/tiff", "file": "difference.tif"},
    "classes": {"type": "raster", "media_type": "image/tiff", "file": "change_classes.tif"},
    "table": {"type": "file", "media_type": "text/csv", "file": "change.csv"},
}
_KINDS = (("loss", "#d73027"), ("stable", "#f7f7f7"), ("gain", "#1a9850"))


def check(state: SandboxState, aoi: Record, inputs: Record) -> Record:
    """Return inputs that can be worked with.

    Raises:
        InputWrong: the layer or a date is none, or the dates are one.
    """
    layer = known_layer(state, aoi, inputs)
    for name in ("before", "after"):
        check_day(layer.assets, inputs[name], name)
    if inputs["before"] == inputs["after"]:
        raise InputWrong("input.after", "must be another date than before")
    return inputs


def run(work: Work) -> Result:
    """Subtract the values before from those after, and sort the pixels into loss, stable and gain.

    Raises:
        InputWrong: the dates lie on different grids.
    """
    before, after = _pictures(work)
    difference = after.values - before.values
    classes = sorted_into(difference, work.inputs["threshold"])
    files = {name: work.folder / str(output["file"]) for name, output in OUTPUTS.items()}
    rows = _rows(difference, classes, after.grid.pixel_m2)
    write_values(files["difference"], difference, after.grid, f"{work.inputs['layer']} difference")
    write_classes(files["classes"], classes, after.grid, [colour for _, colour in _KINDS], "change")
    write_table(files["table"], rows)
    work.report(1.0, "wrote the difference, its classes and their table")
    return Result(files, rows)


def _pictures(work: Work) -> tuple[GridImage, GridImage]:
    layer = work.layer()
    found = []
    for done, name in enumerate(("before", "after"), start=1):
        check_day(layer.assets, work.inputs[name], name)
        found.append(layer.at(work.state, work.inputs[name]))
        work.report(done / 3, f"read {layer.name} of {work.inputs[name]}")
    if found[0].grid != found[1].grid:
        raise InputWrong("input.after", "lies on another grid than before")
    return found[0], found[1]


def sorted_into(difference: Array, threshold: float) -> Array:
    """Return 1 for loss, 2 for stable, 3 for gain and 0 where there is no value."""
    classes = np.select([difference < -threshold, difference > threshold], [1, 3], default=2)
    return np.where(np.isfinite(difference), classes, 0)


def _rows(difference: Array, classes: Array, pixel_m2: float) -> list[dict[str, Any]]:
    total = max(int(np.count_nonzero(classes)), 1)
    rows = []
    for number, (label, colour) in enumerate(_KINDS, start=1):
        members = difference[classes == number]
        row = {"class": number, "label": label, "color": colour, "pixels": int(members.size)}
        row |= {"area_m2": round(members.size * pixel_m2, 2), "percent": round(100 * members.size / total, 4)}
        rows.append({**row, "mean_difference": round(float(members.mean()), 6) if members.size else None})
    return rows
