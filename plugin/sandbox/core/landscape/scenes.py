"""Scenes on disk: the synthetic one drawn, the Sentinel-2 chip written, both as GeoTIFFs of named bands."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, osr

from ....files.whole import whole_or_nothing
from ....imagery.raster_io import checked_writing, create_raster, gdal_quiet
from ..clock import date_key
from ..geometry import footprint, polygon
from ..presets import FIREFLY_BANDS, FIREFLY_ID, SAMPLE_SATELLITE_ID, SENTINEL_ID, sample_bands
from ..store import Record
from . import farm, orchard

Array = np.ndarray[Any, Any]

_AT_ONCE = 2  # scenes drawn: numpy and GDAL let other threads run meanwhile
_SAMPLE_SCALE = 2e-05
_SENTINEL_SCALE = 1e-04
_CHIP_BANDS = ("B02", "B03", "B04", "B08")
_CHIP_PLACE = (32632, 690_000.0, 5_335_000.0)
CHIP_DAY = "2019-08-25"


def draw_farm(folder: Path, seed: int) -> list[Record]:
    """Draw the synthetic scene at all its days and return it as items."""
    land = farm.landscape(seed)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda day: _drawn_farm(folder, land, day, seed), farm.DAYS))


def _drawn_farm(folder: Path, land: farm.Landscape, day: str, seed: int) -> Record:
    names = list(sample_bands(farm.WAVELENGTHS))
    name = f"SAMPLE_{day.replace('-', '')}_L2A"
    path = folder / "scenes" / f"{name}.tif"
    digital = np.rint(farm.reflectance(land, day, seed) / np.float32(_SAMPLE_SCALE))
    place = (farm.EPSG, farm.LEFT, farm.TOP)
    _write(path, np.clip(digital, 1, 65535).astype(np.uint16), names, place, _SAMPLE_SCALE)
    return _item(name, SAMPLE_SATELLITE_ID, day, path.relative_to(folder), names, footprint(path))


def draw_orchard(folder: Path, seed: int) -> list[Record]:
    """Draw the synthetic orchard at all its overpasses and return it as items; 0 is no data, as under clouds."""
    land = orchard.orchard(seed)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda scene: _drawn_orchard(folder, land, scene, seed), orchard.SCENES))


def _drawn_orchard(folder: Path, land: orchard.Orchard, scene: orchard.Scene, seed: int) -> Record:
    suffix = "" if scene.number == 1 else f"_{scene.number}"
    name = f"FF_{scene.day.replace('-', '')}{suffix}_L2A"
    path = folder / "scenes" / f"{name}.tif"
    values = orchard.reflectance(land, scene, tuple(FIREFLY_BANDS.values()), seed)
    digital = np.nan_to_num(np.clip(np.rint(values / _SAMPLE_SCALE), 1, 65535)).astype(np.uint16)
    place = (orchard.EPSG, orchard.LEFT, orchard.TOP)
    _write(path, digital, list(FIREFLY_BANDS), place, _SAMPLE_SCALE, orchard.PIXEL_M)
    item = _item(name, FIREFLY_ID, scene.day, path.relative_to(folder), list(FIREFLY_BANDS), _swath_of(scene))
    key = {} if scene.number == 1 else {"_key": f"{date_key(scene.day)}{suffix}"}
    covered = 100 * np.count_nonzero(digital[0]) // digital[0].size
    clouds = 100 - covered if scene.is_cloudy else 0
    facts = {"resolution": orchard.PIXEL_M, "taken_at": scene.taken_at, "cloud_cover": clouds}
    return {**item, **facts, **key}


def _swath_of(scene: orchard.Scene) -> dict[str, Any]:
    """Return where a scene has data, clouds aside."""
    upper, lower = scene.swath or (orchard.WIDTH, orchard.WIDTH)
    corners = ((0, orchard.HEIGHT), (lower, orchard.HEIGHT), (upper, 0), (0, 0))
    place = [(orchard.LEFT + x * orchard.PIXEL_M, orchard.TOP - y * orchard.PIXEL_M) for x, y in corners]
    return polygon(place, orchard.EPSG)


def write_chip(folder: Path) -> list[Record]:
    """Write the Sentinel-2 chip of the package spyndex as an item; none where the package is absent.

    The package contains reflectances without a location or date: both are invented.
    """
    found = importlib.util.find_spec("spyndex")
    if found is None or found.origin is None:
        return []
    source = Path(found.origin).parent / "data" / "S2_10m.json"
    if not source.is_file():
        return []
    chip = np.asarray(json.loads(source.read_text(encoding="utf-8")), dtype=np.float64)
    bands = chip if chip.shape[0] == len(_CHIP_BANDS) else np.moveaxis(chip, -1, 0)
    path = folder / "scenes" / "S2_CHIP.tif"
    _write(path, np.clip(bands, 1, 65535).astype(np.uint16), _CHIP_BANDS, _CHIP_PLACE, _SENTINEL_SCALE)
    name = f"S2_CHIP_{CHIP_DAY.replace('-', '')}"
    return [_item(name, SENTINEL_ID, CHIP_DAY, path.relative_to(folder), _CHIP_BANDS, footprint(path))]


def _item(
    name: str, satellite_id: str, day: str, file: Path, bands: Sequence[str], outline: Mapping[str, Any]
) -> Record:
    return {
        "id": name,
        "satellite_id": satellite_id,
        "day": day,
        "bands": list(bands),
        "geometry": dict(outline),
        "_file": file.as_posix(),
    }


def _write(
    path: Path,
    pixels: Array,
    names: Sequence[str],
    place: tuple[int, float, float],
    scale: float,
    pixel_m: float = farm.PIXEL_M,
) -> None:
    """Write bands of whole numbers; 0 is nodata."""
    epsg, left, top = place
    count, height, width = pixels.shape
    with gdal_quiet(), whole_or_nothing(path) as part, checked_writing(part):
        one_tile = tuple(f"BLOCK{axis}SIZE={-(-size // 16) * 16}" for axis, size in (("X", width), ("Y", height)))
        fast = ("PREDICTOR=2", "ZLEVEL=1", "INTERLEAVE=BAND", *one_tile)  # usual tiles would be a third padding
        raster = create_raster(part, (width, height, count), gdal.GDT_UInt16, fast)
        raster.SetGeoTransform((left, pixel_m, 0.0, top, 0.0, -pixel_m))
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(epsg)
        raster.SetProjection(reference.ExportToWkt())
        for number, name in enumerate(names, start=1):
            band = raster.GetRasterBand(number)
            band.SetDescription(name)
            band.SetScale(scale)
            band.SetOffset(0.0)
            band.SetNoDataValue(0)
        raster.WriteRaster(0, 0, width, height, np.ascontiguousarray(pixels).tobytes())
        raster.FlushCache()
        raster = None
