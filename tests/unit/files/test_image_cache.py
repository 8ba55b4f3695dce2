"""The cache of images: measured, and pruned of what nobody uses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pixxel_explorer.plugin.files.image_cache import CacheSize, ImageCache, note_use

DAY = 86400.0
LISTING = """
import sys, time
from pathlib import Path
from plugin.files.image_cache import ImageCache
cache = ImageCache(Path(sys.argv[1]))
cache.list_uses([Path(sys.argv[2])])
print("listed", flush=True)
time.sleep(300)
"""


def image(cache: Path, name: str, days: float, *suffixes: str, size: int = 100) -> Path:
    """Write the files of an image that was last used some days ago; return its raster."""
    folder = cache / "server" / "viz"
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{name}{suffix}" for suffix in suffixes or (".tif",)]
    for file in files:
        file.write_bytes(b"x" * size)
        os.utime(file, (time.time() - days * DAY,) * 2)
    return files[0]


def names(cache: Path) -> list[str]:
    return sorted(file.name for file in cache.rglob("*") if file.is_file() and ".in-use" not in file.parts)


def test_the_images_used_longest_ago_go_first(tmp_path: Path) -> None:
    for name, days in (("b", 2), ("a", 9), ("c", 1), ("d", 3)):
        image(tmp_path, name, days)
    assert ImageCache(tmp_path).prune(250, ()) == 2
    assert names(tmp_path) == ["b.tif", "c.tif"]


def test_all_files_of_an_image_go_and_the_parts_of_loads_stay(tmp_path: Path) -> None:
    image(tmp_path, "a", 9, ".vrt", ".png", ".png.aux.xml")
    for folder in (".unfinished-1", ".parts"):
        half = tmp_path / "server/viz" / folder / "half.tif"
        half.parent.mkdir()
        half.write_bytes(b"x")
        os.utime(half, (0, 0))
    assert ImageCache(tmp_path).measure(()) == CacheSize(1, 300, 1, 300)
    assert ImageCache(tmp_path).prune(0, ()) == 1
    assert names(tmp_path) == ["half.tif", "half.tif"]


def test_what_the_open_project_shows_stays(tmp_path: Path) -> None:
    shown = image(tmp_path, "a", 9, ".vrt", ".png")
    image(tmp_path, "b", 1)
    assert ImageCache(tmp_path).measure([shown, Path("/elsewhere/c.tif")]) == CacheSize(2, 300, 1, 100)
    assert ImageCache(tmp_path).prune(0, [shown]) == 1
    assert names(tmp_path) == ["a.png", "a.vrt"]


def test_what_was_written_or_used_a_moment_ago_stays(tmp_path: Path) -> None:
    image(tmp_path, "new", 0)
    used = image(tmp_path, "used", 9)
    written = used.stat().st_mtime_ns
    note_use(used)
    assert used.stat().st_mtime_ns == written
    assert ImageCache(tmp_path).prune(0, ()) == 0


def test_what_another_process_shows_stays_until_it_ends(tmp_path: Path, root: Path) -> None:
    shown = image(tmp_path, "a", 9)
    command = [sys.executable, "-c", LISTING, str(tmp_path), str(shown)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "listed\n"
        os.utime(shown, (0, 0))
        assert ImageCache(tmp_path).prune(0, ()) == 0
        process.kill()
        process.wait(30)
    assert ImageCache(tmp_path).prune(0, ()) == 1
    assert list((tmp_path / ".in-use").iterdir()) == []


def test_a_list_is_there_while_something_is_used(tmp_path: Path) -> None:
    shown, uses = image(tmp_path, "a", 9), ImageCache(tmp_path)
    uses.list_uses([])
    assert not (tmp_path / ".in-use").exists()
    uses.list_uses([shown])
    os.utime(shown, (0, 0))
    assert ImageCache(tmp_path).prune(0, ()) == 0
    uses.list_uses([])
    assert ImageCache(tmp_path).prune(0, ()) == 1


def test_a_damaged_list_stops_nothing(tmp_path: Path) -> None:
    image(tmp_path, "a", 9)
    (tmp_path / ".in-use").mkdir()
    (tmp_path / ".in-use/x.json").write_text("[", encoding="utf-8")
    assert ImageCache(tmp_path).prune(0, ()) == 1


def test_a_cache_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert ImageCache(tmp_path / "none").measure(()) == CacheSize(0, 0, 0, 0)
    assert ImageCache(tmp_path / "none").prune(0, ()) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="mounts")
def test_a_cache_that_refuses_is_left_as_it_is(small_disk: Path) -> None:
    image(small_disk, "a", 9)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert ImageCache(small_disk).prune(0, ()) == 0
    with pytest.raises(OSError, match="Read-only"):
        ImageCache(small_disk).empty(())
    with pytest.raises(OSError, match="Read-only"):
        ImageCache(small_disk).list_uses([small_disk / "server/viz/a.tif"])


def test_the_list_is_there_again_after_the_cache_was_deleted(tmp_path: Path) -> None:
    cache, other = ImageCache(tmp_path / "cache"), ImageCache(tmp_path / "cache")
    shown = image(tmp_path / "cache", "a", 9)
    cache.list_uses([shown])
    shutil.rmtree(tmp_path / "cache")
    image(tmp_path / "cache", "a", 9)
    cache.list_uses([shown])
    os.utime(shown, (time.time() - 9 * DAY,) * 2)
    assert other.prune(0, ()) == 0
    cache.close()
    assert other.prune(0, ()) == 1
