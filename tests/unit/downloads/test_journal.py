"""The journal of downloads keeps the orders of all who download into one folder at the same time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pixxel_explorer.plugin.downloads import journal as journals
from pixxel_explorer.plugin.downloads.journal import Journal, PackageOrder
from pixxel_explorer.plugin.files.file_lock import open_locked

_EACH = 25
_WRITER = """
import sys, importlib.util as u
root, path, aoi, count = sys.argv[1:]
s = u.spec_from_file_location('pixxel_explorer', root + '/__init__.py', submodule_search_locations=[root])
m = u.module_from_spec(s); sys.modules['pixxel_explorer'] = m; s.loader.exec_module(m)
from pathlib import Path
from pixxel_explorer.plugin.downloads.journal import Journal, PackageOrder
for number in range(int(count)):
    Journal(Path(path)).put(PackageOrder(aoi, (str(number),), "d"))
"""


def test_processes_that_write_at_the_same_time_keep_each_others_orders(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "new" / "downloads.json"
    command = [sys.executable, "-c", _WRITER, str(root), str(path)]
    writers = [subprocess.Popen([*command, name, str(_EACH)]) for name in "abc"]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0]
    assert len(Journal(path).orders()) == 3 * _EACH
    assert [file.name for file in path.parent.iterdir()] == ["downloads.json"]


def test_a_journal_that_somebody_holds_for_too_long_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "downloads.json"
    journal = Journal(path)
    journal.put(PackageOrder("a", ("1",)))
    before = path.read_bytes()
    monkeypatch.setattr(journals, "_LONGEST", 0.05)
    lock = open_locked(tmp_path / ".downloads.json.lock")
    assert lock is not None
    with lock, pytest.raises(OSError, match="lock"):
        journal.remove(PackageOrder("a", ("1",)))
    assert path.read_bytes() == before
