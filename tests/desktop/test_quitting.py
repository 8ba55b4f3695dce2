"""QGIS is left in the middle of loads, in every way there is, and ends without a crash."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import desktop  # noqa: E402 (a script of tools/)

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(420)]
# How QGIS is left, whether the plugin was reloaded before, how long the loads run first, and how the process ends:
# QGIS has no handler for SIGTERM, so the system ends it.
CASES = [
    ("action", "no", 0.0, 0),
    ("window", "no", 0.3, 0),
    ("action", "yes", 0.8, 0),
    ("window", "yes", 0.05, 0),
    ("signal", "yes", 0.3, -signal.SIGTERM),
]


@pytest.mark.parametrize(("way", "reloads", "seconds", "expected"), CASES)
def test_leaving_in_the_middle_of_loads(
    sandbox: str, monkeypatch: pytest.MonkeyPatch, way: str, reloads: str, seconds: float, expected: int
) -> None:
    words = {"PIXXEL_TEST_URL": sandbox, "PIXXEL_TEST_KEY": "sample-key", "PIXXEL_TEST_QUIT": way}
    words |= {"PIXXEL_TEST_RELOADS": reloads, "PIXXEL_TEST_SECONDS": str(seconds)}
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-quitting")
    sign = signal.SIGTERM if way == "signal" else None
    report, status = desktop.run_until_exit(
        ROOT / "tests/desktop/quitting.py", ROOT / "build/quitting", profiles_path, 90, sign
    )
    assert [step["problem"] for step in report["steps"] if not step["held"]] == []
    assert status == expected or (sign and status == 128 + sign)  # as the virtual display's wrapper passes it on
