"""Work behind the answers: scenes cut to an area of interest, indices computed over it, legends measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from ...api.status import Word
from ...files.whole import whole_or_nothing
from ...imagery.evaluate import Window, bands_of, evaluate_file
from ...imagery.expression import Expression, parse, parse_composite
from ...imagery.raster_io import checked_writing, gdal_quiet, open_raster
from ...legend.vocabulary import ExpressionType, LegendMode
from . import legends
from .clock import day_of_key, key_of_asset
from .geometry import overlap, window_on
from .presets import theory_of
from .records import new_asset
from .state import SandboxState
from .store import Filter, Record

Array = np.ndarray[Any, Any]


def items_over(state: SandboxState, satellite_id: str, outline: Mapping[str, Any]) -> list[Record]:
    """Return the scenes of a satellite that lie over a polygon, by day."""
    found = state.store.all("items", Filter(equal={"satellite_id": satellite_id}))
    over = (item for item in found if overlap(item["geometry"], outline))
    return sorted(over, key=lambda item: (str(item["day"]), str(item.get("taken_at", ""))))


def fill_aoi(state: SandboxState, aoi_id: str, items: Sequence[Record]) -> Record:
    """Give an area of interest its mosaics, one a scene, and call it done."""
    aoi = state.store.get("aois", aoi_id)
    if aoi is None:
        raise KeyError(aoi_id)
    mosaics = [_mosaic(aoi, item) for item in items]
    images = {item["id"]: {"date": item["day"], "cloud_cover": item.get("cloud_cover", 0)} for item in items}
    with state.store.transaction():
        state.store.put_all("assets", ((mosaic["id"], mosaic) for mosaic in mosaics))
        return state.change("aois", aoi_id, images=images, status=Word.SUCCESS, progress=100)


def _mosaic(aoi: Record, item: Record) -> Record:
    known: Record = {name: item[name] for name in ("resolution", "_key") if name in item}
    fields = {"name": item["id"], "band_list": item["bands"], "_item": item["id"], **known}
    mosaic = new_asset(aoi, "mosaic", item["day"], fields)
    return {**mosaic, "_file": f"assets/{aoi['aoi_id']}/mosaic_{item['day']}_{mosaic['id'][:8]}.tif"}


def ensured_file(state: SandboxState, asset: Record) -> Path:
    """Return the file of an asset; a mosaic is cut from its scene at the first request for it.

    Raises:
        OSError: it cannot be read or written.
    """
    path = state.path_of(asset)
    if not path.exists() and "_item" in asset:
        _cut(state, asset, path)
    return path


def _cut(state: SandboxState, asset: Record, target: Path) -> None:
    source = _scene_of(state, asset)
    placed = window_on(source, asset["geometry"])
    if placed is None:
        raise OSError(f"{source.name} does not cover the area of interest")
    window, keep = placed
    with gdal_quiet(), whole_or_nothing(target) as part, checked_writing(part):
        pixels = [window.column, window.row, window.width, window.height]
        options = ["TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=2"]
        cut = gdal.Translate(str(part), open_raster(source), srcWin=pixels, creationOptions=options)
        for number in range(1, cut.RasterCount + 1):
            band = cut.GetRasterBand(number)
            band.WriteArray(np.where(keep, band.ReadAsArray(), band.GetNoDataValue() or 0))
        cut = None


def _scene_of(state: SandboxState, mosaic: Record) -> Path:
    item = state.store.get("items", mosaic["_item"])
    if item is None:
        raise KeyError(mosaic["_item"])
    return state.path_of(item)


def compute(state: SandboxState, visualization_id: str) -> None:
    """Compute a visualization over its mosaics, date by date; a failure is its status.

    Raises:
        KeyError: there is no such visualization.
    """
    record = state.change("visualizations", visualization_id, status=Word.CREATING, progress=0)
    try:
        _compute_dates(state, record)
    except (OSError, KeyError, ValueError):
        state.change("visualizations", visualization_id, status=Word.FAILED)
        raise


def _compute_dates(state: SandboxState, record: Record) -> None:
    index = state.store.get("indices", record["index_id"]) or {}
    expressions = expressions_of(index)
    mosaics = [asset for asset in map(_known(state), record["_sources"]) if asset]
    legend: dict[str, Any] = {}
    for done, mosaic in enumerate(mosaics, start=1):
        values = _value_asset(state, record, mosaic, expressions)
        classes = legends_of(state, values, index)
        with state.store.transaction():
            state.store.put("assets", values["id"], values)
            legend |= {key_of_asset(values): classes} if classes else {}
            progress = min(99, 100 * done // len(mosaics))
            state.change("visualizations", record["id"], progress=progress, metadata={"legend": legend})
    state.change("visualizations", record["id"], status=Word.SUCCESS, progress=100)


def _known(state: SandboxState) -> Any:
    return lambda identifier: state.store.get("assets", identifier)


def expressions_of(index: Mapping[str, Any]) -> tuple[Expression, ...]:
    """Read the expressions of an index: three for a composite, else one.

    Raises:
        ExpressionInvalid: it has none.
    """
    text = str(index["expression"])
    return parse_composite(text) if index["expression_type"] == ExpressionType.COMPOSITE else (parse(text),)


def _value_asset(state: SandboxState, record: Record, mosaic: Record, expressions: Sequence[Expression]) -> Record:
    source = _scene_of(state, mosaic)
    placed = window_on(source, mosaic["geometry"])
    if placed is None:
        raise OSError(f"{source.name} does not cover the area of interest")
    key = key_of_asset(mosaic)
    target = f"assets/{record['aoi_id']}/{record['id']}_{day_of_key(key)}.tif"
    _evaluate(source, expressions, state.folder / target, placed, record.get("_resolution"))
    known = {key_of_asset(asset): asset for asset in state.assets_of(record["id"])}.get(key)
    fields = {
        "name": f"{record['index_name']} {day_of_key(key)}",
        "visualization_id": record["id"],
        "band_list": [record["index_name"]],
        "resolution": record.get("_resolution") or mosaic["resolution"],
        "_file": target,
        **({"_key": mosaic["_key"]} if "_key" in mosaic else {}),
    }
    fresh = new_asset(mosaic, "visualization", mosaic["date"], fields)
    return {**fresh, "id": known["id"]} if known else fresh


def _evaluate(
    source: Path,
    expressions: Sequence[Expression],
    target: Path,
    placed: tuple[Window, Array],
    resolution: float | None,
) -> None:
    window, keep = placed
    if resolution is None:
        evaluate_file(expressions, bands_of(source), target, window=window, keep=keep)
        return
    with whole_or_nothing(target) as part:
        fine = part.with_suffix(".fine.tif")
        try:
            evaluate_file(expressions, bands_of(source), fine, window=window, keep=keep)
            with gdal_quiet(), checked_writing(part):
                options = ["TILED=YES", "COMPRESS=DEFLATE", "PREDICTOR=3"]
                gdal.Warp(
                    str(part),
                    open_raster(fine),
                    xRes=resolution,
                    yRes=resolution,
                    resampleAlg="average",
                    creationOptions=options,
                )
        finally:
            fine.unlink(missing_ok=True)


def legends_of(state: SandboxState, values: Record, index: Mapping[str, Any]) -> dict[LegendMode, legends.Classes]:
    """Return the legends of one date as they are computed; none for composites and grey pictures."""
    if index["expression_type"] != ExpressionType.INDEX:
        return {}
    pixels = legends.pixels_of(state.path_of(values))
    found = {LegendMode.DYNAMIC: legends.dynamic(pixels, index["colormap"])}
    theory = theory_of(index["name"]) if index["type"] == "preset" else None
    return found | ({LegendMode.THEORETICAL: legends.theoretical(pixels, theory)} if theory else {})
