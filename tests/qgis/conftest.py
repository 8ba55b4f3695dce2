"""Every test leaves QGIS as it found it; what it made is gone before QGIS is."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from osgeo import gdal, ogr, osr
from qgis.core import QgsMapLayer, QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QEvent

for module in (gdal, ogr, osr):
    module.DontUseExceptions()  # newer versions warn where nobody has chosen


@pytest.fixture(autouse=True, scope="module")
def nothing_outlives_qgis(qgis_app: Any) -> Iterator[None]:
    """Collect what is left in cycles: layers and feedbacks that die after QgsApplication crash the interpreter.

    QGIS never releases the traceback of an algorithm that failed, and with it the frames of whoever called it and the
    layers these hold: those that belong to nothing else are deleted one by one.
    """
    yield
    QgsProject.instance().clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    for layer in [each for each in gc.get_objects() if isinstance(each, QgsMapLayer)]:
        if not sip.isdeleted(layer) and sip.ispyowned(layer):
            sip.delete(layer)
