"""Missing packages are found without importing them; the plugin uses copies that nobody else sees."""

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
from pixxel_explorer.plugin.host.isolation import Isolation
from pixxel_explorer.plugin.messages.explanation import explain
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
    """Return a folder early in ``sys.path`` where the plugin ``pxowner`` needs ``pxa`` 2 and ``pxb``."""
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("pxa>=2\npxb\n", encoding="utf-8")
    monkeypatch.setattr(dependencies, "REQUIREMENTS", wanted)
    monkeypatch.setattr(dependencies, "OWNER", "pxowner")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "host"), str(tmp_path / "plugins"), *sys.path])
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    (tmp_path / "host").mkdir()
    owner = tmp_path / "plugins/pxowner"
    owner.mkdir(parents=True)
    (owner / "__init__.py").write_text("", encoding="utf-8")
    (owner / "use.py").write_text("import pxa, pxb\n", encoding="utf-8")
    importlib.invalidate_caches()
    yield tmp_path / "host"
    for name in [name for name in sys.modules if name.partition(".")[0] in ("pxa", "pxb", "pxowner", PRIVATE)]:
        del sys.modules[name]


@pytest.fixture
def private(tmp_path: Path) -> Path:
    return tmp_path / "private"


PRIVATE = "pxowner_packages"


def use() -> tuple[str, str]:
    """Import both packages as the plugin does, and return where they come from."""
    module = importlib.import_module("pxowner.use")
    return module.pxa.where, module.pxb.where


def put_both(folder: Path, version: str) -> None:
    put(folder, "pxa", version, f"where = {folder.name!r}")
    put(folder, "pxb", "1.0", f"where = {folder.name!r}")


def test_this_python_has_all_that_is_needed(qgis_app: Any) -> None:
    report = dependencies.check()
    assert (report.missing, report.replaced) == ((), ())
    assert report.folder == paths.packages_folder()
    assert dependencies.obstacle(("httpx", "pydantic")) is None


def test_the_report_names_version_and_purpose(host: Path, private: Path) -> None:
    put(host, "pxa", "1.5", "")
    report = dependencies.check(private)
    assert [(m.name, m.needed, m.found) for m in report.missing] == [("pxa", ">=2", "1.5"), ("pxb", "", None)]
    assert report.folder == private
    assert [missing.name for missing in dependencies.check(private, ("pxb",)).missing] == ["pxb"]


def test_an_older_copy_of_the_host_is_left_to_others(host: Path, private: Path) -> None:
    put_both(host, "1.5")
    put_both(private, "2.1")
    dependencies.activate(private)
    assert dependencies.check(private).missing == ()
    assert use() == ("private", "private")
    assert importlib.import_module("pxa").where == "host"


def test_a_copy_in_use_already_is_no_obstacle(host: Path, private: Path) -> None:
    put_both(host, "1.5")
    put_both(private, "2.1")
    importlib.import_module("pxa")
    dependencies.activate(private)
    assert dependencies.check(private)[:2] == ((), ())
    assert use() == ("private", "private")


def test_copies_of_the_host_that_will_do_need_no_installation(host: Path, private: Path) -> None:
    put_both(host, "2.5")
    dependencies.activate(private)
    assert dependencies.check(private).missing == ()
    assert use() == ("host", "host")
    assert "pxa" not in sys.modules


def test_copies_inside_another_plugin_do_not_count(host: Path, private: Path) -> None:
    """They may be gone tomorrow, and where its folder is not on the path yet they cannot be found."""
    plugin = host.parent / "plugins/other"
    put_both(plugin / "ext_libs", "2.5")
    (plugin / "metadata.txt").write_text("[general]\nname=Other\n", encoding="utf-8")
    sys.path.insert(0, str(plugin / "ext_libs"))
    assert [missing.name for missing in dependencies.check(private).missing] == ["pxa", "pxb"]


def test_activating_twice_changes_nothing_more(host: Path, private: Path) -> None:
    before = list(sys.path)
    for _ in range(2):
        dependencies.activate(private)
    assert sys.path == before
    assert len([finder for finder in sys.meta_path if isinstance(finder, Isolation)]) == 1
    dependencies.deactivate()
    assert not [finder for finder in sys.meta_path if isinstance(finder, Isolation)]


def test_packages_installed_while_qgis_runs_are_found(host: Path, private: Path) -> None:
    dependencies.activate(private)
    with pytest.raises(ModuleNotFoundError):
        use()
    put_both(private, "2.1")
    dependencies.refresh(private)
    assert use() == ("private", "private")


def test_a_package_replaced_while_in_use_asks_for_a_restart(host: Path, private: Path) -> None:
    put_both(private, "2.1")
    dependencies.activate(private)
    use()
    shutil.rmtree(private)
    put_both(private, "2.2")
    dependencies.refresh(private)
    (replaced,) = dependencies.check(private).replaced
    text = explain(replaced).text
    assert text == "pxa 2.1 was in use when version 2.2 was installed. Save your work, then restart QGIS."


def test_a_reload_of_the_plugin_goes_on_with_the_same_packages(host: Path, private: Path) -> None:
    put_both(private, "2.1")
    dependencies.activate(private)
    use()
    first = sys.modules[f"{PRIVATE}.pxa"]
    dependencies.deactivate()
    for name in ("pxowner", "pxowner.use"):
        del sys.modules[name]
    dependencies.activate(private)
    assert use() == ("private", "private")
    assert sys.modules[f"{PRIVATE}.pxa"] is first


def test_imports_go_on_where_the_folder_has_vanished(host: Path, private: Path) -> None:
    put_both(host, "1.5")
    put_both(private, "2.1")
    dependencies.activate(private)
    shutil.rmtree(private)
    assert importlib.import_module("pxa").where == "host"
    with pytest.raises(ModuleNotFoundError):
        use()


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


def test_the_host_package_imports_nothing_heavy(root: Path) -> None:
    rooms = [
        "credentials",
        "dependencies",
        "i18n",
        "installation",
        "isolation",
        "log",
        "network",
        "paths",
        "settings",
        "tasks",
    ]
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
