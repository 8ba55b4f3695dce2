from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pixxel_explorer.plugin.integrations.canvas import AoiOutline, geometry_of
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsProject
from qgis.gui import QgsMapCanvas, QgsRubberBand

SQUARE = {"type": "Polygon", "coordinates": [[[10, 50], [12, 50], [12, 51], [10, 51], [10, 50]]]}


@pytest.fixture
def canvas(qgis_app: Any) -> QgsMapCanvas:
    canvas = QgsMapCanvas()
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    canvas.resize(400, 300)
    return canvas


def bands(canvas: QgsMapCanvas) -> list[QgsRubberBand]:
    return [item for item in canvas.scene().items() if isinstance(item, QgsRubberBand)]


def test_an_outline_hides_nothing_of_the_map(canvas: QgsMapCanvas) -> None:
    outline = AoiOutline(canvas)
    outline.show(SQUARE)
    (band,) = bands(canvas)
    assert band.fillColor().alpha() == 0
    assert band.strokeColor().alpha() == 255
    outline.close()


def test_one_outline_at_a_time_and_none_after_its_removal(canvas: QgsMapCanvas) -> None:
    outline = AoiOutline(canvas)
    outline.show(SQUARE)
    outline.show(SQUARE)
    assert len(bands(canvas)) == 1
    outline.show(None)
    assert bands(canvas) == []
    outline.close()


def test_zooming_shows_the_whole_aoi_in_the_maps_crs(canvas: QgsMapCanvas) -> None:
    assert AoiOutline(canvas).zoom(SQUARE)
    extent = canvas.extent()
    assert extent.contains(extent.__class__(1113194.9, 6446275.9, 1335833.8, 6621293.7))
    assert extent.width() < 3 * (1335833.8 - 1113194.9)


RING = [[1, 1], [2, 1], [2, 2], [1, 1]]
UNREADABLE = (
    {"type": "Polygon"},
    {"type": "Polygon", "coordinates": [["here"]]},
    {"type": "Polygon", "coordinates": [[["1", "2"], *RING[1:]]]},
    {"type": "Polygon", "coordinates": [[[None, None], *RING[1:]]]},
    {"type": "Polygon", "coordinates": {"a": {"b": []}}},
    {"type": "Polygon", "coordinates": "x" * 5000},
    {"type": "Polygon", "coordinates": [[[float("nan"), 1], *RING[1:]]]},
    {"type": ["Polygon"], "coordinates": [RING]},
    {"type": 5, "coordinates": None},
)


@pytest.mark.parametrize("geometry", UNREADABLE, ids=repr)
def test_a_geometry_that_cannot_be_read_draws_nothing(canvas: QgsMapCanvas, geometry: dict[str, Any]) -> None:
    outline = AoiOutline(canvas)
    outline.show(geometry)
    assert [band for band in bands(canvas) if band.asGeometry().area()] == []
    assert not outline.zoom(geometry)
    assert not outline.sees(geometry)
    outline.close()


@pytest.mark.parametrize("far", [1e308, -1e30, 1000.0])
def test_an_aoi_off_the_earth_is_not_zoomed_to(canvas: QgsMapCanvas, far: float) -> None:
    outline, before = AoiOutline(canvas), canvas.extent()
    geometry = {"type": "Polygon", "coordinates": [[[far, far], [2, 1], [2, 2], [far, far]]]}
    outline.show(geometry)
    assert not outline.zoom(geometry)
    assert canvas.extent() == before
    outline.close()


@pytest.mark.parametrize("crs", ["EPSG:32632", "EPSG:4326", "EPSG:3035"])
def test_the_outline_stays_on_its_place_when_the_crs_of_the_map_changes(canvas: QgsMapCanvas, crs: str) -> None:
    outline = AoiOutline(canvas)
    outline.show(SQUARE)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem(crs))
    (band,) = bands(canvas)
    expected = geometry_of(SQUARE)
    expected.transform(
        QgsCoordinateTransform(
            QgsCoordinateReferenceSystem("EPSG:4326"), QgsCoordinateReferenceSystem(crs), QgsProject.instance()
        )
    )
    assert band.asGeometry().boundingBox().toString(2) == expected.boundingBox().toString(2)
    outline.close()
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    assert bands(canvas) == []


# --- what the map shows -------------------------------------------------------------------------------------------


@pytest.fixture
def shown_canvas(canvas: QgsMapCanvas) -> Iterator[QgsMapCanvas]:
    canvas.show()
    yield canvas
    canvas.close()


def test_an_aoi_is_seen_where_all_of_it_is_in_view_and_not_a_dot(shown_canvas: QgsMapCanvas) -> None:
    outline = AoiOutline(shown_canvas)
    assert outline.zoom(SQUARE)
    assert outline.sees(SQUARE)
    shown_canvas.zoomByFactor(3)
    assert outline.sees(SQUARE)
    shown_canvas.zoomByFactor(30)
    assert not outline.sees(SQUARE), "a dot on a map of the world"
    outline.zoom(SQUARE)
    shown_canvas.zoomByFactor(0.3)
    assert not outline.sees(SQUARE), "a part of it"
    outline.close()


def test_an_aoi_is_not_seen_on_a_map_that_is_not(canvas: QgsMapCanvas) -> None:
    outline = AoiOutline(canvas)
    assert outline.zoom(SQUARE)
    assert not outline.sees(SQUARE)
    outline.close()
