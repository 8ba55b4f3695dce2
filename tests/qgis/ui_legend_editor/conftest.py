"""The legend panel with its services, a sandbox in this process, and jobs that run at once or when released."""

from __future__ import annotations

import asyncio
import datetime
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig, Connection
from pixxel_explorer.plugin.api.models import Aoi, AoiQuery
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.catalog.listing import list_visualizations
from pixxel_explorer.plugin.catalog.session import SessionService
from pixxel_explorer.plugin.catalog.visualization_item import VisualizationItem
from pixxel_explorer.plugin.legend.spec import Colour, Legend
from pixxel_explorer.plugin.legend_sync.drafts import DraftStore
from pixxel_explorer.plugin.legend_sync.service import LegendService, PushRequest, push_legends, read_legends
from pixxel_explorer.plugin.sandbox.app import create_app
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, SandboxOptions
from pixxel_explorer.plugin.sld.reader import read_legend
from pixxel_explorer.ui.legend_editor.legend_events import LegendEvents
from pixxel_explorer.ui.legend_editor.panel import LegendPanel
from pixxel_explorer.ui.requests import EditRequest
from qgis.PyQt.QtCore import QCoreApplication, QEvent, Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAction,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QRadioButton,
    QTableView,
    QWidget,
)

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from fakes import ImmediateJobs

T = TypeVar("T")
SAMPLE = Connection("Sample data", "https://sample.test", is_sample=True)
MINIMUM, MAXIMUM, COLOUR, LABEL = range(4)
PURPLE = "#7b3294"


@dataclass
class Sandbox:
    """A server in this process and what is there."""

    folder: Path
    app: Any = None
    listed: list[tuple[Aoi, VisualizationItem]] = field(default_factory=list)

    def client(self) -> ApiClient:
        """Return a client of it."""
        transport = httpx.ASGITransport(app=self.app)
        return ApiClient(ClientConfig(base_url=SAMPLE.url), Credentials.from_key(SAMPLE_KEY), transport=transport)

    def do(self, work: Callable[[ApiClient], Awaitable[T]]) -> T:
        """Run work as another client."""

        async def with_client() -> T:
            async with self.client() as client:
                return await work(client)

        return asyncio.run(with_client())

    def pick(self, title: str) -> tuple[Aoi, VisualizationItem]:
        """Return a visualization of the farm, or the first without legend."""
        return next((aoi, item) for aoi, item in self.listed if item.title == title)

    def legends(self, item: VisualizationItem, mode: str = "dynamic") -> dict[str, Legend]:
        """Return what the server holds."""
        return dict(self.do(lambda client: read_legends(client, item, mode, read_legend)).legends)

    def relabel(self, item: VisualizationItem, key: str, label: str) -> None:
        """Let another user change a label."""
        legend = self.legends(item)[key].replacing(0, label=label)
        self.do(lambda client: push_legends(client, PushRequest(item, "dynamic", {key: legend}), read_legend))


async def _list(client: ApiClient) -> list[tuple[Aoi, VisualizationItem]]:
    found = []
    async for aoi in client.aois.iterate(AoiQuery(name="Farm near Raba")):
        found += [(aoi, item) for item in await list_visualizations(client, aoi.aoi_id)]
    return found


