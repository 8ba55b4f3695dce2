"""The cache of images: which the open project uses, how large it is, and what is removed from it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..files.image_cache import ImageCache
from ..host import paths
from ..layers import sources

if TYPE_CHECKING:
    from ..files.image_cache import CacheSize
    from ..host.settings import Settings
    from ..worker.progress import Report
    from ..worker.runner import Runner

_SETTLE_MS = 500  # layers come one by one
_GIGABYTE = 10**9
_log = logging.getLogger(__name__)


class CacheController(QObject):
    """Controller of the cache; its files are read, listed and removed on the worker.

    ``measured(CacheSize)`` carries the size that was asked for; ``failed(Message)`` why there is none.
    """

    measured = pyqtSignal(object)
    failed = pyqtSignal(object)

    def __init__(
        self, runner: Callable[[], Runner], settings: Settings, project: QgsProject, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner, self._settings, self._project = runner, settings, project
        self._cache = ImageCache(paths.cache_folder())
        self._noted: frozenset[Path] = frozenset()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SETTLE_MS)
        self._soon.timeout.connect(self._note_uses)
        for changed in (project.layersAdded, project.layersRemoved, project.readProject):
            changed.connect(self._note_soon)
        self._note_soon()

    def close(self) -> None:
        """Use nothing of the cache any more."""
        for changed in (self._project.layersAdded, self._project.layersRemoved, self._project.readProject):
            changed.disconnect(self._note_soon)
        self._soon.stop()
        self._cache.close()

    def measure(self) -> None:
        """Measure the cache; the outcome is a signal."""
        self._begin(partial(self._cache.measure, self._used()))

    def remove_unused(self) -> None:
        """Remove all images that no open project uses, then measure."""
        self._begin(partial(_emptied, self._cache, self._used()))

    def prune(self) -> None:
        """Remove images until the cache keeps its limit, if it has one; layers may show others since a load."""
        self._note_soon()
        limit = self._settings.cache_limit
        if limit is not None:
            self._quietly(partial(self._cache.prune, limit * _GIGABYTE, self._used()), "Pruning the cache")

    def _begin(self, function: Callable[[], CacheSize]) -> None:
        job = self._runner().job(partial(_in_thread, function), "Measuring the cache", visible=False)
        job.succeeded.connect(self.measured)
        job.failed.connect(self._on_failed)
        job.start()

    def _quietly(self, function: Callable[[], object], label: str) -> None:
        job = self._runner().job(partial(_in_thread, function), label, visible=False)
        job.failed.connect(lambda error: _log.warning("%s failed: %s", label, error))
        job.start()

    def _on_failed(self, error: Exception) -> None:
        from ..messages.explanation import explain

        self.failed.emit(explain(error, doing="measuring the cache"))

    def _note_soon(self) -> None:
        self._soon.start()

    def _note_uses(self) -> None:
        used = self._used()
        if used or self._noted:  # also the same again: the list goes with a cache that is deleted
            self._noted = used
            self._quietly(partial(self._cache.list_uses, used), "Listing the images in use")

    def _used(self) -> frozenset[Path]:
        """Return the files of the cache that layers of the project show, also those that are not ours.

        QGIS resolves links in the paths of a saved project, so a cache that is a link has two names.
        """
        rasters = (layer for layer in self._project.mapLayers().values() if isinstance(layer, QgsRasterLayer))
        files = list(map(sources.path, rasters))
        cache = paths.cache_folder()
        names = (cache, cache.resolve())
        return frozenset(
            cache / file.relative_to(name) for name in names for file in files if file.is_relative_to(name)
        )


def _emptied(cache: ImageCache, in_use: Collection[Path]) -> CacheSize:
    cache.empty(in_use)
    return cache.measure(in_use)


async def _in_thread(function: Callable[[], Any], _report: Report) -> Any:
    from ..worker.background import in_thread

    return await in_thread(function)
