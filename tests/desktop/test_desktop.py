"""A whole QGIS under a virtual display, driven through the plugin's own widgets."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from osgeo import gdal, osr
from pixxel_explorer.tests.package_index import SIGN_IN, Index, served, wheel

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import desktop  # noqa: E402 (a script of tools/)

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(420)]


def failures(report: dict[str, Any]) -> list[str]:
    return [f"{step['name']}: {step['problem']}" for step in report["steps"] if not step["held"]]


def test_an_error_ends_in_a_sentence_and_loses_nothing(sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"PIXXEL_TEST_URL": sandbox, "PIXXEL_TEST_KEY": "sample-key"}
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop")
    report = desktop.run_script(ROOT / "tests/desktop/trouble.py", ROOT / "build/trouble", profiles_path, 300)
    assert failures(report) == []
    assert len(report["steps"]) >= 9


def test_without_its_packages_the_plugin_loads_and_says_which_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-bare")
    shutil.rmtree(profiles_path / "profiles/default/pixxel_explorer/packages")
    names = {"httpx": "0.28", "pydantic": "2.9", "truststore": "0.10", "defusedxml": "0.8", "starlette": "0.41"}
    wheels = {
        f"{name}-{version}-py3-none-any.whl": wheel(name, version, padding=3_000_000) for name, version in names.items()
    }
    with served(Index(page=SIGN_IN)) as blocked, served(Index(wheels, slowly=threading.Event())) as slow:
        words = {"PIXXEL_TEST_BLOCKED": f"{blocked.url}/simple", "PIXXEL_TEST_SLOW": f"{slow.url}/simple"}
        monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
        report = desktop.run_script(ROOT / "tests/desktop/missing.py", ROOT / "build/missing", profiles_path, 180)
    assert failures(report) == []
    assert len(report["steps"]) == 7


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """Write two dates of an index × 10000 as whole numbers, with stray fill values, for the sandbox to serve."""
    folder = tmp_path / "Series"
    folder.mkdir()
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32633)
    values = np.linspace(-4000, 9000, 3600).reshape(60, 60)
    values.flat[:30] = 32767
    for day in ("2025_05_06", "2025_06_18"):
        dataset = gdal.GetDriverByName("GTiff").Create(str(folder / f"Crop_{day}.tif"), 60, 60, 1, gdal.GDT_Int16)
        dataset.SetGeoTransform((500000, 10, 0, 5000000, 0, -10))
        dataset.SetProjection(reference.ExportToWkt())
        dataset.GetRasterBand(1).WriteArray(values)
        del dataset
    return folder


def test_a_legend_in_other_units_is_asked_about(series: Path, sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put_classes(sandbox, "Farm near Raba", "NDVI", [0, 51, 102, 153, 204, 255])
    put_classes(sandbox, "Series", "Crop", [-1, -0.5, 0, 0.25, 0.5, 1])
    words = {"PIXXEL_TEST_URL": sandbox, "PIXXEL_TEST_KEY": "sample-key"}
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-units")
    report = desktop.run_script(ROOT / "tests/desktop/units.py", ROOT / "build/units", profiles_path, 180)
    assert failures(report) == []
    assert len(report["steps"]) == 6


def test_classes_are_added_listed_printed_and_reopened(sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"PIXXEL_TEST_URL": sandbox, "PIXXEL_TEST_KEY": "sample-key"}
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-classes")
    report = desktop.run_script(ROOT / "tests/desktop/classes.py", ROOT / "build/classes", profiles_path, 240)
    assert failures(report) == []
    assert len(report["steps"]) == 5


@pytest.mark.parametrize("behaviours", [("unfinished", "bins-of-mode")], ids="+".join, indirect=True)
def test_writes_say_what_they_lose_and_may_change(
    sandbox: str, behaviours: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"PIXXEL_TEST_URL": sandbox, "PIXXEL_TEST_KEY": "sample-key"}
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-writes")
    report = desktop.run_script(ROOT / "tests/desktop/writes.py", ROOT / "build/writes", profiles_path, 300)
    assert failures(report) == []
    assert len(report["steps"]) == 4


def put_classes(url: str, aoi_name: str, title: str, edges: list[float]) -> None:
    """Give a visualization classes between edges at every date and in every mode it has."""
    with httpx.Client(base_url=url, headers={"Authorization": "sample-key"}, trust_env=False, timeout=60) as client:
        aois = client.get("/v0/aois", params={"aoi_name": aoi_name}).json()["aois"]
        path = f"/v0/aois/{aois[0]['aoi_id']}/visualizations"
        listed = client.get(path, params={"limit": 50}).json()["visualization"]
        item = next(each for each in listed if each["index_name"] == title)
        colours = ("#d7191c", "#fdae61", "#ffffbf", "#abdda4", "#2b83ba")
        classes = [
            {"min": low, "max": high, "color": colour, "label": f"Class {n + 1}"}
            for n, (colour, (low, high)) in enumerate(zip(colours, pairwise(edges), strict=True))
        ]
        modes = {mode for of_date in item["metadata"]["legend"].values() for mode in of_date}
        for mode in sorted(modes):
            body = {"visualization_mode": mode, "legend": dict.fromkeys(item["metadata"]["legend"], classes)}
            bins = {"dynamic_bins": 5} if mode == "dynamic" else {}
            client.put(f"{path}/{item['id']}/metadata", json={**body, **bins}).raise_for_status()


@pytest.mark.parametrize("sandbox", ["lean", "legacy", "odd"], indirect=True)
def test_the_main_job_is_done_with_each_generation_of_the_api(
    sandbox: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    words = {"PIXXEL_TEST_URL": sandbox, "PIXXEL_TEST_KEY": "sample-key"}
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-profiles")
    out = ROOT / "build/profiles" / request.node.callspec.params["sandbox"]
    report = desktop.run_script(ROOT / "tests/desktop/profiles.py", out, profiles_path, 180)
    assert failures(report) == []
    assert len(report["steps"]) == 9


def test_style_documents_are_loaded_dropped_saved_and_refused() -> None:
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-styles")
    report = desktop.run_script(ROOT / "tests/desktop/styles.py", ROOT / "build/styles", profiles_path, 120)
    assert failures(report) == []
    assert len(report["steps"]) == 15


def test_dates_are_animated_saved_moved_and_printed_by_qgis_own_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-animation")
    report = desktop.run_script(ROOT / "tests/desktop/animation.py", ROOT / "build/animation", profiles_path, 180)
    assert failures(report) == []
    assert len(report["steps"]) == 8
    open_it_elsewhere(ROOT / "build/animation/project.qgz", monkeypatch)


def open_it_elsewhere(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copy a project one folder deeper and open it by another profile."""
    moved = ROOT / "build/moved-project/one/folder/deeper/project.qgz"
    moved.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(project, moved)
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", {"PIXXEL_TEST_PROJECT": str(moved)})
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-moved")
    report = desktop.run_script(ROOT / "tests/desktop/moved.py", ROOT / "build/moved", profiles_path, 120)
    assert failures(report) == []


