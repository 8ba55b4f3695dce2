"""What is missing is told without importing it; private copies count where the host's will not do."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.host import dependencies, paths
from qgis.core import QgsApplication


def put(folder: Path, name: str, version: str, body: str, *needs: str) -> None:
    """Install a package of one module."""
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    head = [f"Name: {name}", f"Version: {version}", *[f"Requires-Dist: {need}" for need in needs]]
    (info / "METADATA").write_text("\n".join(head) + "\n\n", encoding="utf-8")
    (info / "RECORD").write_text(f"{name}.py,,\n{info.name}/METADATA,,\n", encoding="utf-8")
    (folder / f"{name}.py").write_text(body, encoding="utf-8")


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder early in ``sys.path`` where the plugin needs ``pxa`` 2 and ``pxb``; all is put back."""
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("pxa>=2\npxb\n", encoding="utf-8")
    monkeypatch.setattr(dependencies, "REQUIREMENTS", wanted)
    monkeypatch.setattr(sys, "path", [str(tmp_path / "host"), *sys.path])
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    (tmp_path / "host").mkdir()
    yield tmp_path / "host"
    for name in ("pxa", "pxb"):
        sys.modules.pop(name, None)


@pytest.fixture
def private(tmp_path: Path) -> Path:
    return tmp_path / "private"


def finders() -> list[dependencies.PrivateFinder]:
    return [finder for finder in sys.meta_path if isinstance(finder, dependencies.PrivateFinder)]


def preferred(*names: str) -> list[str]:
    """Return those modules that would be taken from the private folder though the host has them."""
    return [name for name in names if any(finder.find_spec(name) is not None for finder in finders())]


def test_this_python_has_all_that_is_needed(qgis_app: Any) -> None:
    report = dependencies.check()
    assert report.missing == ()
    assert report.folder == paths.packages_folder()


def test_the_report_names_version_and_purpose(host: Path, private: Path) -> None:
    put(host, "pxa", "1.5", "")
    report = dependencies.check(private)
    assert [(m.name, m.needed, m.found) for m in report.missing] == [("pxa", ">=2", "1.5"), ("pxb", "", None)]
    assert report.folder == private


def test_an_older_copy_of_the_host_gives_way(host: Path, private: Path) -> None:
    put(host, "pxa", "1.5", "where = 'host'")
    put(private, "pxa", "2.1", "where = 'private'")
    put(private, "pxb", "1.0", "where = 'private'")
    dependencies.activate(private)
    assert dependencies.check(private).missing == ()
    assert importlib.import_module("pxa").where == "private"
    assert importlib.import_module("pxb").where == "private"
    assert preferred("pxa", "pxb") == ["pxa"]
    assert dependencies.check(private).missing == ()


def test_a_copy_of_the_host_that_will_do_stays(host: Path, private: Path) -> None:
    put(host, "pxa", "2.5", "where = 'host'")
    put(private, "pxa", "2.1", "where = 'private'")
    put(private, "pxb", "1.0", "")
    dependencies.activate(private)
    assert importlib.import_module("pxa").where == "host"
    assert preferred("pxa", "pxb") == []


def test_a_copy_that_is_in_use_already_is_left_alone_and_told_of(host: Path, private: Path) -> None:
    put(host, "pxa", "1.5", "where = 'host'")
    put(host, "pxb", "1.0", "")
    importlib.invalidate_caches()
    importlib.import_module("pxa")
    put(private, "pxa", "2.1", "where = 'private'")
    dependencies.activate(private)
    (missing,) = dependencies.check(private).missing
    assert missing.name == "pxa"
    assert "restart QGIS" in missing.why
    assert preferred("pxa", "pxb") == []


def test_activating_twice_changes_nothing_more(host: Path, private: Path) -> None:
    put(host, "pxa", "1.5", "")
    put(private, "pxa", "2.1", "")
    for _ in range(2):
        dependencies.activate(private)
    assert sys.path.count(str(private)) == 1
    assert len(finders()) == 1


def test_a_folder_that_is_not_there_is_no_matter(host: Path, private: Path) -> None:
    dependencies.activate(private)
    assert str(private) not in sys.path
    assert finders() == []


def test_imports_go_on_where_the_folder_has_vanished(host: Path, private: Path) -> None:
    put(host, "pxa", "1.5", "where = 'host'")
    put(private, "pxa", "2.1", "where = 'private'")
    dependencies.activate(private)
    shutil.rmtree(private)
    importlib.invalidate_caches()
    assert importlib.import_module("pxa").where == "host"


def test_deactivating_gives_the_host_precedence_again(host: Path, private: Path) -> None:
    put(host, "pxa", "1.5", "where = 'host'")
    put(private, "pxa", "2.1", "where = 'private'")
    dependencies.activate(private)
    dependencies.deactivate()
    importlib.invalidate_caches()
    assert importlib.import_module("pxa").where == "host"


def test_checking_is_quick(qgis_app: Any, tmp_path: Path) -> None:
    dependencies.check(tmp_path)
    begin = time.perf_counter()
    for _ in range(10):
        dependencies.check(tmp_path)
    assert (time.perf_counter() - begin) / 10 < 0.05  # about 3 ms on a quiet machine


def test_folders_are_inside_the_profile(qgis_app: Any) -> None:
    profile = Path(QgsApplication.qgisSettingsDirPath())
    folders = {paths.cache_folder(), paths.drafts_folder(), paths.packages_folder(), paths.sandbox_folder()}
    assert len(folders) == 4
    assert all(folder.is_relative_to(profile / "pixxel_explorer") for folder in folders)


def test_the_host_room_imports_nothing_heavy(root: Path) -> None:
    rooms = ["credentials", "dependencies", "i18n", "installation", "log", "network", "paths", "settings", "tasks"]
    script = f"""
import importlib, importlib.util, sys
import qgis.core, qgis.PyQt.QtNetwork
before = set(sys.modules)
spec = importlib.util.spec_from_file_location("px", {str(root / "__init__.py")!r},
    submodule_search_locations=[{str(root)!r}])
sys.modules["px"] = importlib.util.module_from_spec(spec)
for room in {rooms!r}:
    importlib.import_module("px.plugin.host." + room)
print(sorted({{"httpx", "pydantic", "starlette", "numpy", "asyncio"}} & (set(sys.modules) - before)))
"""
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]", answer.stderr
