"""The catalogue as tables and layers."""

from __future__ import annotations

import pytest
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from pixxel_explorer.tests.list_server import serving
from qgis.core import NULL, Qgis, QgsApplication, QgsProcessingContext

from .conftest import Listener, Run
from .server import State


def test_projects(run: Run) -> None:
    rows = run("listprojects").rows()
    assert list(rows[0]) == ["project_id", "name", "description", "status", "created_at"]
    assert [row["project_id"] for row in rows] == ["p-1", "p-2"]
    assert rows[0]["description"] == "Crops"


def test_aois_have_their_outlines(run: Run) -> None:
    outcome = run("listaois")
    layer = outcome.layer()
    assert " ".join(field.name() for field in layer.fields()) == (
        "aoi_id name description project_id satellite_id status progress area_in_sq_m created_at updated_at"
    )
    assert layer.wkbType() == Qgis.WkbType.Polygon
    assert layer.crs().authid() == "EPSG:4326"
    farm, lake = layer.getFeatures()
    assert (farm["aoi_id"], farm["progress"], farm["area_in_sq_m"]) == ("a-1", 100, 12.5e6)
    assert farm.geometry().boundingBox().toString(2) == "77.50,12.25 : 77.75,12.50"
    assert lake["aoi_id"] == "a-2"
    assert not lake.hasGeometry()
    assert outcome.feedback.progress_seen[-1] == 100


def test_an_aoi_of_several_parts_keeps_them(run: Run, server: State) -> None:
    ring = server.aois[0]["geometry"]["coordinates"][0]
    server.aois.append(server.aoi("a-3", "Two", "p-1", {"type": "MultiPolygon", "coordinates": [[ring], [ring]]}))
    outcome = run("listaois")
    layer = outcome.layer()
    assert layer.wkbType() == Qgis.WkbType.MultiPolygon
    assert [f.geometry().constGet().numGeometries() for f in layer.getFeatures() if f.hasGeometry()] == [1, 2]


@pytest.mark.parametrize("project", ["p-2", "lakes", "Lakes"])
def test_aois_of_a_project_by_id_or_name(run: Run, project: str) -> None:
    assert [row["aoi_id"] for row in run("listaois", PROJECT=project).rows()] == ["a-2"]


def test_aois_by_a_part_of_their_name(run: Run) -> None:
    assert [row["aoi_id"] for row in run("listaois", NAME="RABA").rows()] == ["a-1"]


def test_an_unknown_project_is_reported(run: Run) -> None:
    assert "“nowhere”" in run("listaois", PROJECT="nowhere").error


def test_visualizations(run: Run) -> None:
    rows = run("listvisualizations", AOI="a-1").rows()
    assert " ".join(rows[0]) == (
        "visualization_id index_id index_name type expression_type expression status progress dates created_at "
        "updated_at"
    )
    assert rows[0]["visualization_id"] == "v-1"
    assert rows[0]["index_name"] == "NDVI"
    assert rows[0]["dates"] == "2025-04-12,2025-05-02,2025-06-01"


def test_an_aoi_without_visualizations_is_an_empty_table(run: Run) -> None:
    assert run("listvisualizations", AOI="a-2").rows() == []


def test_an_empty_aoi_is_refused(run: Run) -> None:
    assert "AOI" in run("listvisualizations", AOI="  ").error


def test_indices(run: Run) -> None:
    rows = run("listindices").rows()
    assert " ".join(rows[0]) == (
        "index_id name description type expression_type expression satellite_id rescale colormap"
    )
    assert [row["index_id"] for row in rows] == ["i-1", "i-2"]
    assert rows[0]["rescale"] == "-1,1"


def test_indices_by_type_and_satellite(run: Run) -> None:
    assert [row["index_id"] for row in run("listindices", TYPE="custom", SATELLITE="Pixxel-TD1").rows()] == ["i-2"]


