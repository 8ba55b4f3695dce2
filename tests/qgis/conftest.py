"""Every test leaves QGIS as it found it; what it made is gone before QGIS is."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from osgeo import gdal, ogr, osr
from qgis.core import QgsProject
from qgis.PyQt.QtCore import QCoreApplication, QEvent

for module in (gdal, ogr, osr):
    module.DontUseExceptions()  # newer versions warn where nobody has chosen


@pytest.fixture(autouse=True, scope="module")
def nothing_outlives_qgis(qgis_app: Any) -> Iterator[None]:
    """Collect what is left in cycles: layers and feedbacks that die after QgsApplication crash the interpreter."""
    yield
    QgsProject.instance().clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
