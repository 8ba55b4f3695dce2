"""Packages are installed from a folder of wheels by a real pip; a failure says why and changes nothing."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.host import dependencies, pip_run
from pixxel_explorer.plugin.host.installation import InstallFailed, InstallJob
from qgis.PyQt.QtCore import QEventLoop, QTimer


def make_wheel(folder: Path, name: str, version: str) -> None:
    folder.mkdir(exist_ok=True)
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"version = '{version}'\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in files) + f"{info}/RECORD,,\n"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            wheel.writestr(path, text)


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder of wheels where the plugin needs ``pxw`` 2; Python's paths are put back."""
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("pxw>=2\n", encoding="utf-8")
    monkeypatch.setattr(dependencies, "REQUIREMENTS", wanted)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    (tmp_path / "wheels").mkdir()
    return tmp_path / "wheels"


def run(job: InstallJob, *, cancel: bool = False) -> tuple[list[tuple[str, Any]], list[str]]:
    """Run a job to its end; return its signals and its lines."""
    noted: list[tuple[str, Any]] = []
    lines: list[str] = []
    loop = QEventLoop()
    job.output.connect(lines.append)
    job.succeeded.connect(lambda folder: noted.append(("succeeded", folder)))
    job.failed.connect(lambda error: noted.append(("failed", error)))
    job.cancelled.connect(lambda: noted.append(("cancelled", None)))
    job.finished.connect(lambda: noted.append(("finished", None)))
    job.finished.connect(loop.quit)
    QTimer.singleShot(0, job.start)
    if cancel:
        QTimer.singleShot(20, job.cancel)
    QTimer.singleShot(60_000, loop.quit)
    loop.exec()
    return noted, lines


def test_packages_count_at_once_after_installing(qgis_app: Any, wheels: Path, tmp_path: Path) -> None:
    make_wheel(wheels, "pxw", "2.1")
    folder = tmp_path / "profile/packages/cp"
    noted, lines = run(InstallJob(folder, wheels))
    assert noted == [("succeeded", folder), ("finished", None)], lines
    assert any("Successfully installed" in line for line in lines)
    assert dependencies.check(folder).missing == ()
    assert str(folder) not in sys.path
    assert [path.name for path in folder.parent.iterdir()] == ["cp"]


def test_an_older_installation_is_replaced_whole(qgis_app: Any, wheels: Path, tmp_path: Path) -> None:
    make_wheel(wheels, "pxw", "2.1")
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "left_over.py").write_text("", encoding="utf-8")
    noted, lines = run(InstallJob(folder, wheels))
    assert noted[0][0] == "succeeded", lines
    assert not (folder / "left_over.py").exists()


def test_a_failure_says_why_and_leaves_what_was_there(qgis_app: Any, wheels: Path, tmp_path: Path) -> None:
    make_wheel(wheels, "pxw", "1.0")
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "kept.py").write_text("", encoding="utf-8")
    noted, _ = run(InstallJob(folder, wheels))
    (name, error), last = noted
    assert (name, error.reason, last[0]) == ("failed", "not-found", "finished")
    assert "pxw" in error.details
    assert (folder / "kept.py").exists()
    assert not folder.with_name("packages.new").exists()


def test_a_folder_that_cannot_be_written_is_a_matter_of_the_disk(qgis_app: Any, wheels: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    noted, _ = run(InstallJob(tmp_path / "file/packages", wheels))
    assert noted[0][1].reason == "disk"
    assert [name for name, _ in noted] == ["failed", "finished"]


def test_cancelling_leaves_nothing_behind(qgis_app: Any, wheels: Path, tmp_path: Path) -> None:
    make_wheel(wheels, "pxw", "2.1")
    folder = tmp_path / "packages"
    noted, _ = run(InstallJob(folder, wheels), cancel=True)
    assert [name for name, _ in noted] == ["cancelled", "finished"]
    assert not folder.exists()
    assert not folder.with_name("packages.new").exists()


def test_cancelling_before_the_start_is_reported_as_well(qgis_app: Any, wheels: Path, tmp_path: Path) -> None:
    job = InstallJob(tmp_path / "packages", wheels)
    job.cancel()
    noted, _ = run(job)
    assert [name for name, _ in noted] == ["cancelled", "finished"]
    assert not (tmp_path / "packages").exists()


def test_a_python_that_will_not_start_is_reported(
    qgis_app: Any, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pip_run, "interpreter", lambda: tmp_path / "absent")
    noted, _ = run(InstallJob(tmp_path / "packages", wheels))
    assert noted[0][1].reason == "no-python"
    assert [name for name, _ in noted] == ["failed", "finished"]


def test_the_interpreter_is_a_python_of_this_version() -> None:
    found = pip_run.interpreter()
    assert found.is_file()
    assert found.name.startswith("python")


def test_no_interpreter_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "executable", "/usr/bin/qgis")
    with pytest.raises(InstallFailed) as caught:
        pip_run.interpreter()
    assert caught.value.reason == "no-python"


def test_a_pip_among_the_wheels_will_do(wheels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (wheels / "pip-24.0-py3-none-any.whl").write_bytes(b"")
    monkeypatch.setattr(pip_run.importlib.util, "find_spec", lambda name: None)
    assert pip_run.pip_arguments(wheels) == [str(wheels / "pip-24.0-py3-none-any.whl/pip")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk-full"),
        ("ERROR: [Errno 13] Permission denied: '/x'", "disk"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "damaged"),
        ("ERROR: No matching distribution found for httpx>=0.27", "not-found"),
        ("/usr/bin/python3: No module named pip", "no-pip"),
        ("Segmentation fault", "other"),
    ],
)
def test_the_reason_is_read_from_what_pip_said(line: str, reason: str) -> None:
    assert pip_run.reason_of(["Collecting httpx", line]) == reason
