"""Doubtful places, many dates and shared styles in a whole QGIS, by mouse."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import desktop  # noqa: E402 (a script of tools/)

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(300)]


def test_places_dates_and_styles_are_chosen_by_mouse(sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"PIXXEL_TEST_URL": sandbox, "PIXXEL_TEST_KEY": "sample-key"}
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-places")
    report = desktop.run_script(ROOT / "tests/desktop/places.py", ROOT / "build/places", profiles_path, 200)
    assert [f"{step['name']}: {step['problem']}" for step in report["steps"] if not step["held"]] == []
    assert len(report["steps"]) == 6
