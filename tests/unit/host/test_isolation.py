"""A plugin's private packages and another plugin's older copies work side by side, whichever is imported first."""

from __future__ import annotations

import ast
import builtins
import importlib
import pickle
import sys
import threading
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.host import requirements
from pixxel_explorer.plugin.host.isolation import SHARED, Home, Isolation, PackageUnusable
from pixxel_explorer.tests.file_server import FileServer

OWNER = "pxowner"
NAMES = ("pxowner", "pxowner_packages", "pxmodels", "pxcore", "pxextra", "pxbroken", "pxneighbour")


def put(folder: Path, files: dict[str, str]) -> None:
    """Write modules by their paths without an ending."""
    for name, text in files.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


MODELS = """
from importlib import import_module
import pxcore
VERSION = {version!r}
class Model:
    text: "Text"
class Text: ...
def __getattr__(name):
    if name == "Lazy":
        return import_module(".lazy", package=__spec__.parent).Lazy
    if name == "Core":
        return import_module(".", package="pxcore").Core
    if name == "backend":
        return import_module("pxcore._backends.thread")
    raise AttributeError(name)
"""


def put_packages(folder: Path, version: str) -> None:
    """Write a package with the habits of pydantic and anyio: lazy imports by name, relative and absolute."""
    lazy = "from . import Model\nimport pxcore.deep as deep\nclass Lazy(Model):\n    version = deep.version\n"
    files = {"pxmodels/__init__": MODELS.format(version=version), "pxmodels/lazy": lazy}
    files |= {"pxcore/__init__": f"class Core:\n    version = {version!r}\n", "pxcore/deep": f"version = {version!r}\n"}
    files |= {"pxcore/_backends/__init__": "", "pxcore/_backends/thread": f"version = {version!r}\n"}
    put(folder, files)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Path]]:
    """Return the folder of private packages and that of another plugin's; the latter is first on the path."""
    private, other = tmp_path / "private", tmp_path / "other"
    put_packages(private, "2")
    put_packages(other, "1")
    put(tmp_path / "plugins", {"pxowner/__init__": "", "pxowner/use": "import pxmodels\nfrom pxmodels import Model\n"})
    monkeypatch.setattr(sys, "path", [str(other), str(tmp_path / "plugins"), *sys.path])
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    importlib.invalidate_caches()
    yield private, other
    for name in [name for name in sys.modules if name.partition(".")[0] in NAMES]:
        del sys.modules[name]


@pytest.fixture
def isolation(folders: tuple[Path, Path]) -> Isolation:
    tops = ("pxmodels", "pxcore", "pxextra", "pxbroken")
    found = Isolation(OWNER, lambda: {top: Home(top, "2.0", folders[0]) for top in tops})
    found.install()
    return found


def use() -> Any:
    return importlib.import_module("pxowner.use")


def other() -> Any:
    return importlib.import_module("pxmodels")


@pytest.mark.parametrize("order", ["po", "op", "popo", "opop"])
def test_each_has_its_own_in_any_order(isolation: Isolation, order: str) -> None:
    for letter in order:
        models = use().pxmodels if letter == "p" else other()
        version = "2" if letter == "p" else "1"
        assert version == models.VERSION
        assert models.Lazy.version == version
        assert models.Core.version == version
        assert models.backend.version == version


def test_a_package_that_is_never_used_by_us_is_not_touched(isolation: Isolation) -> None:
    assert other().Lazy.version == "1"
    assert not [name for name in sys.modules if name.startswith("pxowner_packages.")]


def test_nobody_else_is_answered(isolation: Isolation, folders: tuple[Path, Path]) -> None:
    put(folders[0], {"pxextra": ""})
    use()
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("pxextra")
    assert "pxmodels" not in sys.modules
    assert str(folders[0]) not in sys.path


def test_a_private_package_does_not_see_the_packages_of_others(
    isolation: Isolation, folders: tuple[Path, Path]
) -> None:
    """An optional import of httpx (click, brotli) must not load another plugin's copy under its plain name."""
    put(folders[1], {"pxneighbour": ""})
    put(folders[0], {"pxextra": "try:\n    import pxneighbour\nexcept ImportError:\n    pxneighbour = None\n"})
    put(folders[0].parent / "plugins", {"pxowner/extra": "import pxextra\n"})
    assert importlib.import_module("pxowner.extra").pxextra.pxneighbour is None
    assert "pxneighbour" not in sys.modules


def test_modules_find_themselves_by_name(isolation: Isolation) -> None:
    model = use().Model
    assert sys.modules[model.__module__].Model is model
    assert typing.get_type_hints(model)["text"].__module__ == model.__module__
    assert type(pickle.loads(pickle.dumps(model()))) is model


def test_the_first_import_may_be_in_another_thread(isolation: Isolation) -> None:
    other()
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(use().pxmodels.Lazy.version)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["2"] * 8


def test_imports_inside_functions_are_private_too(isolation: Isolation, folders: tuple[Path, Path]) -> None:
    put(folders[0].parent / "plugins", {"pxowner/late": "def late():\n    from pxcore import deep\n    return deep\n"})
    late = importlib.import_module("pxowner.late").late
    other()
    assert late().version == "2"


