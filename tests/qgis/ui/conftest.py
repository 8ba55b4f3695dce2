"""A panel on stand-ins, and a watcher that turns a model's broken promises into failures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from pixxel_explorer.ui.catalog.catalog_panel import CatalogPanel
from qgis.PyQt.QtCore import QAbstractItemModel, qInstallMessageHandler
from qgis.PyQt.QtTest import QAbstractItemModelTester

from .fakes import PROJECT, FakeCatalog, FakeSession, FakeSettings, SessionStatus, make_aoi, make_item

Watch = Callable[[QAbstractItemModel], None]


@pytest.fixture
def watch(qgis_app: object) -> Iterator[Watch]:
    """Return what puts a model under QAbstractItemModelTester; a complaint of it fails the test."""
    complaints: list[str] = []
    testers: list[QAbstractItemModelTester] = []
    before = qInstallMessageHandler(lambda _kind, _context, text: complaints.append(text))

    def start(model: QAbstractItemModel) -> None:
        tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
        if hasattr(tester, "setUseFetchMore"):  # Qt 6 fetches from within rowsInserted, which a lazy model refuses
            tester.setUseFetchMore(False)
        testers.append(tester)

    yield start
    qInstallMessageHandler(before)
    assert [text for text in complaints if "FAIL" in text] == []


@dataclass
class Harness:
    """A panel and the stand-ins behind it."""

    session: FakeSession
    catalog: FakeCatalog
    settings: FakeSettings
    panel: CatalogPanel

    def connect(self) -> None:
        """Start on the sample data, connected."""
        self.settings.current_connection = "Sample data"
        self.panel.start()
        self.session.become(SessionStatus.CONNECTED)

    def list_one_aoi(self) -> None:
        """Connect and list one AOI with an NDVI, a composite and a visualization that is being created."""
        self.connect()
        self.catalog.projects_loaded.emit([PROJECT])
        self.catalog.aois_loaded.emit((make_aoi(1),), False, 1)
        items = [
            make_item(1),
            make_item(2, title="False colour", expression_type="composite", has_legend=False),
            make_item(3, title="Salinity", status="creating", progress=40, dates=0),
        ]
        self.catalog.visualizations_loaded.emit("aoi-1", items)

    def select(self, visualization_id: str = "viz-1", aoi_id: str = "aoi-1") -> None:
        """Make a visualization the current row."""
        self.panel.tree.setCurrentIndex(self.panel.model.index_of_visualization(aoi_id, visualization_id))


@pytest.fixture
def harness(qgis_app: object) -> Iterator[Harness]:
    """Return a panel that was not started yet."""
    session, catalog, settings = FakeSession(), FakeCatalog(), FakeSettings()
    panel = CatalogPanel(session, catalog, settings)
    panel.resize(300, 700)
    yield Harness(session, catalog, settings, panel)
    panel.deleteLater()


def record(signal: object) -> list[tuple[object, ...]]:
    """Return a list that fills with the arguments of a signal."""
    noted: list[tuple[object, ...]] = []
    signal.connect(lambda *arguments: noted.append(arguments))  # type: ignore[attr-defined]
    return noted
