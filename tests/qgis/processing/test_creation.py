"""New AOIs, indices and visualizations."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

from .conftest import Run
from .server import State

AOI = {
    "NAME": "New field",
    "DESCRIPTION": "North",
    "PROJECT": "Farms",
    "SATELLITE": "Pixxel-TD1",
    "PROVIDER": "pixxel",
    "ITEMS": "item-1, item-2",
}
INDEX = {
    "NAME": "Salt",
    "DESCRIPTION": "Salt crust",
    "EXPRESSION": "(B118-B022)/(B118+B022)",
    "EXPRESSION_TYPE": "index",
    "COLORMAP": "rplumbho",
    "RESCALE": "-1,1",
    "SATELLITE": "s-1",
}


def _layer(*shapes: str, crs: str = "EPSG:4326") -> QgsVectorLayer:
    layer = QgsVectorLayer("Polygon", "drawn", "memory")
    layer.setCrs(QgsCoordinateReferenceSystem(crs))
    for shape in shapes:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(shape))
        layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    return layer


def _posted(server: State, path: str) -> list[dict[str, Any]]:
    return [body for method, where, _, body in server.requests if (method, where) == ("POST", path)]


def test_an_aoi_is_made_of_a_polygon_in_any_crs(run: Run, server: State) -> None:
    shape = "POLYGON((500000 1400000, 500000 1401000, 501000 1401000, 501000 1400000, 500000 1400000))"
    outcome = run("createaoi", INPUT=_layer(shape, crs="EPSG:32643").id(), **AOI)
    assert outcome.ok, outcome.feedback.errors
    assert outcome.results["AOI_ID"] == "a-9"
    (body,) = _posted(server, "/v0/aois")
    geometry = body.pop("geometry")
    assert body == {
        "name": "New field",
        "description": "North",
        "project_id": "p-1",
        "satellite_id": "s-1",
        "provider": "pixxel",
        "item_ids": ["item-1", "item-2"],
    }
    (ring,) = geometry["coordinates"]
    assert geometry["type"] == "Polygon"
    assert ring[0] == ring[-1]
    assert len(ring) == 5
    assert ring[0][0] == pytest.approx(75, abs=0.02)
    assert sum(a[0] * b[1] - b[0] * a[1] for a, b in itertools.pairwise(ring)) > 0


def test_holes_are_kept(run: Run, server: State) -> None:
    shape = "POLYGON((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))"
    assert run("createaoi", INPUT=_layer(shape).id(), **AOI).ok
    assert len(_posted(server, "/v0/aois")[0]["geometry"]["coordinates"]) == 2


@pytest.mark.parametrize(
    ("shapes", "words"),
    [((), "has no polygon"), (("POLYGON((0 0, 1 0, 1 1, 0 0))", "POLYGON((5 5, 6 5, 6 6, 5 5))"), "has 2 polygons")],
)
def test_an_aoi_is_made_of_one_polygon(run: Run, server: State, shapes: tuple[str, ...], words: str) -> None:
    assert words in run("createaoi", INPUT=_layer(*shapes).id(), **AOI).error
    assert _posted(server, "/v0/aois") == []


def test_a_name_that_is_taken_is_reported(run: Run) -> None:
    given = AOI | {"NAME": "Farm near Raba"}
    error = run("createaoi", INPUT=_layer("POLYGON((0 0, 1 0, 1 1, 0 0))").id(), **given).error
    assert "another name" in error


def test_an_index(run: Run, server: State) -> None:
    assert run("createindex", **INDEX).results["INDEX_ID"] == "i-9"
    assert _posted(server, "/v0/indices") == [
        {
            "name": "Salt",
            "description": "Salt crust",
            "expression": "(B118-B022)/(B118+B022)",
            "expression_type": "index",
            "colormap": "rplumbho",
            "rescale": [-1, 1],
            "satellite_id": "s-1",
        }
    ]


@pytest.mark.parametrize("rescale", ["1", "1,-1", "a,b", "0,inf", "0,1,2"])
def test_a_range_that_is_none_is_refused(run: Run, server: State, rescale: str) -> None:
    assert "min,max" in run("createindex", **INDEX | {"RESCALE": rescale}).error
    assert _posted(server, "/v0/indices") == []


def test_a_visualization_without_waiting(run: Run, server: State) -> None:
    results = run("createvisualization", AOI="a-1", INDEX="i-1", WAIT=False).results
    assert results == {"VISUALIZATION_ID": "v-9", "STATUS": "creating"}
    assert _posted(server, "/v0/aois/a-1/visualizations") == [{"index_id": "i-1"}]


def test_a_visualization_waited_for(run: Run, server: State) -> None:
    given = {"ASSETS": "x-1,x-2", "RESOLUTION": 10, "WAIT": True}
    results = run("createvisualization", AOI="a-1", INDEX="i-1", **given).results
    assert results == {"VISUALIZATION_ID": "v-9", "STATUS": "success"}
    (body,) = _posted(server, "/v0/aois/a-1/visualizations")
    assert body == {"index_id": "i-1", "src_asset_ids": ["x-1", "x-2"], "resolution": 10}


def test_a_mistake_in_an_expression_is_shown_and_sent(run: Run, server: State) -> None:
    given = run("createindex", **INDEX | {"EXPRESSION": "(B022 - 1"})
    assert given.ok
    assert "is missing in the expression" in " ".join(given.feedback.warnings)
    assert _posted(server, "/v0/indices")[0]["expression"] == "(B022 - 1", "the server decides"


def test_bands_that_the_satellite_does_not_have_are_named(run: Run) -> None:
    given = run("createindex", **INDEX | {"EXPRESSION": "B022 / B900"})
    assert given.feedback.warnings == [
        "The satellite has no band B900, so the index may not be computed. It has B022, B118."
    ]
    assert run("createindex", **INDEX).feedback.warnings == []
