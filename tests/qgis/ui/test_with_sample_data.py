"""The panel, its services, the worker and the sample data together: nothing is faked but the settings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.catalog.service import CatalogService
from pixxel_explorer.plugin.catalog.session import SessionService, SessionStatus
from pixxel_explorer.plugin.sandbox.transport import SAMPLE_KEY, SAMPLE_URL, sample_transport
from pixxel_explorer.plugin.worker.runner import Runner
from pixxel_explorer.ui.catalog.catalog_panel import CatalogPanel
from pixxel_explorer.ui.models.catalog_nodes import NodeKind
from qgis.PyQt.QtCore import QCoreApplication

from .conftest import record
from .fakes import FakeSettings

PATIENCE = 60.0


@dataclass
class Harness:
    session: SessionService
    panel: CatalogPanel


@pytest.fixture
def harness(qgis_app: object, tmp_path: Path) -> Iterator[Harness]:
    runner = Runner()

    def make(key: str) -> Callable[[], ApiClient]:
        config = ClientConfig(base_url=SAMPLE_URL)
        return lambda: ApiClient(config, Credentials.from_key(key), transport=sample_transport(tmp_path))

    session = SessionService(runner, lambda connection: make(SAMPLE_KEY if connection.is_sample else "wrong"))
    panel = CatalogPanel(session, CatalogService(session), FakeSettings(current_connection="Sample data"))
    panel.connection_chosen.connect(session.open)
    panel.resize(300, 700)
    panel.show()
    yield Harness(session, panel)
    panel.close()
    session.close()
    assert runner.stop(5000)
    panel.deleteLater()


def _until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        QCoreApplication.processEvents()
        time.sleep(0.005)


def test_from_opening_to_a_request_for_the_map(harness: Harness) -> None:
    panel = harness.panel
    added = record(panel.add_requested)
    panel.start()
    _until(panel.model.aois)
    farm = panel.model.index(0, 0)
    panel.tree.open_row(farm)
    _until(lambda: panel.model.kind(panel.model.index(0, 0, farm)) is NodeKind.VISUALIZATION)
    panel.tree.setCurrentIndex(panel.model.index(0, 0, farm))
    panel.card.date_list.last_button.click()
    panel.card.add_button.click()
    request = added[0][0]
    assert (request.item.title, len(request.dates), request.kind) == ("NDVI", 6, "picture")
    assert request.project_name


def test_a_search_without_hits_and_back(harness: Harness) -> None:
    panel = harness.panel
    panel.start()
    _until(panel.model.aois)
    panel.filter_bar.search_edit.setText("no such place")
    _until(lambda: panel.state_page.state == "empty-search")
    panel.state_page.button("clearSearch").click()
    _until(panel.model.aois)
    assert panel.list.stack.currentWidget() is panel.tree


def test_a_wrong_key_ends_in_one_sentence_and_a_way_on(harness: Harness) -> None:
    harness.panel.choose_connection("Field work")
    _until(lambda: harness.session.state.status is SessionStatus.FAILED)
    page = harness.panel.state_page
    assert page.state == "failed"
    assert page.button("settings") is not None
