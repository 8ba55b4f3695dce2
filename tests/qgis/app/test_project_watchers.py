"""The watchers of the project: there from the start, gone after closing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.app.project_watchers import ProjectWatchers
from pixxel_explorer.plugin.layers import identity, provenance
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from qgis.core import (
    QgsMapLayerLegendUtils,
    QgsProject,
    QgsRasterLayer,
    QgsTemporalNavigationObject,
)
from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt import sip

from ..layers.conftest import MakeImage


@pytest.fixture
def canvas() -> Iterator[QgsMapCanvas]:
    """Return a map canvas with a temporal controller, as QGIS's window has one."""
    canvas = QgsMapCanvas()
    controller = QgsTemporalNavigationObject(canvas)
    canvas.setTemporalController(controller)
    yield canvas
    sip.delete(canvas)


@pytest.fixture
def bar() -> Iterator[QgsMessageBar]:
    """Return QGIS's message bar."""
    bar = QgsMessageBar()
    yield bar
    sip.delete(bar)


@pytest.fixture
def watchers(canvas: QgsMapCanvas, bar: QgsMessageBar, project: QgsProject) -> Iterator[ProjectWatchers]:
    """Watch a project that is empty, as at QGIS's start."""
    found = ProjectWatchers(canvas, bar, project)
    yield found
    found.close()


@pytest.fixture
def project() -> Iterator[QgsProject]:
    """Return the current project, emptied before and after."""
    project = QgsProject.instance()
    project.clear()
    yield project
    project.clear()


def built(watchers: ProjectWatchers) -> list[str]:
    """Return the kinds of the watchers there are."""
    return sorted(type(child).__name__ for child in watchers.children())


EVERY = ["EditView", "IdentityKeeper", "LayoutDates", "LegendRows", "MissingImages", "TemporalController"]


def test_a_raster_layer_is_watched_at_once(
    watchers: ProjectWatchers,
    project: QgsProject,
    make_image: MakeImage,
) -> None:
    layer = QgsRasterLayer(str(make_image().path), "copied from another project")
    provenance.replace_values(layer, {"date": "2024-01-01", "visualization_id": "foreign", "layer_id": "of another"})
    project.addMapLayer(layer)
    assert built(watchers) == EVERY
    assert identity.of(layer) is None
    assert provenance.values(layer) == {}, "settled before the signal returns"


def test_a_project_that_is_opened_is_watched(
    tmp_path: Path,
    canvas: QgsMapCanvas,
    bar: QgsMessageBar,
    project: QgsProject,
    project_layers: ProjectLayers,
    make_image: MakeImage,
) -> None:
    project_layers.add(make_image(), project_name="Farms", aoi_name="Farm near Raba")
    path = str(tmp_path / "saved.qgz")
    assert project.write(path)
    project.clear()
    watchers = ProjectWatchers(canvas, bar, project)
    try:
        assert project.read(path)
        assert built(watchers) == EVERY
        (layer,) = project.mapLayers().values()
        assert identity.of(layer) is not None
        node = project.layerTreeRoot().findLayer(layer.id())
        assert QgsMapLayerLegendUtils.legendNodeOrder(node), "rows are written"
    finally:
        watchers.close()


def test_closing_takes_them_down(canvas: QgsMapCanvas, bar: QgsMessageBar, project: QgsProject) -> None:
    watchers = ProjectWatchers(canvas, bar, project)
    assert not watchers.time.is_filtering()
    assert built(watchers) == EVERY
    watchers.close()
    sip.delete(watchers)
    project.addMapLayer(QgsRasterLayer("", "nobody watches"))
