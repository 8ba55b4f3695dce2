"""An interlaced picture is decoded as a whole, once and not for each few rows."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from osgeo import gdal
from pixxel_explorer.plugin.imagery.picture_raster import place_picture
from pixxel_explorer.tests.large_files import picture

EXTENT = (77.5, 12.25, 77.75, 12.5)
SIDE = 5000


def test_an_interlaced_picture_is_the_same_in_about_the_same_time(tmp_path: Path) -> None:
    seconds, pixels = {}, {}
    for is_interlaced in (False, True):
        png, target = picture(SIDE, SIDE, interlaced=is_interlaced, has_palette=True), tmp_path / f"{is_interlaced}.tif"
        started = time.monotonic()
        place_picture(png, target, EXTENT)
        seconds[is_interlaced] = time.monotonic() - started
        pixels[is_interlaced] = gdal.OpenEx(str(target)).ReadAsArray()
    assert np.array_equal(pixels[True], pixels[False])
    assert seconds[True] < 2.5 * seconds[False]  # more than three times as long where each 256 rows decoded it
