"""A server that sends bombs, names with paths in them, or no HTTP at all, in the dock."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.host import paths
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.tests import fault_proxy as faults
from pixxel_explorer.tests.qgis.app.opened_dock import OpenedDock, opened, plugin_on, until
from pixxel_explorer.tests.robustness import Scenario
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel

PNG = {"Content-Type": "image/png"}
PICTURES = "/png$"
LABEL = 3


@pytest.fixture
def profile(qgis_app: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a profile deep in the folder of the test, so that what is written above it is found."""
    folder = tmp_path / "one/two/three/profile"
    monkeypatch.setattr(paths, "profile_folder", lambda: folder)
    return folder


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServedSandbox, faults.FaultProxy]]:
    """Return a sandbox and the proxy before it."""
    with served(tmp_path_factory.mktemp("state")) as sandbox, faults.faulty(sandbox.url) as proxy:
        yield sandbox, proxy


@pytest.fixture
def proxy(server: tuple[ServedSandbox, faults.FaultProxy]) -> faults.FaultProxy:
    return server[1]


def bomb(width: int, height: int) -> bytes:
    """Return a picture of one colour: a megabyte and a half for 20,000 × 20,000 pixels."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (4 * width + 1)) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    parts = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def load(dock: OpenedDock, kind: str) -> list[str]:
    """Add the ticked dates, wait for the end, and return what is said above the list."""
    dock.panel.card.add_as(LayerKind.parse(kind))
    dock.wait_until_idle()
    return dock.list_messages()


def test_a_bomb_of_pixels(profile: Path, proxy: faults.FaultProxy, scenario: Scenario) -> None:
    proxy.on("POST", PICTURES, faults.answer(200, bomb(20_000, 20_000), PNG))
    with opened(proxy.url) as dock:
        (texts,) = load(dock, "picture")
        scenario("Pictures and rasters of absurd size", "Pictures of 20,000 × 20,000 pixels, in the dock", texts)
        assert QgsProject.instance().mapLayers() == {}
        assert list(profile.rglob("*.tif")) == []


def test_no_http_in_the_middle_of_a_load(profile: Path, proxy: faults.FaultProxy, scenario: Scenario) -> None:
    with opened(proxy.url) as dock:
        proxy.on("POST", PICTURES, faults.garbled())
        (texts,) = load(dock, "picture")
        scenario("One message per act", "The pictures of a load are not HTTP", texts)
        assert "could not be reached" not in texts


def test_no_http_when_the_dock_is_opened(profile: Path, proxy: faults.FaultProxy, scenario: Scenario) -> None:
    proxy.on("GET", "", faults.garbled())
    with plugin_on(proxy.url) as (plugin, _):
        page = until(lambda: plugin.application).panel.state_page
        until(lambda: page.isVisible() and str(page.state) in ("error", "failed"))
        texts = page.findChild(QLabel, "stateText").text()
        scenario("One message per act", "The server does not speak HTTP", texts)
        assert "could not be reached" not in texts


NAMES: dict[str, Callable[[Path], str]] = {
    "../../../../evil": lambda _: "../../../../evil",
    "..\\..\\..\\evil": lambda _: "..\\..\\..\\evil",
    "/abs/evil": lambda folder: str(folder / "abs/evil"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("record", ["visualizations", "aois"])
def test_an_id_that_is_a_path(
    profile: Path,
    server: tuple[ServedSandbox, faults.FaultProxy],
    tmp_path: Path,
    record: str,
    name: str,
    scenario: Scenario,
) -> None:
    with renamed(server, record, NAMES[name](tmp_path)) as url, opened(url) as dock:
        for kind in ("picture", "values"):
            assert "could not" not in " ".join(load(dock, kind))
        assert len(QgsProject.instance().mapLayers()) == 12  # six dates are ticked
        dock.open_legend()
        model = dock.editor.model
        assert model.setData(model.index(0, LABEL), "Edited", Qt.ItemDataRole.EditRole)
        label = dock.legend_panel.findChild(QLabel, "draftLabel")
        until(lambda: label.text().startswith("Draft saved"))
    outside = [path for path in tmp_path.rglob("*") if path.is_file() and profile not in path.parents]
    assert outside == []
    written = "Everything is loaded, and its files and the draft are inside the profile."
    scenario("Names from outside", f"The id of a record of {record} is {name}", written)


@contextmanager
def renamed(server: tuple[ServedSandbox, faults.FaultProxy], record: str, other: str) -> Iterator[str]:
    """Let the first record that the dock selects have another id."""
    sandbox, proxy = server
    farm: Any = next(each for each in sandbox.state.store.all("aois") if each["name"] == "Farm near Raba")
    own = farm["aoi_id"]
    if record == "visualizations":
        found = (each for each in sandbox.state.store.all(record) if each["aoi_id"] == own)
        own = next(each["id"] for each in found if each["index_name"] == "NDVI")
    for method in ("GET", "POST", "PUT", "PATCH"):
        proxy.on(method, "", faults.renamed(own, other))
    yield proxy.url
