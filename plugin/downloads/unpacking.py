"""A package brought into a folder: everything unpacked and read to its end first, then each file put in its place."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath

from .archives import Member, check_size, copy, opened
from .errors import ArchiveRefused

MOST_BYTES = 256 * 1024**3
# A package may unpack to this much whatever its own size, and beyond it to so many times its size: rasters of one
# value shrink a thousandfold, but not rasters of many gigabytes.
_ALWAYS_ALLOWED, _MOST_RATIO = 2 * 1024**3, 200


@dataclass(frozen=True, slots=True)
class Placed:
    """A file in the folder: its name there with ``/`` between, its size and SHA-256."""

    name: str
    size: int
    sha256: str

    def is_in(self, folder: Path) -> bool:
        """Return whether the folder still contains the file unchanged."""
        path = folder / self.name
        try:
            return path.stat().st_size == self.size and digest_of(path) == self.sha256
        except OSError:
            return False


def unpack(
    package: Path, folder: Path, *, alone: str, ours: Mapping[str, str], on_bytes: Callable[[int, int], None]
) -> tuple[Placed, ...]:
    """Unpack every file of a package into a folder and return the files.

    A file that exists already with the same content is kept. One with other content is replaced only if an earlier
    call wrote it and it is unchanged; otherwise the new file's name is numbered.

    Args:
        package: its folder holds the files until all are read.
        alone: name, without suffix, for a package that is itself the one file.
        ours: SHA-256 of the files that an earlier call wrote there, by name.
        on_bytes: called with the bytes done and the declared total; an exception it raises ends the work.

    Raises:
        ArchiveRefused: the package is damaged, unsafe or too big; the folder is unchanged.
        OSError: the disk is full or cannot be written.
    """
    with tempfile.TemporaryDirectory(dir=package.parent, prefix="unpacked-") as scratch:
        with opened(package, alone) as members:
            if not members:
                raise ArchiveRefused("empty")
            _check_free_space(members, package, folder)
            read = list(_read(members, Path(scratch), _allowed(package), on_bytes))
        return tuple(_place(source, placed, folder, ours) for source, placed in read)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _allowed(package: Path) -> int:
    return min(MOST_BYTES, max(_ALWAYS_ALLOWED, _MOST_RATIO * package.stat().st_size))


def _check_free_space(members: list[Member], package: Path, folder: Path) -> None:
    needed = sum(member.size for member in members)
    check_size(needed, _allowed(package))
    if shutil.disk_usage(folder).free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def _read(
    members: list[Member], scratch: Path, allowed: int, on_bytes: Callable[[int, int], None]
) -> Iterator[tuple[Path, Placed]]:
    total, done = sum(member.size for member in members), 0
    for number, member in enumerate(members):
        target, digest, before = scratch / str(number), hashlib.sha256(), done

        def seen(piece: bytes, digest: hashlib._Hash = digest) -> None:
            nonlocal done
            digest.update(piece)
            done += len(piece)
            on_bytes(done, total)

        with member.open() as source, target.open("wb") as sink:
            size = copy(source, sink, allowed - before, seen)
        yield target, Placed(member.name, size, digest.hexdigest())


def _place(source: Path, new: Placed, folder: Path, ours: Mapping[str, str]) -> Placed:
    """Move a file to its name in the folder, or to the first numbered one that is free."""
    for name in _names(new.name):
        target = folder / name
        _check_inside(target, folder)
        there = digest_of(target) if target.is_file() else ""
        if there != new.sha256:
            if os.path.lexists(target) and (not there or there != ours.get(name)):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)
        return Placed(name, new.size, new.sha256)
    raise AssertionError("names never end")


def _names(name: str) -> Iterator[str]:
    yield name
    path = PurePosixPath(name)
    for number in count(2):
        yield str(path.with_name(f"{path.stem} ({number}){path.suffix}"))


def _check_inside(target: Path, folder: Path) -> None:
    """Refuse to write through a link that leads out of the folder."""
    if not target.parent.resolve().is_relative_to(folder.resolve()):
        raise ArchiveRefused("path", target.name)
