"""Input layers of blocks: a band or an index over an area of interest, by date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ....api.status import Word
from ....imagery.band_values import BandReader
from ....imagery.evaluate import bands_of
from ....imagery.expression import Expression, ExpressionInvalid, parse
from ....imagery.raster_io import gdal_quiet, open_raster
from ....legend.vocabulary import ExpressionType
from ...core.computing import ensured_file
from ...core.state import SandboxState
from ...core.store import Filter, Record

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class LayerGrid:
    """Where the pixels of an array lie.

    Attributes:
        transform: GDAL's six numbers, in the units of the CRS.
        projection: the CRS as WKT.
    """

    width: int
    height: int
    transform: tuple[float, ...]
    projection: str

    @property
    def pixel_m2(self) -> float:
        """Return the area of one pixel in square metres; grids here are in metres."""
        _, east, turn_x, _, turn_y, south = self.transform
        return abs(east * south - turn_x * turn_y)


@dataclass(frozen=True, slots=True)
class GridImage:
    """Values on a grid, shape (height, width), NaN where there are none."""

    values: Array
    grid: LayerGrid


@dataclass(frozen=True, slots=True)
class Layer:
    """A band or an index that an area of interest has at some dates.

    Attributes:
        expression: computed over the bands of each mosaic; ``None`` where rasters hold the values themselves.
        assets: the mosaic or raster of each date ``YYYY-MM-DD``, in order.
    """

    name: str
    expression: Expression | None
    assets: Mapping[str, Record]

    def at(self, state: SandboxState, day: str) -> GridImage:
        """Return the values of one date.

        Raises:
            OSError: the imagery cannot be read.
        """
        path = ensured_file(state, self.assets[day])
        if self.expression is None:
            return read(path, [1])[0]
        places = bands_of(path)
        names = sorted(self.expression.bands)
        pictures = read(path, [places[name][1] for name in names])
        bands = {name: picture.values for name, picture in zip(names, pictures, strict=True)}
        return GridImage(self.expression.evaluate(bands), pictures[0].grid)


def read(path: Path, numbers: list[int]) -> list[GridImage]:
    """Return bands of a raster in their own units: scale and offset applied.

    Raises:
        OSError: it cannot be read.
    """
    with gdal_quiet():
        raster = open_raster(path)
        size = (raster.RasterXSize, raster.RasterYSize)
        grid = LayerGrid(*size, tuple(raster.GetGeoTransform()), raster.GetProjection())
        return [GridImage(BandReader(raster, number).read((0, 0, *size)), grid) for number in numbers]


def mosaics_of(state: SandboxState, aoi_id: str) -> dict[str, Record]:
    """Return the mosaics of an area of interest by date, in order."""
    return _by_date(state, Filter(equal={"aoi_id": aoi_id, "asset_type": "mosaic", "status": Word.SUCCESS}))


def layer_of(state: SandboxState, aoi: Record, name: str) -> Layer | None:
    """Return the band of that name, or the index of that name or id; ``None`` where there is none."""
    mosaics = mosaics_of(state, aoi["aoi_id"])
    if any(name in mosaic["band_list"] for mosaic in mosaics.values()):
        return Layer(name, parse(name), mosaics)
    index = _index(state, aoi, name)
    return None if index is None else _computed(index, mosaics) or _ready(state, aoi, index)


def _index(state: SandboxState, aoi: Record, name: str) -> Record | None:
    indices = state.store.all("indices", Filter(equal={"satellite_id": aoi["satellite_id"]}))
    fitting = (index for index in indices if name in (index["id"], index["name"]))
    return next((index for index in fitting if index["expression_type"] != ExpressionType.COMPOSITE), None)


def _computed(index: Record, mosaics: Mapping[str, Record]) -> Layer | None:
    try:
        expression = parse(index["expression"])
    except ExpressionInvalid:
        return None
    having = {day: m for day, m in mosaics.items() if expression.bands <= set(m["band_list"])}
    return Layer(index["name"], expression, having) if having else None


def _ready(state: SandboxState, aoi: Record, index: Record) -> Layer | None:
    """Return an index whose rasters are there already, as those of an imported series."""
    equal = {"aoi_id": aoi["aoi_id"], "index_id": index["id"]}
    known = [record["id"] for record in state.store.all("visualizations", Filter(equal=equal))]
    assets = _by_date(state, Filter(equal={"status": Word.SUCCESS}, among={"visualization_id": known}))
    return Layer(index["name"], None, assets) if assets else None


def _by_date(state: SandboxState, wanted: Filter) -> dict[str, Record]:
    found = state.store.all("assets", wanted)
    return {str(asset["date"]): asset for asset in sorted(found, key=lambda asset: str(asset["date"]))}
