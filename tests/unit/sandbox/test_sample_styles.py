"""Sample data meets every grid and every place of a legend, and its pictures are found where they lie."""

from __future__ import annotations

from typing import Any

import pytest
from osgeo import osr
from pixxel_explorer.plugin.imagery.picture_place import Clues, measure_place
from pixxel_explorer.plugin.imagery.png_file import read_structure
from pixxel_explorer.plugin.legend.vocabulary import LegendMode
from pixxel_explorer.plugin.sandbox.core.clock import key_of_asset
from pixxel_explorer.plugin.sandbox.core.drawing.sheet_place import SheetPlace
from pixxel_explorer.plugin.sandbox.core.drawing.style import Drawing, DrawnGrid, LegendPlace
from pixxel_explorer.plugin.sandbox.core.handlers.picture import picture_place
from pixxel_explorer.plugin.sandbox.core.legends import colour_of

from .conftest import Json, Sandbox, Start
from .test_pictures import png

CASES = [
    ("Farm near Raba", "NDVI", "2025_06_18"),
    ("Farm near Raba", "NDWI", "2025_06_18"),
    ("Farm near Raba", "NDRE", "2025_06_18"),
    ("Farm near Raba", "Natural colour", "2025_06_18"),
    ("Farm near Raba", "Near infrared", "2025_06_18"),
    ("Lake shore", "NDCI", "2025_08_02"),
    ("Irrigation trial", "NDVI", "2025_07_10"),
    ("Hillside orchard", "NDVI", "2025_06_03"),
    ("Hillside orchard", "NDVI", "2025_05_16"),
    ("Hillside orchard", "Natural colour", "2025_06_03"),
]
# Its raster's edges are up to two pixels within the outline, as those of a picture with a small border would be.
DOUBTFUL = {("Hillside orchard", "Natural colour")}


def styles(sandbox: Sandbox) -> list[Drawing]:
    records = sandbox.state.store.all("visualizations")
    return [Drawing.parse(record.get("_drawing", {})) for record in records if record["status"] == "success"]


def test_every_grid_and_kind_of_legend_is_met(start: Start) -> None:
    drawings = styles(start())
    assert {drawing.grid for drawing in drawings} == set(DrawnGrid)
    assert {LegendPlace.INSIDE, LegendPlace.RIGHT, LegendPlace.TOP, LegendPlace.BOTTOM, LegendPlace.NONE} <= {
        drawing.legend for drawing in drawings
    }
    assert len({drawing.scale for drawing in drawings}) >= 3
    assert any(drawing.padding for drawing in drawings)
    assert any(drawing.snapped for drawing in drawings)


def test_the_first_visualization_is_drawn_as_the_documentation_suggests(sandbox: Sandbox) -> None:
    assert "_drawing" not in (
        sandbox.state.store.get("visualizations", sandbox.visualization("Farm", "NDVI")["id"]) or {}
    )


@pytest.mark.parametrize(("aoi_name", "index_name", "key"), CASES)
def test_a_sample_picture_is_found_where_it_lies(sandbox: Sandbox, aoi_name: str, index_name: str, key: str) -> None:
    aoi, record = sandbox.aoi(aoi_name), sandbox.visualization(aoi_name, index_name)
    mode = LegendMode.THEORETICAL if record["metadata"]["legend"] else None
    classes = record["metadata"]["legend"][key][mode] if mode else []
    content = png(sandbox, record, **({"mode": mode} if mode else {}), date=key).content
    asset = next(asset for asset in sandbox.state.assets_of(record["id"]) if key_of_asset(asset) == key)
    colours = tuple((c.red, c.green, c.blue) for c in (colour_of(entry["color"]) for entry in classes))
    found = measure_place(read_structure(content), Clues(aoi["geometry"], asset["geometry"], 10, colours))
    assert found is not None
    assert found.placement.is_certain == ((aoi_name, index_name) not in DOUBTFUL)
    assert error_px(found, picture_place(sandbox.state, record["id"], key, mode)) < 0.5


def error_px(found: Any, truth: SheetPlace) -> float:
    """Return how far the corners of a measured map are from where they lie, in pixels of the picture."""
    references = [osr.SpatialReference(), osr.SpatialReference()]
    for reference, name in zip(references, (found.placement.crs, f"EPSG:{truth.epsg}"), strict=True):
        reference.SetFromUserInput(name)
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    turn = osr.CoordinateTransformation(*references)
    west, south, east, north = found.placement.extent
    left, top = found.window.column, found.window.row
    right, bottom = left + found.window.width, top + found.window.height
    x0, across, _, y0, _, down = truth.transform
    worst = 0.0
    for x, y, column, row in ((west, north, left, top), (east, north, right, top), (west, south, left, bottom)):
        true_x, true_y, _ = turn.TransformPoint(x, y)
        worst = max(worst, abs((true_x - x0) / across - column), abs((true_y - y0) / down - row))
    return worst


def test_styles_are_no_part_of_any_response(sandbox: Sandbox) -> None:
    listed: list[Json] = [sandbox.visualization(aoi_name, index_name) for aoi_name, index_name, _ in CASES]
    assert not any("drawing" in name for record in listed for name in record)
