"""The style of a layer that is ours to draw; every other style in its style manager is the person's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsMapLayer

OWN = "default"  # the same in every language, so that a project can be opened in another one


def is_shown(layer: QgsMapLayer) -> bool:
    """Return whether a layer is drawn by the style that is ours."""
    manager = layer.styleManager()
    shown = manager.currentStyle()
    return bool(shown == OWN or (manager.isDefault(shown) and OWN not in manager.styles()))


def claim(layer: QgsMapLayer) -> None:
    """Name the style that a layer begins with ours; QGIS names it in the language it runs in."""
    manager = layer.styleManager()
    if OWN not in manager.styles():
        for name in filter(manager.isDefault, manager.styles()):
            manager.renameStyle(name, OWN)


@contextmanager
def own_style(layer: QgsMapLayer) -> Iterator[None]:
    """Let the block draw into the style that is ours; a style of the person's is shown again, and as it was."""
    claim(layer)
    manager = layer.styleManager()
    shown = manager.currentStyle()
    if shown == OWN:
        yield
        return
    if OWN not in manager.styles():  # renamed or removed: it is created again
        manager.addStyleFromLayer(OWN)
    manager.setCurrentStyle(OWN)
    try:
        yield
    finally:
        manager.setCurrentStyle(shown)
