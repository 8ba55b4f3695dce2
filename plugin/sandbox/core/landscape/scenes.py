"""Scenes on disk: the synthetic one drawn, the Sentinel-2 chip written, both as GeoTIFFs of named bands."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, osr

from ....files.whole import whole_or_nothing
from ....imagery.raster_io import checked_writing, create_raster, gdal_quiet
from ..geometry import footprint
from ..presets import SAMPLE_SATELLITE_ID, SENTINEL_ID, sample_bands
from ..store import Record
from . import farm

Array = np.ndarray[Any, Any]

_SAMPLE_SCALE = 2e-05
_SENTINEL_SCALE = 1e-04
_CHIP_BANDS = ("B02", "B03", "B04", "B08")
_CHIP_PLACE = (32632, 690_000.0, 5_335_000.0)
CHIP_DAY = "2019-08-25"


def draw_farm(folder: Path, seed: int) -> list[Record]:
    """Draw the synthetic scene at all its days and return it as items."""
    land = farm.landscape(seed)
    names = list(sample_bands(farm.WAVELENGTHS))
    items = []
    for day in farm.DAYS:
        name = f"SAMPLE_{day.replace('-', '')}_L2A"
        path = folder / "scenes" / f"{name}.tif"
        digital = np.rint(farm.reflectance(land, day, seed) / _SAMPLE_SCALE)
        place = (farm.EPSG, farm.LEFT, farm.TOP)
        _write(path, np.clip(digital, 1, 65535).astype(np.uint16), names, place, _SAMPLE_SCALE)
        items.append(_item(name, SAMPLE_SATELLITE_ID, day, path.relative_to(folder), names, footprint(path)))
    return items


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


def _write(path: Path, pixels: Array, names: Sequence[str], place: tuple[int, float, float], scale: float) -> None:
    """Write bands of whole numbers; 0 is nodata."""
    epsg, left, top = place
    count, height, width = pixels.shape
    with gdal_quiet(), whole_or_nothing(path) as part, checked_writing(part):
        fast = ("PREDICTOR=2", "ZLEVEL=1", "INTERLEAVE=BAND")
        raster = create_raster(part, (width, height, count), gdal.GDT_UInt16, fast)
        raster.SetGeoTransform((left, farm.PIXEL_M, 0.0, top, 0.0, -farm.PIXEL_M))
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
