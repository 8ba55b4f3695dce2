"""Values over time at a point and in polygons, differences and transitions: over HTTP, from rasters of each date."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.layers.difference_style import style_difference
from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingContext,
    QgsProject,
    QgsRasterLayer,
    QgsReferencedPointXY,
    QgsSingleBandPseudoColorRenderer,
    QgsVectorLayer,
)

from .conftest import Run
from .server import DATES, State

ITEM = {"AOI": "a-1", "VISUALIZATION": "v-1"}
DAYS = [date.replace("_", "-") for date in DATES]
PLACE = "500005,1399995 [EPSG:32643]"


@pytest.fixture
def rasters(server: State, tmp_path: Path) -> State:
    """Serve a raster of its own for each date: 0 to 47 hundredths, then 0.1 and 0.2 more; a hole in the second."""
    for number, date in enumerate(DATES):
        path = tmp_path / f"{date}.tif"
        path.write_bytes(server.raster)
        dataset = gdal.Open(str(path), gdal.GA_Update)
        values = np.arange(48, dtype=np.float32).reshape(6, 8) / 100 + number / 10
        if number == 1:
            values[0, 0] = -9999
        dataset.GetRasterBand(1).WriteArray(values)
        dataset = None
        server.rasters[date] = path.read_bytes()
    return server


def fields(*shapes: str, crs: str = "EPSG:32643") -> QgsVectorLayer:
    layer = QgsVectorLayer(f"Polygon?crs={crs}", "fields", "memory")
    features = []
    for shape in shapes:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(shape))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


def box(left: int, top: int, right: int, bottom: int) -> str:
    """Return the polygon around pixels."""
    x, y = (500000 + 10 * left, 500000 + 10 * right), (1400000 - 10 * top, 1400000 - 10 * bottom)
    return f"Polygon(({x[0]} {y[0]},{x[1]} {y[0]},{x[1]} {y[1]},{x[0]} {y[1]},{x[0]} {y[0]}))"


# --- points ---------------------------------------------------------------------------------------------------------


def test_the_value_at_a_point_by_date(run: Run, rasters: State) -> None:
    outcome = run("timeseries", **ITEM, POINT=PLACE)
    rows = outcome.rows()
    assert [row["date"] for row in rows] == DAYS
    assert rows[0]["value"] == pytest.approx(0.0)
    assert rows[1]["value"] == NULL
    assert rows[2]["value"] == pytest.approx(0.2)
    assert outcome.feedback.progress_seen[-1] == 100


@pytest.mark.parametrize(
    "point",
    [
        "500065,1399945 [EPSG:32643]",
        "75.00060,12.66369",
        "75.00060,12.66369 [EPSG:4326]",
        QgsReferencedPointXY(QgsPointXY(500065, 1399945), QgsCoordinateReferenceSystem("EPSG:32643")),
    ],
)
def test_a_point_may_be_given_in_any_crs(run: Run, rasters: State, point: Any) -> None:
    QgsProject.instance().clear()
    rows = run("timeseries", **ITEM, POINT=point, DATES=[datetime.date(2025, 4, 12)]).rows()
    assert [row["value"] for row in rows] == [pytest.approx(0.46)]


def test_dates_are_chosen(run: Run, rasters: State) -> None:
    rows = run("timeseries", **ITEM, POINT=PLACE, DATES="2025-05-01/..").rows()
    assert [row["date"] for row in rows] == DAYS[1:]


def test_a_point_that_no_image_covers_is_refused(run: Run, rasters: State) -> None:
    assert "outside of the images of all dates" in run("timeseries", **ITEM, POINT="10,50 [EPSG:4326]").error


@pytest.mark.parametrize("point", ["nowhere", [1, 2]])
def test_what_is_no_point_is_refused_by_name(run: Run, rasters: State, point: Any) -> None:
    try:
        error = run("timeseries", **ITEM, POINT=point).error
    except AssertionError as refused:
        error = str(refused)
    assert "Point" in error or "POINT" in error


def test_a_date_without_its_raster_is_empty_and_named(run: Run, rasters: State) -> None:
    rasters.missing_files.add(f"{DATES[2]}.tif")
    outcome = run("timeseries", **ITEM, POINT=PLACE)
    assert [row["value"] == NULL for row in outcome.rows()] == [False, True, True]
    assert [DAYS[2] in warning for warning in outcome.feedback.warnings] == [True]


# --- polygons -------------------------------------------------------------------------------------------------------


def test_statistics_of_polygons_by_date(run: Run, rasters: State) -> None:
    layer = fields(box(0, 0, 2, 1), box(4, 4, 6, 6))
    rows = run("zonalseries", **ITEM, INPUT=layer).rows()
    assert " ".join(rows[0]) == "feature_id date count mean min max median"
    assert [(row["feature_id"], row["date"]) for row in rows] == [(n, day) for n in (1, 2) for day in DAYS]
    assert [row["count"] for row in rows] == [2, 1, 2, 4, 4, 4]
    assert (rows[0]["mean"], rows[0]["median"]) == (pytest.approx(0.005), pytest.approx(0.005))
    assert (rows[1]["min"], rows[1]["max"]) == (pytest.approx(0.11), pytest.approx(0.11))
    inside = np.array([36, 37, 44, 45]) / 100 + 0.2
    assert (rows[5]["mean"], rows[5]["min"]) == (pytest.approx(inside.mean()), pytest.approx(inside.min()))


def test_a_polygon_beside_the_image_has_no_figures(run: Run, rasters: State) -> None:
    rows = run("zonalseries", **ITEM, INPUT=fields(box(20, 0, 22, 1)), DATES=DAYS[0]).rows()
    assert [(row["count"], row["mean"], row["median"]) for row in rows] == [(0, NULL, NULL)]


def test_a_curved_polygon_with_heights_is_measured(run: Run, rasters: State) -> None:
    layer = QgsVectorLayer("CurvePolygonZ?crs=EPSG:32643", "fields", "memory")
    feature = QgsFeature()
    feature.setGeometry(
        QgsGeometry.fromWkt(
            "CurvePolygonZ(CircularStringZ(500010 1399970 5,500040 1400000 5,500070 1399970 5,500040 1399940 5,"
            "500010 1399970 5))"
        )
    )
    layer.dataProvider().addFeatures([feature])
    (row,) = run("zonalseries", **ITEM, INPUT=layer, DATES=DAYS[0]).rows()
    assert row["count"] == 32, "of a circle with a radius of three pixels; the square within it holds fewer"


@pytest.mark.parametrize(
    ("layer", "part"), [(lambda: fields(), "no polygon"), (lambda: fields(box(0, 0, 1, 1), crs=""), "no CRS")]
)
def test_what_cannot_be_measured_is_refused(run: Run, rasters: State, layer: Any, part: str) -> None:
    assert part in run("zonalseries", **ITEM, INPUT=layer()).error


# --- two dates ------------------------------------------------------------------------------------------------------


def test_the_difference_of_two_dates(run: Run, rasters: State, tmp_path: Path) -> None:
    target = tmp_path / "difference.tif"
    outcome = run("difference", **ITEM, FROM=DAYS[0], TO=DATES[1], OUTPUT=str(target))
    assert outcome.ok
    values = gdal.Open(outcome.results["OUTPUT"]).ReadAsArray()
    assert values[0, 0] == -9999
    assert np.delete(values.ravel(), 0) == pytest.approx(np.full(47, 0.1), abs=1e-6)
    assert len([path for path in rasters.requests if path[1].startswith("/files/")]) == 2


def test_a_loaded_difference_is_drawn_around_zero(run: Run, rasters: State, tmp_path: Path) -> None:
    context = QgsProcessingContext()
    target = str(tmp_path / "difference.tif")
    details = QgsProcessingContext.LayerDetails("OUTPUT", QgsProject.instance(), "OUTPUT")
    context.addLayerToLoadOnCompletion(target, details)
    from qgis.core import QgsApplication, QgsProcessingFeedback

    algorithm = QgsApplication.processingRegistry().createAlgorithmById("pixxel:difference")
    parameters = {**ITEM, "FROM": DAYS[0], "TO": DAYS[2], "OUTPUT": target}
    context.setProject(QgsProject.instance())
    _, ok = algorithm.run(parameters, context, QgsProcessingFeedback())
    assert ok
    found = context.layerToLoadOnCompletionDetails(target)
    assert found.name == f"{DAYS[2]} − {DAYS[0]}"
    layer = QgsRasterLayer(target, "difference")
    found.postProcessor().postProcessLayer(layer, context, QgsProcessingFeedback())
    renderer = layer.renderer()
    assert isinstance(renderer, QgsSingleBandPseudoColorRenderer)
    assert renderer.classificationMin() == -renderer.classificationMax() == pytest.approx(-0.2, rel=0.01)
    assert renderer.shader().shade(0.0)[1:4] == (247, 247, 247)


def test_a_date_that_is_both_ends_is_fetched_once_and_drawn_as_no_change(
    run: Run, rasters: State, tmp_path: Path
) -> None:
    target = tmp_path / "difference.tif"
    outcome = run("difference", **ITEM, FROM=DAYS[0], TO=DAYS[0], OUTPUT=str(target))
    assert outcome.ok
    assert not gdal.Open(str(target)).ReadAsArray().any()
    assert len([path for path in rasters.requests if path[1].startswith("/files/")]) == 1
    layer = QgsRasterLayer(str(target), "difference")
    style_difference(layer)
    renderer = layer.renderer()
    assert isinstance(renderer, QgsSingleBandPseudoColorRenderer)
    assert (renderer.classificationMin(), renderer.classificationMax()) == (-1.0, 1.0)
    assert renderer.shader().shade(0.0)[1:4] == (247, 247, 247)


@pytest.mark.parametrize("output", ["difference.png", "difference.vrt"])
def test_only_a_geotiff_is_written(run: Run, rasters: State, tmp_path: Path, output: str) -> None:
    try:
        error = run("difference", **ITEM, FROM=DAYS[0], TO=DAYS[1], OUTPUT=str(tmp_path / output)).error
    except AssertionError as refused:
        error = str(refused)
    assert output.rpartition(".")[2] in error
    assert not (tmp_path / output).exists()


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"FROM": ""}, "FROM"),
        ({"TO": "May"}, "TO"),
        ({"TO": "2024-01-01"}, "no date 2024-01-01"),
        ({"FROM": "2025-04-01/2025-05-31"}, "FROM means several dates: 2025-04-12, 2025-05-02"),
        ({"FROM": [DAYS[0], DAYS[1]]}, "FROM takes one value"),
        ({"FROM": QgsProcessing.TEMPORARY_OUTPUT}, "FROM"),
    ],
)
def test_each_end_is_one_date(run: Run, rasters: State, tmp_path: Path, changes: dict[str, Any], part: str) -> None:
    for name, more in (("difference", {"OUTPUT": str(tmp_path / "d.tif")}), ("transitions", {"MODE": "dynamic"})):
        try:
            error = run(name, **{**ITEM, **more, "FROM": DAYS[0], "TO": DAYS[1], **changes}).error
        except AssertionError as refused:
            error = str(refused)
        assert part in error or "Could not load" in error or "Incorrect parameter" in error


def test_the_area_between_each_pair_of_classes(run: Run, rasters: State) -> None:
    outcome = run("transitions", **ITEM, MODE="dynamic", FROM=DAYS[0], TO=DAYS[2])
    rows = outcome.rows()
    assert " ".join(rows[0]) == "from_label to_label area"
    edges = [(-1.0, 0.1), (0.1, 0.4), (0.4, 1.0)]
    before = np.arange(48) / 100
    expected = [
        100.0 * sum((low <= v < high) and (less <= v + 0.2 < more) for v in before.round(6))
        for low, high in edges
        for less, more in edges
    ]
    assert [row["area"] for row in rows] == expected
    assert sum(expected) == 4800.0
    assert len({(row["from_label"], row["to_label"]) for row in rows}) == 9


def test_a_mode_without_classes_is_refused(run: Run, rasters: State) -> None:
    for modes in rasters.legend.values():
        del modes["theoretical"]
    outcome = run("transitions", **ITEM, MODE="theoretical", FROM=DAYS[0], TO=DAYS[2])
    assert "no legend in this mode" in outcome.error
    assert not [request for request in rasters.requests if "/files/" in request[1]], "nothing is downloaded for it"
