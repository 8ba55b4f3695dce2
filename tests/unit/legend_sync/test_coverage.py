"""Pixels outside a legend, counted as QGIS draws them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.legend.spec import Colour, Legend, LegendClass
from pixxel_explorer.plugin.legend.vocabulary import Units
from pixxel_explorer.plugin.legend_sync.coverage import ValueRaster, count_outside

RED = Colour(255, 0, 0)


def legend(*edges: float, closed: bool = True) -> Legend:
    return Legend(tuple(LegendClass(low, high, RED) for low, high in pairwise(edges)), closed_top=closed)


def raster(path: Path, values: np.ndarray, kind: int = gdal.GDT_Float32, scale: float = 1.0) -> Path:
    rows, columns = values.shape
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, 1, kind)
    band = dataset.GetRasterBand(1)
    band.WriteArray(values)
    band.SetNoDataValue(-9999)
    if scale != 1.0:
        band.SetScale(scale)
    dataset = None
    return path


def never() -> bool:
    return False


def values(share_above: float) -> np.ndarray:
    """Return 100 × 100 values of 0.1 to 0.6, some of them 0.9, and a row of no data."""
    found = np.linspace(0.1, 0.6, 10_000).reshape(100, 100)
    found.flat[: int(10_000 * share_above)] = 0.9
    found[-1] = -9999
    return found


def test_pixels_outside_are_counted_without_no_data(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", values(0.03))
    found = count_outside({"k": ValueRaster(path, legend(0, 0.5, 1))}, legend(0, 0.3, 0.7), never)["k"]
    assert found.outside == pytest.approx(300 / 9900)
    assert (found.low, found.high) == pytest.approx((0.115, 0.9), abs=1e-3)
    assert found.is_counted


def test_the_highest_value_is_inside_where_the_legend_holds_it(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", np.array([[0.0, 0.5], [0.5, 1.0]]))
    assert count_outside({"k": ValueRaster(path, legend(0, 1))}, legend(0, 1), never)["k"].outside == 0
    assert count_outside({"k": ValueRaster(path, legend(0, 1))}, legend(0, 1, closed=False), never)["k"].outside == 0.25


def test_scaled_integers_are_counted_as_they_are_drawn(tmp_path: Path) -> None:
    whole = np.where(values(0.03) == -9999, -9999, np.round(values(0.03) * 10_000))
    path = raster(tmp_path / "a.tif", whole, gdal.GDT_Int16, 0.0001)
    found = count_outside({"k": ValueRaster(path, legend(0, 0.5, 1))}, legend(0, 0.3, 0.7), never)["k"]
    assert found.outside == pytest.approx(300 / 9900)


def test_a_legend_in_display_units_is_compared_in_them(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", values(0.03))
    one = ValueRaster(path, legend(128, 200, 255), display=(-1, 1))
    found = count_outside({"k": one}, legend(128, 180, 220), never)["k"]
    assert found.outside == pytest.approx(300 / 9900)
    assert found.high == pytest.approx((0.9 + 1) / 2 * 255, abs=0.1)


def test_dates_in_doubt_are_left_to_the_estimate(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", values(0))
    unclear = ValueRaster(path, legend(4000, 5000), display=None)
    gone = ValueRaster(tmp_path / "gone.tif", legend(0, 1))
    assert count_outside({"a": unclear, "b": gone}, legend(0, 1), never) == {}


def test_what_a_person_said_of_the_units_decides(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif", values(0))
    texts = ValueRaster(path, legend(4000, 5000), units=Units.VALUES)
    assert count_outside({"a": texts}, legend(0, 0.05), never)["a"].outside == 1
