"""Areas of edited classes: measured here until the server says its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from qgis.PyQt.QtCore import Qt

from .conftest import LABEL, MAXIMUM, MINIMUM, Stage, pump
from .test_spreading import rasters

AREA, SHARE = 4, 5
SOON_MS = 600


def shown(stage: Stage, row: int, column: int = AREA, role: int = Qt.ItemDataRole.DisplayRole) -> object:
    model = stage.table.model()
    return model.data(model.index(row, column), role)


def is_marked(stage: Stage, row: int) -> bool:
    font = shown(stage, row, AREA, Qt.ItemDataRole.FontRole)
    return font is not None and font.italic()


def square_metres(path: Path, low: float, high: float) -> float:
    """Return the area of the values of a raster from ``low``, included, to ``high``."""
    dataset = gdal.Open(str(path))
    values = dataset.GetRasterBand(1).ReadAsArray().astype(np.float64)
    _, width, _, _, _, height = dataset.GetGeoTransform()
    return float(((values >= low) & (values < high)).sum() * abs(width * height))


@pytest.fixture
def path(stage: Stage) -> Path:
    """Open the first date, with its values on this machine."""
    paths = rasters(stage, 0, 1)
    stage.panel.areas.rasters = lambda _item, keys: ({key: paths[key] for key in keys if key in paths}, "")
    stage.open()
    return paths[stage.keys[0]]


def test_a_moved_edge_is_measured_and_marked(stage: Stage, path: Path) -> None:
    before = [shown(stage, row) for row in range(5)]
    low, high, top = stage.value(0, MINIMUM), stage.value(0, MAXIMUM), stage.value(1, MAXIMUM)
    edge = (low + high) / 2
    assert stage.edit(0, MAXIMUM, edge)
    assert [shown(stage, row) for row in (0, 1)] == ["", ""]
    pump(SOON_MS)
    wanted = [square_metres(path, low, edge), square_metres(path, edge, top)]
    assert [shown(stage, row, AREA, Qt.ItemDataRole.EditRole) for row in (0, 1)] == wanted
    assert all(str(shown(stage, row)).endswith(" ha") for row in (0, 1))
    assert [is_marked(stage, row) for row in range(5)] == [True, True, False, False, False]
    assert str(shown(stage, 0, SHARE)).endswith("%")
    assert "computed here" in str(shown(stage, 0, AREA, Qt.ItemDataRole.ToolTipRole))
    assert "computed here" in str(shown(stage, 0, SHARE, Qt.ItemDataRole.AccessibleDescriptionRole))
    assert [shown(stage, row) for row in (2, 3, 4)] == before[2:]
    stage.trigger("undoAction")
    pump(SOON_MS)
    assert [shown(stage, row) for row in range(5)] == before
    assert not any(is_marked(stage, row) for row in range(5))


def test_a_label_changes_no_area(stage: Stage, path: Path) -> None:
    stage.edit(0, MAXIMUM, (stage.value(0, MINIMUM) + stage.value(0, MAXIMUM)) / 2)
    pump(SOON_MS)
    area = shown(stage, 0)
    stage.edit(0, LABEL, "Open water")
    assert shown(stage, 0) == area != ""


def test_only_the_last_of_many_edges_is_measured(stage: Stage, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    measure = stage.service.measure_classes
    monkeypatch.setattr(stage.service, "measure_classes", lambda *given: asked.append(given) or measure(*given))
    model, low = stage.table.model(), stage.value(0, MINIMUM)
    for step in range(100):
        model.setData(model.index(0, MAXIMUM), low + 0.05 + step / 10_000)
    pump(SOON_MS)
    assert len(asked) == 1
    assert shown(stage, 0) != ""


def test_without_values_the_area_stays_blank_until_they_come(stage: Stage, path: Path) -> None:
    found = stage.panel.areas.rasters
    stage.panel.areas.rasters = lambda _item, _keys: ({}, "")
    stage.edit(0, MAXIMUM, (stage.value(0, MINIMUM) + stage.value(0, MAXIMUM)) / 2)
    pump(SOON_MS)
    assert shown(stage, 0) == ""
    assert shown(stage, 0, AREA, Qt.ItemDataRole.ToolTipRole) == (
        "The area is computed once the values of this date are on the map."
    )
    stage.panel.areas.rasters = found
    stage.panel.areas.measure_soon()
    pump(SOON_MS)
    assert shown(stage, 0) != ""


def test_a_raster_that_cannot_be_read_leaves_the_area_blank(stage: Stage, path: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.tif"
    broken.write_bytes(b"no raster")
    stage.panel.areas.rasters = lambda _item, keys: (dict.fromkeys(keys, broken), "")
    stage.edit(0, MAXIMUM, (stage.value(0, MINIMUM) + stage.value(0, MAXIMUM)) / 2)
    pump(SOON_MS)
    assert shown(stage, 0) == ""


def test_the_servers_area_replaces_ours_after_the_push(stage: Stage, path: Path) -> None:
    stage.edit(0, MAXIMUM, (stage.value(0, MINIMUM) + stage.value(0, MAXIMUM)) / 2)
    pump(SOON_MS)
    assert is_marked(stage, 0)
    stage.push()
    pump(SOON_MS)
    assert not is_marked(stage, 0)
    assert shown(stage, 0) != ""
