"""Geometries of the server, as QGIS's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from qgis.core import QgsGeometry, QgsJsonUtils


def geometry_of(geometry: Mapping[str, Any]) -> QgsGeometry:
    """Return the QGIS geometry of a GeoJSON geometry; empty where it cannot be read."""
    try:
        return QgsJsonUtils.geometryFromGeoJson(json.dumps(geometry))
    except Exception:  # noqa: BLE001 - the bindings have no other class for an error of QGIS's JSON library
        return QgsGeometry()
