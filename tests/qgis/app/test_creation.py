"""AOIs and visualizations are created by Processing's dialogs, which the dock opens with what is selected."""

from __future__ import annotations

from typing import Any

import pytest
from qgis import processing
from qgis.PyQt.QtWidgets import QAction

from .opened_dock import OpenedDock, until


def test_the_dock_opens_the_dialogs_and_lists_again(dock: OpenedDock, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[str, Any]] = []
    searches: list[bool] = []
    monkeypatch.setattr(processing, "execAlgorithmDialog", lambda *arguments: opened.append(arguments))
    dock.application.catalog.search_started.connect(lambda: searches.append(True))
    dock.panel.connection_bar.findChild(QAction, "createAoiAction").trigger()
    aoi = dock.panel.tree.aoi
    menu = dock.panel.tree.menu_for(dock.panel.model.index_of_aoi(aoi.aoi_id))
    menu.findChild(QAction, "createVisualizationAction").trigger()
    assert opened == [("pixxel:createaoi", {}), ("pixxel:createvisualization", {"AOI": aoi.aoi_id})]
    assert len(searches) == 2
    until(lambda: dock.panel.list.is_up_to_date)
