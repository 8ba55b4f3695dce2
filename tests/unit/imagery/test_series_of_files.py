"""Values of several files at one place: gaps where nothing lies, and a broken file among whole ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pixxel_explorer.plugin.imagery.errors import Interrupted
from pixxel_explorer.plugin.imagery.value_series import series_at, series_within

from .test_class_areas import write
from .test_value_series import FLOATS, box, degrees, zone


def rasters(folder: Path) -> dict[str, Path]:
    """Return a whole raster, one without data, one elsewhere, one that is none, and one that is not there."""
    broken = folder / "broken.tif"
    broken.write_bytes(b"not a raster")
    return {
        "whole": write(folder / "whole.tif", [FLOATS]),
        "empty": write(folder / "empty.tif", [np.full((3, 4), -9999, np.float32)], nodata=-9999),
        "elsewhere": write(folder / "elsewhere.tif", [FLOATS], transform=(600000, 10, 0, 1400000, 0, -10)),
        "broken": broken,
        "missing": folder / "missing.tif",
    }


def test_a_pixel_has_the_values_of_the_rasters_that_hold_it(tmp_path: Path) -> None:
    series = series_at(*degrees(500015, 1399985), rasters(tmp_path))
    assert {key: (figures.count, figures.mean) for key, figures in series.found.items()} == {"whole": (1, 5.0)}
    assert series.unread == ("broken", "missing")


def test_a_polygon_has_quartiles(tmp_path: Path) -> None:
    series = series_within(zone(box(500000, 1399970, 500040, 1400000)), rasters(tmp_path))
    (figures,) = series.found.values()
    lower, median, upper = np.percentile(FLOATS, (25, 50, 75))
    assert (figures.count, figures.minimum, figures.maximum, figures.mean) == (12, 0.0, 11.0, 5.5)
    assert (figures.lower_quartile, figures.median, figures.upper_quartile) == (lower, median, upper)
    assert series.unread == ("broken", "missing")


def test_it_stops_when_asked(tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        series_at(*degrees(500015, 1399985), rasters(tmp_path), lambda: True)
