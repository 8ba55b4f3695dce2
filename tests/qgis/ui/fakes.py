"""Stand-ins for the services the dock talks to, with the same signals, and records to show."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from pixxel_explorer.plugin.api.config import Connection
from pixxel_explorer.plugin.api.models import Aoi, AoiQuery, Project, Visualization
from pixxel_explorer.plugin.catalog.service import AcquisitionDate, VisualizationItem
from pixxel_explorer.plugin.catalog.session import SessionState, SessionStatus
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.legend.vocabulary import LegendMode
from pixxel_explorer.plugin.messages.message import Message
from qgis.PyQt.QtCore import QObject, pyqtSignal

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [0.1, 0], [0.1, 0.1], [0, 0.1], [0, 0]]]}
SAMPLE = Connection("Sample data", "http://127.0.0.1", is_sample=True)
FIELD = Connection("Field work", "https://api.pixxel.space", auth_config="abc1234")


def make_aoi(number: int = 1, **changes: Any) -> Aoi:
    """Return an AOI of 12.4 km²."""
    record = {"aoi_id": f"aoi-{number}", "name": f"Farm {number}", "project_id": "p1", "status": "success"}
    return Aoi.model_validate({**record, "geometry": SQUARE, "area_in_sq_m": 12_400_000, **changes})


def make_dates(count: int) -> tuple[AcquisitionDate, ...]:
    """Return dates ten days apart, the earliest first."""
    days = [datetime.date(2025, 4, 12) + datetime.timedelta(days=10 * i) for i in range(count)]
    return tuple(AcquisitionDate(day.strftime("%Y_%m_%d"), day) for day in days)


def make_item(number: int = 1, aoi_id: str = "aoi-1", dates: int = 8, **changes: Any) -> VisualizationItem:
    """Return a finished NDVI with some dates."""
    fields: dict[str, Any] = {
        "id": f"viz-{number}",
        "aoi_id": aoi_id,
        "index_id": f"index-{number}",
        "title": "NDVI",
        "expression": "(B118 - B062) / (B118 + B062)",
        "expression_type": "index",
        "type": "preset",
        "status": "success",
        "progress": None,
        "dates": make_dates(dates),
        "created_at": "",
        "updated_at": "",
        "rescale": None,
        "has_legend": True,
        "visualization": Visualization.model_validate({"id": f"viz-{number}"}),
    }
    return VisualizationItem(**{**fields, **changes})


class FakeSession(QObject):
    """A session whose state the test sets."""

    state_changed = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.state = SessionState()

    def become(
        self, status: SessionStatus, connection: Connection | None = SAMPLE, problem: Message | None = None
    ) -> None:
        """Change the state and tell it."""
        self.state = SessionState(status, connection, problem)
        self.state_changed.emit(self.state)


class FakeAoiWatch(QObject):
    """A watch whose AOIs the test changes."""

    changed = pyqtSignal(object)


class FakeCatalog(QObject):
    """A catalogue that writes down what it is asked for; the test answers."""

    projects_loaded = pyqtSignal(object)
    projects_failed = pyqtSignal(object)
    search_started = pyqtSignal()
    aois_loaded = pyqtSignal(object, bool, object)
    aois_ended_early = pyqtSignal(str)
    aois_failed = pyqtSignal(object)
    visualizations_loaded = pyqtSignal(str, object)
    visualizations_ended_early = pyqtSignal(str, str)
    visualizations_failed = pyqtSignal(str, object)

    is_passing_on = False

    def __init__(self) -> None:
        super().__init__()
        self.aoi_watch = FakeAoiWatch()
        self.asked: list[Any] = []
        self.is_paused = False

    def pause(self, paused: bool) -> None:
        """Write down whether nobody looks."""
        self.is_paused = paused

    def load_projects(self) -> None:
        """Write down the wish for projects."""
        self.asked.append("projects")

    def search(self, query: AoiQuery) -> None:
        """Write down the query."""
        self.asked.append(query)
        self.search_started.emit()

    def fetch_more(self) -> None:
        """Write down the wish for a page."""
        self.asked.append("more")

    def retry_page(self) -> None:
        """Write down the wish for the failed page."""
        self.asked.append("retry")

    def load_visualizations(self, aoi_id: str) -> None:
        """Write down the AOI."""
        self.asked.append(("visualizations", aoi_id))


@dataclass
class FakeSettings:
    """Settings that forget."""

    current_connection: str = ""
    last_kind: LayerKind = LayerKind.PICTURE
    last_mode: LegendMode = LegendMode.DYNAMIC
    saved: tuple[Connection, ...] = (FIELD,)
    largest_picture: int = 100
    cache_limit: int | None = 10
    keeps_beside_project: bool = False

    def connections(self) -> list[Connection]:
        """Return the sample data and the saved connections."""
        return [SAMPLE, *self.saved]


@dataclass
class FakeProgress:
    """How far a job is."""

    done: int
    total: int
    text: str = ""
    bytes_done: int = 0


class FakeJob(QObject):
    """A job the test moves."""

    progressed = pyqtSignal(object)
    finished = pyqtSignal()

    def __init__(self, label: str = "Adding NDVI") -> None:
        super().__init__()
        self.label = label
        self.cancels = 0

    def cancel(self) -> None:
        """Count the wish to stop."""
        self.cancels += 1


PROJECT = Project.model_validate({"id": "p1", "name": "raba", "title": "Raba valley"})
