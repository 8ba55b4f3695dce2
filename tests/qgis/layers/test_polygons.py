"""Polygons for the server: every shape is sent as it lies on the Earth, or refused by name."""

from __future__ import annotations

import itertools

import pytest
from pixxel_explorer.plugin.layers.errors import PolygonRefused
from pixxel_explorer.plugin.layers.polygons import Outline, OutlineReader, single_shape
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsGeometry,
    QgsRectangle,
)

SQUARE = "POLYGON((10 50, 10 51, 11 51, 11 50, 10 50))"
BOW_TIE = "POLYGON((16 46.5, 16.02 46.52, 16.02 46.5, 16 46.515, 16 46.5))"
LOOPED = "POLYGON((0 0, 4 0, 4 4, 1 4, 1 -1, 0 -1, 0 0))"
TRAIL = "POLYGON((0 0, 2 0, 2 2, 3 2, 2 2, 0 2, 0 0))"
MOON = "IAU_2015:30100"
SITE = 'ENGCRS["site",EDATUM["mark"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
UNDEFINED = (
    'GEOGCS["Undefined geographic SRS",DATUM["unknown",SPHEROID["unknown",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
)
NAN = float("nan")


def _crs(name: str) -> QgsCoordinateReferenceSystem:
    return QgsCoordinateReferenceSystem.fromWkt(name) if "[" in name else QgsCoordinateReferenceSystem(name)


def _reader(crs: str = "EPSG:4326", *, repair: bool = False) -> OutlineReader:
    return OutlineReader(_crs(crs), QgsCoordinateTransformContext(), repair=repair)


def _outline(wkt: str, crs: str = "EPSG:4326", *, repair: bool = False) -> Outline:
    return _reader(crs, repair=repair).of_shape(QgsGeometry.fromWkt(wkt))


def _refused(wkt: str, crs: str = "EPSG:4326") -> PolygonRefused:
    with pytest.raises(PolygonRefused) as caught:
        _outline(wkt, crs)
    return caught.value


def _rings(outline: Outline) -> list[list[list[list[float]]]]:
    return [polygon["coordinates"] for polygon in outline.polygons]


def _signed_area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) / 2


def _range(outline: Outline, number: int = 0) -> tuple[float, float]:
    xs = [x for x, _ in _rings(outline)[number][0]]
    return min(xs), max(xs)


def test_rings_are_closed_turned_rounded_and_without_height() -> None:
    hole = "(10.2 50.2 7, 10.4 50.2 7, 10.3 50.412345678 7, 10.2 50.2 7)"
    outline = _outline(f"POLYGON Z((10 50 1, 10 51 1, 11 51 1, 11 50 1, 10 50 1), {hole})")
    ((outer, inner),) = _rings(outline)
    assert outer[0] == outer[-1]
    assert sorted(outer[:-1]) == [[10, 50], [10, 51], [11, 50], [11, 51]]
    assert _signed_area(outer) > 0
    assert [10.3, 50.4123457] in inner
    assert _signed_area(inner) < 0


def test_corners_named_twice_are_named_once() -> None:
    ((ring,),) = _rings(_outline("POLYGON((0 0, 0 0, 1 0, 1 0.00000001, 1 1, 0 0))"))
    assert len(ring) == 4


def test_measures_and_curves_become_plain_corners() -> None:
    ((ring,),) = _rings(_outline("CURVEPOLYGON ZM(CIRCULARSTRING ZM(0 0 1 2, 4 0 1 2, 4 4 1 2, 0 4 1 2, 0 0 1 2))"))
    assert len(ring) > 50
    assert all(len(corner) == 2 for corner in ring)


@pytest.mark.parametrize(
    ("wkt", "reason"),
    [
        ("POLYGON EMPTY", "no-area"),
        ("POLYGON((0 0, 1 1, 2 2, 0 0))", "no-area"),
        ("POLYGON((0 0, 1 0, 0 0))", "no-area"),
        ("POLYGON((0 0, 0 0, 0 0, 0 0))", "no-area"),
        ("POLYGON((0 0, 1e-9 0, 1e-9 1e-9, 0 0))", "no-area"),
        ("LINESTRING(0 0, 1 1)", "not-polygon"),
        ("GEOMETRYCOLLECTION(POLYGON((0 0, 1 0, 1 1, 0 0)), POINT(5 5))", "not-polygon"),
        ("POLYGON((0 0, 500000 0, 1 1, 0 0))", "range"),
        ("POLYGON((0 80, 1 80, 1 91, 0 80))", "range"),
        (BOW_TIE, "crossing"),
        (TRAIL, "crossing"),
        ("POLYGON((0 0, 4 0, 4 4, 0 4, 0 0), (10 10, 11 10, 11 11, 10 10))", "invalid"),
        ("POLYGON((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 3 1, 3 3, 1 1), (2 1, 3.5 1, 3.5 3, 2 1))", "invalid"),
    ],
)
def test_a_shape_that_is_no_area_on_the_earth_is_refused_by_name(wkt: str, reason: str) -> None:
    assert _refused(wkt).reason == reason


