"""Runs of ``qgis_process`` that fail end with QGIS's own exit code 1, and no crash at the end of the process."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from .command_line import CommandLine, Ended, installed
from .every_algorithm import failing, succeeding
from .server import KEY, State

NO_SERVER = "http://127.0.0.1:9"
NEEDS_NO_SERVER = ("applysld",)
Made = Callable[[Path], Mapping[str, Mapping[str, Any]]]

pytestmark = pytest.mark.timeout(600)  # some 17 starts of QGIS each


def _run_all(command_line: CommandLine, folder: Path, made: Made, leave_out: tuple[str, ...] = ()) -> dict[str, Ended]:
    """Run every algorithm, two at a time, each with files of its own."""

    def run(name: str) -> Ended:
        own = folder / name
        own.mkdir()
        return command_line.run(name, **made(own)[name])

    names = [name for name in made(folder) if name not in leave_out]
    with ThreadPoolExecutor(2) as executor:
        return dict(zip(names, executor.map(run, names), strict=True))


def _failed_well(ended: Ended) -> bool:
    return ended.code == 1 and "Traceback" not in ended.output and "unexpected" not in ended.output


def test_parameters_that_cannot_be_used(server: State, tmp_path: Path) -> None:
    ended = _run_all(installed(tmp_path, server.url, KEY), tmp_path, failing)
    assert {name: (each.code, each.output) for name, each in ended.items() if not _failed_well(each)} == {}


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    ended = _run_all(installed(tmp_path, NO_SERVER, KEY), tmp_path, succeeding, NEEDS_NO_SERVER)
    assert {name: (each.code, each.output) for name, each in ended.items() if not _failed_well(each)} == {}


def test_a_run_that_is_interrupted(server: State, tmp_path: Path) -> None:
    server.delay = 2.0
    command_line = installed(tmp_path, server.url, KEY)
    process = command_line.start("loadvisualization", **succeeding(tmp_path)["loadvisualization"])
    while not server.requests and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)  # as Ctrl+C does
    ended = command_line.end(process)
    assert ended.code == 1
    assert "“Load Visualization” was interrupted." in ended.output
    assert "Traceback" not in ended.output
    assert not list((tmp_path / "loaded").glob("*.tif"))
