"""Redraws of pictures as they came against the form they are kept in, by their size; prints JSON.

A picture as it came is the PNG with a VRT that places it. Both forms are drawn by QGIS's own job, whole and at one
pixel a pixel, and their making is measured, too. GDAL's cache is emptied before each redraw: a picture of 10,000 pixels
a side fills what GDAL takes on a machine of 8 GB, and dates that are shown in turn push each other out.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests/benchmarks"))

from large_files import picture  # of tests/
from measure_sld import register  # of this folder
from osgeo import gdal
from qgis.core import QgsApplication, QgsMapRendererParallelJob, QgsMapSettings, QgsRasterLayer, QgsRectangle
from qgis.PyQt.QtCore import QSize

SIDES = (512, 1024, 1536, 2048, 4096, 10_000)
CANVAS = QSize(1200, 900)
ROUNDS = 3
LEFT, TOP, STEP, CRS = 500_000, 5_100_000, 5, "EPSG:32633"


def timed(act: Callable[[], Any]) -> float:
    """Return the seconds of an act."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def draw(layer: QgsRasterLayer, extent: QgsRectangle) -> None:
    """Draw a layer as the map canvas does."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(CANVAS)
    settings.setExtent(extent)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    assert not job.renderedImage().isNull()


def redrawn(layer: QgsRasterLayer, extent: QgsRectangle) -> list[float]:
    """Return the seconds of redraws, each after GDAL has forgotten what it had decoded."""
    most, found = gdal.GetCacheMax(), []
    for _ in range(ROUNDS):
        gdal.SetCacheMax(0)
        gdal.SetCacheMax(most)
        found.append(timed(partial(draw, layer, extent)))
    return found


def measured(path: Path, side: int, make: Callable[[], object]) -> dict[str, Any]:
    """Return the seconds that a form takes to make, and of redraws: whole, and its middle at one pixel a pixel."""
    made = timed(make)
    layer = QgsRasterLayer(str(path), path.name, "gdal")
    assert layer.isValid()
    width, height = CANVAS.width() * STEP, CANVAS.height() * STEP
    x, y = LEFT + (side * STEP - width) / 2, TOP - (side * STEP + height) / 2
    draw(layer, layer.extent())  # the first one opens the file
    middle = QgsRectangle(x, y, x + width, y + height)
    return {"made": made, "whole": redrawn(layer, layer.extent()), "middle": redrawn(layer, middle)}


def main() -> None:
    """Measure all sizes."""
    register()
    from pixxel_explorer.plugin.imagery import wrapping
    from pixxel_explorer.plugin.imagery.picture_raster import place_picture

    gdal.UseExceptions()
    wrapping.LARGEST = max(SIDES)  # each size is made in both forms
    application = QgsApplication([], False)
    application.initQgis()
    found = {}
    with tempfile.TemporaryDirectory() as name:
        for side in SIDES:
            png, place = picture(side, side), ((LEFT, TOP - side * STEP, LEFT + side * STEP, TOP), CRS)
            file = Path(name, f"{side}.vrt")
            wrap = partial(wrapping.wrap_picture, png, file.with_suffix(".png"), file, *place)
            convert = partial(place_picture, png, file.with_suffix(".tif"), *place)
            found[str(side)] = {
                "raw": measured(file, side, wrap),
                "kept": measured(file.with_suffix(".tif"), side, convert),
            }
    print(json.dumps(found))
    application.exitQgis()


if __name__ == "__main__":
    main()
