"""State of a sandbox: its records, its files, and its background jobs."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .clock import now
from .options import SandboxOptions
from .store import Filter, Presence, Record, RecordStore

_MOST_KEPT = 512
_log = logging.getLogger(__name__)


class SandboxState:
    """Everything one sandbox knows; made in an instant, filled at its first use.

    Attributes:
        files_origin: where packages are fetched, set by whoever serves them there; ``None``: where the API is.
        is_first: whether no other process was at work on the state folder when the store was opened; unfinished
            work is another's else.
    """

    def __init__(self, options: SandboxOptions, fill: Callable[[SandboxState], None]) -> None:
        self.options = options
        self.files_origin: str | None = None
        self.is_first = False
        self._presence: Presence | None = None
        self._parking = threading.Lock()
        self._kept_bodies: dict[str, tuple[bytes, str]] = {}
        self._fill = fill
        self._filling = threading.Lock()
        self._store: RecordStore | None = None
        self._work: list[threading.Thread] = []

    @property
    def folder(self) -> Path:
        """Return where files are kept."""
        return self.options.state_folder

    @property
    def store(self) -> RecordStore:
        """Return the records; the first call draws the scenes, which takes a moment."""
        if self._store is None:
            with self._filling:
                if self._store is None:
                    self._store = self._opened()
        return self._store

    def _opened(self) -> RecordStore:
        store = RecordStore(self.options.database or self.folder / "sandbox.sqlite")
        self._presence = self._presence or Presence(self.folder / "sandbox.present")
        self.is_first = self._presence.is_first
        self._store = store
        try:
            with store.transaction():
                self._fill(self)
        except BaseException:
            self._store = None
            store.close()
            raise
        return store

    @property
    def secret(self) -> str:
        """Return the secret by which this state folder signs URLs."""
        known = self.store.fact("secret")
        if known is None:
            with self.store.transaction():
                known = self.store.fact("secret") or secrets.token_hex(16)
                self.store.remember("secret", known)
        return known

    def path_of(self, record: Record) -> Path:
        """Return the file of an asset or item; names are relative to the state folder, or absolute."""
        return self.folder / str(record["_file"])

    def change(self, kind: str, identifier: str, **fields: Any) -> Record:
        """Change fields of a record, and the time it was changed.

        Raises:
            KeyError: there is no such record.
        """
        with self.store.transaction():
            record = self.store.get(kind, identifier)
            if record is None:
                raise KeyError(identifier)
            changed = {**record, **fields, "updated_at": now()}
            self.store.put(kind, identifier, changed)
        return changed

    def assets_of(self, visualization_id: str) -> list[Record]:
        """Return the rasters of a visualization, by date."""
        found = self.store.all("assets", Filter(equal={"visualization_id": visualization_id}))
        return sorted(found, key=lambda asset: str(asset["date"]))

    def keep_body(self, identifier: str, body: bytes, media_type: str) -> None:
        """Store a response that is announced by its URL, until many later ones replace it."""
        with self._parking:
            self._kept_bodies[identifier] = body, media_type
            while len(self._kept_bodies) > _MOST_KEPT:
                del self._kept_bodies[next(iter(self._kept_bodies))]

    def kept_body(self, identifier: str) -> tuple[bytes, str] | None:
        """Return such an answer and its media type, as long as it is kept."""
        return self._kept_bodies.get(identifier)

    def in_background(self, work: Callable[[], None], label: str) -> None:
        """Do something while answers go on; a failure is logged."""
        thread = threading.Thread(target=_guarded, args=(work, label), name=f"sandbox {label}", daemon=True)
        self._work = [*(running for running in self._work if running.is_alive()), thread]
        thread.start()

    def settle(self, timeout_s: float = 30.0) -> None:
        """Wait for the work in the background."""
        for thread in list(self._work):
            thread.join(timeout_s)

    def close(self) -> None:
        """Close the files when the background jobs have ended."""
        self.settle()
        if self._store is not None:
            self._store.close()
        if self._presence is not None:
            self._presence.close()


def _guarded(work: Callable[[], None], label: str) -> None:
    try:
        work()
    except Exception:  # noqa: BLE001 - a thread's border: nobody else would tell
        _log.exception("the sandbox failed at %s", label)
