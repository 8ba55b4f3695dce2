"""Pictures cover the AOI's box, show the legend's colours, and are see-through elsewhere; styles say the same."""

from __future__ import annotations

import uuid
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.imagery.raster_io import gdal_quiet
from pixxel_explorer.plugin.sandbox.core.drawing import lettering
from pixxel_explorer.plugin.sandbox.core.drawing.sheet_place import outline_in
from pixxel_explorer.plugin.sandbox.core.geometry import inside
from pixxel_explorer.plugin.sandbox.core.handlers.picture import picture_place
from pixxel_explorer.plugin.sandbox.core.legends import colour_of

from .conftest import Json, Sandbox

JUNE = "2025_06_18"


def png(sandbox: Sandbox, record: Json, mode: str = "theoretical", **changes: str) -> Any:
    body = {"index_id": record["index_id"], "date": JUNE, "visualization_mode": mode, **changes}
    return sandbox.client.post(sandbox.address(record, "png"), json=body)


def pixels(content: bytes) -> np.ndarray[Any, Any]:
    name = f"/vsimem/{uuid.uuid4().hex}.png"
    with gdal_quiet():
        gdal.FileFromMemBuffer(name, content)
        try:
            return np.moveaxis(gdal.OpenEx(name, allowed_drivers=["PNG"]).ReadAsArray(), 0, -1)
        finally:
            gdal.Unlink(name)


def test_a_picture_is_rgba_of_a_size_for_the_screen_in_whole_steps_of_a_pixel(sandbox: Sandbox) -> None:
    answer = png(sandbox, sandbox.visualization("Farm", "NDVI"))
    assert answer.headers["content-type"] == "image/png"
    height, width, channels = pixels(answer.content).shape
    assert channels == 4
    assert 800 <= max(height, width) <= 1000
    assert (height, width) == (900, 770)  # 180 x 154 pixels of 10 m, five screen pixels each


def test_pictures_are_drawn_where_the_host_has_gdal_exceptions_on(sandbox: Sandbox) -> None:
    """QGIS's Processing turns them on, and keeps side files out of memory; the first desktop run failed by it."""
    were_on = gdal.GetUseExceptions()
    gdal.UseExceptions()
    try:
        assert pixels(png(sandbox, sandbox.visualization("Farm", "NDVI")).content).shape[2] == 4
    finally:
        if not were_on:
            gdal.DontUseExceptions()


def test_outside_of_the_outline_nothing_is_drawn_and_inside_all_is(sandbox: Sandbox) -> None:
    record = sandbox.visualization("Farm", "Natural colour")
    image = pixels(png(sandbox, record).content)
    place = picture_place(sandbox.state, record["id"], JUNE)
    height, width, _ = image.shape
    within = inside(outline_in(sandbox.aoi("Farm")["geometry"], place.epsg), place.transform, width, height)
    assert not image[~within, 3].any()
    assert (image[within, 3] == 255).mean() > 0.985  # save for a fringe of half pixels


@pytest.mark.parametrize("mode", ["dynamic", "theoretical"])
def test_the_map_is_drawn_in_the_legends_colours_by_their_areas(sandbox: Sandbox, mode: str) -> None:
    record = sandbox.visualization("Sentinel-2 chip", "NDVI")
    (key,) = record["metadata"]["legend"]
    image = pixels(png(sandbox, record, mode, date=key).content)
    drawn = image[image[..., 3] == 255][:, :3]
    classes = record["metadata"]["legend"][key][mode]
    for entry in (entry for entry in classes if entry["area_percentage"] > 8):
        colour = colour_of(entry["color"])
        share = (drawn == (colour.red, colour.green, colour.blue)).all(axis=1).mean()
        assert share == pytest.approx(entry["area_percentage"] / 100, abs=0.085)  # the legend hides 8 %


def test_a_painted_legend_shows_every_colour_also_of_classes_without_pixels(sandbox: Sandbox) -> None:
    record = sandbox.visualization("Farm", "NDVI")
    image = pixels(png(sandbox, record).content)
    colours = {tuple(colour) for colour in np.unique(image.reshape(-1, 4), axis=0).tolist()}
    water = colour_of(record["metadata"]["legend"][JUNE]["theoretical"][0]["color"])
    assert record["metadata"]["legend"][JUNE]["theoretical"][0]["area"] == 0
    assert (water.red, water.green, water.blue, 255) in colours


