"""Private packages, imported under private names: ``httpx`` becomes ``pixxel_explorer_packages.httpx``.

Python keeps one module a name, so that two plugins with two versions of a package get in each other's way, whatever
the order of their folders. Here the names differ: an ``import httpx`` in a module of ours, or in a private package,
is answered from the private packages, and nobody else's import is ever seen. docs/design/0013 says what else was tried.

It works by ``__builtins__``: a module that is executed with a mapping of its own there uses the ``__import__`` in it,
also for imports inside functions, later, in any thread (see the documentation of ``exec``).
"""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

# Beside the standard library, our own modules share these with everybody: QGIS brings them.
SHARED = frozenset({"numpy", "osgeo", "processing", "qgis"})


class Home(NamedTuple):
    """Where a top-level module comes from: a package, its version, and the folder it is installed in."""

    package: str
    version: str
    folder: Path


class PackageUnusable(ImportError):
    """A private package is there but fails to load.

    Attributes:
        package: its name in the package index.
        version: the version that is there.
        folder: where it is installed.
    """

    def __init__(self, home: Home, error: BaseException) -> None:
        super().__init__(str(error) or type(error).__name__, name=home.package)
        self.package, self.version, self.folder = home.package, home.version, home.folder


class Isolation:
    """Finds the modules of one plugin and its private packages, and no others.

    ``homes`` is asked at the first import of a package, not before; names that it does not list do not exist here.
    """

    def __init__(self, owner: str, homes: Callable[[], Mapping[str, Home]]) -> None:
        self.owner, self._prefix = owner, f"{owner}_packages"
        self._find_homes = homes
        self._homes: Mapping[str, Home] | None = None
        self._own_names = self._names(self._import_for_owner)
        self._package_names = self._names(self._import_for_packages)
        self._views = _Views(self._actual_name)

    def install(self) -> None:
        """Begin to answer imports; packages loaded by an earlier instance stay loaded."""
        if self._prefix not in sys.modules:
            root = ModuleType(self._prefix, "The private packages of a plugin.")
            root.__path__ = []
            root.loaded = {}  # type: ignore[attr-defined]
            sys.modules[self._prefix] = root
        sys.meta_path.insert(0, self)

    def refresh(self) -> None:
        """Search again for the folders of packages, at the next import."""
        self._homes = None

    @property
    def loaded(self) -> Mapping[str, Home]:
        """Return the imported packages, by the name of their top-level module."""
        root: Any = sys.modules[self._prefix]
        return dict(root.loaded)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module is, if it is one of the plugin's or of its packages."""
        if fullname.startswith(self.owner + "."):
            return _with_names(PathFinder.find_spec(fullname, path, target), self._own_names)
        if not fullname.startswith(self._prefix + "."):
            return None
        top = fullname.removeprefix(self._prefix + ".")
        if "." in top:
            return _with_names(PathFinder.find_spec(fullname, path, target), self._package_names)
        return _with_names(self._find_top(fullname, top), self._package_names)

    def _find_top(self, fullname: str, top: str) -> ModuleSpec | None:
        home = self._known().get(top)
        if home is None:
            return None
        root: Any = sys.modules[self._prefix]
        root.loaded[top] = home
        return PathFinder.find_spec(fullname, [str(home.folder)])

    def _known(self) -> Mapping[str, Home]:
        if self._homes is None:
            self._homes = self._find_homes()
        return self._homes

    def _serves(self, top: str) -> bool:
        return top not in sys.stdlib_module_names and top in self._known()

    def _actual_name(self, name: str) -> str:
        """Return the name under which a module is kept."""
        return f"{self._prefix}.{name}" if self._serves(name.partition(".")[0]) else name

    def _import_for_owner(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        top = name.partition(".")[0]
        if level or top in SHARED or top == self.owner or top in sys.stdlib_module_names:
            return builtins.__import__(name, globals, locals, fromlist, level)
        if top not in self._known():
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        try:
            return self._import(name, fromlist)
        except Exception as error:
            raise PackageUnusable(self._known()[top], error) from error

    def _import_for_packages(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        top = name.partition(".")[0]
        if level == 0 and self._serves(top):
            return self._import(name, fromlist)
        if level == 0 and top not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)  # a package of another plugin
        module = builtins.__import__(name, globals, locals, fromlist, level)
        return self._views.of(module)

    def _import(self, name: str, fromlist: Sequence[str] | None = ()) -> ModuleType:
        """Import a private package as ``import`` does: its top without, the module itself with a list of names."""
        full = f"{self._prefix}.{name}"
        if fromlist:
            return builtins.__import__(full, None, None, fromlist, 0)
        module = importlib.import_module(full)
        if isinstance(fromlist, list):  # the call of PyImport_Import; a statement hands over None
            fromlist.append(_Loan(name, module))
        return sys.modules[f"{self._prefix}.{name.partition('.')[0]}"]

    def _names(self, importer: Callable[..., ModuleType]) -> dict[str, Any]:
        return {**vars(builtins), "__import__": importer}


class _Loan:
    """An object that keeps a private module under its plain name until it is dropped.

    ``PyImport_Import``, by which compiled modules import, ignores the result of ``__import__``: it looks into
    ``sys.modules`` at once, then drops the list of names that it made for this call. The object lives in that list.
    """

    def __init__(self, name: str, module: ModuleType) -> None:
        self._name, self._former = name, sys.modules.get(name)
        sys.modules[name] = module

    def __del__(self) -> None:
        if self._former is None:
            sys.modules.pop(self._name, None)
        else:
            sys.modules[self._name] = self._former


class _Loader(SourceFileLoader):
    """Loads a module's source as usual, to be executed with builtins of its own."""

    def __init__(self, fullname: str, path: str, names: dict[str, Any]) -> None:
        super().__init__(fullname, path)
        self._names = names

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module."""
        module.__dict__["__builtins__"] = self._names
        super().exec_module(module)


def _with_names(spec: ModuleSpec | None, names: dict[str, Any]) -> ModuleSpec | None:
    """Return the spec, its loader changed; compiled modules need none: they import by the names of their caller."""
    if spec is not None and isinstance(spec.loader, SourceFileLoader):
        spec.loader = _Loader(spec.loader.name, str(spec.loader.path), names)
    return spec


class _View(ModuleType):
    """A module as the private packages see it: some functions are replaced."""

    def __init__(self, original: ModuleType, replaced: Mapping[str, Any], views: _Views) -> None:
        super().__init__(original.__name__, original.__doc__)
        self._original, self._views = original, views
        self.__dict__.update(replaced)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._original, name)
        return self._views.of(value) if isinstance(value, ModuleType) else value


class _Views:
    """The parts of ``importlib`` that take the name of a package, so that it means a private one."""

    def __init__(self, actual_name: Callable[[str], str]) -> None:
        self._actual_name = actual_name
        self._made: dict[str, _View] = {}
        self._replaced: dict[str, Mapping[str, Any]] = {
            "importlib": {"import_module": self._import_module},
            "importlib.metadata": {"entry_points": _no_entry_points},
            "importlib.resources": {"files": self._files},
        }

    def of(self, module: ModuleType) -> ModuleType:
        """Return the view of a module where there is one, else the module."""
        name = module.__name__
        if name not in self._replaced:
            return module
        if name not in self._made:
            self._made[name] = _View(module, self._replaced[name], self)
        return self._made[name]

    def _import_module(self, name: str, package: str | None = None) -> ModuleType:
        absolute = importlib.util.resolve_name(name, package)
        return importlib.import_module(self._actual_name(absolute))

    def _files(self, *anchor: Any) -> Any:
        from importlib import resources

        return resources.files(*(self._actual_name(name) if isinstance(name, str) else name for name in anchor))


def _no_entry_points(**_parameters: Any) -> Any:
    """Return none: extensions that others installed are made for other copies."""
    from importlib.metadata import EntryPoints

    return EntryPoints(())
