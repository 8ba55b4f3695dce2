"""Run in a headless QGIS: an SLD of 256 entries read and made a renderer, and drawing by it; prints JSON."""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsColorRampShader,
    QgsRasterLayer,
    QgsRasterRenderer,
    QgsRasterShader,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

ROOT = Path(__file__).resolve().parents[2]
ENTRIES, SIDE, ROUNDS = 256, 1500, 9
KINDS = {
    "ramp": QgsColorRampShader.Type.Interpolated,
    "intervals": QgsColorRampShader.Type.Discrete,
    "values": QgsColorRampShader.Type.Exact,
}


def register() -> None:
    """Make the checkout importable under the plugin's name."""
    spec = importlib.util.spec_from_file_location(
        "pixxel_explorer", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pixxel_explorer"] = module
    spec.loader.exec_module(module)


def colour(number: int) -> str:
    """Return the colour of an entry."""
    return f"#{number:02x}{255 - number:02x}80"


def document(kind: str) -> bytes:
    """Return a style of so many entries."""
    entries = "".join(
        f'<ColorMapEntry color="{colour(n)}" quantity="{n / ENTRIES}" label="class {n}" opacity="1"/>'
        for n in range(1, ENTRIES)
    )
    frame = "NamedLayer", "UserStyle", "FeatureTypeStyle", "Rule", "RasterSymbolizer"
    opening, closing = "".join(f"<{name}>" for name in frame), "".join(f"</{name}>" for name in reversed(frame))
    inside = f'{opening}<ColorMap type="{kind}">{entries}</ColorMap>{closing}'
    return f'<StyledLayerDescriptor xmlns="http://www.opengis.net/sld">{inside}</StyledLayerDescriptor>'.encode()


def layer_in(folder: Path) -> QgsRasterLayer:
    """Return a layer of random numbers between 0 and 1, all of them below the last entry."""
    path = folder / "random.tif"
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), SIDE, SIDE, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform((0, 1, 0, SIDE, 0, -1))
    dataset.GetRasterBand(1).WriteArray(numpy.random.default_rng(7).random((SIDE, SIDE), numpy.float32) * 0.99)
    dataset = None
    return QgsRasterLayer(str(path), "random")


def by_hand(layer: QgsRasterLayer, kind: str) -> QgsRasterRenderer:
    """Return the renderer somebody would set up by hand."""
    function = QgsColorRampShader()
    function.setColorRampType(KINDS[kind])
    items = [QgsColorRampShader.ColorRampItem(n / ENTRIES, QColor(colour(n)), f"class {n}") for n in range(1, ENTRIES)]
    function.setColorRampItemList(items)
    shader = QgsRasterShader()
    shader.setRasterShaderFunction(function)
    return QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader)


def seconds(work: Callable[[], Any]) -> float:
    """Return how long something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(folder: Path) -> dict[str, Any]:
    """Measure each kind of colour map in turn with what it is compared with."""
    from pixxel_explorer.plugin.sld.reader import read_styles
    from pixxel_explorer.plugin.sld.renderers import build_style

    layer = layer_in(folder)
    found: dict[str, Any] = {}
    for kind in KINDS:
        text = document(kind)

        def whole(text: bytes = text) -> Any:
            return build_style(read_styles(text)[0], layer.dataProvider()).renderer

        ours, hand = whole(), by_hand(layer, kind)
        times: dict[str, list[float]] = {"xml": [], "whole": [], "ours": [], "hand": []}
        for _ in range(ROUNDS):
            times["xml"] += [seconds(lambda text=text: ElementTree.fromstring(text)) for _ in range(5)]  # type: ignore[misc]
            times["whole"] += [seconds(whole) for _ in range(5)]
            for name, renderer in (("ours", ours), ("hand", hand)):
                times[name].append(seconds(lambda r=renderer: r.block(1, layer.extent(), SIDE, SIDE)))  # type: ignore[misc]
        found[kind] = times
    return found


def main() -> None:
    """Measure and print; layers are gone before QGIS is."""
    gdal.UseExceptions()
    application = QgsApplication([], False)
    application.initQgis()
    register()
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder))))
    application.exitQgis()


if __name__ == "__main__":
    main()