def test_a_picture_follows_the_pushed_legend(sandbox: Sandbox) -> None:
    record = sandbox.visualization("Farm", "NDWI")
    before = png(sandbox, record).content
    everything = [{"min": -1, "max": 1, "color": "#123456", "label": "all"}]
    body = {"visualization_mode": "theoretical", "legend": {JUNE: everything}}
    sandbox.client.put(sandbox.address(record, "metadata"), json=body)
    image = pixels(png(sandbox, record).content)
    assert (image[300, 400] == (0x12, 0x34, 0x56, 255)).all()
    assert png(sandbox, record).content != before


@pytest.mark.parametrize(
    ("index_name", "changes", "status"),
    [
        ("NDVI", {"date": "1999_01_01"}, 404),
        ("NDVI", {"date": "2025-06-18"}, 404),
        ("NDVI", {"index_id": "other"}, 400),
        ("NDVI", {"visualization_mode": "both"}, 400),
    ],
)
def test_what_cannot_be_drawn_is_refused(sandbox: Sandbox, index_name: str, changes: Json, status: int) -> None:
    assert png(sandbox, sandbox.visualization("Farm", index_name), **changes).status_code == status


@pytest.mark.parametrize(("index_name", "status"), [("NDWI", "creating"), ("CI Red Edge", "failed")])
def test_an_unready_visualization_says_so(sandbox: Sandbox, index_name: str, status: str) -> None:
    answer = png(sandbox, sandbox.visualization("Lake", index_name))
    assert answer.status_code == 400
    assert answer.json()["error"]["details"] == {"status": status}


def test_a_style_is_the_legend_as_intervals_above_a_see_through_lowest_edge(sandbox: Sandbox) -> None:
    record = sandbox.visualization("Farm", "NDRE")
    body = {"dates": [JUNE, "2025_08_27"], "visualization_modes": ["dynamic", "theoretical"]}
    answer = sandbox.client.post(sandbox.address(record, "sld"), json=body).json()["sld"]
    assert {mode: set(documents) for mode, documents in answer.items()} == {
        "dynamic": set(body["dates"]),
        "theoretical": set(body["dates"]),
    }
    entries = list(ElementTree.fromstring(answer["dynamic"][JUNE]).iter("{http://www.opengis.net/sld}ColorMapEntry"))
    classes = record["metadata"]["legend"][JUNE]["dynamic"]
    assert entries[0].get("opacity") == "0"
    assert [float(e.get("quantity", "nan")) for e in entries] == [classes[0]["min"], *(c["max"] for c in classes)]
    assert [e.get("color") for e in entries[1:]] == [c["color"] for c in classes]
    assert [e.get("label") for e in entries[1:]] == [c["label"] for c in classes]


def test_a_composite_has_no_style_in_any_mode(sandbox: Sandbox) -> None:
    record = sandbox.visualization("Farm", "Natural colour")
    body = {"dates": [JUNE], "visualization_modes": ["dynamic", "theoretical"]}
    assert sandbox.client.post(sandbox.address(record, "sld"), json=body).json() == {"sld": {}}


@pytest.mark.parametrize("size", [1, 2])
def test_letters_differ_and_stay_within_their_line(size: int) -> None:
    printable = [*map(chr, range(33, 127)), *"ÀÉÖßåéöü°²"]
    assert len({lettered_bytes(letter, size) for letter in printable}) == len(printable)
    wide = lettering.lettered("NDVI 2025-06-18", size)
    assert wide.shape == (lettering.height_of(size), lettering.width_of("NDVI 2025-06-18", size))
    assert 0 <= wide.min() < 0.5 < wide.max() <= 1
    assert ((wide > 0) & (wide < 1)).any()  # edges are soft


def lettered_bytes(letter: str, size: int) -> bytes:
    ink = lettering.lettered(letter, size)
    return repr(ink.shape).encode() + ink.tobytes()


def test_the_larger_letters_are_larger() -> None:
    small, large = (lettering.lettered("H", size) > 0.5 for size in (1, 2))
    assert (small.any(axis=1).sum(), large.any(axis=1).sum()) == (8, 11)


def test_accents_beyond_latin_1_are_dropped_and_other_scripts_left_out() -> None:
    assert lettered_bytes("Rába", 1) != lettered_bytes("Raba", 1)
    assert lettered_bytes("Ra\u0301ba", 1) == lettered_bytes("Rába", 1)
    assert lettered_bytes("Győr", 1) == lettered_bytes("Gyor", 1)
    assert lettering.lettered("水", 2).sum() == 0
