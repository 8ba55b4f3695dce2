"""The services with the real worker: results arrive in the main thread, whole, and closing leaves nothing behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.api.config import Connection
from pixxel_explorer.plugin.api.models import Aoi
from pixxel_explorer.plugin.catalog.service import CatalogService
from pixxel_explorer.plugin.catalog.session import SessionService, SessionStatus
from pixxel_explorer.plugin.downloads.service import LoadRequest, VisualizationService
from pixxel_explorer.plugin.layer_kinds.table import LayerKind
from pixxel_explorer.plugin.legend.vocabulary import LegendMode
from pixxel_explorer.plugin.legend.wire import read_classes
from pixxel_explorer.plugin.legend_sync.drafts import DraftStore, read_history
from pixxel_explorer.plugin.legend_sync.service import LegendService, PushConflict, PushRequest
from pixxel_explorer.plugin.messages.explanation import explain
from pixxel_explorer.plugin.worker.runner import Runner
from pixxel_explorer.tests.fake_api import SQUARE, FakeApi, rows
from qgis.PyQt.QtCore import QCoreApplication, QThread

Record = Callable[[Any], list[Any]]
FIRST, SECOND = "2025_05_02", "2025_05_12"


def wait(until: Callable[[], Any], seconds: float = 5.0) -> None:
    """Run the event loop until something holds."""
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it did not happen in time"
        QCoreApplication.processEvents()
        time.sleep(0.002)


@pytest.fixture
def session(api: FakeApi) -> Iterator[SessionService]:
    """Return a session connected through a real thread."""
    runner = Runner()
    service = SessionService(runner, lambda _connection: api.client)
    service.open(Connection("Farm server", "https://api.test"))
    wait(lambda: service.state.status is SessionStatus.CONNECTED)
    yield service
    service.close()
    assert runner.stop()


@pytest.fixture
def item(session: SessionService) -> Any:
    """Return the one visualization."""
    catalog = CatalogService(session)
    found: list[Any] = []
    catalog.visualizations_loaded.connect(lambda _aoi, items: found.extend(items))
    catalog.load_visualizations("a1")
    wait(lambda: found)
    return found[0]


def done(job: Any) -> Any:
    """Start a job, wait for its end and return its result or error."""
    outcome: list[Any] = []
    job.succeeded.connect(outcome.append)
    job.failed.connect(outcome.append)
    job.start()
    wait(lambda: outcome)
    return outcome[0]


def test_images_arrive_one_by_one_in_the_main_thread(session: SessionService, item: Any, tmp_path: Path) -> None:
    service = VisualizationService(session)
    arrived: list[tuple[Any, bool]] = []
    main = QThread.currentThread()
    service.image_loaded.connect(lambda _request, image: arrived.append((image, QThread.currentThread() is main)))
    aoi = Aoi(aoi_id="a1", name="Farm", geometry=SQUARE)
    result = done(
        service.load(
            LoadRequest(aoi, "P", item, item.dates, LegendMode.DYNAMIC, LayerKind.PICTURE, tmp_path, "Farm server")
        )
    )
    wait(lambda: len(arrived) == 2)
    assert {image.path for image, _ in arrived} == {image.path for image in result.images}
    assert all(in_main for _, in_main in arrived)
    assert all(path.suffix in (".vrt", ".png") for path in tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) == 4


def test_a_date_that_fails_is_reported_with_its_message(session: SessionService, item: Any, tmp_path: Path) -> None:
    service = VisualizationService(session)
    failed: list[Any] = []
    service.date_failed.connect(lambda _request, date, error: failed.append((date.key, explain(error).text)))
    aoi = Aoi(aoi_id="a1", name="Farm", geometry=None)
    request = LoadRequest(
        aoi, "P", item, item.dates[:1], LegendMode.DYNAMIC, LayerKind.PICTURE, tmp_path, "Farm server"
    )
    result = done(service.load(request))
    wait(lambda: failed)
    assert result.images == ()
    assert failed[0][0] == FIRST
    assert "no outline" in failed[0][1]


def test_a_stopped_load_leaves_no_pieces(session: SessionService, item: Any, tmp_path: Path) -> None:
    service = VisualizationService(session)
    aoi = Aoi(aoi_id="a1", name="Farm", geometry=SQUARE)
    job = service.load(
        LoadRequest(aoi, "P", item, item.dates, LegendMode.DYNAMIC, LayerKind.PICTURE, tmp_path, "Farm server")
    )
    ended: list[bool] = []
    job.finished.connect(lambda: ended.append(True))
    job.start()
    job.cancel()
    wait(lambda: ended)
    assert not any(path.name.startswith(".") for path in tmp_path.rglob("*"))


def test_a_push_and_a_rollback_keep_what_was_there(
    session: SessionService, item: Any, api: FakeApi, tmp_path: Path
) -> None:
    service = LegendService(session, DraftStore(tmp_path), lambda text: read_classes([{"label": text}])[0])
    document = done(service.open(item, "dynamic"))
    mine = document.legends[FIRST].replacing(0, label="Mine")
    pushed = done(service.push(PushRequest(item, "dynamic", {FIRST: mine}, document.legends)))
    assert pushed.differences == []
    assert api.legends["v1"][FIRST]["dynamic"][0]["label"] == "Mine"
    rolled = done(service.rollback(item, "dynamic", (FIRST,)))
    assert rolled.rolled_back == ["2025-05-02"]
    before_push, before_rollback = (read_history(path) for path in sorted(tmp_path.rglob("*Z.json")))
    assert before_push[FIRST].classes[0].label == "Class 0"
    assert before_rollback[FIRST].classes[0].label == "Mine"
    assert "Farm server" in sorted(tmp_path.rglob("*Z.json"))[0].read_text(encoding="utf-8")


def test_a_conflict_fails_the_job_with_its_report(
    session: SessionService, item: Any, api: FakeApi, tmp_path: Path
) -> None:
    service = LegendService(session, DraftStore(tmp_path), lambda text: read_classes([{"label": text}])[0])
    document = done(service.open(item, "dynamic"))
    api.legends["v1"][FIRST]["dynamic"] = rows(-1, 0.5, 1)
    mine = document.legends[FIRST].replacing(0, label="Mine")
    error = done(service.push(PushRequest(item, "dynamic", {FIRST: mine}, document.legends)))
    assert isinstance(error, PushConflict)
    assert error.report.conflicts[0]["date"] == "2025-05-02"
    assert list(tmp_path.rglob("*.json")) == []
