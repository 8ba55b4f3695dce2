"""Forms made with Qt Designer, each for the widget of the same name.

May import Qt only.
Start with ``connection_dialog.ui``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget

_FOLDER = Path(__file__).parent
_PACKAGE = __package__.rpartition(".")[0]  # where forms find our own widgets, whatever the plugin's folder is called


def load_form(widget: QWidget, name: str) -> None:
    """Build the content of a widget from a form; each named child becomes an attribute of the widget."""
    from qgis.PyQt import uic  # heavy, and needed by the first dialog only

    uic.loadUi(str(_FOLDER / f"{name}.ui"), widget, _PACKAGE)
