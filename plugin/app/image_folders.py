"""The folders that images are kept in: in the profile, or beside the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProject

from ..host import paths
from ..layers.project_folder import images_beside

if TYPE_CHECKING:
    from pathlib import Path

    from ..host.settings import Settings


class ImageFolders:
    """The folders of visualizations, as the user chose them in the options."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def target(self, connection: str, visualization_id: str) -> Path:
        """Return where new images are kept; those of a project that was never saved are kept in the profile."""
        beside = images_beside(QgsProject.instance()) if self._settings.keeps_beside_project else None
        return paths.images_folder(connection, visualization_id, beside)

    def changes(self) -> Path:
        """Return where rasters of changes between dates are kept."""
        beside = images_beside(QgsProject.instance()) if self._settings.keeps_beside_project else None
        return paths.changes_folder(beside)

    def all(self, connection: str, visualization_id: str) -> tuple[Path, ...]:
        """Return all folders that may have images."""
        former = paths.former_images_folder(visualization_id)
        beside = images_beside(QgsProject.instance())
        roots = (None,) if beside is None else (None, beside)
        return former, *(paths.images_folder(connection, visualization_id, root) for root in roots)
