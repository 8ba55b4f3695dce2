"""Tables of the algorithms in QGIS's attribute table: a click on a header sorts by number and by date, not by text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from qgis.core import NULL, QgsVectorLayer, QgsVectorLayerCache
from qgis.gui import QgsAttributeTableFilterModel, QgsAttributeTableModel, QgsAttributeTableView, QgsMapCanvas
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest

from .conftest import Run
from .server import State

AREAS = [900000.0, 12500000.0, 7.5, NULL]
DAYS = ["2025-11-02", "2025-05-06", "2024-12-31", "2025-05-12"]


class Table:
    """QGIS's attribute table over a layer."""

    def __init__(self, layer: QgsVectorLayer) -> None:
        self._canvas, self._cache = QgsMapCanvas(), QgsVectorLayerCache(layer, 100)
        self._source = QgsAttributeTableModel(self._cache)
        self._source.loadLayer()
        self._model = QgsAttributeTableFilterModel(self._canvas, self._source)
        self.view = QgsAttributeTableView()
        self.view.setModel(self._model)
        self.view.resize(1600, 400)
        self.view.show()
        self._names = [field.name() for field in layer.fields()]

    def click(self, name: str) -> None:
        """Click the header of a column."""
        header, column = self.view.horizontalHeader(), self._names.index(name)
        place = QPoint(header.sectionViewportPosition(column) + header.sectionSize(column) // 2, header.height() // 2)
        self.view.scrollTo(self._model.index(0, column))
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    def column(self, name: str) -> list[Any]:
        """Return the values of a column from top to bottom."""
        column = self._names.index(name)
        fields = (self._model.index(row, column) for row in range(self._model.rowCount()))
        return [index.data(Qt.ItemDataRole.EditRole) for index in fields]


@pytest.fixture
def table(run: Run, server: State) -> Iterator[Any]:
    """Return what shows the output of an algorithm in QGIS's attribute table."""
    shown: list[Table] = []

    def show(name: str, **parameters: Any) -> Table:
        outcome = run(name, **parameters)
        layer = outcome.layer()
        shown.append(Table(layer))
        shown[-1].keep = outcome  # type: ignore[attr-defined] (the layer is the context's)
        return shown[-1]

    yield show
    for each in shown:
        each.view.close()


def both_ways(table: Table, name: str) -> list[list[Any]]:
    """Click a header twice and return what the column shows after each click, empty values left out."""
    found = []
    for _ in range(2):
        table.click(name)
        found.append([value for value in table.column(name) if value not in (NULL, None, "")])
    return found


def test_areas_sort_by_number(table: Any, server: State) -> None:
    outline = server.aois[0]["geometry"]
    server.aois[:] = [server.aoi(f"a-{n}", f"Field {n}", "p-1", outline) for n in range(len(AREAS))]
    for aoi, area in zip(server.aois, AREAS, strict=True):
        aoi["area_in_sq_m"] = None if area == NULL else area
    numbers = sorted(area for area in AREAS if area != NULL)
    assert both_ways(table("listaois"), "area_in_sq_m") in ([numbers, numbers[::-1]], [numbers[::-1], numbers])


def test_days_sort_by_date(table: Any, server: State) -> None:
    server.assets = [{"id": f"s-{n}", "name": f"Scene {n}", "date": day} for n, day in enumerate(DAYS)]
    days = sorted(DAYS)
    assert both_ways(table("listassets", AOI="a-1"), "date") in ([days, days[::-1]], [days[::-1], days])
