"""Pushes and rollbacks by the editor's own buttons, through a proxy that injects faults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY
from pixxel_explorer.tests import fault_proxy as faults
from pixxel_explorer.tests.sandbox_server import served
from pixxel_explorer.ui.messages import MessageBody
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel, QPlainTextEdit, QToolButton, QWidget

from .conftest import LABEL, Sandbox, Stage, _list, pump

METADATA = "/metadata$"
KEYS = ("{authorization}", "Bearer {key}", "{quoted}", "{base64}", "{basic}")
ECHO = {"error": {"code": "{key}", "message": "no right: " + " ".join(KEYS), "details": {"sent": list(KEYS)}}}


@dataclass
class ServedWorld(Sandbox):
    """A sandbox over HTTP: the editor reaches it through the proxy, colleagues directly."""

    url: str = ""
    proxy: Any = None
    through: bool = False

    def client(self) -> ApiClient:
        """Return a client; ``through`` says whose."""
        url = self.proxy.url if self.through else self.url
        return ApiClient(ClientConfig(base_url=url), Credentials.from_key(SAMPLE_KEY))

    def do(self, work: Any) -> Any:
        """Run work as a colleague."""
        before, self.through = self.through, False
        try:
            return super().do(work)
        finally:
            self.through = before


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[ServedWorld]:
    """Return a sandbox behind the proxy."""
    with served(tmp_path / "state") as server, faults.faulty(server.url) as proxy:
        found = ServedWorld(tmp_path, url=server.url, proxy=proxy)
        found.listed = found.do(_list)
        found.through = True
        yield found


def edit_and_push(stage: Stage) -> None:
    """Edit a label and push by the buttons."""
    stage.open()
    stage.edit(0, LABEL, "Mine")
    stage.push()
    pump()


def roll_back(stage: Stage) -> None:
    """Roll back by the buttons."""
    stage.open()
    stage.click("rollBackButton")
    stage.answer("rollbackDialog")


def buttons(stage: Stage) -> list[QToolButton]:
    bodies = stage.panel.findChildren(MessageBody)
    return [button for body in bodies for button in body.findChildren(QToolButton)]


def press(stage: Stage, text: str) -> None:
    """Press a button of a message."""
    button = next(one for one in buttons(stage) if one.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    pump()


def test_a_409_after_a_colleagues_write_says_so_and_offers_the_comparison(stage: Stage) -> None:
    change = faults.before(lambda: stage.sandbox.relabel(stage.item, stage.keys[0], "Colleague"), faults.answer(409))
    stage.sandbox.proxy.on("PUT", METADATA, change, count=1)
    edit_and_push(stage)
    assert "Another user changed the legend" in stage.said()[-1]
    assert stage.server_class(0).label == "Colleague"
    assert stage.edits() > 0
    press(stage, "Compare")
    assert stage.dialog("pushDialog") is not None
    stage.decide("keepMineRadio")
    stage.answer("pushDialog")
    assert stage.server_class(0).label == "Mine"


@pytest.mark.parametrize(("status", "words"), [(412, "precondition"), (423, "locked"), (428, "precondition")])
def test_a_refusal_by_the_servers_state_does_not_blame_the_input(stage: Stage, status: int, words: str) -> None:
    stage.sandbox.proxy.on("PUT", METADATA, faults.answer(status))
    edit_and_push(stage)
    assert words in stage.said()[-1]
    assert "input" not in stage.said()[-1]
    assert "Compare" in [button.text() for button in buttons(stage)]
    assert stage.edits() > 0


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_failure_after_the_write_is_looked_up(stage: Stage, status: int) -> None:
    stage.sandbox.proxy.on("PUT", METADATA, faults.after(faults.answer(status)))
    stage.sandbox.proxy.on("PATCH", METADATA, faults.after(faults.lost()))
    edit_and_push(stage)
    assert "holds exactly what was sent" in stage.said()[-1]
    assert stage.edits() == 0
    stage.click("rollBackButton")
    stage.answer("rollbackDialog")
    assert "Rolled back" in stage.said()[-1]
    assert stage.server_class(0).label != "Mine"


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_failure_before_the_write_is_looked_up(stage: Stage, status: int) -> None:
    stage.sandbox.proxy.on("PUT", METADATA, faults.answer(status))
    edit_and_push(stage)
    assert "still holds the old legend" in stage.said()[-1]
    assert stage.edits() > 0


def test_an_answer_that_repeats_the_push_is_compared_with_what_is_stored(stage: Stage) -> None:
    def repeated(request: faults.Request) -> Any:
        return {"legend": {key: {"dynamic": rows} for key, rows in request.json["legend"].items()}}

    stage.sandbox.proxy.on("PUT", METADATA, faults.echo(repeated))
    edit_and_push(stage)
    assert "changed colours or labels" in stage.said()[-1]
    assert stage.value(0, LABEL) != "Mine"
    stage.click("undoButton")
    assert stage.value(0, LABEL) == "Mine"


def test_a_rollback_that_changed_nothing_says_so(stage: Stage) -> None:
    stage.sandbox.relabel(stage.item, stage.keys[0], "Former")
    stage.sandbox.proxy.on("PATCH", METADATA, faults.answer(502))
    roll_back(stage)
    assert "same legend" in stage.said()[-1]


def test_a_429_that_does_not_say_when_is_reported_at_once(stage: Stage) -> None:
    stage.sandbox.proxy.on("PUT", METADATA, faults.answer(429))
    edit_and_push(stage)
    assert "too many requests, so nothing was changed" in stage.said()[-1]
    assert stage.sandbox.proxy.count("PUT") == 1


@pytest.mark.parametrize("status", [400, 401, 403, 409, 500])
def test_a_key_that_the_server_repeats_is_not_shown(stage: Stage, status: int) -> None:
    stage.sandbox.proxy.on("PUT", METADATA, faults.answer(status, ECHO, {"X-Request-Id": "{authorization}"}))
    edit_and_push(stage)
    press(stage, "Details")
    shown = [*stage.said()]
    for widget in stage.panel.window().findChildren(QWidget):
        if widget.objectName() == "detailsBox":
            shown += [widget.findChild(QLabel, "detailsSentence").text()]
            shown += [widget.findChild(QPlainTextEdit, "detailsText").toPlainText()]
            widget.close()
    assert SAMPLE_KEY not in " ".join(shown)
    assert len(shown) > 1
