"""Names and sizes that no one expects, through the dock of a whole QGIS."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pixxel_explorer.tests import fault_proxy as faults
from pixxel_explorer.tests.odd_names import NAMES, OddNames
from pixxel_explorer.tests.robustness import Scenario

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import desktop  # noqa: E402 (a script of tools/)

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(420)]


class Pictures:
    """Refuses pictures from one request of the scenario to the next."""

    def __init__(self, otherwise: faults.Act) -> None:
        self._otherwise = otherwise
        self._is_refused = False

    def switch(self, exchange: faults.Exchange) -> None:
        """Do from now on as a request says."""
        self._is_refused = exchange.request.path.endswith("/refused")
        exchange.send(faults.reply_of(200, {}))

    def draw(self, exchange: faults.Exchange) -> None:
        """Answer a request for a picture."""
        refuse = faults.answer(500, {"error": {"message": "no picture"}})
        (refuse if self._is_refused else self._otherwise)(exchange)


def test_odd_names_are_displayed_on_one_line_and_harm_nothing(
    sandbox: str, monkeypatch: pytest.MonkeyPatch, scenario: Scenario
) -> None:
    names = OddNames()
    pictures = Pictures(names)
    with faults.faulty(sandbox) as proxy:
        for method in ("GET", "POST", "PUT"):
            proxy.on(method, "", names)
        proxy.on("POST", "/png$", pictures.draw)
        proxy.on("GET", "^/__pictures/", pictures.switch)
        words = {"PIXXEL_TEST_URL": proxy.url, "PIXXEL_TEST_KEY": "sample-key"}
        monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
        profiles_path = desktop.fresh_profile(ROOT / "build/desktop-odd-names")
        script, out = ROOT / "tests/desktop/odd_names_seen.py", ROOT / "build/odd-names"
        report = desktop.run_script(script, out, profiles_path, 400)
    assert [f"{step['name']}: {step['problem']}" for step in report["steps"] if not step["held"]] == []
    assert len(report["steps"]) == len(NAMES) + 1
    texts = "Each is one line of at most 100 letters; the window keeps its size, and a saved project opens again."
    scenario("Names from outside", f"{len(NAMES)} odd names of projects, AOIs, indices and labels, in the dock", texts)
