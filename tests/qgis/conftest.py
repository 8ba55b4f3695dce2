"""Every test leaves QGIS as it found it; what it made is gone before QGIS is."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from osgeo import gdal, ogr, osr
from qgis.core import Qgis, QgsMapLayer, QgsProject
from qgis.PyQt import sip
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


@pytest.fixture(autouse=True, scope="session")
def no_layer_is_deleted_after_qgis(qgis_app: Any) -> Iterator[None]:
    """Leave the layers that are still alive in the end to C++, which never deletes them.

    A traceback that pytest or QGIS keeps may hold some. At exit, PyQt deletes every QObject that Python owns, and a
    layer then crashes, since QGIS has closed its data providers. Deleting them here would crash who still uses them.
    """
    yield
    gc.collect()
    for found in gc.get_objects():
        if issubclass(type(found), QgsMapLayer) and not sip.isdeleted(found) and sip.ispyowned(found):
            sip.transferto(found, None)


@pytest.fixture
def two_months() -> Iterator[None]:
    """Choose a time step of two months for the project, and take it back: QGIS keeps a step in a cleared project."""
    settings = QgsProject.instance().timeSettings()
    before = settings.timeStep(), settings.timeStepUnit()
    settings.setTimeStep(2)
    settings.setTimeStepUnit(Qgis.TemporalUnit.Months)
    yield
    settings.setTimeStep(before[0])
    settings.setTimeStepUnit(before[1])