def test_a_corner_without_coordinates_is_refused() -> None:
    shape = QgsGeometry.fromWkt(SQUARE)
    assert shape.moveVertex(NAN, 50, 1)
    with pytest.raises(PolygonRefused) as caught:
        _reader().of_shape(shape)
    assert caught.value.reason == "not-finite"


@pytest.mark.parametrize(
    ("crs", "reason"), [("", "no-crs"), (UNDEFINED, "no-crs"), (MOON, "no-transformation"), (SITE, "no-transformation")]
)
def test_a_crs_that_is_not_on_the_earth_is_refused(crs: str, reason: str) -> None:
    assert _refused(SQUARE, crs).reason == reason


def test_a_projected_shape_with_coordinates_far_off_is_refused() -> None:
    assert _refused("POLYGON((1e9 1e9, 2e9 1e9, 2e9 2e9, 1e9 1e9))", "EPSG:3460").reason == "range"


def test_a_crs_of_an_unknown_datum_is_approximate() -> None:
    unknown = "PROJ:+proj=laea +lat_0=47 +lon_0=16 +ellps=GRS80"
    assert _reader(unknown).is_approximate
    assert not _reader("EPSG:3460").is_approximate
    assert not _reader().is_approximate


def test_the_place_of_a_crossing_is_in_the_layers_own_coordinates() -> None:
    error = _refused(BOW_TIE)
    assert error.place == "16.008571, 46.508571 (EPSG:4326)"
    error = _refused(
        "POLYGON((500000 1400000, 501000 1401000, 501000 1400000, 500000 1400500, 500000 1400000))", "EPSG:32643"
    )
    assert error.place == "500333.33, 1400333.33 (EPSG:32643)"


def test_a_refusal_says_what_a_repair_would_change() -> None:
    error = _refused(BOW_TIE)
    assert error.repair is not None
    assert error.repair.parts == 2
    assert error.repair.after > error.repair.before > 0
    error = _refused(TRAIL)
    assert error.repair is not None
    assert error.repair.parts == 1


def test_shapes_are_repaired_only_where_that_is_allowed() -> None:
    assert _outline(BOW_TIE, repair=True).parts == 2
    ((ring,),) = _rings(_outline(TRAIL, repair=True))
    assert [3, 2] not in ring


def test_parts_may_touch_each_other() -> None:
    two = "MULTIPOLYGON(((0 0, 1 0, 1 1, 0 1, 0 0)), ((1 0, 2 0, 2 1, 1 1, 1 0)))"
    assert _outline(two).parts == 2
    assert _outline("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 1, 0 0)))").parts == 1


def test_every_feature_has_its_outline_and_those_without_geometry_have_none() -> None:
    features = [QgsFeature(number) for number in (4, 5, 6)]
    features[0].setGeometry(QgsGeometry.fromWkt(SQUARE))
    features[2].setGeometry(QgsGeometry.fromWkt("MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))"))
    assert [outline.parts for outline in _reader().of_features(features)] == [1, 2]
    features[2].setGeometry(QgsGeometry.fromWkt(BOW_TIE))
    with pytest.raises(PolygonRefused) as caught:
        _reader().of_features(features)
    assert caught.value.feature == 6


FIJI = "POLYGON((2120000 3960000, 2145000 3960000, 2145000 3940000, 2120000 3940000, 2120000 3960000))"
ACROSS = "POLYGON((179 -17, 181 -17, 181 -16, 179 -16, 179 -17))"
MERCATOR = "POLYGON((19926000 -1900000, 20149000 -1900000, 20149000 -1800000, 19926000 -1800000, 19926000 -1900000))"


@pytest.mark.parametrize(
    ("wkt", "crs"), [(FIJI, "EPSG:3460"), (ACROSS, "EPSG:4326"), (ACROSS, "EPSG:4269"), (MERCATOR, "EPSG:3857")]
)
def test_a_polygon_across_the_180th_meridian_is_cut_there(wkt: str, crs: str) -> None:
    outline = _outline(wkt, crs)
    assert outline.parts == 1
    assert outline.is_cut
    assert len(outline.polygons) == 2
    (west, east), (other_west, other_east) = _range(outline, 0), _range(outline, 1)
    assert (east, other_west) == (180, -180)
    assert 178 < west < 180
    assert -180 < other_east < -178
    assert all(_signed_area(rings[0]) > 0 for rings in _rings(outline))


