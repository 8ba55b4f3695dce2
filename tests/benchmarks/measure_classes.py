"""Run with GDAL alone: classes of large pictures, against GDAL's own decoding and writing of them; prints JSON."""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy
from osgeo import gdal

ROOT = Path(__file__).resolve().parents[2]
SIDE, BLOCK, ROUNDS = 4096, 24, 5
COLOURS = ("d7191c", "fdae61", "ffffbf", "a6d96a", "1a9641")


def register() -> None:
    """Make the checkout importable under the plugin's name."""
    spec = importlib.util.spec_from_file_location(
        "pixxel_explorer", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["pixxel_explorer"] = package
    spec.loader.exec_module(package)


def picture(folder: Path, *, is_smooth: bool) -> Path:
    """Write a picture of blocks of classes inside a circle; a smooth one mixes colours at their edges."""
    rows, columns = numpy.mgrid[:SIDE, :SIDE]
    numbers = numpy.random.default_rng(7).integers(0, 5, (SIDE // BLOCK + 1,) * 2)[rows // BLOCK, columns // BLOCK]
    colours = numpy.asarray([[*bytes.fromhex(colour), 255] for colour in COLOURS], dtype=numpy.uint8)[numbers]
    if is_smooth:
        beside = numpy.roll(colours, 1, axis=0).astype(float) + numpy.roll(colours, 1, axis=1)
        colours = numpy.rint((2.0 * colours + beside) / 4).astype(numpy.uint8)
    colours[(rows - SIDE / 2) ** 2 + (columns - SIDE / 2) ** 2 > SIDE**2 / 4] = 0
    canvas = gdal.GetDriverByName("MEM").Create("", SIDE, SIDE, 4, gdal.GDT_Byte)
    for number in range(4):
        canvas.GetRasterBand(number + 1).WriteArray(colours[..., number])
    canvas.GetRasterBand(4).SetColorInterpretation(gdal.GCI_AlphaBand)
    path = folder / f"{is_smooth}.png"
    gdal.GetDriverByName("PNG").CreateCopy(str(path), canvas)
    return path


def seconds(function: Callable[[], object]) -> list[float]:
    """Return how long a function took each time."""
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        function()
        taken.append(time.perf_counter() - started)
    return taken


def main() -> None:
    """Measure both pictures."""
    gdal.UseExceptions()
    register()
    from pixxel_explorer.plugin.imagery.class_raster import write_classes
    from pixxel_explorer.plugin.imagery.loaded import Placement
    from pixxel_explorer.plugin.imagery.picture_classes import classes_of_picture
    from pixxel_explorer.plugin.legend.spec import Colour, Legend, LegendClass

    classes = (LegendClass(row, row + 1, Colour(*bytes.fromhex(text)), text) for row, text in enumerate(COLOURS))
    legend, place = Legend(tuple(classes)), Placement("EPSG:32633", (5e5, 5e6, 5.4e5, 5.04e6), "raster", 1.0)
    found = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for is_smooth in (False, True):
            png = picture(folder, is_smooth=is_smooth)

            def bare(png: Path = png) -> None:
                options = ["TILED=YES", "COMPRESS=DEFLATE", "ZLEVEL=1", "PREDICTOR=2"]
                source = gdal.Open(str(png))
                copy = gdal.GetDriverByName("GTiff").CreateCopy(str(folder / "bare.tif"), source, 0, options)
                copy.BuildOverviews("NEAREST", [2, 4, 8, 16])

            def ours(png: Path = png) -> None:
                pixels = classes_of_picture(png.read_bytes(), legend)
                write_classes(pixels.values, folder / "classes.tif", place, legend)

            found["smooth" if is_smooth else "plain"] = {"gdal": seconds(bare), "ours": seconds(ours)}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
