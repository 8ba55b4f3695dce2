"""The CRS of the first map: the UTM zone of the AOI, so that nothing is stretched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qgis.core import QgsCoordinateReferenceSystem, QgsSettings
from qgis.PyQt.QtCore import QObject, QTimer

from ..imagery.earth import utm_code
from ..layers.geojson import geometry_of

if TYPE_CHECKING:
    from qgis.core import QgsProject, QgsRasterLayer

_BEHAVIOUR, _PRESET = "app/projections/newProjectCrsBehavior", "UsePresetCrs"
_WEB_MERCATOR = "EPSG:3857"


class FirstMapCrs(QObject):
    """Gives a project without layers the UTM zone of its first AOI, where QGIS would take the first layer's CRS.

    A CRS that the user chose, or preset for new projects in QGIS's options, is left alone.
    """

    def __init__(self, project: QgsProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._geometry: Mapping[str, Any] | None = None
        self._wanted: tuple[QgsCoordinateReferenceSystem, QgsCoordinateReferenceSystem] | None = None
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._choose)

    def begin(self, geometry: Mapping[str, Any] | None) -> None:
        """Note the AOI, a GeoJSON geometry in longitude and latitude, of a load that begins."""
        self._geometry = None if self._project.mapLayers() or _is_preset() else geometry

    def settle(self, layer: QgsRasterLayer) -> None:
        """Choose the CRS for the first layer of that load, once QGIS has taken over that of the layer."""
        geometry, self._geometry = self._geometry, None
        crs = utm_of(geometry) if geometry is not None and len(self._project.mapLayers()) == 1 else None
        if crs is not None:
            self._wanted = layer.crs(), crs
            self._later.start()

    def _choose(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is None:
            return
        of_layer, crs = wanted
        taken = self._project.crs()
        if taken == of_layer and (taken.isGeographic() or taken.authid() == _WEB_MERCATOR):
            self._project.setCrs(crs)


def utm_of(geometry: Mapping[str, Any]) -> QgsCoordinateReferenceSystem | None:
    """Return the CRS of the UTM zone around the middle of a GeoJSON geometry; ``None`` beyond UTM or without place."""
    box = geometry_of(geometry).boundingBox()
    if box.isNull() or not box.isFinite():
        return None
    code = utm_code(box.center().x(), box.center().y())
    return QgsCoordinateReferenceSystem(f"EPSG:{code}") if code is not None else None


def _is_preset() -> bool:
    return str(QgsSettings().value(_BEHAVIOUR, "")) == _PRESET
