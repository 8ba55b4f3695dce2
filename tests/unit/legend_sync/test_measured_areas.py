"""Areas of edited classes, measured in a value raster."""

from __future__ import annotations

import datetime
import os
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from osgeo import gdal, osr
from pixxel_explorer.plugin.catalog.visualization_item import AcquisitionDate
from pixxel_explorer.plugin.downloads.loading import cached_values
from pixxel_explorer.plugin.files.names import scene_name
from pixxel_explorer.plugin.legend.spec import Colour, Legend, LegendClass
from pixxel_explorer.plugin.legend.vocabulary import Units
from pixxel_explorer.plugin.legend_sync.coverage import ValueRaster
from pixxel_explorer.plugin.legend_sync.measured_areas import measure_classes

RED = Colour(255, 0, 0)


def legend(*edges: float) -> Legend:
    return Legend(tuple(LegendClass(low, high, RED) for low, high in pairwise(edges)), closed_top=True)


def raster(path: Path) -> Path:
    """Write ten by ten pixels of 100 m², -1 to 1 in steps, in UTM."""
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 10, 10, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform((500_000, 10, 0, 5_000_000, 0, -10))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.GetRasterBand(1).WriteArray(np.linspace(-1, 1, 100, dtype=np.float32).reshape(10, 10))
    dataset = None
    return path


def never() -> bool:
    return False


def test_classes_are_measured_in_square_metres(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif")
    found = measure_classes(ValueRaster(path, legend(-1, 1)), legend(-1, 0, 0.5, 1), never)
    assert found is not None
    assert found.classes == (5000.0, 2500.0, 2500.0)
    assert found.total == 10_000.0


def test_edges_of_0_to_255_are_spread_over_the_display_range(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif")
    known = ValueRaster(path, legend(0, 127.5, 255), (-1.0, 1.0))
    found = measure_classes(known, legend(0, 63.75, 255), never)
    assert found is not None
    assert found.classes == (2500.0, 7500.0)


def test_what_a_person_said_of_the_units_counts(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif")
    found = measure_classes(ValueRaster(path, legend(0, 1), (-1.0, 1.0), Units.DISPLAY), legend(0, 255), never)
    assert found is not None
    assert found.classes == (10_000.0,)


def test_nothing_is_measured_in_doubt_when_stopped_or_without_a_raster(tmp_path: Path) -> None:
    path = raster(tmp_path / "a.tif")
    assert measure_classes(ValueRaster(path, legend(1000, 2000)), legend(1000, 1500), never) is None
    assert measure_classes(ValueRaster(path, legend(-1, 1)), legend(-1, 1), lambda: True) is None
    assert measure_classes(ValueRaster(tmp_path / "none.tif", legend(-1, 1)), legend(-1, 1), never) is None


def test_the_newest_raster_of_a_date_is_found_in_the_cache(tmp_path: Path) -> None:
    days = ("2025-05-02", "2025-05-02", "2025-06-01")
    keys = ("2025_05_02", "2025_05_02_b", "2025_06_01")
    dates = tuple(AcquisitionDate(key, datetime.date.fromisoformat(day)) for key, day in zip(keys, days, strict=True))
    item = SimpleNamespace(dates=dates)
    names = (
        "2025-05-02_dynamic_values_a.tif",
        "2025-05-02_theoretical_values_b.tif",
        f"{scene_name(dates[1].day, keys[1])}_dynamic_values_c.tif",
    )
    for age, name in enumerate(names):
        (tmp_path / name).write_bytes(b"")
        os.utime(tmp_path / name, (1000 + age, 1000 + age))
    (tmp_path / "2025-06-01_dynamic_picture_d.tif").write_bytes(b"")
    found = {key: path.name for key, path in cached_values(tmp_path, item).items()}
    assert found == {keys[0]: names[1], keys[1]: names[2]}
    assert list(cached_values(tmp_path, item, [keys[1]])) == [keys[1]]
    assert cached_values(tmp_path / "none", item) == {}