@dataclass
class Harness:
    """A panel, and hands and eyes for it."""

    sandbox: Sandbox
    jobs: ImmediateJobs
    drafts: DraftStore
    service: LegendService
    panel: LegendPanel
    aoi: Aoi
    item: VisualizationItem

    def open(self, mode: str = "dynamic", title: str = "NDVI", date_key: str | None = None) -> None:
        """Open the legend of a visualization."""
        aoi, item = self.sandbox.pick(title)
        first = item.dates[0].key if item.dates else None
        self.panel.open(EditRequest(aoi, item, mode, date_key or first))
        pump()

    def another_panel(self) -> LegendPanel:
        """Return a panel as after a restart."""
        return LegendPanel(self.service, self.drafts, SAMPLE.name, LegendEvents())

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the server's date keys."""
        return tuple(date.key for date in self.item.dates)

    @property
    def table(self) -> QTableView:
        """Return the table of classes."""
        return self.child(QTableView, "legendTable")

    def child(self, kind: type[Any], name: str) -> Any:
        """Return a widget of the panel."""
        found = self.panel.findChild(kind, name)
        assert found is not None, name
        return found

    def value(self, row: int, column: int) -> Any:
        """Return what a cell holds."""
        model = self.table.model()
        return model.data(model.index(row, column), Qt.ItemDataRole.EditRole)

    def edit(self, row: int, column: int, value: Any) -> bool:
        """Edit a cell."""
        model = self.table.model()
        taken = bool(model.setData(model.index(row, column), value, Qt.ItemDataRole.EditRole))
        pump()
        return taken

    def recolour(self, row: int, name: str = PURPLE) -> None:
        """Choose another colour."""
        assert self.edit(row, COLOUR, QColor(name))

    def edits(self) -> int:
        """Return how many edits the panel says are not pushed; of the numbers in that text, the first."""
        words = self.child(QLabel, "editCountLabel").text().split()
        return int(words[0]) if words and words[0].isdigit() else 0

    def text(self, name: str) -> str:
        """Return what a label says."""
        return str(self.child(QLabel, name).text())

    def button(self, name: str) -> QAbstractButton:
        """Return a button."""
        return self.child(QAbstractButton, name)

    def click(self, name: str) -> None:
        """Click a button that can be clicked."""
        assert self.button(name).isEnabled(), name
        self.button(name).click()
        pump()

    def choose_date(self, row: int) -> None:
        """Choose a date in the combo."""
        combo = self.child(QComboBox, "legendDateCombo")
        combo.setCurrentIndex(row)
        combo.activated.emit(row)
        pump()

    def dialog(self, name: str) -> QWidget | None:
        """Return a dialog that is open."""
        pump()
        windows = [window for window in QApplication.topLevelWidgets() if window.isVisible()]
        return next((window for window in windows if window.objectName() == name), None)

    def answer(self, name: str) -> None:
        """Accept a dialog."""
        dialog = self.dialog(name)
        assert dialog is not None, name
        box, accept = dialog.findChild(QDialogButtonBox, f"{name}Buttons"), QDialogButtonBox.ButtonRole.AcceptRole
        next(found for found in box.buttons() if box.buttonRole(found) == accept).click()
        pump()

    def decide(self, name: str) -> None:
        """Choose what is to happen to a conflict."""
        dialog = self.dialog("pushDialog")
        assert dialog is not None
        dialog.findChild(QRadioButton, name).click()
        pump(20)

    def trigger(self, name: str) -> None:
        """Trigger an action of the panel."""
        self.child(QAction, name).trigger()
        pump()

    def push(self) -> None:
        """Push what is edited."""
        self.click("pushButton")
        self.answer("pushDialog")

    def server_class(self, row: int, key: str = "") -> Any:
        """Return a class as another client sees it."""
        return self.sandbox.legends(self.item)[key or self.keys[0]].classes[row]

    def texts(self) -> list[str]:
        """Return what the message bar says, oldest first."""
        return [label.text() for label in self.panel.findChildren(QLabel, "messageText")]


def pump(milliseconds: int = 120) -> None:
    """Let timers and events have their turn."""
    end = datetime.datetime.now() + datetime.timedelta(milliseconds=milliseconds)
    while datetime.datetime.now() < end:
        QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def record(signal: Any) -> list[Any]:
    """Return a list that fills with what a signal carries."""
    noted: list[Any] = []
    signal.connect(noted.append)
    return noted


def colour(name: str) -> Colour:
    """Return a colour of a legend."""
    found = QColor(name)
    return Colour(found.red(), found.green(), found.blue())


def sandbox_in(folder: Path) -> Sandbox:
    """Return the sandbox of a folder."""
    found = Sandbox(folder, create_app(SandboxOptions(folder / "state")))
    found.listed = found.do(_list)
    return found


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """Return a fresh sandbox."""
    return sandbox_in(tmp_path)


@pytest.fixture
def harness(qgis_app: object, sandbox: Sandbox, tmp_path: Path) -> Iterator[Harness]:
    """Return a panel that has nothing open."""
    yield from staged(sandbox, tmp_path)


def staged(sandbox: Sandbox, tmp_path: Path) -> Iterator[Harness]:
    """Yield a panel that has nothing open, and close it."""
    jobs = ImmediateJobs()
    session = SessionService(jobs, lambda _connection: sandbox.client)  # type: ignore[arg-type]
    session.open(SAMPLE)
    drafts = DraftStore(tmp_path / "drafts")
    service = LegendService(session, drafts, read_legend)
    panel = LegendPanel(service, drafts, SAMPLE.name, LegendEvents())
    panel.resize(420, 480)
    panel.show()
    aoi, item = sandbox.pick("NDVI")
    harness = Harness(sandbox, jobs, drafts, service, panel, aoi, item)
    yield harness
    for window in QApplication.topLevelWidgets():
        if window.objectName().endswith("Dialog"):
            window.close()
    harness.panel.close()
    harness.panel.deleteLater()
    pump(10)
    session.close()
    jobs.stop()
