"""The Python packages the plugin needs: which are missing, and which copies are used."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from . import paths
from .i18n import translate
from .isolation import Home, Isolation

if TYPE_CHECKING:
    from .requirements import Resolution, Unmet

REQUIREMENTS = Path(__file__).resolve().parent.parent.parent / "requirements.txt"
OWNER = __name__.rsplit(".plugin.", 1)[0]


class Missing(NamedTuple):
    """A package that is missing or too old.

    Attributes:
        name: its name in the package index.
        needed: accepted versions, as ``>=2.6,<3``.
        found: version that is there, if any.
        why: its purpose, for people.
    """

    name: str
    needed: str
    found: str | None
    why: str


class PackageReplaced(Exception):
    """A package is in use that was replaced by another version since: QGIS has to be restarted.

    Attributes:
        package: its name in the package index.
        version: the version in use.
        installed: the version that is there now.
    """

    def __init__(self, package: str, version: str, installed: str) -> None:
        super().__init__(f"{package} {version} is in use, {installed} is installed")
        self.package, self.version, self.installed = package, version, installed


class PackagesMissing(Exception):
    """Packages are not installed, or too old.

    Attributes:
        names: their names in the package index.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


class DependencyReport(NamedTuple):
    """The missing packages, those replaced while in use, and the private folder for installing."""

    missing: tuple[Missing, ...]
    replaced: tuple[PackageReplaced, ...]
    folder: Path


def check(folder: Path | None = None, needed: Collection[str] = ()) -> DependencyReport:
    """Report missing and replaced packages, without importing any.

    Args:
        folder: the private packages; those of the profile where none is given.
        needed: names as in ``requirements.txt``; all of them where none is given.
    """
    private = folder or paths.packages_folder()
    found = _resolve(private, needed)
    return DependencyReport(tuple(_missing(unmet) for unmet in found.unmet), tuple(_replaced(found)), private)


def obstacle(needed: Collection[str]) -> PackagesMissing | PackageReplaced | None:
    """Return why something that needs these packages cannot run, or ``None``."""
    report = check(needed=needed)
    if report.missing:
        return PackagesMissing(tuple(package.name for package in report.missing))
    return next(iter(report.replaced), None)


def activate(folder: Path) -> None:
    """Serve the imports of the plugin's own modules, and no others, from the private packages and the host's."""
    deactivate()
    Isolation(OWNER, lambda: homes(folder)).install()


def deactivate() -> None:
    """Stop serving imports; imported packages stay."""
    for finder in list(sys.meta_path):
        if type(finder).__name__ == Isolation.__name__ and getattr(finder, "owner", "") == OWNER:
            sys.meta_path.remove(finder)


def note_own_modules() -> None:
    """Let QGIS see the import of each module of ours, so that it removes all of them after an unload.

    Python imports the package of a module by itself, unseen by QGIS, which would leave it there for the next load.
    """
    for name in [name for name in sys.modules if name.startswith(f"{OWNER}.")]:
        builtins.__import__(name, fromlist=["__name__"])


def refresh(folder: Path) -> None:
    """Search for packages again after an installation."""
    for entry in [entry for entry in sys.path_importer_cache if entry.startswith(str(folder))]:
        del sys.path_importer_cache[entry]
    isolation = _active()
    if isolation is not None:
        isolation.refresh()


def homes(folder: Path) -> Mapping[str, Home]:
    """Return where each top-level module of the packages needed comes from."""
    from .requirements import modules_of

    copies = _resolve(folder).copies
    return {module: Home(copy.name, copy.version, copy.folder) for copy in copies for module in modules_of(copy)}


def _active() -> Isolation | None:
    return next((finder for finder in sys.meta_path if isinstance(finder, Isolation)), None)


def _resolve(private: Path, needed: Collection[str] = ()) -> Resolution:
    from .requirements import read, resolve  # not at QGIS's start: it takes some milliseconds

    wanted = [need for need in read(REQUIREMENTS) if not needed or need.name in needed]
    return resolve(wanted, list(_host_folders(private)), private)


def _host_folders(private: Path) -> Iterator[str]:
    """Yield the folders of packages that belong to Python or QGIS: those of a plugin come and go with it."""
    places = {Path(entry) for entry in sys.path if entry}
    for entry in sys.path:
        folder = Path(entry)
        within = [folder, *folder.parents]
        is_plugins = any(each.parent in places and (each / "metadata.txt").is_file() for each in within)
        if folder != private and not is_plugins:
            yield entry


def _replaced(found: Resolution) -> Iterator[PackageReplaced]:
    isolation = _active()
    chosen = {copy.name: copy.version for copy in found.copies}
    in_use = {home.package: home.version for home in isolation.loaded.values()} if isolation is not None else {}
    for name, version in in_use.items():
        if chosen.get(name, version) != version:
            yield PackageReplaced(name, version, chosen[name])


def _missing(unmet: Unmet) -> Missing:
    need = unmet.requirement
    return Missing(need.name, need.specifier, unmet.found, _purpose(need.name, need.asked_by))


def _purpose(name: str, asked_by: str) -> str:
    purposes = {
        "httpx": translate("Dependencies", "talks to the server"),
        "pydantic": translate("Dependencies", "reads the server's answers"),
        "defusedxml": translate("Dependencies", "reads style documents safely"),
        "starlette": translate("Dependencies", "serves the sample data"),
    }
    if asked_by:
        return translate("Dependencies", "needed by {}").format(asked_by)
    return purposes.get(name, "")
