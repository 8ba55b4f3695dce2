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

from .conftest import LABEL, Harness, Sandbox, _list, pump

METADATA = "/metadata$"
KEYS = ("{authorization}", "Bearer {key}", "{quoted}", "{base64}", "{basic}")
ECHO = {"error": {"code": "{key}", "message": "no right: " + " ".join(KEYS), "details": {"sent": list(KEYS)}}}


@dataclass
class ProxiedSandbox(Sandbox):
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
def sandbox(tmp_path: Path) -> Iterator[ProxiedSandbox]:
    """Return a sandbox behind the proxy."""
    with served(tmp_path / "state") as server, faults.faulty(server.url) as proxy:
        found = ProxiedSandbox(tmp_path, url=server.url, proxy=proxy)
        found.listed = found.do(_list)
        found.through = True
        yield found


def edit_and_push(harness: Harness) -> None:
    """Edit a label and push by the buttons."""
    harness.open()
    harness.edit(0, LABEL, "Mine")
    harness.push()
    pump()


def roll_back(harness: Harness) -> None:
    """Roll back by the buttons."""
    harness.open()
    harness.click("rollBackButton")
    harness.answer("rollbackDialog")


def buttons(harness: Harness) -> list[QToolButton]:
    bodies = harness.panel.findChildren(MessageBody)
    return [button for body in bodies for button in body.findChildren(QToolButton)]


def press(harness: Harness, text: str) -> None:
    """Press a button of a message."""
    button = next(one for one in buttons(harness) if one.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    pump()


def test_a_409_after_a_colleagues_write_says_so_and_offers_the_comparison(harness: Harness) -> None:
    change = faults.before(
        lambda: harness.sandbox.relabel(harness.item, harness.keys[0], "Colleague"), faults.answer(409)
    )
    harness.sandbox.proxy.on("PUT", METADATA, change, count=1)
    edit_and_push(harness)
    assert "Another user changed the legend" in harness.texts()[-1]
    assert harness.server_class(0).label == "Colleague"
    assert harness.edits() > 0
    press(harness, "Compare")
    assert harness.dialog("pushDialog") is not None
    harness.decide("keepMineRadio")
    harness.answer("pushDialog")
    assert harness.server_class(0).label == "Mine"


@pytest.mark.parametrize(("status", "words"), [(412, "precondition"), (423, "locked"), (428, "precondition")])
def test_a_refusal_by_the_servers_state_does_not_blame_the_input(harness: Harness, status: int, words: str) -> None:
    harness.sandbox.proxy.on("PUT", METADATA, faults.answer(status))
    edit_and_push(harness)
    assert words in harness.texts()[-1]
    assert "input" not in harness.texts()[-1]
    assert "Compare" in [button.text() for button in buttons(harness)]
    assert harness.edits() > 0


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_failure_after_the_write_is_looked_up(harness: Harness, status: int) -> None:
    harness.sandbox.proxy.on("PUT", METADATA, faults.after(faults.answer(status)))
    harness.sandbox.proxy.on("PATCH", METADATA, faults.after(faults.lost()))
    edit_and_push(harness)
    assert "holds exactly what was sent" in harness.texts()[-1]
    assert harness.edits() == 0
    harness.click("rollBackButton")
    harness.answer("rollbackDialog")
    assert "Rolled back" in harness.texts()[-1]
    assert harness.server_class(0).label != "Mine"


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_failure_before_the_write_is_looked_up(harness: Harness, status: int) -> None:
    harness.sandbox.proxy.on("PUT", METADATA, faults.answer(status))
    edit_and_push(harness)
    assert "still holds the old legend" in harness.texts()[-1]
    assert harness.edits() > 0


def test_an_answer_that_repeats_the_push_is_compared_with_what_is_stored(harness: Harness) -> None:
    def repeated(request: faults.Request) -> Any:
        return {"legend": {key: {"dynamic": rows} for key, rows in request.json["legend"].items()}}

    harness.sandbox.proxy.on("PUT", METADATA, faults.echo(repeated))
    edit_and_push(harness)
    assert "changed colours or labels" in harness.texts()[-1]
    assert harness.value(0, LABEL) != "Mine"
    harness.click("undoButton")
    assert harness.value(0, LABEL) == "Mine"


def test_a_rollback_that_changed_nothing_says_so(harness: Harness) -> None:
    harness.sandbox.relabel(harness.item, harness.keys[0], "Former")
    harness.sandbox.proxy.on("PATCH", METADATA, faults.answer(502))
    roll_back(harness)
    assert "same legend" in harness.texts()[-1]


def test_a_429_that_does_not_say_when_is_reported_at_once(harness: Harness) -> None:
    harness.sandbox.proxy.on("PUT", METADATA, faults.answer(429))
    edit_and_push(harness)
    assert "too many requests, so nothing was changed" in harness.texts()[-1]
    assert harness.sandbox.proxy.count("PUT") == 1


@pytest.mark.parametrize("status", [400, 401, 403, 409, 500])
def test_a_key_that_the_server_repeats_is_not_shown(harness: Harness, status: int) -> None:
    harness.sandbox.proxy.on("PUT", METADATA, faults.answer(status, ECHO, {"X-Request-Id": "{authorization}"}))
    edit_and_push(harness)
    press(harness, "Details")
    shown = [*harness.texts()]
    for widget in harness.panel.window().findChildren(QWidget):
        if widget.objectName() == "detailsBox":
            shown += [widget.findChild(QLabel, "detailsSentence").text()]
            shown += [widget.findChild(QPlainTextEdit, "detailsText").toPlainText()]
            widget.close()
    assert SAMPLE_KEY not in " ".join(shown)
    assert len(shown) > 1
