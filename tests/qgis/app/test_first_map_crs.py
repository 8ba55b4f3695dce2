"""The first map of an empty project is in the UTM zone of its AOI, unless the user has chosen a CRS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pixxel_explorer.plugin.integrations.first_map_crs import utm_of
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, until
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsSettings, QgsVectorLayer
from qgis.gui import QgsLayerTreeMapCanvasBridge

ZONE = "EPSG:32633"


@pytest.fixture
def bridged(dock: OpenedDock) -> Iterator[OpenedDock]:
    """Return the dock beside QGIS's own bridge, which takes the CRS of the first layer."""
    project, canvas = QgsProject.instance(), dock.interface.canvas
    bridge = QgsLayerTreeMapCanvasBridge(project.layerTreeRoot(), canvas)

    def follow() -> None:
        canvas.setDestinationCrs(project.crs())

    project.crsChanged.connect(follow)
    yield dock
    project.crsChanged.disconnect(follow)
    bridge.deleteLater()


def crs() -> str:
    return str(QgsProject.instance().crs().authid())


@pytest.mark.parametrize("kind", ["picture", "classes", "values"])
def test_the_first_map_is_in_the_zone_of_the_aoi(bridged: OpenedDock, kind: str) -> None:
    bridged.add(kind, 6)
    until(lambda: crs() == ZONE)
    bridged.wait_until_idle()
    assert crs() == ZONE
    assert bridged.interface.canvas.mapSettings().destinationCrs().authid() == ZONE


def test_a_crs_of_a_project_with_layers_stays(bridged: OpenedDock) -> None:
    project = QgsProject.instance()
    project.addMapLayer(QgsVectorLayer("Point?crs=EPSG:4326", "mine", "memory"))
    until(lambda: crs() == "EPSG:4326")
    bridged.add("picture", 7)
    bridged.wait_until_idle()
    assert crs() == "EPSG:4326"


def test_a_crs_chosen_meanwhile_stays(bridged: OpenedDock) -> None:
    bridged.add("picture", 6)
    until(lambda: crs() == ZONE)
    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem("EPSG:3035"))
    bridged.select("Farm near Raba", 1)
    bridged.add("picture", 12)
    bridged.wait_until_idle()
    assert crs() == "EPSG:3035"


def test_a_preset_of_new_projects_stays(bridged: OpenedDock) -> None:
    settings = QgsSettings()
    settings.setValue("projections/newProjectCrsBehavior", "UsePresetCrs", section=QgsSettings.Section.App)
    try:
        QgsProject.instance().setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
        bridged.add("picture", 6)
        bridged.wait_until_idle()
        assert crs() == "EPSG:4326"
    finally:
        settings.remove("projections/newProjectCrsBehavior", section=QgsSettings.Section.App)


@pytest.mark.parametrize(
    ("x", "y", "code"), [(15, 47, "EPSG:32633"), (-70, -33, "EPSG:32719"), (179.9, 10, "EPSG:32660"), (10, 86, "")]
)
def test_zones(qgis_app: object, x: float, y: float, code: str) -> None:
    ring = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y]]
    found = utm_of({"type": "Polygon", "coordinates": [ring]})
    assert (found.authid() if found is not None else "") == code


@pytest.mark.parametrize("geometry", [{}, {"type": "Polygon", "coordinates": []}, {"type": "Nothing"}])
def test_without_a_place_there_is_no_zone(qgis_app: object, geometry: dict[str, object]) -> None:
    assert utm_of(geometry) is None
