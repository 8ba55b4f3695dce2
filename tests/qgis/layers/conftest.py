"""Loaded images made here, without any server."""

from __future__ import annotations

import datetime
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, osr
from pixxel_explorer.plugin.imagery.class_raster import write_classes
from pixxel_explorer.plugin.imagery.loaded import LoadedImage
from pixxel_explorer.plugin.imagery.picture_raster import place_picture
from pixxel_explorer.plugin.imagery.placement import assumed_placement, raster_placement
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.layers import date_visibility
from pixxel_explorer.plugin.layers.keeper import IdentityKeeper
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from pixxel_explorer.plugin.legend.spec import Colour, Legend, LegendClass
from qgis.core import QgsLayerTreeLayer, QgsLayerTreeNode, QgsMapLayer, QgsProject

EXTENT = (77.5, 12.25, 77.75, 12.5)
RED, GREEN, BLUE = Colour(215, 25, 28), Colour(26, 150, 65), Colour(43, 131, 186)


def legend(*, top: float = 1.0, label: str = "Dense crop") -> Legend:
    """Return three classes with a gap between the second and the third."""
    classes = (
        LegendClass(-1.0, 0.1, BLUE, "Water"),
        LegendClass(0.1, 0.4, RED, "Bare soil"),
        LegendClass(0.5, top, GREEN, label),
    )
    return Legend(classes, closed_top=True)


def _png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = b"".join(b"\0" + bytes([10 * row, 20, 30, 255]) * width for row in range(height))
    body = b""
    for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
        body += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + body


def _numbers(width: int, height: int) -> np.ndarray:
    """Return the class numbers 0 to 2 in columns; the third class has no pixels."""
    return np.tile(np.arange(width, dtype=np.uint8) % 3, (height, 1))


def _write_values(path: Path, width: int, height: int) -> None:
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), width, height, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform((EXTENT[0], 0.25 / width, 0, EXTENT[3], 0, -0.25 / height))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4326)
    dataset.SetProjection(reference.ExportToWkt())
    band = dataset.GetRasterBand(1)
    band.SetNoDataValue(-9999)
    values = np.linspace(-1, 1, width * height, dtype=np.float32).reshape(height, width)
    values[0, 0] = -9999
    band.WriteArray(values)


MakeImage = Callable[..., LoadedImage]


def day_or_name(node: QgsLayerTreeNode) -> str:
    """Return the day of a date of ours in the layer tree, and the name of anything else."""
    layer = node.layer() if isinstance(node, QgsLayerTreeLayer) else None
    return str((layer.customProperty("pixxel/date") if layer is not None else "") or node.name())


def key_of(day: datetime.date) -> str:
    """Return the server's key of a day, as ``make_image`` has it."""
    return day.strftime("%Y_%m_%d")


def show_alone(layer: QgsMapLayer) -> None:
    """Show one date of its stack alone."""
    date_visibility.show_alone(QgsProject.instance().layerTreeRoot().findLayer(layer.id()), filtered=False)


@pytest.fixture
def make_image(tmp_path: Path) -> MakeImage:
    """Return a maker of images with files: ``make_image("2025-05-02", "values", size=(8, 6), ...)``."""

    def make(
        day: str = "2025-05-02",
        kind: str = "values",
        *,
        size: tuple[int, int] = (8, 6),
        suffix: str = "",
        **more: object,
    ) -> LoadedImage:
        path = tmp_path / f"{day}_dynamic_{kind}{suffix}.tif"
        if kind == "picture":
            place_picture(_png(*size), path, EXTENT)
            placement = assumed_placement(EXTENT)
        elif kind == "classes":
            placement = assumed_placement(EXTENT)
            write_classes(_numbers(*size), path, placement, legend())
        else:
            _write_values(path, *size)
            placement = raster_placement(path)
        facts: dict[str, object] = {
            "mode": "dynamic",
            "connection": "Sample data",
            "project_name": "Farms",
            "aoi_id": "aoi-1",
            "aoi_name": "Farm near Raba",
            "visualization_id": "viz-1",
            "visualization_title": "NDVI",
            "index_id": "index-1",
            "loaded_at": "2025-06-01T10:00:00+00:00",
            "legend": legend(),
        }
        facts |= more
        date = datetime.date.fromisoformat(day)
        return LoadedImage(
            path=path,
            kind=LayerKind.parse(kind),
            day=date,
            date_key=facts.pop("key", day.replace("-", "_")),
            placement=placement,
            **facts,
        )

    return make


@pytest.fixture
def project_layers() -> Iterator[ProjectLayers]:
    """Return our layers of the current project, emptied before and after."""
    project = QgsProject.instance()
    project.clear()
    keeper = IdentityKeeper(project)  # as the plugin has it
    yield ProjectLayers(project, lambda: ("Sample data", "Other server"))
    keeper.close()
    project.clear()
