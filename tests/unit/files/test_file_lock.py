"""A lock that several processes wait for."""

from __future__ import annotations

import errno
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pixxel_explorer.plugin.files import file_lock
from pixxel_explorer.plugin.files.file_lock import hold, open_locked

ADD_ONE = """
import importlib.util, pathlib, sys
spec = importlib.util.spec_from_file_location("file_lock", sys.argv[1])
file_lock = importlib.util.module_from_spec(spec)
spec.loader.exec_module(file_lock)
count = pathlib.Path(sys.argv[2])
for _ in range(100):
    with file_lock.hold(count.with_suffix(".lock")):
        count.write_text(str(int(count.read_text()) + 1))
"""


def test_processes_that_hold_it_do_not_lose_each_others_work(tmp_path: Path) -> None:
    count = tmp_path / "count"
    count.write_text("0")
    command = [sys.executable, "-c", ADD_ONE, str(file_lock.__file__), str(count)]
    processes = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    assert count.read_text() == "400"
    assert list(tmp_path.iterdir()) == [count]


def test_threads_wait_for_each_other(tmp_path: Path) -> None:
    count = [0]

    def add() -> None:
        for _ in range(50):
            with hold(tmp_path / "x"):
                seen = count[0]
                threading.Event().wait(0.0001)
                count[0] = seen + 1

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert count == [200]


def test_it_is_not_waited_for_without_end(tmp_path: Path) -> None:
    taken = open_locked(tmp_path / "x")
    assert taken is not None
    with pytest.raises(TimeoutError) as caught, hold(tmp_path / "x", longest=0.05):
        pass
    assert caught.value.filename == str(tmp_path / "x")
    taken.close()


def test_a_file_system_without_locks_does_not_stop_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(file_lock, "_lock", refuse)
    with hold(tmp_path / "x", longest=0):
        pass
    assert list(tmp_path.iterdir()) == []
