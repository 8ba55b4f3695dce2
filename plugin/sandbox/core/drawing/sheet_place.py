"""Where a picture lies: the grid that its map is drawn on, and the map's window in the whole picture."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....imagery.evaluate import Window
from ..geometry import WGS84, Box, box, box_size_m, centroid, crs_of, project
from .style import Drawing, DrawnGrid

Rings = list[list[tuple[float, float]]]
Transform = tuple[float, float, float, float, float, float]

_MERCATOR = 3857
_STEPS = 32  # an edge that is straight in degrees bends by under a thousandth of its length between them


@dataclass(frozen=True, slots=True)
class MapGrid:
    """The map of a picture: its outline and box in units of a CRS, and how many source pixels the box has.

    Attributes:
        epsg: code of the CRS.
    """

    epsg: int
    rings: Rings
    edges: Box
    width: int
    height: int

    def transform(self, width: int, height: int) -> Transform:
        """Return the affine transform of an image of a size over the box."""
        west, south, east, north = self.edges
        return west, (east - west) / width, 0.0, north, 0.0, (south - north) / height


@dataclass(frozen=True, slots=True)
class SheetPlace:
    """The truth about a picture, which no response contains.

    Attributes:
        epsg: code of its CRS.
        transform: affine transform of the whole picture, from pixels to units of the CRS.
        window: the part of it that is map; the rest is a margin.
    """

    epsg: int
    transform: Transform
    window: Window

    @property
    def extent(self) -> Box:
        """Return the outer edges of the map: west, south, east, north in units of the CRS."""
        left, across, _, top, _, down = self.transform
        west, north = left + self.window.column * across, top + self.window.row * down
        return west, north + self.window.height * down, west + self.window.width * across, north


def map_grid(raster: Any, outline: Mapping[str, Any], drawing: Drawing) -> MapGrid:
    """Return the grid that a server draws an outline on, in pixels of about the size of an open raster's."""
    epsg = _epsg(drawing.grid, outline)
    rings = outline_in(outline, epsg)
    edges = box({"coordinates": rings})
    across, up = _size_m(edges, epsg, box(outline))
    pixel_x, pixel_y = _pixel_m(raster, box(outline))
    width, height = max(1.0, across / pixel_x), max(1.0, up / pixel_y)
    pixel = ((edges[2] - edges[0]) / width, (edges[3] - edges[1]) / height)
    if drawing.snapped:
        edges = _snapped(edges, pixel)
        width, height = (edges[2] - edges[0]) / pixel[0], (edges[3] - edges[1]) / pixel[1]
    return _padded(MapGrid(epsg, rings, edges, round(width), round(height)), drawing.padding)


def outline_in(outline: Mapping[str, Any], epsg: int) -> Rings:
    """Return the rings of a polygon in another CRS; their edges, straight in degrees, are bent as they should be."""
    rings = outline["coordinates"]
    return [project(ring if epsg == WGS84 else _densified(ring), WGS84, epsg) for ring in rings]


def _densified(ring: list[list[float]]) -> list[tuple[float, float]]:
    corners = np.asarray([position[:2] for position in ring], dtype=float)
    places = np.arange((len(corners) - 1) * _STEPS + 1) / _STEPS
    known = np.arange(len(corners))
    x, y = (np.interp(places, known, corners[:, axis]) for axis in (0, 1))
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _epsg(grid: DrawnGrid, outline: Mapping[str, Any]) -> int:
    if grid is DrawnGrid.DEGREES:
        return WGS84
    if grid is DrawnGrid.MERCATOR:
        return _MERCATOR
    longitude, latitude = centroid(outline)
    zone = min(60, int((longitude + 180) // 6) + 1)
    return (32600 if latitude >= 0 else 32700) + zone


def _size_m(edges: Box, epsg: int, degrees: Box) -> tuple[float, float]:
    """Return about how wide and high a box is on the ground, in metres."""
    if epsg == WGS84:
        return box_size_m(edges)
    stretch = math.cos(_middle(degrees)) if epsg == _MERCATOR else 1.0
    return (edges[2] - edges[0]) * stretch, (edges[3] - edges[1]) * stretch


def _pixel_m(raster: Any, degrees: Box) -> tuple[float, float]:
    _, east, _, _, _, south = raster.GetGeoTransform()
    if crs_of(raster) != WGS84:
        return abs(east), abs(south)
    middle, half = math.degrees(_middle(degrees)), abs(south) / 2
    return box_size_m((0.0, middle - half, abs(east), middle + half))


def _middle(degrees: Box) -> float:
    return math.radians((degrees[1] + degrees[3]) / 2)


def _snapped(edges: Box, pixel: tuple[float, float]) -> Box:
    west, south, east, north = edges
    x, y = pixel
    return math.floor(west / x) * x, math.floor(south / y) * y, math.ceil(east / x) * x, math.ceil(north / y) * y


def _padded(grid: MapGrid, pixels: int) -> MapGrid:
    west, south, east, north = grid.edges
    x, y = pixels * (east - west) / grid.width, pixels * (north - south) / grid.height
    edges = west - x, south - y, east + x, north + y
    return MapGrid(grid.epsg, grid.rings, edges, grid.width + 2 * pixels, grid.height + 2 * pixels)
