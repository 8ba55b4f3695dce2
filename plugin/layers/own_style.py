"""The style of a layer that is ours to draw; every other style in its style manager is the person's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsMapLayer

OWN = "default"  # as QGIS names the style a layer begins with, in every language


def is_shown(layer: QgsMapLayer) -> bool:
    """Return whether a layer is drawn by the style that is ours."""
    return bool(layer.styleManager().currentStyle() == OWN)


@contextmanager
def own_style(layer: QgsMapLayer) -> Iterator[None]:
    """Let the block draw into the style that is ours; a style of the person's is shown again, and as it was."""
    manager = layer.styleManager()
    shown = manager.currentStyle()
    if shown == OWN:
        yield
        return
    if OWN not in manager.styles():  # renamed or removed: ours is made anew
        manager.addStyleFromLayer(OWN)
    manager.setCurrentStyle(OWN)
    try:
        yield
    finally:
        manager.setCurrentStyle(shown)
