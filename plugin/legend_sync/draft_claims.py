"""Ownership of drafts: each editor has its own draft, also for the same legend and in another QGIS process.

Ownership is a lock file beside the draft. It ends with the process, however that ends; the draft stays, and the
next editor of the legend continues it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from ..files.file_lock import hold, open_locked

_LONGEST = 2.0  # seconds to wait for another editor that is claiming


@dataclass
class DraftClaim:
    """The draft of a legend that one editor writes to.

    Attributes:
        number: its number among the legend's drafts, from 1.
        is_shared: whether another editor had a draft of this legend when this one was claimed.
        others: the numbers of further drafts that no editor writes to.
        is_sure: whether other editors could be detected; false if the disk raised an error.
    """

    number: int
    is_shared: bool = False
    others: tuple[int, ...] = ()
    is_sure: bool = True
    lock: BinaryIO | None = None
    lock_path: Path | None = None

    def release(self) -> None:
        """Release the draft for other editors."""
        lock, self.lock = self.lock, None
        if lock is not None and self.lock_path is not None:
            _remove(self.lock_path, lock)


def numbered(first: Path, number: int) -> Path:
    """Return the file of one of a legend's drafts; ``first`` is that of the first."""
    return first if number == 1 else first.with_name(f"{first.stem}.{number}{first.suffix}")


def existing(first: Path) -> tuple[int, ...]:
    """Return the numbers of a legend's drafts, those of other editors included; none where the disk raises an error."""
    try:
        return tuple(sorted(_numbers(first)[0])) if first.parent.is_dir() else ()
    except OSError:
        return ()


def claim(first: Path, wanted: int = 0) -> DraftClaim:
    """Claim a draft of a legend: the wanted one, else the first existing free one, else a new one.

    Where the file system does not support locks or cannot be written, the first is claimed, as if there were no other
    editor.

    Args:
        first: the file of the legend's first draft.
    """
    try:
        first.parent.mkdir(parents=True, exist_ok=True)
        if not _has_locks(first.parent):
            return DraftClaim(wanted or 1)
        with hold(first.with_name(f".{first.stem}.claims"), _LONGEST):
            return _claim(first, wanted)
    except OSError:
        return DraftClaim(wanted or 1, is_sure=False)


def _claim(first: Path, wanted: int) -> DraftClaim:
    drafts, locks = _numbers(first)
    free = {number: lock for number in sorted(drafts | locks) if (lock := open_locked(_lock_path(first, number)))}
    is_shared = len(free) < len(drafts | locks)
    candidates = [number for number in ((wanted,) if wanted else sorted(drafts)) if number in free]
    number = candidates[0] if candidates else _new_number(first, drafts, free)
    for each, lock in free.items():
        if each != number:
            _remove(_lock_path(first, each), lock)
    others = tuple(each for each in sorted(drafts) if each in free and each != number)
    return DraftClaim(number, is_shared, others, lock=free[number], lock_path=_lock_path(first, number))


def _new_number(first: Path, drafts: set[int], free: dict[int, BinaryIO]) -> int:
    """Lock the first number that has no draft and no owner, and return it."""
    number = 1
    while True:
        if number not in drafts:
            lock = free.get(number) or open_locked(_lock_path(first, number))
            if lock is not None:
                free[number] = lock
                return number
        number += 1


def _numbers(first: Path) -> tuple[set[int], set[int]]:
    """Return the numbers of the drafts that are there, and those of the locks."""
    named = re.compile(rf"(\.)?{re.escape(first.stem)}(?:\.(\d+))?{re.escape(first.suffix)}(\.lock)?")
    drafts: set[int] = set()
    locks: set[int] = set()
    for path in first.parent.iterdir():
        found = named.fullmatch(path.name)
        if found and bool(found[1]) == bool(found[3]):
            (locks if found[3] else drafts).add(int(found[2] or 1))
    return drafts, locks


def _lock_path(first: Path, number: int) -> Path:
    return first.with_name(f".{numbered(first, number).name}.lock")


def _has_locks(folder: Path) -> bool:
    """Return whether files in a folder can be locked; some network disks know no locks."""
    probe = folder / f".{uuid4().hex}.probe"
    lock = open_locked(probe)
    if lock is not None:
        _remove(probe, lock)
        return True
    probe.unlink(missing_ok=True)
    return False


def _remove(path: Path, lock: BinaryIO) -> None:
    with suppress(OSError):  # Windows cannot delete an open file; an empty one that stays has no owner
        path.unlink()
    lock.close()
