"""The cache of images: its size, and the removal of images that nobody has used for longest.

An image is the files of one name in a folder of the cache. What an open project shows is never removed: each QGIS
writes which images those are, in a list that is locked while it runs. Neither is an image that was written or used a
moment ago, since it may be on its way into a project. Unfinished files and the lists have names with a leading dot.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from .file_lock import open_locked
from .whole import write_text

DEFAULT_GIGABYTES = 10
_LISTS = ".in-use"
_FRESH = 600.0  # seconds
_FORGOTTEN = 30 * 86400.0  # seconds after which a list counts as left behind where locks do not work


@dataclass(frozen=True, slots=True)
class CacheSize:
    """How much is in a cache, and how much of that no open project uses; in images and bytes."""

    images: int
    size: int
    unused_images: int
    unused_size: int


@dataclass(frozen=True, slots=True)
class _Image:
    name: str
    files: tuple[Path, ...]
    size: int
    used: float


def files_of(path: Path) -> tuple[Path, ...]:
    """Return the files that a raster of ours consists of: a VRT shows the picture beside it."""
    return (path, path.with_suffix(".png")) if path.suffix == ".vrt" else (path,)


def is_whole(file: Path) -> bool:
    """Return whether a finished file is there; a power failure may have left its name without content."""
    try:
        return file.stat().st_size > 0
    except OSError:
        return False


def note_use(file: Path) -> None:
    """Note that a file is used now; the time it was written at stays."""
    with suppress(OSError):
        os.utime(file, ns=(time.time_ns(), file.stat().st_mtime_ns))


class ImageCache:
    """A cache, with the list of what the open project of this QGIS shows; the list is there while there is something.

    ``in_use`` is always the files that the project shows at that moment.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._list = folder / _LISTS / f"{uuid4().hex}.json"
        self._lock: BinaryIO | None = None

    def measure(self, in_use: Collection[Path]) -> CacheSize:
        """Return the size of the cache."""
        images = list(_images(self._folder))
        unused = self._unused(images, in_use)
        return CacheSize(len(images), _total(images), len(unused), _total(unused))

    def prune(self, limit: int, in_use: Collection[Path]) -> int:
        """Remove unused images until there are no more than a number of bytes; return how many were removed.

        The images that were used last stay longest. Those that cannot be removed are left.
        """
        images = list(_images(self._folder))
        excess, removed = _total(images) - limit, 0
        for image in sorted(self._unused(images, in_use), key=lambda image: image.used):
            if excess <= 0:
                break
            with suppress(OSError):
                _remove(image)
                excess -= image.size
                removed += 1
        return removed

    def empty(self, in_use: Collection[Path]) -> None:
        """Remove all unused images.

        Raises:
            OSError: some could not be removed.
        """
        failures: list[OSError] = []
        for image in self._unused(list(_images(self._folder)), in_use):
            try:
                _remove(image)
            except OSError as error:  # open on Windows, or the folder refuses
                failures.append(error)
        if failures:
            raise failures[0]

    def list_uses(self, in_use: Collection[Path]) -> None:
        """List what the project shows for others, and note that it is used now.

        Raises:
            OSError: the list cannot be written.
        """
        if not in_use:
            self.close()
            return
        if not self._list.is_file():  # not yet, or the cache was deleted with it and its lock
            self.close()
        self._list.parent.mkdir(parents=True, exist_ok=True)
        if self._lock is None:
            self._lock = open_locked(self._list.with_suffix(".lock"))
        write_text(self._list, json.dumps(sorted(self._names(in_use))), durable=False)
        for file in in_use:
            note_use(file)

    def close(self) -> None:
        """Remove the list."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()
        _remove_list(self._list)

    def _unused(self, images: Iterable[_Image], in_use: Collection[Path]) -> list[_Image]:
        names, fresh = self._names(in_use) | self._used_by_others(), time.time() - _FRESH
        return [image for image in images if image.name not in names and image.used < fresh]

    def _names(self, files: Iterable[Path]) -> set[str]:
        """Return the names of the images of files, as far as these are in the cache."""
        inside = (file for file in files if file.is_relative_to(self._folder))
        return {(file.parent / file.name.partition(".")[0]).relative_to(self._folder).as_posix() for file in inside}

    def _used_by_others(self) -> set[str]:
        """Return the images in the lists of other running processes, and remove the lists of those that ended."""
        found: set[str] = set()
        for file in (self._folder / _LISTS).glob("*.json"):
            with suppress(OSError, ValueError):
                if file == self._list:
                    continue
                if _is_left(file):
                    _remove_list(file)
                else:
                    found.update(json.loads(file.read_text(encoding="utf-8")))
        return found


def _images(cache: Path) -> Iterator[_Image]:
    for folder, folders, names in os.walk(cache):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found: dict[str, list[Path]] = {}
        for name in names:
            if not name.startswith("."):
                found.setdefault(name.partition(".")[0], []).append(Path(folder, name))
        for stem, files in found.items():
            with suppress(OSError):  # another QGIS removes it
                states = [file.stat() for file in files]
                used = max(max(state.st_atime, state.st_mtime) for state in states)
                name = Path(folder, stem).relative_to(cache).as_posix()
                yield _Image(name, tuple(files), sum(state.st_size for state in states), used)


def _is_left(file: Path) -> bool:
    if file.stat().st_mtime < time.time() - _FORGOTTEN:
        return True
    lock = open_locked(file.with_suffix(".lock"))
    if lock is not None:
        lock.close()
    return lock is not None


def _remove_list(file: Path) -> None:
    for each in (file, file.with_suffix(".lock")):
        with suppress(OSError):
            each.unlink()


def _remove(image: _Image) -> None:
    """Remove an image, what points to others first."""
    for file in sorted(image.files, key=lambda file: file.suffix != ".vrt"):
        file.unlink(missing_ok=True)


def _total(images: Iterable[_Image]) -> int:
    return sum(image.size for image in images)
