"""What the server has not finished is not offered, says its state, and is looked at until it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pixxel_explorer.plugin.catalog.service import CatalogService
from pixxel_explorer.plugin.catalog.session import SessionService
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.sandbox.core.options import Behaviour
from pixxel_explorer.plugin.worker.runner import Runner
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served
from pixxel_explorer.ui.catalog.catalog_panel import CatalogPanel
from pixxel_explorer.ui.models.catalog_model import CatalogRole
from pixxel_explorer.ui.models.catalog_nodes import NodeKind
from qgis.PyQt.QtCore import QCoreApplication, QModelIndex, Qt
from qgis.PyQt.QtTest import QTest

from .conftest import record
from .fakes import FakeSettings

PATIENCE_S = 60.0
POLL_MS = 150


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedSandbox]:
    """Serve a sandbox with a visualization that is computed while it is listed."""
    folder = tmp_path_factory.mktemp("state")
    with served(folder, behaviours=frozenset({Behaviour.UNFINISHED})) as found:
        yield found


@dataclass
class Dock:
    """The catalogue as it is in the dock, over real HTTP and with a worker of its own."""

    panel: CatalogPanel
    sandbox: ServedSandbox

    def open(self, aoi: str, title: str) -> None:
        """Select a visualization by mouse."""
        self.panel.start()
        until(self.panel.model.aois)
        parent = self._row(QModelIndex(), aoi)
        self.panel.tree.open_row(parent)
        until(lambda: self.panel.model.kind(self.panel.model.index(0, 0, parent)) is NodeKind.VISUALIZATION)
        index = self._row(parent, title)
        self.panel.tree.scrollTo(index)
        place = self.panel.tree.visualRect(index).center()
        QTest.mouseClick(self.panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def _row(self, parent: QModelIndex, text: str) -> QModelIndex:
        model = self.panel.model
        rows = (model.index(row, 0, parent) for row in range(model.rowCount(parent)))
        return next(index for index in rows if index.data() == text)

    @property
    def detail(self) -> str:
        """Return what the row of the selected visualization says."""
        return str(self.panel.tree.currentIndex().data(CatalogRole.DETAIL))

    def set_status(self, title: str, status: str) -> None:
        """Let the server say something else of a visualization."""
        records = self.sandbox.state.store.all("visualizations")
        aois = {aoi["aoi_id"]: aoi["name"] for aoi in self.sandbox.state.store.all("aois")}
        (found,) = [one for one in records if one["index_name"] == title and aois[one["aoi_id"]] == "Lake shore"]
        self.sandbox.state.change("visualizations", found["id"], status=status, progress=0)


@pytest.fixture
def dock(qgis_app: object, sandbox: ServedSandbox) -> Iterator[Dock]:
    runner = Runner()
    session = SessionService(runner, lambda _connection: sandbox.client)  # type: ignore[arg-type]
    panel = CatalogPanel(
        session, CatalogService(session, poll_interval_ms=POLL_MS), FakeSettings(current_connection="Sample data")
    )
    panel.connection_chosen.connect(session.open)
    panel.resize(300, 700)
    panel.show()
    yield Dock(panel, sandbox)
    panel.close()
    session.close()
    assert runner.stop(5000)
    panel.deleteLater()


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        QCoreApplication.processEvents()
        time.sleep(0.005)


def test_a_queued_visualization_is_polled_to_the_end_and_only_then_offered(dock: Dock, tmp_path: Path) -> None:
    panel = dock.panel
    added = record(panel.add_requested)
    dock.open("Work in progress", "NDWI")
    assert "queued" in dock.detail
    assert "has queued" in panel.card.reason.text()
    assert not panel.card.add_button.isEnabled()
    QTest.mouseClick(panel.card.add_button, Qt.MouseButton.LeftButton)
    assert added == []

    until(lambda: "creating" in dock.detail)
    assert not panel.card.add_button.isEnabled()
    assert "still creating" in panel.card.reason.text()

    until(lambda: "ready" in dock.detail)
    QTest.mouseClick(panel.card.date_list.last_button, Qt.MouseButton.LeftButton)
    assert panel.card.add_button.isEnabled()
    QTest.mouseClick(panel.card.add_button, Qt.MouseButton.LeftButton)
    assert added[0][0].item.title == "NDWI"


@pytest.mark.parametrize("word", ["processing", "PENDING", "In-Progress"])
def test_other_words_for_work_under_way_are_polled_too(dock: Dock, word: str) -> None:
    dock.set_status("NDCI", word)
    dock.open("Lake shore", "NDCI")
    assert dock.detail.endswith(("queued", "creating 0%"))
    assert not dock.panel.card.add_button.isEnabled()
    dock.set_status("NDCI", "SUCCEEDED")
    until(lambda: "ready" in dock.detail)
    assert not dock.panel.card.problem(LayerKind.VALUES)


def test_an_unknown_word_is_shown_as_it_came_not_offered_and_looked_at_again(dock: Dock) -> None:
    dock.set_status("NDCI", "frozen_solid")
    dock.open("Lake shore", "NDCI")
    assert dock.detail.endswith("frozen solid")
    assert "“frozen solid”" in dock.panel.card.reason.text()
    assert not dock.panel.card.add_button.isEnabled()
    dock.set_status("NDCI", "done")
    until(lambda: "ready" in dock.detail)
