"""What the start of QGIS must not wait for, seen in a Python of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HEAD = """
import importlib, importlib.util, json, sys
from pathlib import Path
root = Path(sys.argv[1])
init, places = root / "__init__.py", [str(root)]
spec = importlib.util.spec_from_file_location("pixxel_explorer", init, submodule_search_locations=places)
package = sys.modules["pixxel_explorer"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
import qgis.core, qgis.PyQt.QtNetwork
before = set(sys.modules)
host = importlib.import_module("pixxel_explorer.plugin.host.dependencies")
private = Path(sys.argv[2])
"""
AT_START = ("credentials", "dependencies", "i18n", "log", "network", "paths", "settings", "tasks")
HEAVY = {"asyncio", "email", "httpx", "importlib.metadata", "numpy", "pydantic", "ssl", "starlette"}


def test_the_start_imports_nothing_heavy(root: Path, tmp_path: Path) -> None:
    (tmp_path / "starlette.py").touch()
    script = f"""
for name in {AT_START!r}:
    importlib.import_module("pixxel_explorer.plugin.host." + name)
host.activate(private)
importlib.import_module("colorsys")  # goes past our finder
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    done = subprocess.run(
        [sys.executable, "-c", HEAD + script, str(root), str(tmp_path)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    imported = set(json.loads(done.stdout.splitlines()[-1]))
    assert "colorsys" in imported
    assert HEAVY.isdisjoint(imported)


DESKTOP = (
    "plugin",
    "app.cache_controller",
    "app.style_controller",
    "integrations.layout_dates",
    "integrations.temporal",
    "layers.edit_view",
    "layers.keeper",
    "layers.legend_rows",
    "app.project_watchers",
)


def test_the_desktop_starts_without_any_of_its_packages(root: Path, tmp_path: Path) -> None:
    script = f"""
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.rpartition(".")[2] in {{"defusedxml", "httpx", "pydantic", "starlette"}}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
for name in {DESKTOP!r}:
    importlib.import_module("pixxel_explorer.plugin." + name)
for name in ("dock", "options_page"):
    importlib.import_module("pixxel_explorer.ui." + name)
print(json.dumps(sorted(set(sys.modules) - before)))
"""
    done = subprocess.run(
        [sys.executable, "-c", HEAD + script, str(root), str(tmp_path)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    imported = set(json.loads(done.stdout.splitlines()[-1]))
    assert not {"pixxel_explorer.plugin.sld.renderers", "pixxel_explorer.plugin.api.transport.session"} & imported