def test_qgis_starts_without_a_question_though_the_dock_was_left_open(
    sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-locked")
    for start in ("first", "second"):
        words = {"PIXXEL_TEST_URL": sandbox, "PIXXEL_TEST_KEY": "sample-key", "PIXXEL_TEST_START": start}
        monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
        out = ROOT / f"build/locked/{start}"
        report = desktop.run_script(ROOT / "tests/desktop/locked.py", out, profiles_path, 120)
        assert failures(report) == []


def test_a_start_without_the_server_is_one_sentence_and_a_way_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """QGIS starts with the dock left open on a stored key; the server comes back while it runs."""
    password = tmp_path / "password"
    password.write_text("a test's master password", encoding="utf-8")
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-offline")
    out = ROOT / "build/offline"
    shutil.rmtree(out, ignore_errors=True)  # no word of an earlier run starts the server
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = free_port()
        words = {
            "QGIS_AUTH_PASSWORD_FILE": str(password),
            "PIXXEL_TEST_PASSWORD": str(password),  # QGIS takes its own out of the environment
            "PIXXEL_TEST_URL": f"http://127.0.0.1:{port}",
            "PIXXEL_TEST_SILENT_URL": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "PIXXEL_TEST_KEY": "sample-key",
        }
        for start in ("first", "second"):
            monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words | {"PIXXEL_TEST_START": start})
            with server_once(out / start / "offline.txt", port, tmp_path / "state"):
                report = desktop.run_script(ROOT / "tests/desktop/offline.py", out / start, profiles_path, 180)
            assert failures(report) == []
    assert len(report["steps"]) == 4


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def server_once(asked: Path, port: int, state: Path) -> Iterator[None]:
    """Serve a sandbox on a port from the moment that a file appears, and say so by another."""
    over, started = threading.Event(), []
    command = [sys.executable, str(ROOT / "plugin/sandbox/__main__.py"), "--port", str(port), "--state", str(state)]

    def serve() -> None:
        while not asked.exists():
            if over.wait(0.1):
                return
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        started[0].stdout.readline()
        asked.with_name("online.txt").write_text("serving", encoding="utf-8")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(30)
        for process in started:
            process.terminate()
            process.communicate(timeout=10)


def test_texts_stay_readable_when_the_theme_changes() -> None:
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-themes")
    report = desktop.run_script(ROOT / "tests/desktop/themes.py", ROOT / "build/themes", profiles_path, 120)
    assert failures(report) == []
    assert len(report["steps"]) == 3


def test_keys_work_where_the_focus_is() -> None:
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-keyboard")
    report = desktop.run_script(ROOT / "tests/desktop/keyboard.py", ROOT / "build/keyboard", profiles_path, 120)
    assert failures(report) == []
    assert len(report["steps"]) == 4


def test_an_aoi_is_made_of_a_layer_and_repaired_with_consent(sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"PIXXEL_TEST_URL": sandbox, "PIXXEL_TEST_KEY": "sample-key"}
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-create-aoi")
    report = desktop.run_script(ROOT / "tests/desktop/create_aoi.py", ROOT / "build/create-aoi", profiles_path, 180)
    assert failures(report) == []
    assert len(report["steps"]) == 3


def test_styles_copies_and_embedded_groups_leave_every_layer_what_it_is() -> None:
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-identity")
    report = desktop.run_script(ROOT / "tests/desktop/identity.py", ROOT / "build/identity", profiles_path, 180)
    assert failures(report) == []
    assert len(report["steps"]) == 7


def test_list_map_and_editor_by_mouse_and_keys(sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"PIXXEL_TEST_URL": sandbox, "PIXXEL_TEST_KEY": "sample-key"}
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-list")
    report = desktop.run_script(ROOT / "tests/desktop/list_and_map.py", ROOT / "build/list-and-map", profiles_path, 240)
    assert failures(report) == []
    assert len(report["steps"]) == 7
