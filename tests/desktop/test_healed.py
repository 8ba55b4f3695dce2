"""A whole QGIS that opens a project without the files of its images."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import desktop  # noqa: E402 (a script of tools/)

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(300)]


def test_a_project_without_its_files_is_healed_by_one_button(sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"PIXXEL_TEST_URL": sandbox, "PIXXEL_TEST_KEY": "sample-key"}
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-healed")
    report = desktop.run_script(ROOT / "tests/desktop/healed.py", ROOT / "build/healed", profiles_path, 240)
    assert [f"{step['name']}: {step['problem']}" for step in report["steps"] if not step["held"]] == []
    assert len(report["steps"]) == 4
