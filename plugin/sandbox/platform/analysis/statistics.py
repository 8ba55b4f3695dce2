"""The block ``zonal-statistics``: statistics of a layer by zone and date."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, ogr

from ....imagery.raster_io import gdal_quiet, open_raster
from ...core.geometry import WGS84, Crs, crs_of, inside, overlap, polygon_problem, project
from ...core.state import SandboxState
from ...core.store import Record
from .files import NO_CLASS, write_features, write_table
from .layers import Array, GridImage, LayerGrid
from .schema import InputWrong
from .work import Result, Work, check_day, known_layer

_LAYER = {"type": "string", "description": "Band of the mosaics, or name or id of an index of one band."}
_DATES = {
    "type": "array",
    "items": {"type": "string"},
    "minItems": 1,
    "maxItems": 100,
    "description": "Dates YYYY-MM-DD; all there are where none is named.",
}
_PERCENTILES = {
    "type": "array",
    "items": {"type": "number", "minimum": 0, "maximum": 100},
    "default": [10, 50, 90],
    "maxItems": 20,
    "description": "Percentiles to add, 0 to 100.",
}
_ZONES = {
    "type": "object",
    "description": "GeoJSON FeatureCollection of at most 50 polygons in WGS 84; the AOI where absent.",
}
_CLASSES = {"type": "raster", "description": "Class raster of another task: every class is a zone, too."}
_MOST_ZONES = 50

INPUTS = {"type": "object", "required": ["layer"], "properties": {"layer": _LAYER, "dates": _DATES}}
ZONE_INPUTS = {
    "type": "object",
    "required": ["layer"],
    "properties": {
        **INPUTS["properties"],  # type: ignore[dict-item]
        "percentiles": _PERCENTILES,
        "zones": _ZONES,
        "classes": _CLASSES,
    },
}
_TABLE = {"type": "file", "media_type": "text/csv", "file": "statistics.csv"}
OUTPUTS = {"statistics": _TABLE}
ZONE_OUTPUTS = {
    "statistics": _TABLE,
    "zones": {"type": "file", "media_type": "application/geo+json", "file": "zones.geojson"},
}


def check(state: SandboxState, aoi: Record, inputs: Record) -> Record:
    """Return inputs with the dates that are meant, in order.

    Raises:
        InputWrong: the layer, a date or a zone is none.
    """
    layer = known_layer(state, aoi, inputs)
    for day in inputs.get("dates", ()):
        check_day(layer.assets, day, "dates")
    if "zones" in inputs:
        _zones(inputs, aoi)
    return {**inputs, "dates": sorted(set(inputs.get("dates", layer.assets)))}


def run(work: Work) -> Result:
    """Measure a layer over the whole area of interest: one row a date."""
    rows = []
    for picture, day in _pictures(work):
        rows.append({"date": day, **_measured(picture.values, picture.grid, ())})
    write_table(work.folder / _TABLE["file"], rows)
    return Result({"statistics": work.folder / _TABLE["file"]}, rows)


def run_in_zones(work: Work) -> Result:
    """Measure a layer in zones, and in the classes of a raster: one row a date and zone."""
    shapes = _zones(work.inputs, work.aoi)
    rows: list[Record] = []
    located: list[tuple[Mapping[str, Any], Record]] = []
    for picture, day in _pictures(work):
        in_zones = [(shape, _row(work, picture, day, name, mask)) for name, shape, mask in _masks(shapes, picture)]
        in_classes = [_row(work, picture, day, name, mask) for name, mask in _class_masks(work, picture)]
        located += in_zones
        rows += [*(row for _, row in in_zones), *in_classes]
    table, features = (work.folder / str(ZONE_OUTPUTS[name]["file"]) for name in ("statistics", "zones"))
    write_table(table, rows)
    write_features(features, [shape for shape, _ in located], [row for _, row in located])
    return Result({"statistics": table, "zones": features}, rows)


def _pictures(work: Work) -> Iterator[tuple[GridImage, str]]:
    layer, days = work.layer(), work.inputs["dates"]
    for done, day in enumerate(days, start=1):
        check_day(layer.assets, day, "dates")
        yield layer.at(work.state, day), day
        work.report(done / len(days), f"measured {layer.name} of {day}")


def _row(work: Work, picture: GridImage, day: str, name: str, mask: Array) -> Record:
    values = np.where(mask, picture.values, np.nan)
    return {"zone": name, "date": day, **_measured(values, picture.grid, work.inputs["percentiles"])}


def _measured(values: Array, grid: LayerGrid, percentiles: Sequence[float]) -> Record:
    """Return count, area and moments of the finite values; the deviation is that of the whole population."""
    found = values[np.isfinite(values)]
    numbers: dict[str, Any] = {"min": np.min, "max": np.max, "mean": np.mean, "std": np.std}
    numbers |= {f"p{share:g}": lambda data, share=share: np.percentile(data, share) for share in percentiles}
    row: Record = {"count": int(found.size), "area_m2": round(found.size * grid.pixel_m2, 2)}
    return row | {name: round(float(of(found)), 6) if found.size else None for name, of in numbers.items()}


def _zones(inputs: Mapping[str, Any], aoi: Record) -> list[tuple[str, Record]]:
    """Return the zones by name; the area of interest where none are given.

    Raises:
        InputWrong: one is no polygon, or lies elsewhere.
    """
    given = inputs.get("zones")
    if given is None:
        return [(aoi["name"], aoi["geometry"])]
    features = given.get("features")
    if given.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise InputWrong("input.zones", "must be a GeoJSON FeatureCollection")
    if not 1 <= len(features) <= _MOST_ZONES:
        raise InputWrong("input.zones.features", f"must be a list of 1 to {_MOST_ZONES}")
    return [_zone(feature, number, aoi) for number, feature in enumerate(features, start=1)]


def _zone(feature: object, number: int, aoi: Record) -> tuple[str, Record]:
    place = f"input.zones.features[{number - 1}]"
    shape = feature.get("geometry") if isinstance(feature, Mapping) else None
    problem = polygon_problem(shape)
    if problem or not isinstance(feature, Mapping) or not isinstance(shape, dict):
        raise InputWrong(place, problem or "must be a GeoJSON feature")
    if not overlap(shape, aoi["geometry"]):
        raise InputWrong(place, "lies outside the AOI")
    properties = feature.get("properties")
    name = properties.get("name") if isinstance(properties, Mapping) else None
    return (name if isinstance(name, str) and name.strip() else f"Zone {number}"), _within(shape, aoi)


def _within(shape: Record, aoi: Record) -> Record:
    """Return the part of a zone inside the area of interest; distant parts have no pixels of the raster."""
    with gdal_quiet():
        zone, frame = (ogr.CreateGeometryFromJson(json.dumps(part)) for part in (shape, aoi["geometry"]))
        common = zone.Intersection(frame)
        parts = [common, *(common.GetGeometryRef(n) for n in range(common.GetGeometryCount()))]
        found = [json.loads(part.ExportToJson()) for part in parts]
    polygons = [part["coordinates"] for part in found if part["type"] == "Polygon" and part["coordinates"]]
    one = {"type": "Polygon", "coordinates": polygons[0]}
    return one if len(polygons) == 1 else {"type": "MultiPolygon", "coordinates": polygons}


def _masks(zones: Sequence[tuple[str, Record]], picture: GridImage) -> Iterator[tuple[str, Record, Array]]:
    grid = picture.grid
    crs = _crs(grid)
    for name, shape in zones:
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        laid = [[project(ring, WGS84, crs) for ring in rings] for rings in polygons]
        masks = [inside(rings, grid.transform, grid.width, grid.height) for rings in laid]
        yield name, shape, np.logical_or.reduce(masks)


def _crs(grid: LayerGrid) -> Crs:
    with gdal_quiet():
        raster = gdal.GetDriverByName("MEM").Create("", 1, 1, 1)
        raster.SetProjection(grid.projection)
        return crs_of(raster)


def _class_masks(work: Work, picture: GridImage) -> Iterator[tuple[str, Array]]:
    path: Path | None = work.rasters.get("classes")
    if path is None:
        return
    with gdal_quiet():
        raster = open_raster(path)  # keep a reference: reading a band after its dataset is freed crashes
        classes = np.asarray(raster.GetRasterBand(1).ReadAsArray())
    if classes.shape != picture.values.shape:
        raise InputWrong("input.classes", "does not lie on the grid of the layer")
    for number in sorted(set(np.unique(classes).tolist()) - {NO_CLASS}):
        yield f"Class {number}", classes == number
