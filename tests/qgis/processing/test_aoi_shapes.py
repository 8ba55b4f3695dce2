"""``pixxel:createaoi`` with shapes that cannot become an AOI as they are: refused by name, before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from osgeo import ogr, osr

from .command_line import installed
from .conftest import Run
from .server import KEY, State
from .test_creation import AOI, _posted

BOW_TIE = "POLYGON((16 46.5, 16.02 46.52, 16.02 46.5, 16 46.515, 16 46.5))"
SPIKE = "POLYGON((16 46, 16.1 46, 16.1 46.1, 16.2 46.1, 16.1 46.1, 16 46.1, 16 46))"
TWO_PARTS = "MULTIPOLYGON(((16 46.5, 16.02 46.5, 16.02 46.52, 16 46.5)), ((17 46.5, 17.02 46.5, 17.02 46.52, 17 46.5)))"
ACROSS = "POLYGON((179.9 -17, 180.1 -17, 180.1 -16.9, 179.9 -16.9, 179.9 -17))"
SITE = "POLYGON((0 0, 0 8, 12 8, 12 0, 0 0))"


def _file(folder: Path, wkt: str, epsg: int | None = 4326) -> str:
    """Write a GeoPackage, as another program would, and return its path."""
    path = folder / "shape.gpkg"
    data = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    reference = osr.SpatialReference() if epsg else None
    if reference is not None:
        reference.ImportFromEPSG(epsg)
    geometry = ogr.CreateGeometryFromWkt(wkt)
    layer = data.CreateLayer("shape", reference, geometry.GetGeometryType())
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(geometry)
    layer.CreateFeature(feature)
    data = layer = feature = None
    return str(path)


@pytest.mark.parametrize(
    ("wkt", "epsg", "words"),
    [
        (ACROSS, 4326, ["crosses the 180th meridian"]),
        (SITE, None, ["no CRS", "Choose one"]),
        (TWO_PARTS, 4326, ["one feature has 2 parts"]),
        (
            BOW_TIE,
            4326,
            [
                "crosses or touches itself",
                "16.008571, 46.508571",
                "A repair gives 2 parts and changes the area from",
                "km²",
            ],
        ),
        (SPIKE, 4326, ["near 16.100000, 46.100000", "A repair keeps the area of"]),
    ],
)
def test_a_shape_is_refused_before_sending(
    run: Run, server: State, tmp_path: Path, wkt: str, epsg: int | None, words: list[str]
) -> None:
    error = run("createaoi", INPUT=_file(tmp_path, wkt, epsg), **AOI).error
    assert [word for word in words if word not in error] == []
    assert _posted(server, "/v0/aois") == []


def test_an_invalid_polygon_is_repaired_with_consent(run: Run, server: State, tmp_path: Path) -> None:
    assert run("createaoi", INPUT=_file(tmp_path, SPIKE), REPAIR=True, **AOI).ok
    (body,) = _posted(server, "/v0/aois")
    assert [16.2, 46.1] not in body["geometry"]["coordinates"][0]


def test_a_repair_of_two_parts_says_so(run: Run, server: State, tmp_path: Path) -> None:
    error = run("createaoi", INPUT=_file(tmp_path, BOW_TIE), REPAIR=True, **AOI).error
    assert "has 2 parts" in error
    assert _posted(server, "/v0/aois") == []


@pytest.mark.parametrize("wkt", [ACROSS, TWO_PARTS, BOW_TIE])
def test_each_part_becomes_an_aoi_where_that_is_wanted(run: Run, server: State, tmp_path: Path, wkt: str) -> None:
    outcome = run("createaoi", INPUT=_file(tmp_path, wkt), REPAIR=True, DIVIDE=True, **AOI)
    assert outcome.results["AOI_ID"] == "a-9,a-9"
    bodies = _posted(server, "/v0/aois")
    assert [body["name"] for body in bodies] == ["New field (1)", "New field (2)"]
    for body in bodies:
        xs = [x for x, _ in body["geometry"]["coordinates"][0]]
        assert max(xs) - min(xs) < 1


def test_the_parts_that_were_created_are_named_where_one_fails(run: Run, server: State, tmp_path: Path) -> None:
    server.aois.append(server.aoi("a-3", "New field (2)", "p-1", None))
    error = run("createaoi", INPUT=_file(tmp_path, TWO_PARTS), DIVIDE=True, **AOI).error
    assert "New field (1) was created, but New field (2) was not" in error
    assert "another name" in error


FAILED_ONCE = [
    ("antimeridian_epsg3460.gpkg", "180th meridian"),
    ("no_crs_small.shp", "no CRS"),
    ("one_feature_two_parts.gpkg", "one feature has 2 parts"),
    ("self_crossing.gpkg", "near 16.008571, 46.508571"),
]


@pytest.mark.parametrize(("name", "words"), FAILED_ONCE)
def test_the_inputs_that_failed_once(run: Run, server: State, shared: Path, name: str, words: str) -> None:
    assert words in run("createaoi", INPUT=str(shared / "cases/aoi" / name), **AOI).error
    assert _posted(server, "/v0/aois") == []


def test_the_command_line_refuses_and_divides_as_well(server: State, shared: Path, tmp_path: Path) -> None:
    command = installed(tmp_path, server.url, KEY)
    for name, words in FAILED_ONCE:
        ended = command.run("createaoi", INPUT=str(shared / "cases/aoi" / name), **AOI)
        assert ended.code != 0
        assert words in ended.output
    assert _posted(server, "/v0/aois") == []
    source = str(shared / "cases/aoi/antimeridian_epsg3460.gpkg")
    ended = command.run("createaoi", INPUT=source, DIVIDE=True, **AOI)
    assert ended.code == 0, ended.output
    assert ended.answer["results"]["AOI_ID"] == "a-9,a-9"


def test_the_input_across_the_meridian_becomes_two_aois_where_wanted(run: Run, server: State, shared: Path) -> None:
    source: Any = str(shared / "cases/aoi/antimeridian_epsg3460.gpkg")
    assert run("createaoi", INPUT=source, DIVIDE=True, **AOI).ok
    west, east = ([x for x, _ in body["geometry"]["coordinates"][0]] for body in _posted(server, "/v0/aois"))
    assert 179.8 < min(west) < max(west) == 180
    assert -180 == min(east) < max(east) < -179.8


@pytest.mark.parametrize(
    "wkt",
    [
        "TIN Z(((16 46 1, 16.1 46 1, 16 46.1 2, 16 46 1)), ((16.1 46 1, 16.1 46.1 2, 16 46.1 2, 16.1 46 1)))",
        "POLYHEDRALSURFACE Z(((16 46 1, 16.1 46 1, 16 46.1 2, 16 46 1)))",
    ],
)
def test_a_surface_of_many_faces_is_refused_in_one_sentence(run: Run, server: State, tmp_path: Path, wkt: str) -> None:
    outcome = run("createaoi", **AOI, INPUT=_file(tmp_path, wkt))
    assert "The shape is no polygon (" in outcome.error
    assert "unexpected" not in outcome.error
    assert _posted(server, "/v0/aois") == []


def test_a_curved_polygon_becomes_an_aoi_of_straight_edges(run: Run, server: State, tmp_path: Path) -> None:
    wkt = "CURVEPOLYGON(COMPOUNDCURVE(CIRCULARSTRING(16 46, 16.1 46.1, 16.2 46), (16.2 46, 16 46)))"
    outcome = run("createaoi", **AOI, INPUT=_file(tmp_path, wkt))
    assert outcome.ok, outcome.feedback.errors
    assert len(_posted(server, "/v0/aois")[0]["geometry"]["coordinates"][0]) > 20
