"""QGIS is left in the middle of work, in every way there is, and ends without a crash."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from leaving import Leaving, leave  # before desktop, whose folder it puts on the path
from pixxel_explorer.tests.robustness import Scenario

import desktop  # isort: skip

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(420)]
# `make soak` leaves QGIS in all states. QGIS has no handler for SIGTERM, so the system ends it.
CASES = [
    (Leaving("loads", "action", False, 0.0), 0),
    (Leaving("push", "window", True, 0.3), 0),
    (Leaving("dialog", "action", True, 0.8), 0),
    (Leaving("task", "window", True, 0.05), 0),
    (Leaving("loads", "signal", True, 0.3), -signal.SIGTERM),
]


@pytest.mark.parametrize(("leaving", "expected"), CASES)
def test_leaving_in_the_middle_of_work(
    sandbox: str, monkeypatch: pytest.MonkeyPatch, scenario: Scenario, leaving: Leaving, expected: int
) -> None:
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", {})
    problems, status = leave(leaving, sandbox, "quitting")
    assert problems == []
    assert status == expected or (expected < 0 and status == 128 - expected)  # as the virtual display's wrapper says
    before = "the plugin was reloaded before" if leaving.is_reloaded else "no reload before"
    outcome = "QGIS ends with status 0." if expected == 0 else "The system ends QGIS by the signal, and nothing stays."
    scenario("QGIS is left in the middle of work", f"{leaving.state}, by {leaving.way}, {before}", outcome)
