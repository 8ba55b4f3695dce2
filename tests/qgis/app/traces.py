"""What a plugin may leave behind in QGIS: widgets, threads, timers, connected signals, entries in registries."""

from __future__ import annotations

import gc
import logging
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pixxel_explorer.plugin.plugin import LOGGER_NAME
from qgis.core import QgsApplication, QgsNetworkAccessManager, QgsProject, QgsSettingsTree
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QObject, QThread, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QApplication

from .opened_dock import Interface

_OF_PYQT = "destroyed"  # PyQt itself connects to it, and stays connected


def traces(interface: Interface) -> Counter[str]:
    """Return what there is now; nothing is added to it by a plugin that was loaded, used and unloaded."""
    gc.collect()
    kinds = {
        "widget": map(_name, QApplication.allWidgets()),
        "object of the window": map(_name, interface.window.findChildren(QObject)),
        "addition to the interface": map(repr, interface.added),
        "thread": _thread_names(),
        "running QThread": (_name(thread) for thread in _alive(QThread) if thread.isRunning()),
        "active timer of": (_name(timer.parent()) for timer in _alive(QTimer) if timer.isActive() and _is_ours(timer)),
        "receiver of": _receivers(interface),
        "provider": (each.id() for each in QgsApplication.processingRegistry().providers()),
        "settings of": QgsSettingsTree.node("plugins").childrenNodes(),
        "log handler": map(repr, logging.getLogger(LOGGER_NAME).handlers),
        "finder of modules": map(repr, sys.meta_path),
    }
    return Counter(f"{kind} {name}" for kind, names in kinds.items() for name in names)


def _name(each: QObject | None) -> str:
    return f"{type(each).__name__} {each.objectName()}" if each is not None else ""


def _is_ours(timer: QTimer) -> bool:
    """Return whether a timer belongs to an object of the plugin, or to none; those of QGIS come and go."""
    parent = timer.parent()
    return parent is None or type(parent).__module__.startswith("pixxel_explorer.")


def _thread_names() -> Iterator[str]:
    for task in Path("/proc/self/task").iterdir():
        name = (task / "comm").read_text(encoding="utf-8").strip()
        if name.startswith(("pixxel", "asyncio")):
            yield name


def _alive(kind: type) -> list[Any]:
    """Return the objects of a class that Python knows and Qt has not deleted."""
    return [each for each in gc.get_objects() if issubclass(type(each), kind) and not sip.isdeleted(each)]


def _objects_of_qgis(interface: Interface) -> dict[str, QObject]:
    project = QgsProject.instance()
    return {
        "application": QCoreApplication.instance(),
        "project": project,
        "layer tree": project.layerTreeRoot(),
        "layouts": project.layoutManager(),
        "canvas": interface.canvas,
        "temporal controller": interface.canvas.temporalController(),
        "layer tree view": interface.tree,
        "window": interface.window,
        "message bar": interface.bar,
        "tasks": QgsApplication.taskManager(),
        "processing": QgsApplication.processingRegistry(),
        "authentication": QgsApplication.authManager(),
        "network": QgsNetworkAccessManager.instance(),
    }


def _receivers(interface: Interface) -> Iterator[str]:
    """Yield a signal once for each receiver that it has."""
    for owner, each in _objects_of_qgis(interface).items():
        for name in dir(type(each)):
            if isinstance(getattr(type(each), name, None), pyqtSignal) and name != _OF_PYQT:
                yield from [f"{owner}.{name}"] * each.receivers(getattr(each, name))
