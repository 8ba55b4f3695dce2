"""Every place that opens a raster is known: what a server sends is looked at first, and opened by few drivers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

# What opens a raster, a picture or vectors, by the last part of its name.
OPENERS = {
    "gdal": {"Open", "OpenEx", "OpenShared", "Warp", "Translate", "Info", "BuildVRT", "DEMProcessing", "Footprint"},
    "ogr": {"Open", "OpenShared"},
    "": {"QgsRasterLayer", "QgsVectorLayer", "QImage", "QPixmap", "QImageReader"},
}
# file -> calls, with the reason why they may be there
KNOWN = {
    "plugin/imagery/raster_io.py": {"gdal.OpenEx"},  # the one opener: drivers are named, content is looked at
    "plugin/imagery/class_raster.py": {"gdal.OpenEx"},  # a polygon in memory
    "plugin/layers/change_layers.py": {"QgsRasterLayer"},  # a raster that we computed
    "plugin/layers/builder.py": {"QgsRasterLayer"},  # files of a load, which ``raster_placement`` looked at
    "plugin/layers/style_files.py": {"QgsRasterLayer"},  # a pixel of our own; a raster of the person's own
    "plugin/sandbox/core/geometry.py": {"gdal.OpenEx"},  # a polygon in memory
    "plugin/sandbox/core/drawing/render.py": {"gdal.Warp"},  # opened rasters of the sample data
    "plugin/sandbox/core/computing.py": {"gdal.Warp", "gdal.Translate"},
    "ui/series/series_export.py": {"QImage"},  # an empty picture, to paint a chart on
}


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(value=ast.Name(id=module), attr=attr) if attr in OPENERS.get(module, ()):
            return f"{module}.{attr}"
        case ast.Name(id=name) if name in OPENERS[""]:
            return name
    return ""


def _openers(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and (name := _name(node)) and node.args:
            yield name


def test_rasters_are_opened_in_few_places(root: Path) -> None:
    found: dict[str, set[str]] = {}
    for folder in ("plugin", "ui"):
        for file in sorted((root / folder).rglob("*.py")):
            if names := set(_openers(file)):
                found[file.relative_to(root).as_posix()] = names
    assert found == KNOWN


def test_all_drivers_are_for_rasters_of_the_persons_own(root: Path) -> None:
    files = [*(root / "plugin").rglob("*.py")]
    asked = {file.name for file in files if "drivers=None" in file.read_text(encoding="utf-8")}
    assert asked == {"measuring.py"}


def test_an_opener_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import osgeo.gdal as gdal\ngdal.Open(path)\nQgsRasterLayer(path, 'a')\n")
    assert set(_openers(tmp_path / "a.py")) == {"gdal.Open", "QgsRasterLayer"}
