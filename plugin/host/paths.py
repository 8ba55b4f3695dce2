"""Folders of the plugin inside the QGIS profile. Nothing is made here: who writes makes its folder."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication

from ..files.names import unique_name
from . import package_folder


def cache_folder() -> Path:
    """Return where loaded images are kept; layers of saved projects point into it."""
    return _home() / "cache"


def images_folder(connection: str, visualization_id: str, root: Path | None = None) -> Path:
    """Return where the loaded images of a visualization of a connection are kept: in the cache, or in another root."""
    return (root or cache_folder()) / unique_name(connection) / unique_name(visualization_id)


def former_images_folder(visualization_id: str) -> Path:
    """Return where version 0.1 kept them, for all connections; nothing is written there any more."""
    return cache_folder() / unique_name(visualization_id)


def changes_folder(root: Path | None = None) -> Path:
    """Return where rasters of changes between dates are kept; projects point into it, and no server has them.

    Args:
        root: a folder of images beside a project; the profile where absent.
    """
    return (_home() if root is None else root) / "changes"


def drafts_folder() -> Path:
    """Return where edited legends wait until they are pushed."""
    return _home() / "drafts"


def answers_folder() -> Path:
    """Return where the server's last answers about legends are kept."""
    return _home() / "answers"


def settings_lock() -> Path:
    """Return the file that is locked while lists in QGIS's settings are changed."""
    return _home() / ".settings.lock"


def packages_folder() -> Path:
    """Return where this Python's private packages are."""
    return package_folder.packages_folder(profile_folder())


def sandbox_folder() -> Path:
    """Return where the sample data keeps its state."""
    return _home() / "sandbox"


def _home() -> Path:
    return profile_folder() / "pixxel_explorer"


def profile_folder() -> Path:
    """Return QGIS's profile."""
    return Path(QgsApplication.qgisSettingsDirPath()).absolute()
