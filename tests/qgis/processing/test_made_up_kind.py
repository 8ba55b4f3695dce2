"""A kind of layer is its own module and one line of the table: in a copy of the plugin, run by QGIS itself."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .command_line import ROOT, CommandLine, installed
from .server import KEY, State

DAY = "2025-05-02"
SEEN = """
import importlib.util, json, sys

from datetime import date
from pathlib import Path
root, folder = sys.argv[1:]
spec = importlib.util.spec_from_file_location("copied", root + "/__init__.py", submodule_search_locations=[root])
sys.modules["copied"] = package = importlib.util.module_from_spec(spec)
spec.loader.exec_module(package)
from qgis.core import QgsApplication, QgsProject, QgsRasterLayer
application = QgsApplication([], True)
application.initQgis()
from copied.plugin.host.settings import Settings
from copied.plugin.imagery.loaded import LoadedImage, Placement
from copied.plugin.layer_kinds.table import LayerKind
from copied.plugin.layers import identity
from copied.plugin.layers.project_layers import ProjectLayers
from copied.plugin.legend.vocabulary import LegendMode
from copied.ui.catalog.visualization_card import VisualizationCard
kind = LayerKind.named("greys")
file = next(Path(folder).glob("*.tif"))
image = LoadedImage(
    path=file, kind=kind, mode=LegendMode.DYNAMIC, day=date.fromisoformat(file.name[:10]), date_key="2025_05_02",
    connection="Test", project_name="Farms", aoi_id="a-1", aoi_name="Farm", visualization_id="v-1",
    visualization_title="NDVI", index_id="i-1", placement=Placement("EPSG:4326", (0, 0, 1, 1), "raster", 1.0),
    loaded_at="2025-06-01T10:00:00+00:00",
)
layers = ProjectLayers(QgsProject.instance(), lambda: ["Test"])
layer = layers.add(image, project_name="Farms", aoi_name="Farm")
group = QgsProject.instance().layerTreeRoot().findLayer(layer.id()).parent()
settings = Settings()
settings.register()
settings.last_kind = kind
card = VisualizationCard()
print(json.dumps({
    "menu": [action.text() for action in card.add_button.menu().actions()],
    "actions": [action.objectName() for action in card.add_button.menu().actions()],
    "name": layer.name(), "group": group.name(), "abstract": layer.serverProperties().abstract(),
    "renderer": layer.renderer().type(), "kind": identity.of(layer).kind is kind,
    "found": [each.id() for each in layers.find("Test", "v-1", kind=kind)] == [layer.id()],
    "remembered": settings.last_kind is kind,
}))
sys.stdout.flush()
import os
os._exit(0)
"""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a copy of the plugin with the kind: one module, and the table with its import and its line."""
    root = tmp_path / "copied"
    root.mkdir()
    for name in ("plugin", "ui", "resources"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (*ROOT.glob("*.txt"), ROOT / "__init__.py"):
        shutil.copy(file, root)
    kinds = root / "plugin/layer_kinds"
    shutil.copy(Path(__file__).with_name("greys_kind.py"), kinds / "greys.py")
    table = (kinds / "table.py").read_text(encoding="utf-8")
    table = table.replace("from .kind", "from .greys import Greys\nfrom .kind")
    (kinds / "table.py").write_text(f'{table.rstrip()}\n    GREYS = "greys", Greys()\n', encoding="utf-8")
    return root


@pytest.fixture
def command_line(server: State, tmp_path: Path, copied: Path) -> CommandLine:
    return installed(tmp_path, server.url, KEY, root=copied)


def _seen(copied: Path, folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", SEEN, str(copied), str(folder)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QGIS_CUSTOM_CONFIG_PATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_made_up_kind_is_loaded_drawn_named_offered_and_found_again(
    command_line: CommandLine, copied: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "loaded"
    given = {"AOI": "a-1", "VISUALIZATION": "v-1", "MODE": "dynamic", "AS": "greys", "DATES": DAY}
    ended = command_line.run("loadvisualization", **given, FOLDER=str(folder))
    assert ended.code == 0, ended.texts
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (record,) = manifest["layers"]
    assert (manifest["as"], record["file"]) == ("greys", f"{DAY}_dynamic_greys.tif")
    style = (folder / record["style"]).read_text(encoding="utf-8")
    option = re.search(r'<Option [^>]*name="pixxel/kind"[^>]*>', style)
    assert option is not None
    assert 'value="greys"' in option[0]
    assert 'type="paletted"' in style
    assert _seen(copied, folder) == {
        "menu": ["Add as Pictures", "Add as Values", "Add as Classes", "Add as Greys"],
        "actions": ["addPictureAction", "addValuesAction", "addClassesAction", "addGreysAction"],
        "name": f"NDVI {DAY} greys",
        "group": "NDVI (dynamic, greys)",
        "abstract": "The greys of the dynamic legend.",
        "renderer": "paletted",
        "kind": True,
        "found": True,
        "remembered": True,
    }