COMPILED = """
import ctypes
load = ctypes.pythonapi.PyImport_Import
load.restype, load.argtypes = ctypes.py_object, [ctypes.py_object]
def core():
    return load("pxcore")
def deep():
    return load("pxcore.deep")
"""


@pytest.mark.parametrize("is_other_first", [False, True])
def test_compiled_modules_get_the_private_copies(
    isolation: Isolation, folders: tuple[Path, Path], is_other_first: bool
) -> None:
    """As the core of pydantic, in Rust, imports ``pydantic_core`` at its first serialisation."""
    put(folders[0], {"pxextra": COMPILED})
    put(folders[0].parent / "plugins", {"pxowner/extra": "import pxextra\n"})
    if is_other_first:
        other()
    before = sys.modules.get("pxcore")
    extra = importlib.import_module("pxowner.extra").pxextra
    assert (extra.core().Core.version, extra.deep().version) == ("2", "2")
    assert sys.modules.get("pxcore") is before
    assert "pxcore.deep" not in sys.modules
    assert other().Core.version == "1"


def test_a_package_that_fails_is_named_and_tried_again(isolation: Isolation, folders: tuple[Path, Path]) -> None:
    put(folders[0], {"pxbroken": "raise SystemError('made for another version')\n"})
    put(folders[0].parent / "plugins", {"pxowner/broken": "import pxbroken\n"})
    with pytest.raises(PackageUnusable, match="made for another version") as caught:
        importlib.import_module("pxowner.broken")
    assert (caught.value.package, caught.value.version, caught.value.folder) == ("pxbroken", "2.0", folders[0])
    (folders[0] / "pxbroken.py").write_text("fixed_now = True\n", encoding="utf-8")
    importlib.invalidate_caches()
    assert importlib.import_module("pxowner.broken").pxbroken.fixed_now


def test_data_files_and_extensions_are_those_of_the_private_packages(
    isolation: Isolation, folders: tuple[Path, Path]
) -> None:
    """As certifi reads its file, and pydantic looks for plugins that others installed."""
    for folder in folders:
        (folder / "pxcore/data.txt").write_text(folder.name, encoding="utf-8")
    source = "from importlib.resources import files\ntext = files('pxcore').joinpath('data.txt').read_text()\n"
    source += "from importlib.metadata import entry_points\nfound = list(entry_points(group='pytest11'))\n"
    put(folders[0], {"pxextra": source})
    put(folders[0].parent / "plugins", {"pxowner/extra": "import pxextra\n"})
    other()
    extra = importlib.import_module("pxowner.extra").pxextra
    assert extra.text == "private"
    assert extra.found == []


FETCH = """
import asyncio
import httpx
async def fetched(url, between):
    async with httpx.AsyncClient(trust_env=False) as client:
        await asyncio.gather(*(client.get(url) for _ in range(2)))
        between()
        await asyncio.gather(*(client.get(url) for _ in range(6)))
def fetch(url, between):
    asyncio.run(fetched(url, between))
"""


def test_a_request_searches_no_packages_that_are_not_there(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    """httpcore tries an optional package several times a request, and QGIS's import is no cheap one."""
    put(folders[0].parent / "plugins", {"pxowner/fetch": FETCH})
    copies = requirements.resolve(requirements.read(root / "requirements.txt"), sys.path, root / "absent").copies
    homes = {
        top: Home(each.name, each.version, each.folder) for each in copies for top in requirements.modules_of(each)
    }
    Isolation(OWNER, lambda: homes).install()
    searched: list[str] = []
    plain = builtins.__import__

    def searching(name: str, *args: Any) -> Any:
        try:
            return plain(name, *args)
        except ImportError:
            searched.append(name)
            raise

    def spying() -> None:
        monkeypatch.setattr(builtins, "__import__", searching)

    with FileServer(b"x").running() as server:
        importlib.import_module("pxowner.fetch").fetch(server.url, spying)
    assert len(server.asked) == 8
    assert searched == []


def test_our_modules_import_what_is_listed_and_nothing_else(root: Path) -> None:
    """Other packages do not exist for modules of ours inside QGIS, whatever this Python has."""
    wanted = requirements.read(root / "requirements.txt")
    found = requirements.resolve(wanted, sys.path, root / "absent")
    assert found.unmet == ()
    packages = frozenset[str]().union(*(requirements.modules_of(copy) for copy in found.copies))
    command_line = {"uvicorn"}  # serves the sandbox, outside QGIS
    allowed = packages | SHARED | sys.stdlib_module_names | command_line
    paths = [*root.glob("plugin/**/*.py"), *root.glob("ui/**/*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0}
    assert {name.partition(".")[0] for name in names} - allowed == set()


def test_a_second_instance_goes_on_with_what_is_loaded(isolation: Isolation) -> None:
    before = use().pxmodels
    sys.meta_path.remove(isolation)
    del sys.modules["pxowner.use"]
    again = Isolation(OWNER, dict)
    again.install()
    assert again.loaded["pxmodels"].version == "2.0"
    with pytest.raises(ModuleNotFoundError):  # it knows no packages at all
        use()
    sys.meta_path.remove(again)
    isolation.install()
    assert use().pxmodels is before
