"""Packages: files put into one ZIP in the background, with the checksums an object store would declare."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from ...api.status import Word
from ...files.whole import whole_or_nothing
from .state import SandboxState
from .store import Filter, Record

Members = Sequence[tuple[str, Callable[[], Path]]]


class Words(NamedTuple):
    """The status values of a kind of download."""

    waiting: str
    ready: str
    failed: str


_LOWER = Words(Word.IN_PROGRESS, Word.SUCCESS, Word.FAILED)
WORDS = {
    "downloads": Words(*(word.upper() for word in _LOWER)),
    "catalog_downloads": _LOWER,
    "insight_downloads": _LOWER,
    "job_downloads": _LOWER,
    "task_downloads": _LOWER,
}


def begin(state: SandboxState, kind: str, record: Record, members: Members) -> None:
    """Store a download as pending and pack its files in the background; its id is ``download_id`` or ``id``.

    Args:
        record: gets ``status`` and ``_file`` at once; later changes are in the store alone.
        members: the unique name of each member of the package, with a function that returns its file.
    """
    identifier = _id_of(record)
    record |= {"status": WORDS[kind].waiting, "_file": f"packages/{kind}/{identifier}.zip"}
    state.store.put(kind, identifier, record)
    kept = dict(record)
    state.in_background(lambda: _pack(state, kind, kept, members), "package")


def ensured(state: SandboxState, kind: str, record: Record, members: Members) -> Record:
    """Return the download of that id as it stands; it is begun when there is none yet, or the last one failed."""
    with state.store.transaction():
        known = state.store.get(kind, _id_of(record))
        if known is not None and known["status"] != WORDS[kind].failed:
            return known
        begin(state, kind, record, members)
    return record


def is_ready(kind: str, record: Record) -> bool:
    """Return whether a package may be fetched."""
    return bool(record["status"] == WORDS[kind].ready)


def give_up_unfinished(state: SandboxState) -> None:
    """Mark as failed the packages that were incomplete when the sandbox stopped: their members are no longer known."""
    for kind, words in WORDS.items():
        for record in state.store.all(kind, Filter(equal={"status": words.waiting})):
            state.store.put(kind, _id_of(record), {**record, "status": words.failed})


def forget(state: SandboxState, kind: str, record: Record) -> None:
    """Remove a download and its package."""
    state.store.remove(kind, _id_of(record))
    state.path_of(record).unlink(missing_ok=True)


def _id_of(record: Record) -> str:
    return str(record.get("download_id") or record["id"])


def _pack(state: SandboxState, kind: str, record: Record, members: Members) -> None:
    words = WORDS[kind]
    try:
        _write(state.path_of(record), members)
    except (OSError, KeyError, ValueError):
        _conclude(state, kind, {**record, "status": words.failed})
        raise
    _conclude(state, kind, {**record, "status": words.ready, "_md5": _md5(state.path_of(record))})


def _write(target: Path, members: Members) -> None:
    with whole_or_nothing(target) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as package:
        for name, file in members:
            package.write(file(), name)


def _md5(path: Path) -> str:
    """Return the MD5 of a file as ``Content-MD5`` writes it: base64 of its 16 bytes."""
    with path.open("rb") as file:
        return base64.b64encode(hashlib.file_digest(file, "md5").digest()).decode()


def _conclude(state: SandboxState, kind: str, record: Record) -> None:
    """Store the end of a download, unless it was removed meanwhile: then its package goes too."""
    with state.store.transaction():
        if state.store.get(kind, _id_of(record)) is not None:
            state.store.put(kind, _id_of(record), record)
            return
    state.path_of(record).unlink(missing_ok=True)
