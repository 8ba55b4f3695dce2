"""Files in the cache, found again when a project is opened elsewhere.

QGIS keeps paths relative to the project, out into the profile's cache: a project that was copied one folder deeper, or
is opened by another profile, has only dead layers though every file is there. So each path that leads into a cache of
ours, or to the changes between dates beside it, is led into the cache of this profile, or else into the one the project
was saved with. QGIS asks for this before it opens a layer, and so before it asks the person about missing files. A path
into the folder beside a project leads beside the project that is read, also where the project was saved with absolute
paths, or renamed with its folder.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Sequence
from pathlib import Path

from qgis.core import QgsPathResolver, QgsProject

from . import sources
from .project_folder import SUFFIX, images_beside

_SCOPE, _ENTRY = "pixxel", "/cache"
_BESIDE_PROJECT = re.compile(rf"(?:^|.*[/\\])([^/\\]+{SUFFIX})[/\\](.+)", re.DOTALL)
_IN_OURS = re.compile(r"(?:^|.*[/\\])pixxel_explorer[/\\](cache|changes)[/\\](.+)", re.DOTALL)


class MovedFiles:
    """Leads paths of projects that are read into the cache, until ``close``."""

    def __init__(self, project: QgsProject, cache: Path) -> None:
        self._project = project
        self._cache = cache
        self._preprocessor = QgsPathResolver.setPathPreprocessor(
            weakref.proxy(self)
        )  # QGIS never releases what it gets

    def close(self) -> None:
        """Leave paths as they are from now on."""
        QgsPathResolver.removePathPreprocessor(self._preprocessor)

    def __call__(self, path: str) -> str:
        """Return where a file of the cache is for this profile; any other path, and one that is nowhere, as it is."""
        found = _IN_OURS.fullmatch(path)
        if found is not None:
            saved = self._saved_cache()
            folders = (self._cache, saved) if found[1] == "cache" else (_changes(self._cache), _changes(saved))
            return self._found(path, found[2], folders)
        found = _BESIDE_PROJECT.fullmatch(path)
        if found is None or not _is_ours(found[2]):
            return path
        beside = images_beside(self._project)
        former = beside.with_name(found[1]) if beside is not None else None
        return self._found(path, found[2], (former, beside))

    def _found(self, path: str, inside: str, folders: Sequence[Path | None]) -> str:
        """Return the first file of that name inside one of some folders; else the path."""
        files = (folder / inside.replace("\\", "/") for folder in folders if folder is not None)
        return next((str(file) for file in files if file.is_file()), path)

    def _saved_cache(self) -> Path | None:
        """Return the cache of whoever saved the project that is being read."""
        saved, found = self._project.readEntry(_SCOPE, _ENTRY)
        return Path(saved) if found and saved else None


def _is_ours(inside: str) -> bool:
    """Return whether a file in a folder that is named as those beside projects is named as ours are."""
    *folders, name = re.split(r"[/\\]", inside)
    return sources.is_named(Path(name)) or folders[-1:] == ["changes"]


def _changes(cache: Path | None) -> Path | None:
    """Return the folder of changes beside a cache."""
    return None if cache is None else cache.with_name("changes")


def note_cache(project: QgsProject, file: Path) -> None:
    """Note in a project which cache a file of its layers is in, if it is in one."""
    for folder in file.parents:
        if folder.name == "cache" and folder.parent.name == "pixxel_explorer":
            project.writeEntry(_SCOPE, _ENTRY, str(folder))
            return
