"""Every test leaves QGIS as it found it; what it made is gone before QGIS is."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from traceback import clear_frames
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


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Iterator[None]:
    """Empty the frames of a failure once it is reported: its traceback, and layers in it, live to the very end."""
    yield
    if call.excinfo is not None:
        clear_frames(call.excinfo.tb)
