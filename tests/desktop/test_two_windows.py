"""Two whole QGIS on one profile edit one legend; one pushes, the other is killed, and nothing is lost."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.tests.robustness import Scenario

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import desktop  # noqa: E402 (a script of tools/)

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(420)]
TWO = "Two QGIS on one profile"
OUT = ROOT / "build/two-windows"
Ended = tuple[dict[str, Any], int]


class Windows:
    """Starts QGIS in a role, each in a thread of its own."""

    def __init__(self, url: str, place: Path, patch: pytest.MonkeyPatch) -> None:
        self._words = {"PIXXEL_TEST_URL": url, "PIXXEL_TEST_KEY": "sample-key", "PIXXEL_TEST_PLACE": str(place)}
        self._patch, self._place = patch, place
        self._profiles_path = desktop.fresh_profile(ROOT / "build/desktop-two-windows")
        self._pool = ThreadPoolExecutor(2)

    def start(self, role: str, sign: signal.Signals | None = None) -> Future[Ended]:
        """Start one that ends by itself or, after its report, by a signal; its environment is set when it is there."""
        self._patch.setattr(desktop, "EXTRA_ENVIRONMENT", self._words | {"PIXXEL_TEST_ROLE": role})
        script = ROOT / "tests/desktop/two_windows.py"
        return self._pool.submit(desktop.run_until_exit, script, OUT / role, self._profiles_path, 180, sign)

    def wait_for(self, name: str, *running: Future[Ended]) -> None:
        """Wait until one of them has come so far."""
        end = time.monotonic() + 150
        while not (self._place / name).exists():
            assert time.monotonic() < end, f"waited for {name}"
            assert not any(each.done() for each in running), [each.result() for each in running if each.done()]
            time.sleep(0.2)

    def close(self) -> None:
        """Wait for those that are still there."""
        self._pool.shutdown()


@pytest.fixture
def windows(sandbox: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Windows]:
    """Return what starts several QGIS on one profile."""
    place = tmp_path / "place"
    place.mkdir()
    started = Windows(sandbox, place, monkeypatch)
    yield started
    started.close()


def held(ended: Ended) -> int:
    """Return the exit status of one whose steps all held."""
    report, status = ended
    assert [f"{step['name']}: {step['problem']}" for step in report["steps"] if not step["held"]] == []
    return status


def texts(role: str, name: str = "said.txt") -> str:
    return (OUT / role / name).read_text(encoding="utf-8")


def test_one_pushes_the_other_is_killed_and_its_draft_is_found(
    windows: Windows, tmp_path: Path, scenario: Scenario
) -> None:
    first = windows.start("first", signal.SIGKILL)
    windows.wait_for("edited", first)
    second = windows.start("second")
    windows.wait_for("pushed", first, second)
    assert held(first.result(180)) in (-signal.SIGKILL, 128 + signal.SIGKILL)
    (tmp_path / "place/killed").touch()
    assert held(second.result(180)) == 0
    assert held(windows.start("third").result(180)) == 0

    (noted,) = (line for line in texts("second").splitlines() if "another QGIS window" in line)
    scenario(TWO, "A second desktop opens a legend that the first one edits", noted)
    scenario(TWO, "The first desktop compares after the second one pushed", texts("first", "summary.txt"))
    found = next(line for line in texts("third").splitlines() if "draft" in line.lower())
    scenario(TWO, "The first desktop is killed, and a third one opens and pushes", found)
