"""Memory of what was removed goes back to the system."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.host.memory import MemoryReturn
from pixxel_explorer.plugin.processing import work
from qgis.core import QgsProcessingFeedback, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QThread

BLOCK, COUNT = 100_000, 4000
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process as Linux tells it")


def resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def free_much() -> None:
    """Fill blocks and free all but the last, below which the C library keeps what was freed."""
    library = ctypes.CDLL(None)
    library.malloc.restype, library.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    blocks = [library.malloc(BLOCK) for _ in range(COUNT)]
    for block in blocks:
        ctypes.memset(block, 1, BLOCK)
    for block in blocks[:-1]:
        library.free(block)


def test_memory_goes_back_after_layers_are_removed(qgis_app: Any) -> None:
    project = QgsProject.instance()
    keeper = MemoryReturn(project)
    layer = QgsVectorLayer("Point", "points", "memory")
    project.addMapLayer(layer)
    before = resident_mb()
    free_much()
    assert resident_mb() > before + 300
    project.removeMapLayer(layer.id())
    end = time.monotonic() + 10
    while resident_mb() > before + 100:
        assert time.monotonic() < end, "the memory stayed"
        QCoreApplication.processEvents()
        QThread.msleep(20)
    keeper.close()


@asynccontextmanager
async def _client() -> AsyncIterator[None]:
    yield None


def test_memory_goes_back_after_an_algorithm(qgis_app: Any) -> None:
    async def free(_client: Any, _report: Any) -> None:
        free_much()

    before = resident_mb()
    work.run(_client, free, QgsProcessingFeedback())
    assert resident_mb() < before + 100
