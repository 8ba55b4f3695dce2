"""The time bar in a whole QGIS, over a real series of sixty-seven dates."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import desktop  # noqa: E402 (a script of tools/)

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(420)]
SERIES = ROOT.parent / "shared/data/ndvi-slovenia"


@pytest.fixture
def series() -> Path:
    """Return the folder of the series that the sandbox serves."""
    if not SERIES.is_dir():
        pytest.skip("the series of test data is not here")
    return SERIES


def test_the_map_is_moved_through_time_by_mouse_and_keys(
    series: Path, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"PIXXEL_TEST_URL": sandbox, "PIXXEL_TEST_KEY": "sample-key", "PIXXEL_TEST_AOI": SERIES.name}
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-time")
    report = desktop.run_script(ROOT / "tests/desktop/time_bar.py", ROOT / "build/time", profiles_path, 300)
    assert [f"{step['name']}: {step['problem']}" for step in report["steps"] if not step["held"]] == []
    assert len(report["steps"]) == 7