def test_a_type_of_index_that_is_not_known_is_refused(run: Run, server: State) -> None:
    assert [row["index_id"] for row in run("listindices", TYPE=" Custom ").rows()] == ["i-2"]
    server.requests.clear()
    assert run("listindices", TYPE="costum").error == "TYPE is not understood: “costum”. Write preset or custom."
    assert server.requests == []


def test_what_the_server_does_not_tell_is_null(run: Run, server: State) -> None:
    del server.indices[0]["colormap"]
    assert run("listindices").rows()[0]["colormap"] in (None, NULL)


def test_a_refused_key_is_one_sentence_without_secrets(
    run: Run, server: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.qgis.processing.server.KEY", "another")
    outcome = run("listprojects")
    assert "key was refused" in outcome.error
    assert "\n" not in outcome.error
    assert "test-key" not in " ".join([*outcome.feedback.debug, *outcome.feedback.warnings])


def test_cancelling_ends_without_an_error(provider: PixxelProvider) -> None:
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("pixxel:listprojects")
    texts = Listener()
    texts.cancel()
    results, ok = algorithm.run({"OUTPUT": "TEMPORARY_OUTPUT"}, QgsProcessingContext(), texts)
    assert (results, ok, texts.errors) == ({}, True, [])


def test_satellites(run: Run, server: State) -> None:
    bands = [{"name": "B1", "wavelength": 473}, {"name": "B2"}, {"name": "B3", "wavelength": "665.5"}]
    server.satellites.append({"id": "s-2", "name": "Other", "bands": bands})
    server.satellites.append({"id": "s-3", "name": "Lean", "bands": ["B04", "B08"]})
    rows = run("listsatellites").rows()
    assert list(rows[0]) == ["satellite_id", "name", "bands", "wavelengths"]
    assert [tuple(row.values()) for row in rows[1:]] == [
        ("s-2", "Other", "B1,B2,B3", "473,,665.5"),
        ("s-3", "Lean", "B04,B08", NULL),
    ]


def test_assets(run: Run, server: State) -> None:
    server.assets = [
        {
            "id": "x-1",
            "name": "mosaic",
            "asset_type": "mosaic",
            "date": "2025-05-02",
            "status": "success",
            "area_in_sq_m": "12.5",
            "resolution": 10,
        },
        {"id": "x-2", "asset_type": "visualization", "date": "2025_06_01", "status": "warming_up"},
        {"id": "x-3", "date": "2025-06-01T10:12:45Z", "visualization_id": "v-1", "area_in_sq_m": 0},
        {"id": "x-4", "date": "some day"},
    ]
    rows = run("listassets", AOI="a-1").rows()
    assert " ".join(rows[0]) == "asset_id name type date status area_in_sq_m resolution visualization_id"
    assert tuple(rows[0].values()) == ("x-1", "mosaic", "mosaic", "2025-05-02", "success", 12.5, 10, NULL)
    assert tuple(rows[1].values()) == ("x-2", NULL, "visualization", "2025-06-01", "warming_up", NULL, NULL, NULL)
    assert tuple(rows[2].values()) == ("x-3", NULL, NULL, "2025-06-01", NULL, 0, NULL, "v-1")
    assert rows[3]["date"] == "some day"


def test_assets_of_all_pages(run: Run, server: State) -> None:
    server.assets = [{"id": f"x-{number}"} for number in range(123)]
    assert len(run("listassets", AOI="a-1").rows()) == 123


@pytest.mark.parametrize(("way", "reason", "count"), [("repeated", "same records", 50), ("empty", "5 empty pages", 0)])
def test_a_list_without_an_end_is_ended_with_a_warning(
    run: Run, server: State, way: str, reason: str, count: int
) -> None:
    with serving(way) as endless:
        server.url = endless.url
        outcome = run("listaois")
    assert len(outcome.rows()) == count
    assert [reason in warning for warning in outcome.feedback.warnings] == [True]
