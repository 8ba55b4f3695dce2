"""A file is there whole or not at all: on a full disk, in a folder that refuses, after a kill."""

from __future__ import annotations

import ast
import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.files import whole
from pixxel_explorer.plugin.imagery.evaluate import evaluate_file
from pixxel_explorer.plugin.imagery.expression import parse
from pixxel_explorer.plugin.imagery.raster_io import create_raster, gdal_quiet
from pixxel_explorer.tests.robustness import Scenario

ROOT = Path(__file__).parents[3]
# A process that may write no file beyond 64 kB; Python ignores the signal that comes with it.
LIMITED = """
import importlib.util, resource, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("whole", sys.argv[1])
whole = importlib.util.module_from_spec(spec)
spec.loader.exec_module(whole)
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
whole.write_text(Path(sys.argv[2]), "x" * 100_000)
"""
KILLED = """
import importlib.util, sys, time
from pathlib import Path
spec = importlib.util.spec_from_file_location("whole", sys.argv[1])
whole = importlib.util.module_from_spec(spec)
spec.loader.exec_module(whole)
with whole.whole_or_nothing(Path(sys.argv[2])) as part:
    part.write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_full_disk_leaves_what_was_there(small_disk: Path) -> None:
    target = small_disk / "a.json"
    whole.write_text(target, "before")
    with pytest.raises(OSError) as caught:
        whole.write_text(target, "x" * 1_000_000)
    assert caught.value.errno == errno.ENOSPC
    assert target.read_text() == "before"
    assert names(small_disk) == ["a.json"]


def test_a_limit_of_size_leaves_what_was_there(tmp_path: Path, scenario: Scenario) -> None:
    target = tmp_path / "a.json"
    whole.write_text(target, "before")
    command = [sys.executable, "-c", LIMITED, str(whole.__file__), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "File too large" in done.stderr
    assert target.read_text() == "before"
    assert names(tmp_path) == ["a.json"]
    subject = "A disk that is full, a folder that refuses or vanishes"
    scenario(subject, "A file outgrows the room that is left", "The former content is there, and nothing beside it.")


@pytest.mark.parametrize("has_exceptions", [False, True])
def test_a_raster_on_a_full_disk_is_an_error_and_no_file(
    small_disk: Path, tmp_path: Path, has_exceptions: bool
) -> None:
    source = tmp_path / "bands.tif"
    with gdal_quiet():
        raster = create_raster(source, (400, 400, 1), gdal.GDT_Float32)
        raster.GetRasterBand(1).SetDescription("B04")
        raster.GetRasterBand(1).WriteArray(np.random.default_rng(1).random((400, 400), dtype="f4"))
        raster = None
    before = gdal.GetUseExceptions()
    (gdal.UseExceptions if has_exceptions else gdal.DontUseExceptions)()
    try:
        with pytest.raises(OSError) as caught:
            evaluate_file(parse("B04 + 1"), source, small_disk / "out.tif")
    finally:
        (gdal.UseExceptions if before else gdal.DontUseExceptions)()
    assert caught.value.errno == errno.ENOSPC
    assert names(small_disk) == []


def test_a_folder_that_refuses_is_named_by_the_file_that_was_to_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    target = tmp_path / "file" / "a.json"
    with pytest.raises(OSError) as caught:
        whole.write_text(target, "x")
    assert ".part" not in str(caught.value)


def test_a_folder_that_vanishes_while_writing_is_an_error(tmp_path: Path) -> None:
    target = tmp_path / "gone" / "a.txt"
    with pytest.raises(FileNotFoundError) as caught, whole.whole_or_nothing(target) as part:
        part.write_text("x")
        part.unlink()
        part.parent.rmdir()
    assert caught.value.filename == str(target)


def test_a_kill_leaves_the_former_content_and_a_piece_that_is_swept(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    whole.write_text(target, "before")
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(whole.__file__), str(target)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    assert target.read_text() == "before"
    (piece,) = (path for path in tmp_path.iterdir() if path != target)
    whole.sweep_parts(tmp_path)
    assert piece.exists()  # it may be somebody's who lives
    os.utime(piece, (time.time() - 2 * 24 * 3600,) * 2)
    (tmp_path / ".tile.tif.part").write_bytes(b"of a download")
    os.utime(tmp_path / ".tile.tif.part", (time.time() - 2 * 24 * 3600,) * 2)
    whole.sweep_parts(tmp_path)
    assert names(tmp_path) == [".tile.tif.part", "a.json"]


def test_the_content_is_on_the_disk_before_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append((tmp_path / "a.txt").exists()), real(fd)))
    whole.write_text(tmp_path / "a.txt", "x")
    assert synced[0] is False
    synced.clear()
    whole.write_text(tmp_path / "a.txt", "y", durable=False)
    assert synced == []


# --- the whole tree -----------------------------------------------------------------------------------------------

WRITERS = {"write_text", "write_bytes", "saveNamedStyle", "saveSldStyle", "saveDefaultStyle", "Create", "CreateCopy"}
# What may write by itself, and why.
OWN = {
    "plugin/files/whole.py": "the helper",
    "plugin/api/transport/part_file.py": "a part that grows over several calls; its end is a rename",
    "plugin/downloads/archives.py": "into a folder of unfinished files",
    "plugin/downloads/unpacking.py": "into a folder of unfinished files",
    "plugin/imagery/raster_io.py": "creates rasters for those who ask for a part",
}


def writes(tree: ast.AST) -> list[int]:
    """Return the lines that write a file, outside of a ``with whole_or_nothing``."""
    found = []
    guarded = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.With) and any("whole_or_nothing" in ast.unparse(item) for item in node.items)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or node in guarded:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        is_method = isinstance(node.func, ast.Attribute)
        in_memory = any(word in ast.unparse(node) for word in ("'MEM'", "/vsimem/", "CreateCopy(name"))
        if called in WRITERS and is_method and not in_memory:
            found.append(node.lineno)
        if called in ("open", "fdopen") and any(
            isinstance(each, ast.Constant) and isinstance(each.value, str) and set(each.value) <= set("wax+bt")
            for each in [*node.args, *(keyword.value for keyword in node.keywords)]
        ):
            found.append(node.lineno)
    return found


def test_the_walk_finds_what_writes() -> None:
    assert writes(ast.parse("path.write_text('x')"))
    assert writes(ast.parse("with path.open('wb') as f: pass"))
    assert writes(ast.parse("layer.saveNamedStyle(str(path))"))
    assert not writes(ast.parse("with whole_or_nothing(path) as part: part.write_text('x')"))


def test_everything_that_is_written_goes_through_the_helper() -> None:
    files = [*ROOT.glob("plugin/**/*.py"), *ROOT.glob("ui/**/*.py")]
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{line}"
        for path in sorted(files)
        if path.relative_to(ROOT).as_posix() not in OWN
        for line in writes(ast.parse(path.read_text("utf-8")))
    ]
    assert found == []
