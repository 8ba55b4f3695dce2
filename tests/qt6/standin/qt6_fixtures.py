"""pytest plugin: the fixtures of pytest-qgis that the tests of the user interface need, over the stand-in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from traceback import format_exception

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Describe the QGIS of this machine, which the stand-in is held against."""
    path = ROOT / "build/qt6/qgis-api.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = ["/usr/bin/python3", str(ROOT / "tests/qt6/dump_qgis_api.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    path.write_text(done.stdout, encoding="utf-8")
    os.environ["PIXXEL_QGIS_API"] = str(path)


@pytest.fixture(scope="session")
def qgis_app() -> Iterator[object]:
    """Return the application of the session, in English."""
    from qgis.core import QgsApplication
    from qgis.PyQt.QtCore import QLocale

    QLocale.setDefault(QLocale("en_US"))
    yield QgsApplication([])


@pytest.fixture(autouse=True)
def no_error_in_a_slot(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test in which a slot raised; PyQt6 would end the process where nobody hooks exceptions, and QGIS does."""
    errors: list[str] = []
    monkeypatch.setattr(
        sys, "excepthook", lambda kind, error, trace: errors.extend(format_exception(kind, error, trace))
    )
    yield
    assert not errors, "".join(errors)
