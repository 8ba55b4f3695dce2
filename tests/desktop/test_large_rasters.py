"""Large pictures on a whole desktop: Stop is quick, the window answers, memory goes back."""

from __future__ import annotations

import itertools
import json
import struct
import sys
import zlib
from pathlib import Path

import httpx
import pytest
from pixxel_explorer.tests.fault_proxy import Act, Exchange, faulty, reply_of
from pixxel_explorer.tests.large_files import picture, raster

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import desktop  # noqa: E402 (a script of tools/)

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(420)]

DAYS = ("2025_05_06", "2025_06_18", "2025_07_20")
STOP, GAP, STAYS = 5.0, 1.0, 150  # seconds and MB; a free machine has 0.5 and 0.2


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """Write three small dates of an index over 200 km, of which the sandbox computes legends."""
    folder = tmp_path / "Series"
    folder.mkdir()
    for day in DAYS:
        raster(folder / f"Crop_{day}.tif", "tiled", 100)
    return folder


@pytest.mark.usefixtures("series")
def test_large_pictures_can_be_stopped_and_leave_no_memory(sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"Authorization": "sample-key"}
    with httpx.Client(base_url=sandbox, headers=headers, trust_env=False, timeout=60) as client:
        aois = client.get("/v0/aois", params={"aoi_name": "Series"}).json()["aois"]  # legends are computed by now
    with faulty(sandbox) as proxy:
        proxy.on("POST", f"{aois[0]['aoi_id']}/visualizations/[^/]+/png$", pictures(picture(10_000, 10_000)))
        words = {"PIXXEL_TEST_URL": proxy.url, "PIXXEL_TEST_KEY": "sample-key"}
        words |= {"PIXXEL_LARGE_KIND": "picture", "PIXXEL_LARGE_STOPS": "2 4"}
        monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
        profiles_path = desktop.fresh_profile(ROOT / "build/desktop-large")
        out = ROOT / "build/large-picture"
        report = desktop.run_script(ROOT / "tests/desktop/large.py", out, profiles_path, 360)
    steps = report["steps"]
    assert isinstance(steps, list)
    assert [f"{step['name']}: {step['problem']}" for step in steps if not step["held"]] == []
    rows = json.loads((out / "figures.json").read_text(encoding="utf-8"))
    assert max(row["seconds"] for row in rows if row["act"] == "Stop") < STOP
    assert max(row["gap"] for row in rows) < GAP
    assert rows[-1]["memory"] < rows[0]["memory"] + STAYS


def pictures(png: bytes) -> Act:
    """Return an act that answers with a picture; each has a text of its own, so that none is known from another."""
    numbers = itertools.count()

    def answered(exchange: Exchange) -> None:
        text = b"tEXtn\0%d" % next(numbers)
        chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
        exchange.send(reply_of(200, png[:33] + chunk + png[33:], {"Content-Type": "image/png"}))

    return answered
