"""A resumable download: a part file with a JSON sidecar that identifies the whole file.

Both outlive the process, so that a later call can resume. The sidecar holds no query of a URL, where signatures are,
and is locked while a process writes the part.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal
from uuid import uuid4

from ...files.file_lock import open_locked

_LONGEST_NAME = 180  # bytes; file systems end at 255
_MOST_FACTS = 64 * 1024
_DAY = 24 * 60 * 60.0
KEPT_DAYS = 14.0


@dataclass(frozen=True, slots=True)
class Facts:
    """The known facts of an incomplete download.

    Attributes:
        source: its identifier, without secrets; another source is another file.
        validator: a strong ``ETag`` or date that identifies this version; empty: it cannot be resumed.
        size: bytes of the whole, if declared.
        sums: checksums of the whole (``checksums``).
    """

    source: str
    validator: str = ""
    size: int | None = None
    sums: Mapping[str, str] = field(default_factory=dict)


class PartFile:
    """The part of one file. Writing is not buffered, so that written bytes survive a crash of the process."""

    def __init__(self, path: Path, source: str, notes: BinaryIO | None) -> None:
        self.path = path
        self._notes = notes
        self._file: BinaryIO | None = None
        self._settled = False
        self.facts = _noted(notes, source)
        self.done = path.stat().st_size if self.facts.validator and path.exists() else 0
        if self.facts.size is not None and self.done > self.facts.size:
            self.forget()

    @property
    def can_go_on(self) -> bool:
        """Return whether the download can be resumed."""
        return self.done > 0 and bool(self.facts.validator)

    @property
    def is_whole(self) -> bool:
        """Return whether every byte is there, as far as the size is known."""
        return self.done == self.facts.size

    def forget(self) -> None:
        """Discard the content: the next response starts at the first byte."""
        self.begin(Facts(self.facts.source))

    def begin(self, facts: Facts) -> None:
        """Restart with a version of the file."""
        self._close()
        self._file = _opened(self.path, "wb")
        self.done = 0
        self.learn(facts)

    def learn(self, facts: Facts) -> None:
        """Store the facts that a response declared."""
        self.facts = facts
        if self._notes is not None:
            self._notes.seek(0)
            self._notes.truncate()
            self._notes.write(json.dumps(asdict(facts)).encode())

    def write(self, data: bytes) -> None:
        """Add bytes at the end.

        Raises:
            OSError: they cannot be written; those that were stay.
        """
        if self._file is None:
            self._file = _opened(self.path, "ab")
        rest = memoryview(data)
        while rest:
            count = self._file.write(rest)
            self.done += count
            rest = rest[count:]

    def settle(self, target: Path) -> None:
        """Give the whole file its name.

        Raises:
            OSError: it cannot have it; the part stays.
        """
        self._close()
        self.path.replace(target)
        self._settled = True

    def release(self) -> None:
        """Keep the part if it can be resumed; else delete it."""
        self._close()
        kept = self.can_go_on and self._notes is not None and not self._settled
        if not kept:
            _remove(self.path)
        if self._notes is not None:
            removed = kept or _remove(_notes_of(self.path))  # before another call can lock them
            self._notes.close()
            if not removed:  # Windows removes no open file, and afterwards none that another call has opened
                _remove(_notes_of(self.path))

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


@contextmanager
def claimed(path: Path, source: str) -> Iterator[PartFile]:
    """Open and lock the part of a file; if another call holds it, open a new private one."""
    notes = open_locked(_notes_of(path))
    if notes is None:
        path = path.with_name(f"{path.stem}.{uuid4().hex[:12]}.part")
    part = PartFile(path, source, notes)
    try:
        yield part
    finally:
        part.release()


def part_of(target: Path) -> Path:
    """Return where the part of a target lies: beside it, under a hidden name."""
    name = target.name
    if len(name.encode()) > _LONGEST_NAME:
        name = f"{name[:40]}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return target.with_name(f".{name}.part")


def sweep(folder: Path, days: float = KEPT_DAYS) -> None:
    """Remove parts in a folder that were not modified for days."""
    oldest = time.time() - days * _DAY
    for path in [*folder.glob(".*.part"), *folder.glob(".*.part.json")]:
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def _notes_of(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _noted(notes: BinaryIO | None, source: str) -> Facts:
    """Read the facts in the sidecar of a part; return empty ones where it is unusable."""
    nothing = Facts(source)
    if notes is None:
        return nothing
    try:
        raw = json.loads(notes.read(_MOST_FACTS))
        found = Facts(str(raw["source"]), str(raw["validator"]), raw["size"], dict(raw["sums"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return nothing
    usable = found.source == source and (found.size is None or isinstance(found.size, int))
    return found if usable else nothing


def _opened(part: Path, mode: Literal["ab", "wb"]) -> BinaryIO:
    """Open a part; a call that had the same file may have cleared the folder away when it ended."""
    try:
        return part.open(mode, buffering=0)
    except FileNotFoundError:
        part.parent.mkdir(parents=True, exist_ok=True)
        return part.open(mode, buffering=0)


def _remove(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True
