"""A folder of real index rasters ``NAME_YYYY_MM_DD.tif``: one visualization of many dates for each name.

A second scene of a day is ``NAME_YYYY_MM_DD_2.tif``; scenes with a time of day are ``NAME_YYYY_MM_DDTHHMMSSZ.tif``.
"""

from __future__ import annotations

import datetime
import json
import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...api.status import Word
from ...legend.vocabulary import ExpressionType
from . import presets
from .clock import date_key, named_id, now
from .computing import legends_of
from .geometry import WGS84, footprint, polygon
from .presets import SENTINEL_ID
from .records import new_aoi, new_asset, new_visualization
from .state import SandboxState
from .store import Record

_logger = logging.getLogger(__name__)
_NAME = re.compile(
    r"(?P<index>.+)_(?P<year>\d{4})_(?P<month>\d{2})_(?P<day>\d{2})"
    r"(?:T(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})Z|_(?P<scene>[2-9]))?",
    re.ASCII,
)


class NoSeries(ValueError):
    """A folder without any raster named after an index and a day.

    Attributes:
        folder: the folder's name.
    """

    def __init__(self, folder: str) -> None:
        super().__init__(f"no NAME_YYYY_MM_DD.tif in {folder}")
        self.folder = folder


def import_series(state: SandboxState) -> None:
    """Add the series of the options: an area of interest, its rasters where they lie, and their legends.

    Files that are named otherwise are left out with a warning.

    Raises:
        NoSeries: there is none in the folder.
        OSError: a raster cannot be read.
    """
    folder = state.options.import_series
    if folder is None:
        return
    files = _files(folder)
    if not files:
        raise NoSeries(folder.name)
    aoi = _aoi(state, folder, _outline(folder) or footprint(next(iter(files.values()))))
    for number, name in enumerate(dict.fromkeys(name for name, _ in files)):
        days = {key: path for (index_name, key), path in files.items() if index_name == name}
        further = (name,) if number else ()
        _add_visualization(state, aoi, name, days, named_id("visualization", "series", aoi["aoi_id"], *further))


def _add_visualization(state: SandboxState, aoi: Record, name: str, days: Mapping[str, Path], identifier: str) -> None:
    index = _index(state, name)
    record = new_visualization(aoi["aoi_id"], index, identifier=identifier)
    assets = [_asset(aoi, record, key, path) for key, path in days.items()]
    legend = {asset["_key"]: legends_of(state, asset, index) for asset in assets}
    state.store.put_all("assets", ((asset["id"], asset) for asset in assets))
    ready = {**record, "status": Word.SUCCESS, "progress": 100, "metadata": {"legend": legend}}
    state.store.put("visualizations", record["id"], ready)


def _files(folder: Path) -> dict[tuple[str, str], Path]:
    """Return the rasters of a folder by index name and date key, in that order."""
    found = {}
    for path in sorted(folder.resolve().glob("*.tif")):
        parts = _NAME.fullmatch(path.stem)
        if parts and _is_moment(parts):
            found[parts["index"], _key(parts)] = path
        else:
            _logger.warning("%s is left out of the series: it is not named NAME_YYYY_MM_DD.tif", path.name)
    return found


def _date(parts: re.Match[str]) -> str:
    """Return the date of a file as its asset has it: a day, or a time."""
    day = f"{parts['year']}-{parts['month']}-{parts['day']}"
    return f"{day}T{parts['hour']}:{parts['minute']}:{parts['second']}Z" if parts["hour"] else day


def _key(parts: re.Match[str]) -> str:
    """Return the key that legends have a file's date under."""
    return date_key(_date(parts)) if not parts["scene"] else f"{date_key(_date(parts))}_{parts['scene']}"


def _is_moment(parts: re.Match[str]) -> bool:
    try:
        datetime.datetime.fromisoformat(_date(parts))
    except ValueError:
        return False
    return True


def _index(state: SandboxState, name: str) -> Record:
    """Return the preset of that name, or a custom index made for the series."""
    known = state.store.get("indices", presets.index_id(SENTINEL_ID, name))
    if known is not None:
        return known
    made = now()
    index = {
        "id": presets.index_id(SENTINEL_ID, name),
        "name": name,
        "description": "Computed elsewhere and imported.",
        "expression": name,
        "expression_type": ExpressionType.INDEX,
        "type": "custom",
        "bands": [],
        "colormap": "spectral",
        "rescale": [0, 1],
        "satellite_id": SENTINEL_ID,
        "created_at": made,
        "updated_at": made,
    }
    state.store.put("indices", str(index["id"]), index)
    return index


def _aoi(state: SandboxState, folder: Path, outline: Mapping[str, Any]) -> Record:
    fields = {
        "name": folder.resolve().name,
        "description": "Imported series of index rasters.",
        "project_id": state.store.all("projects")[-1]["id"],
        "satellite_id": SENTINEL_ID,
        "geometry": outline,
    }
    aoi = {
        **new_aoi(fields, identifier=named_id("series", str(folder.resolve()))),
        "status": Word.SUCCESS,
        "progress": 100,
    }
    state.store.put("aois", aoi["aoi_id"], aoi)
    return aoi


def _asset(aoi: Record, record: Record, key: str, path: Path) -> Record:
    parts = _NAME.fullmatch(path.stem)
    assert parts is not None
    fields = {
        "name": path.stem,
        "visualization_id": record["id"],
        "band_list": [record["index_name"]],
        "_file": str(path),
        "_key": key,
    }
    return new_asset(aoi, "visualization", _date(parts), fields)


def _outline(folder: Path) -> dict[str, Any] | None:
    """Read the outline beside the rasters: the first polygon of the first GeoJSON file, in the CRS it names."""
    for path in sorted(folder.glob("*.geojson")):
        content = json.loads(path.read_text(encoding="utf-8"))
        shape = _first_polygon(content)
        if shape is not None:
            return polygon(shape["coordinates"][0], _epsg(content))
    return None


def _first_polygon(content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if content.get("type") == "FeatureCollection":
        content = next(iter(content["features"]), {})
    if content.get("type") == "Feature":
        content = content["geometry"]
    return content if content.get("type") == "Polygon" else None


def _epsg(content: Mapping[str, Any]) -> int:
    named = content.get("crs", {}).get("properties", {}).get("name", "")
    code = re.search(r"EPSG:{1,2}(\d+)$", named)
    return int(code.group(1)) if code else WGS84
