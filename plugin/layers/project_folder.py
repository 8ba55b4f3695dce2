"""The folder beside a saved project that its images may be kept in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.core import QgsProject

SUFFIX = "_pixxel"


def images_beside(project: QgsProject) -> Path | None:
    """Return the folder ``<project>_pixxel``; ``None`` for a project that is no file, or not saved yet."""
    if not project.fileName() or project.projectStorage() is not None:
        return None
    file = Path(project.absoluteFilePath())
    return file.with_name(f"{file.stem}{SUFFIX}")