def test_holes_are_cut_with_their_shape() -> None:
    holes = "(179.5 -16.8, 180.5 -16.8, 180.5 -16.2, 179.5 -16.8), (180.8 -16.2, 180.9 -16.2, 180.9 -16.1, 180.8 -16.2)"
    outline = _outline(ACROSS[:-1] + f", {holes})")
    area = sum(abs(_signed_area(rings[0])) - sum(map(abs, map(_signed_area, rings[1:]))) for rings in _rings(outline))
    assert area == pytest.approx(QgsGeometry.fromWkt(ACROSS[:-1] + f", {holes})").area(), abs=1e-6)
    assert len(_rings(outline)[1]) == 2


@pytest.mark.parametrize(
    ("wkt", "west", "east"),
    [
        ("POLYGON((200 0, 210 0, 210 5, 200 0))", -160, -150),
        ("POLYGON((179 0, 180 0, 180 5, 179 0))", 179, 180),
        ("POLYGON((180 0, 181 0, 181 5, 180 0))", -180, -179),
        ("POLYGON((-180 0, -179 0, -179 5, -180 0))", -180, -179),
        ("POLYGON((-190 0, -185 0, -185 5, -190 0))", 170, 175),
    ],
)
def test_a_polygon_on_one_side_of_the_meridian_is_whole(wkt: str, west: float, east: float) -> None:
    outline = _outline(wkt)
    assert not outline.is_cut
    assert _range(outline) == (west, east)


@pytest.mark.parametrize(
    "wkt",
    [
        "POLYGON((179.9 -17, -179.9 -17, -179.9 -16, 179.9 -16, 179.9 -17))",
        "POLYGON((-170 -17, 170 -17, 170 17, -170 17, -170 -17))",
        "POLYGON((-180 -90, 180 -90, 180 90, -180 90, -180 -90))",
    ],
)
def test_an_edge_longer_than_half_the_globe_may_mean_two_things(wkt: str) -> None:
    assert _refused(wkt).reason == "long-edge"


def test_a_wide_shape_goes_the_way_its_edges_lie_in_the_layer() -> None:
    wide = "POLYGON((-18900000 -1000000, 18900000 -1000000, 18900000 1000000, -18900000 1000000, -18900000 -1000000))"
    west, east = _range(_outline(wide, "EPSG:3857"))
    assert west == pytest.approx(-169.78, abs=0.01)
    assert east == pytest.approx(169.78, abs=0.01)


def test_an_extent_is_as_wide_as_it_says() -> None:
    assert _range(_reader().of_extent(QgsRectangle(-170, -50, 170, 50))) == (-170, 170)
    outline = _reader().of_extent(QgsRectangle(179, -17, 181, -16))
    assert [_range(outline, number) for number in (0, 1)] == [(179, 180), (-180, -179)]


def test_a_shape_round_a_pole_is_refused() -> None:
    box = "POLYGON((-1e6 -1e6, 1e6 -1e6, 1e6 1e6, -1e6 1e6, -1e6 -1e6))"
    assert _refused(box, "EPSG:3031").reason == "pole"
    beside = "POLYGON((1e6 -1e6, 2e6 -1e6, 2e6 1e6, 1e6 1e6, 1e6 -1e6))"
    assert not _outline(beside, "EPSG:3031").is_cut


def test_a_shape_wider_than_the_globe_is_refused() -> None:
    corners = ", ".join(f"{x} {y}" for y, row in ((0, range(-200, 201, 50)), (1, range(200, -201, -50))) for x in row)
    assert _refused(f"POLYGON(({corners}, -200 0))").reason == "too-wide"


def _reason_for_one(*outlines: Outline, divide: bool = False) -> str:
    with pytest.raises(PolygonRefused) as caught:
        single_shape(outlines, divide=divide)
    return caught.value.reason


def test_an_aoi_is_one_polygon_of_one_feature() -> None:
    one, two, cut = _outline(SQUARE), _outline(BOW_TIE, repair=True), _outline(ACROSS)
    assert single_shape([one]) == one.polygons
    assert [_reason_for_one(*found) for found in ((), (one, one), (two,), (cut,))] == [
        "none",
        "several",
        "parts",
        "antimeridian",
    ]
    assert len(single_shape([two], divide=True)) == len(single_shape([cut], divide=True)) == 2
    assert _reason_for_one(one, one, divide=True) == "several"
