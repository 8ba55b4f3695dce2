"""The search for images: areas, days, satellites, clouds, pages, and answers that are not as documented."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    NULL,
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDate

from .conftest import Run
from .server import State

SQUARE = "POLYGON((10 50, 11 50, 11 51, 10 51, 10 50))"
ASKED = {"START": "2025-05-01", "END": "2025-05-31", "SATELLITES": "Pixxel-TD1"}
EXTENT = "10,11,50,51 [EPSG:4326]"


def image(name: str, ring: Any = None, **changes: Any) -> dict[str, Any]:
    """Return a STAC item; ``ring`` is (west, south, east, north)."""
    west, south, east, north = ring or (10, 50, 11, 51)
    outline = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    properties = {"datetime": "2025-05-06T10:12:45Z", "platform": "Pixxel-TD1", "eo:cloud_cover": 12}
    item = {
        "id": name,
        "collection": "td-l2a",
        "geometry": {"type": "Polygon", "coordinates": [outline]},
        "bbox": [west, south, east, north],
        "properties": {**properties, **changes.pop("properties", {})},
    }
    return {**item, **changes}


def layer(*shapes: str, crs: str = "EPSG:4326", kind: str = "Polygon") -> QgsVectorLayer:
    """Return a layer of shapes in WKT."""
    found = QgsVectorLayer(f"{kind}?crs={crs}" if crs else kind, "area", "memory")
    if not crs:
        found.setCrs(QgsCoordinateReferenceSystem())
    for shape in shapes:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(shape))
        found.dataProvider().addFeature(feature)
    return found


def searches(server: State) -> list[dict[str, Any]]:
    return [body for _, path, _, body in server.requests if path == "/v0/search"]


def test_footprints_are_listed(run: Run, server: State) -> None:
    server.images = [image("b", (10.5, 50, 12, 51)), image("a")]
    outcome = run("searchimages", INPUT=layer(SQUARE), **ASKED)
    rows, found = outcome.rows(), outcome.layer()
    assert " ".join(rows[0]) == "item_id collection satellite datetime cloud_cover coverage"
    assert tuple(rows[0].values())[:5] == ("a", "td-l2a", "Pixxel-TD1", "2025-05-06T10:12:45Z", 12)
    assert [row["item_id"] for row in rows] == ["a", "b"]
    assert [row["coverage"] for row in rows] == pytest.approx([100, 50], rel=1e-6)
    assert (found.crs().authid(), found.wkbType()) == ("EPSG:4326", Qgis.WkbType.Polygon)
    assert outcome.feedback.warnings == []


def test_what_is_sent_is_what_the_contract_allows(run: Run, server: State) -> None:
    assert run("searchimages", INPUT=layer(SQUARE), **ASKED, MAX_CLOUD=20.5).ok
    (body,) = searches(server)
    assert (body["start_date"], body["end_date"]) == ("2025-05-01T00:00:00.000Z", "2025-05-31T23:59:59.999Z")
    assert body["satellites"] == [{"collection_id": "td-l2a", "satellite_id": "s-1"}]
    assert body["filters"] == [{"id": "eo:cloud_cover", "min": 0, "max": 21}]
    ring = body["geometry"]["coordinates"][0]
    assert (body["geometry"]["type"], ring[0] == ring[-1], len(ring)) == ("Polygon", True, 5)
    assert "next_token" not in body


def test_all_pages_are_fetched(run: Run, server: State) -> None:
    server.images = [image(f"x{number}") for number in range(7)]
    outcome = run("searchimages", INPUT=layer(SQUARE), **ASKED)
    assert len(outcome.rows()) == 7
    assert [body.get("next_token") for body in searches(server)] == [None, "x1", "x3", "x5"]
    assert outcome.feedback.progress_seen == sorted(outcome.feedback.progress_seen)


def test_what_a_server_overlooks_is_left_out(run: Run, server: State) -> None:
    server.images = [
        image("kept", properties={"datetime": "2025-05-31T23:59:59.9999Z"}),
        image("late", properties={"datetime": "2025-06-01T00:00:00Z"}),
        image("cloudy", properties={"eo:cloud_cover": 20.7}),
        image("text", properties={"eo:cloud_cover": "20.5%"}),
        image("unknown", properties={"eo:cloud_cover": None}),
    ]
    outcome = run("searchimages", INPUT=layer(SQUARE), **ASKED, MAX_CLOUD=20.5)
    assert {row["item_id"]: row["cloud_cover"] for row in outcome.rows()} == {
        "kept": 12,
        "text": 20.5,
        "unknown": NULL,
    }
    assert ["MAX_CLOUD: 1." in warning for warning in outcome.feedback.warnings] == [True]


def test_times_of_any_form_are_listed(run: Run, server: State) -> None:
    forms = {
        "2025-05-06 10:12:45.125+00:00": "2025-05-06T10:12:45.125Z",
        "2025-05-06T12:12:45+02:00": "2025-05-06T10:12:45Z",
        "2025_05_06": "2025-05-06",
        "in spring": "in spring",
        None: NULL,
    }
    server.images = [image(f"x{n}", properties={"datetime": form}) for n, form in enumerate(forms)]
    server.images.append(image("y", properties={"datetime": None, "start_datetime": "2025-05-06T10:00:00Z"}))
    rows = {row["item_id"]: row["datetime"] for row in run("searchimages", EXTENT=EXTENT, **ASKED).rows()}
    assert [rows[f"x{n}"] for n in range(len(forms))] == list(forms.values())
    assert rows["y"] == "2025-05-06T10:00:00Z"


def test_images_without_footprint_stay_in_the_list(run: Run, server: State) -> None:
    boxes: dict[str, Any] = {"geometry": None, "bbox": ["10", "50", "10.5", "51"]}
    server.images = [
        image("box", **boxes),
        image("nothing", geometry=None, bbox=None),
        image("point", geometry={"type": "Point", "coordinates": [10, 50]}),
        image(
            "crossed", geometry={"type": "Polygon", "coordinates": [[[10, 50], [11, 51], [11, 50], [10, 51], [10, 50]]]}
        ),
        image("lean", properties={"platform": None}),
    ]
    outcome = run("searchimages", EXTENT=EXTENT, **ASKED)
    rows = {row["item_id"]: row for row in outcome.rows()}
    shapes = {feature["item_id"]: feature.hasGeometry() for feature in outcome.layer().getFeatures()}
    assert shapes == {"box": True, "crossed": True, "lean": True, "nothing": False, "point": False}
    assert rows["box"]["coverage"] == pytest.approx(50, rel=1e-6)
    assert rows["crossed"]["coverage"] == pytest.approx(50, rel=1e-2)
    assert (rows["nothing"]["coverage"], rows["point"]["coverage"]) == (NULL, NULL)
    assert rows["lean"]["satellite"] == "Pixxel-TD1", "named by its collection"
    assert any("drawn with their bounding boxes: 1." in warning for warning in outcome.feedback.warnings)
    assert any("listed without geometry and coverage: 2." in warning for warning in outcome.feedback.warnings)


def test_clouds_as_parts_of_one_are_doubted(run: Run, server: State) -> None:
    server.images = [image("a", properties={"eo:cloud_cover": 0.4}), image("b", properties={"eo:cloud_cover": 1})]
    outcome = run("searchimages", EXTENT=EXTENT, **ASKED)
    assert [row["cloud_cover"] for row in outcome.rows()] == [0.4, 1]
    assert "fractions instead of per cent" in outcome.feedback.warnings[0]


def test_a_server_that_keeps_images_back_is_named(run: Run, server: State, monkeypatch: pytest.MonkeyPatch) -> None:
    from . import server as module

    server.images = [image("a")]
    answer = {"items": server.images, "pagination": {"total": 9000}}
    monkeypatch.setattr(module.Handler, "_search", lambda _self, _body: answer)
    outcome = run("searchimages", EXTENT=EXTENT, **ASKED)
    assert len(outcome.rows()) == 1
    assert "8999 more images" in outcome.feedback.warnings[0]


def test_features_in_any_crs_are_one_area(run: Run, server: State) -> None:
    left, right = (QgsGeometry.fromRect(QgsRectangle(x, 5600000, x + 1000, 5601000)).asWkt() for x in (500000, 501000))
    server.images = [image("a", (-180, -80, 0, 80)), image("b", (8, 50, 10, 52))]
    outcome = run("searchimages", INPUT=layer(left, right, crs="EPSG:32632"), **ASKED)
    assert len(searches(server)) == 1, "what touches is one polygon"
    assert [row["coverage"] for row in outcome.rows()] == pytest.approx([0, 100])


def test_separate_polygons_are_searched_one_by_one(run: Run, server: State) -> None:
    server.images = [image("a")]
    other = "POLYGON((20 50, 21 50, 21 51, 20 51, 20 50))"
    outcome = run("searchimages", INPUT=layer(SQUARE, other), **ASKED)
    assert len(searches(server)) == 2
    assert [row["coverage"] for row in outcome.rows()] == pytest.approx([50], rel=1e-6)
    assert outcome.feedback.progress_seen == sorted(outcome.feedback.progress_seen)


def test_too_many_polygons_are_refused(run: Run, server: State) -> None:
    shapes = [QgsGeometry.fromRect(QgsRectangle(x, 0, x + 0.1, 1)).asWkt() for x in range(40)]
    assert "40 separate polygons" in run("searchimages", INPUT=layer(*shapes), **ASKED).error
    assert searches(server) == []


def test_the_180th_meridian_cuts_the_area_and_footprints(run: Run, server: State) -> None:
    jumping = [[179, 50], [-179, 50], [-179, 51], [179, 51], [179, 50]]
    beyond = [[179, 50], [181, 50], [181, 51], [179, 51], [179, 50]]
    server.images = [
        image(name, geometry={"type": "Polygon", "coordinates": [ring]})
        for name, ring in (("a", jumping), ("b", beyond))
    ]
    outcome = run("searchimages", INPUT=layer("POLYGON((178 50, 182 50, 182 51, 178 51, 178 50))"), **ASKED)
    sent = [body["geometry"]["coordinates"][0] for body in searches(server)]
    assert sorted((min(x for x, _ in ring), max(x for x, _ in ring)) for ring in sent) == [(-180, -178), (178, 180)]
    assert [row["coverage"] for row in outcome.rows()] == pytest.approx([50, 50], rel=1e-6)
    for feature in outcome.layer().getFeatures():
        assert feature.geometry().constGet().numGeometries() == 2
        assert abs(feature.geometry().area() - 2) < 1e-9


@pytest.mark.parametrize(
    "extent",
    [
        "10,11,50,51 [EPSG:4326]",
        "10,11,50,51",
        QgsReferencedRectangle(QgsRectangle(10, 50, 11, 51), QgsCoordinateReferenceSystem("EPSG:4326")),
        QgsRectangle(10, 50, 11, 51),
        "500000,571000,5538630,5649000 [EPSG:32632]",
    ],
    ids=str,
)
def test_an_extent_in_any_form(run: Run, server: State, extent: Any) -> None:
    assert run("searchimages", EXTENT=extent, **ASKED).ok
    (body,) = searches(server)
    xs = [x for x, _ in body["geometry"]["coordinates"][0]]
    assert 8.9 < min(xs) < 10.1
    assert 9.9 < max(xs) < 11.1


def test_the_extent_of_a_layer_without_a_crs_is_not_read_as_degrees(run: Run, server: State) -> None:
    outcome = run("searchimages", EXTENT=layer(SQUARE, crs=""), **ASKED)
    assert not outcome.ok
    assert "no CRS" in " ".join(outcome.feedback.errors)
    assert searches(server) == []


def test_the_whole_world_is_an_extent(run: Run, server: State) -> None:
    server.images = [image("a", (-180, -60, 0, 60))]
    outcome = run("searchimages", EXTENT="-180,180,-60,60 [EPSG:4326]", **ASKED)
    assert [row["coverage"] for row in outcome.rows()] == pytest.approx([50], rel=1e-3)


@pytest.mark.parametrize(
    "changes, texts",
    [
        ({"INPUT": None}, "no area to search"),
        ({"EXTENT": EXTENT}, "both given"),
        ({"INPUT": layer}, "has no polygon"),
        ({"INPUT": lambda: layer(SQUARE, crs="")}, "no CRS"),
        ({"INPUT": None, "EXTENT": "500000,571000,5538630,5649000"}, "not on the Earth"),
        ({"INPUT": None, "EXTENT": "179,-179,50,51 [EPSG:4326]"}, "Across the 180th meridian"),
        ({"INPUT": None, "EXTENT": "10,11,51,50 [EPSG:4326]"}, "west,east,south,north"),
        ({"INPUT": None, "EXTENT": "10,11,50,51 [EPSG:999999]"}, "CRS is not known"),
        ({"INPUT": None, "EXTENT": "10,11,50,5-1"}, "EXTENT"),
        ({"INPUT": None, "EXTENT": [10, 11, 50, 51]}, "EXTENT is not understood"),
        ({"START": "2025-06-01"}, "after END"),
        ({"START": "May"}, "START"),
        ({"END": ""}, "END"),
        ({"END": "2025-13-01"}, "END"),
        ({"START": ["2025-05-01", "2025-05-02"]}, "START"),
        ({"SATELLITES": ""}, "SATELLITES"),
        ({"SATELLITES": "Pixxel-TD1,Sputnik"}, "Sputnik"),
        ({"SATELLITES": "Pixxel-TD1;s-1"}, "Pixxel-TD1;s-1"),
        ({"SATELLITES": "blind"}, "no images of blind"),
        ({"SATELLITES": "twin"}, "t-1, t-2"),
        ({"MAX_CLOUD": 101}, "MAX_CLOUD"),
        ({"MAX_CLOUD": "few"}, "MAX_CLOUD"),
    ],
    ids=str,
)
def test_what_cannot_be_searched_is_refused_by_name(
    run: Run, server: State, changes: dict[str, Any], texts: str
) -> None:
    server.satellites += [{"id": "s-9", "name": "blind"}, {"id": "t-1", "name": "twin"}, {"id": "t-2", "name": "twin"}]
    found = {"INPUT": lambda: layer(SQUARE), **ASKED, **changes}
    found["INPUT"] = found["INPUT"]() if found["INPUT"] is not None else None
    if found["INPUT"] is not None:
        QgsProject.instance().addMapLayer(found["INPUT"])
    try:
        error = run("searchimages", **found).error
    except AssertionError as refused:  # by QGIS itself, before the algorithm starts
        error = str(refused)
    assert texts in error
    assert searches(server) == []


@pytest.mark.parametrize("day", ["2025-05-06", "2025_05_06", QDate(2025, 5, 6), datetime.date(2025, 5, 6)], ids=repr)
def test_a_day_in_any_form(run: Run, server: State, day: Any) -> None:
    assert run("searchimages", EXTENT=EXTENT, **{**ASKED, "START": day, "END": day}).ok
    (body,) = searches(server)
    assert (body["start_date"][:10], body["end_date"][:10]) == ("2025-05-06", "2025-05-06")


def test_a_crossing_polygon_is_refused_or_repaired(run: Run, server: State) -> None:
    bow = layer("POLYGON((10 50, 11 51, 11 50, 10 51, 10 50))")
    assert "10.5" in run("searchimages", INPUT=bow, **ASKED).error
    assert searches(server) == []
    assert run("searchimages", INPUT=bow, REPAIR=True, **ASKED).ok
    assert len(searches(server)) == 2


@pytest.mark.parametrize("name", ["antimeridian_epsg3460.gpkg", "no_crs_small.shp"])
def test_areas_that_failed_once(run: Run, server: State, shared: Path, name: str) -> None:
    found = QgsVectorLayer(str(shared / "cases" / "aoi" / name), "case", "ogr")
    if name.startswith("no_crs"):
        found.setCrs(QgsCoordinateReferenceSystem())
    outcome = run("searchimages", INPUT=found, **ASKED)
    if name.startswith("no_crs"):
        assert "no CRS" in outcome.error
    else:
        assert outcome.ok
        assert all(
            max(x for x, _ in ring) - min(x for x, _ in ring) < 10
            for ring in (body["geometry"]["coordinates"][0] for body in searches(server))
        )
        assert len(searches(server)) == 2


@pytest.mark.parametrize("given", ["perhaps", [True], 2])
def test_a_switch_that_is_not_understood_is_refused_also_where_nothing_needs_it(
    run: Run, server: State, given: Any
) -> None:
    assert "REPAIR" in run("searchimages", EXTENT=EXTENT, REPAIR=given, **ASKED).error
    assert server.requests == []
