"""Icons: our own drawings, and QGIS's by theme."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtGui import QIcon

_FOLDER = Path(__file__).resolve().parent.parent / "resources" / "icons"


def icon(name: str) -> QIcon:
    """Return one of our own icons, as ``picture``."""
    return QIcon(str(_FOLDER / f"{name}.svg"))


def theme_icon(name: str) -> QIcon:
    """Return an icon of the theme QGIS runs with, as ``mActionRefresh``."""
    return QgsApplication.getThemeIcon(f"/{name}.svg")
