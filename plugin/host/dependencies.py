"""The Python packages the plugin needs: are they there, and the private copies made to count."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from . import paths
from .i18n import tr

if TYPE_CHECKING:
    from .requirements import Copy, Resolution, Unmet

REQUIREMENTS = Path(__file__).resolve().parent.parent.parent / "requirements.txt"


class Missing(NamedTuple):
    """A package that is missing or will not do.

    Attributes:
        name: its name in the package index.
        needed: versions that would do, as ``>=2.6,<3``.
        found: version that is there, if any.
        why: for people: what it is for, or why the copy that is there does not count.
    """

    name: str
    needed: str
    found: str | None
    why: str


class DependencyReport(NamedTuple):
    """What is missing, and the private folder where it would be installed."""

    missing: tuple[Missing, ...]
    folder: Path


class PrivateFinder:
    """Finds those modules of the private folder first whose copies of the host will not do.

    Which they are is looked up when the first module that is there, too, is imported: QGIS's start does not wait.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._modules: frozenset[str] | None = None
        self._names: frozenset[str] | None = None

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a top-level module of the list is; submodules follow their package by themselves."""
        if path is not None or not self._is_private(fullname):
            return None
        return PathFinder.find_spec(fullname, [str(self._folder)], target)

    def _is_private(self, name: str) -> bool:
        """Tell, for any import of anybody: it must not fail where the folder has gone."""
        try:
            if self._names is None:
                self._names = frozenset(entry.name.partition(".")[0] for entry in self._folder.iterdir())
            if self._modules is None and name in self._names:
                self._modules = _overriding_modules(self._folder)
        except OSError:
            self._names = self._modules = frozenset()
        return self._modules is not None and name in self._modules


def check(folder: Path | None = None) -> DependencyReport:
    """Report what is missing, without importing any of it; ``folder`` is the profile's where none is given."""
    private = folder or paths.packages_folder()
    found = _resolve(private)
    missing = [_missing(unmet) for unmet in found.unmet]
    missing += [_taken(copy) for copy in found.overrides if _loaded_elsewhere(copy, private)]
    return DependencyReport(tuple(missing), private)


def activate(folder: Path) -> None:
    """Let Python find the private packages: after the host's own, but before those of the host that are too old.

    What the host has imported already stays as it is; ``check`` tells of it.
    """
    deactivate()
    if not folder.is_dir():
        return
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    sys.meta_path.insert(0, PrivateFinder(folder))
    _forget_listings(folder)


def _forget_listings(folder: Path) -> None:
    """Let Python look into the folder anew; ``importlib.invalidate_caches`` would import a lot for that."""
    for entry in [entry for entry in sys.path_importer_cache if entry.startswith(str(folder))]:
        del sys.path_importer_cache[entry]


def deactivate() -> None:
    """Give the host's own packages precedence again; what has been imported stays."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != PrivateFinder.__name__]


def _overriding_modules(folder: Path) -> frozenset[str]:
    """Return the private modules that come before the host's, save those the host has imported already."""
    from .requirements import modules_of

    free = [copy for copy in _resolve(folder).overrides if not _loaded_elsewhere(copy, folder)]
    return frozenset[str]().union(*(modules_of(copy.name, folder) for copy in free))


def _resolve(private: Path) -> Resolution:
    from .requirements import read, resolve  # not at QGIS's start: it takes some milliseconds

    host = [entry for entry in sys.path if entry != str(private)]
    return resolve(read(REQUIREMENTS), host, private)


def _loaded_elsewhere(copy: Copy, private: Path) -> bool:
    """Tell whether another copy of these modules has been imported."""
    from .requirements import modules_of

    loaded = [sys.modules[name] for name in modules_of(copy.name, private) if name in sys.modules]
    return any(not (getattr(module, "__file__", None) or "").startswith(str(private)) for module in loaded)


def _missing(unmet: Unmet) -> Missing:
    need = unmet.requirement
    return Missing(need.name, need.specifier, unmet.found, _purpose(need.name, need.asked_by))


def _taken(copy: Copy) -> Missing:
    why = tr("Dependencies", "another plugin loaded an older copy first; restart QGIS, or update that plugin")
    return Missing(copy.name, f">={copy.version}", None, why)


def _purpose(name: str, asked_by: str) -> str:
    purposes = {
        "httpx": tr("Dependencies", "talks to the server"),
        "pydantic": tr("Dependencies", "reads the server's answers"),
        "truststore": tr("Dependencies", "trusts the certificates this computer trusts"),
        "defusedxml": tr("Dependencies", "reads style documents safely"),
        "starlette": tr("Dependencies", "serves the sample data"),
    }
    if asked_by:
        return tr("Dependencies", "needed by {}").format(asked_by)
    return purposes.get(name, "")
