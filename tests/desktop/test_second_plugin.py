"""Beside a plugin that brings an older pydantic and httpx: real packages, a real desktop and ``qgis_process``."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests/desktop")]

import desktop  # noqa: E402 (a script of tools/)
import second_plugin  # noqa: E402 (a neighbour in this folder)

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(420)]
PACKAGES = ROOT / "build/cache/second-plugin"
OURS, OTHER = "pixxel_explorer", second_plugin.FOLDER
EAGER = "import httpx, pydantic"


@pytest.fixture(scope="module")
def packages() -> Path:
    """Return the folder of the other plugin's packages, fetched once from the package index."""
    why_not = second_plugin.fetch(PACKAGES)
    if why_not:
        pytest.skip(f"the other plugin's packages could not be fetched: {why_not}")
    return PACKAGES


def profile_beside(packages: Path, first: str, imports: str, name: str = "desktop-beside") -> Path:
    """Return profiles with both plugins, of which one is loaded first."""
    profiles_path = desktop.fresh_profile(ROOT / "build" / name)
    profile = profiles_path / "profiles/default"
    second_plugin.install(profile, packages, first=first == OTHER, imports=imports)
    return profiles_path


def failures(report: dict[str, Any]) -> list[str]:
    return [f"{step['name']}: {step['problem']}" for step in report["steps"] if not step["held"]]


@pytest.mark.parametrize(
    ("first", "imports", "order"),
    [(OTHER, "", "opmoro"), (OTHER, EAGER, "pmoro"), (OURS, "", "pmoro"), (OURS, EAGER, "opo")],
    ids=["other first", "other first and eager", "ours first", "other second but eager"],
)
def test_both_plugins_work_in_one_desktop(
    packages: Path, monkeypatch: pytest.MonkeyPatch, first: str, imports: str, order: str
) -> None:
    second = OURS if first == OTHER else OTHER
    words = {"PIXXEL_TEST_LOADED": f"{first} {second}", "PIXXEL_TEST_ORDER": order}
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
    out = ROOT / "build/beside" / f"{first}-{order}"
    report = desktop.run_script(
        ROOT / "tests/desktop/beside.py", out, profile_beside(packages, first, imports), seconds=180
    )
    assert failures(report) == []
    assert len(report["steps"]) == len(order) + 1  # type: ignore[arg-type]


def test_packages_installed_while_qgis_runs_count_at_once(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = {"PIXXEL_TEST_LOADED": f"{OTHER} {OURS}", "PIXXEL_TEST_ORDER": "oipo"}
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
    profiles_path = profile_beside(packages, OTHER, EAGER, "desktop-bare")
    shutil.rmtree(profiles_path / "profiles/default/pixxel_explorer/packages")
    report = desktop.run_script(ROOT / "tests/desktop/beside.py", ROOT / "build/beside/install", profiles_path, 240)
    assert failures(report) == []
    assert len(report["steps"]) == 5  # type: ignore[arg-type]


def run_process(profiles_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run qgis_process with the sample data's connection in a profile."""
    words = {"QGIS_CUSTOM_CONFIG_PATH": str(profiles_path), "QT_QPA_PLATFORM": "offscreen"}
    environment = {**desktop.environment(), **words}
    return subprocess.run(
        ["qgis_process", "--json", "run", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("imports", ["", EAGER], ids=["lazily", "at start"])
@pytest.mark.parametrize(("first", "order"), [(OTHER, "oppo"), (OURS, "poop")])
def test_both_plugins_work_on_the_command_line(
    packages: Path, sandbox: str, monkeypatch: pytest.MonkeyPatch, first: str, order: str, imports: str
) -> None:
    monkeypatch.setenv("PIXXEL_API_URL", sandbox)
    monkeypatch.setenv("PIXXEL_API_KEY", "sample-key")
    done = run_process(profile_beside(packages, first, imports), "other:alternate", "--", f"ORDER={order}")
    assert done.returncode == 0, done.stderr
    answers, loaded = json.loads(done.stdout)["results"]["ANSWERS"].rsplit("; ", 1)
    assert answers.split("; ") == [second_plugin.VERSIONS if letter == "o" else "2 projects" for letter in order]
    modules = loaded.split()
    assert "pydantic_core" not in modules  # ours has it, the other's has none
    assert (modules.index(OTHER) < modules.index(OURS)) is (first == OTHER)


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """Return profiles whose pydantic cannot be loaded; the sound file of its core is beside them."""
    sound = desktop.fresh_profile(ROOT / "build/desktop-beside") / "profiles/default/pixxel_explorer/packages"
    profiles_path = ROOT / "build/desktop-broken"
    folder = profiles_path / "profiles/default/pixxel_explorer/packages"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(sound, folder)
    desktop.fresh_profile(profiles_path)
    (core,) = folder.glob("*/pydantic_core/_pydantic_core*.so")
    shutil.copy2(core, profiles_path / "core")
    core.write_bytes(b"not a library")
    return profiles_path


def test_packages_that_are_there_but_broken_are_named(damaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", {"PIXXEL_TEST_CORE": str(damaged / "core")})
    report = desktop.run_script(ROOT / "tests/desktop/broken.py", ROOT / "build/broken", damaged, 120)
    assert failures(report) == []
    assert len(report["steps"]) == 3


def test_the_command_line_names_a_broken_package(damaged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXXEL_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PIXXEL_API_KEY", "sample-key")
    done = run_process(damaged, "pixxel:listprojects", "--", f"OUTPUT={damaged / 'projects.csv'}")
    assert done.returncode != 0
    assert "The Python package pydantic" in done.stderr
    assert "cannot be loaded" in done.stderr
    assert "unexpected" not in done.stderr
    assert "Traceback" not in done.stderr
