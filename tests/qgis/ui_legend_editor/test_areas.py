"""Areas of edited classes: measured here until the server says its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from qgis.PyQt.QtCore import Qt

from .conftest import LABEL, MAXIMUM, MINIMUM, Harness, pump
from .test_spreading import rasters

AREA, SHARE = 4, 5
SOON_MS = 600


def shown(harness: Harness, row: int, column: int = AREA, role: int = Qt.ItemDataRole.DisplayRole) -> object:
    model = harness.table.model()
    return model.data(model.index(row, column), role)


def is_marked(harness: Harness, row: int) -> bool:
    font = shown(harness, row, AREA, Qt.ItemDataRole.FontRole)
    return font is not None and font.italic()


def square_metres(path: Path, low: float, high: float) -> float:
    """Return the area of the values of a raster from ``low``, included, to ``high``."""
    dataset = gdal.Open(str(path))
    values = dataset.GetRasterBand(1).ReadAsArray().astype(np.float64)
    _, width, _, _, _, height = dataset.GetGeoTransform()
    return float(((values >= low) & (values < high)).sum() * abs(width * height))


@pytest.fixture
def path(harness: Harness) -> Path:
    """Open the first date, with its values on this machine."""
    paths = rasters(harness, 0, 1)
    harness.panel.areas.rasters = lambda _item, keys: ({key: paths[key] for key in keys if key in paths}, "")
    harness.open()
    return paths[harness.keys[0]]


def test_a_moved_edge_is_measured_and_marked(harness: Harness, path: Path) -> None:
    before = [shown(harness, row) for row in range(5)]
    low, high, top = harness.value(0, MINIMUM), harness.value(0, MAXIMUM), harness.value(1, MAXIMUM)
    edge = (low + high) / 2
    assert harness.edit(0, MAXIMUM, edge)
    assert [shown(harness, row) for row in (0, 1)] == ["", ""]
    pump(SOON_MS)
    wanted = [square_metres(path, low, edge), square_metres(path, edge, top)]
    assert [shown(harness, row, AREA, Qt.ItemDataRole.EditRole) for row in (0, 1)] == wanted
    assert all(str(shown(harness, row)).endswith(" ha") for row in (0, 1))
    assert [is_marked(harness, row) for row in range(5)] == [True, True, False, False, False]
    assert str(shown(harness, 0, SHARE)).endswith("%")
    assert "computed here" in str(shown(harness, 0, AREA, Qt.ItemDataRole.ToolTipRole))
    assert "computed here" in str(shown(harness, 0, SHARE, Qt.ItemDataRole.AccessibleDescriptionRole))
    assert [shown(harness, row) for row in (2, 3, 4)] == before[2:]
    harness.trigger("undoAction")
    pump(SOON_MS)
    assert [shown(harness, row) for row in range(5)] == before
    assert not any(is_marked(harness, row) for row in range(5))


def test_a_label_changes_no_area(harness: Harness, path: Path) -> None:
    harness.edit(0, MAXIMUM, (harness.value(0, MINIMUM) + harness.value(0, MAXIMUM)) / 2)
    pump(SOON_MS)
    area = shown(harness, 0)
    harness.edit(0, LABEL, "Open water")
    assert shown(harness, 0) == area != ""


def test_only_the_last_of_many_edges_is_measured(harness: Harness, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    measure = harness.service.measure_classes
    monkeypatch.setattr(harness.service, "measure_classes", lambda *given: asked.append(given) or measure(*given))
    model, low = harness.table.model(), harness.value(0, MINIMUM)
    for step in range(100):
        model.setData(model.index(0, MAXIMUM), low + 0.05 + step / 10_000)
    pump(SOON_MS)
    assert len(asked) == 1
    assert shown(harness, 0) != ""


def test_without_values_the_area_stays_blank_until_they_come(harness: Harness, path: Path) -> None:
    found = harness.panel.areas.rasters
    harness.panel.areas.rasters = lambda _item, _keys: ({}, "")
    harness.edit(0, MAXIMUM, (harness.value(0, MINIMUM) + harness.value(0, MAXIMUM)) / 2)
    pump(SOON_MS)
    assert shown(harness, 0) == ""
    assert shown(harness, 0, AREA, Qt.ItemDataRole.ToolTipRole) == (
        "The area is computed once the values of this date are on the map."
    )
    harness.panel.areas.rasters = found
    harness.panel.areas.measure_soon()
    pump(SOON_MS)
    assert shown(harness, 0) != ""


def test_a_raster_that_cannot_be_read_leaves_the_area_blank(harness: Harness, path: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.tif"
    broken.write_bytes(b"no raster")
    harness.panel.areas.rasters = lambda _item, keys: (dict.fromkeys(keys, broken), "")
    harness.edit(0, MAXIMUM, (harness.value(0, MINIMUM) + harness.value(0, MAXIMUM)) / 2)
    pump(SOON_MS)
    assert shown(harness, 0) == ""


def test_the_servers_area_replaces_ours_after_the_push(harness: Harness, path: Path) -> None:
    harness.edit(0, MAXIMUM, (harness.value(0, MINIMUM) + harness.value(0, MAXIMUM)) / 2)
    pump(SOON_MS)
    assert is_marked(harness, 0)
    harness.push()
    pump(SOON_MS)
    assert not is_marked(harness, 0)
    assert shown(harness, 0) != ""
