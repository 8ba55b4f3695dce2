"""Style documents dropped on QGIS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qgis.gui import QgsCustomDropHandler

SUFFIX = ".sld"


class StyleDropHandler(QgsCustomDropHandler):
    """Offers dropped SLD files to somebody; every other file, and those not taken, are QGIS's as before.

    QGIS asks before it opens a dropped file itself, one file at a time and after the drop is over. Where the file was
    dropped on a layer in the tree, QGIS has made that layer the current one by then.
    """

    def __init__(self, offer: Callable[[Path], bool]) -> None:
        super().__init__()
        self._offer = offer

    def handleFileDrop(self, file: str | None) -> bool:  # noqa: N802 (QGIS calls this name)
        """Return whether the file was taken."""
        path = Path(file or "")
        return path.suffix.lower() == SUFFIX and path.is_file() and self._offer(path)
