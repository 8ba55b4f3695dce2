"""Records of the sandbox: JSON documents in SQLite, each of a kind, with an id, in the order they were made."""

from __future__ import annotations

import json
import sqlite3
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Record = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    position INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (kind, id));
CREATE INDEX IF NOT EXISTS records_by_kind ON records (kind);
CREATE INDEX IF NOT EXISTS records_by_aoi ON records (kind, json_extract(body, '$.aoi_id'));
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are meant: fields that equal, that contain (any letter case), that are one of."""

    equal: Mapping[str, str] = field(default_factory=dict)
    contains: Mapping[str, str] = field(default_factory=dict)
    among: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def clause(self) -> tuple[str, list[str]]:
        """Return the SQL condition and its values."""
        parts = [(f"json_extract(body, '$.{name}') = ?", [value]) for name, value in self.equal.items()]
        parts += [(f"instr(lower(json_extract(body, '$.{n}')), lower(?)) > 0", [v]) for n, v in self.contains.items()]
        for name, values in self.among.items():
            marks = ", ".join("?" * len(values))
            parts.append((f"json_extract(body, '$.{name}') IN ({marks})", list(values)))
        return " AND ".join(["kind = ?", *(text for text, _ in parts)]), [v for _, values in parts for v in values]


class Presence:
    """A lock that marks a state folder as in use; it is released when the process ends, however it ends.

    Attributes:
        is_first: whether no other process used the folder before.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._mark = sqlite3.connect(path, timeout=0, check_same_thread=False, isolation_level=None)
        weakref.finalize(self, self._mark.close)
        try:
            self._mark.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            self.is_first = False
        else:
            self.is_first = True

    def close(self) -> None:
        """Take the mark away."""
        self._mark.close()


class RecordStore:
    """The records of one state folder; it may be used from several threads and processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._database = sqlite3.connect(path, timeout=_PATIENCE_S, check_same_thread=False, isolation_level=None)
        weakref.finalize(self, self._database.close)  # one that is dropped leaves no open file behind
        self._database.executescript(_SCHEMA)
        self._depth = 0

    def close(self) -> None:
        """Close the database file."""
        with self._lock:
            self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all writes of the block happen together, or none of them; blocks may be nested."""
        with self._lock:
            self._depth += 1
            try:
                if self._depth == 1:
                    self._database.execute("BEGIN IMMEDIATE")
                yield
            except BaseException:
                if self._depth == 1:
                    self._database.execute("ROLLBACK")
                raise
            else:
                if self._depth == 1:
                    self._database.execute("COMMIT")
            finally:
                self._depth -= 1

    def get(self, kind: str, identifier: str) -> Record | None:
        """Return one record, or ``None``."""
        rows = self._rows("SELECT body FROM records WHERE kind = ? AND id = ?", [kind, identifier])
        return rows[0] if rows else None

    def put(self, kind: str, identifier: str, record: Mapping[str, Any]) -> None:
        """Add or replace one record; a replaced one keeps its place in the order."""
        self.put_all(kind, [(identifier, record)])

    def put_all(self, kind: str, records: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Add or replace many records at once."""
        rows = [(kind, identifier, json.dumps(record, allow_nan=False)) for identifier, record in records]
        with self.transaction():
            self._database.executemany(
                "INSERT INTO records (kind, id, body) VALUES (?, ?, ?)"
                " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
                rows,
            )

    def remove(self, kind: str, identifier: str) -> None:
        """Take one record away, if it is there."""
        with self.transaction():
            self._database.execute("DELETE FROM records WHERE kind = ? AND id = ?", [kind, identifier])

    def page(self, kind: str, wanted: Filter, offset: int, limit: int) -> tuple[list[Record], int]:
        """Return some of the records that fit, and how many fit in all."""
        condition, values = wanted.clause()
        with self._lock:
            counted = self._database.execute(f"SELECT count(*) FROM records WHERE {condition}", [kind, *values])
            total = int(counted.fetchone()[0])
            query = f"SELECT body FROM records WHERE {condition} ORDER BY position LIMIT ? OFFSET ?"
            return self._rows(query, [kind, *values, limit, offset]), total

    def all(self, kind: str, wanted: Filter | None = None) -> list[Record]:
        """Return every record that fits."""
        return self.page(kind, wanted or Filter(), 0, -1)[0]

    def fact(self, name: str) -> str | None:
        """Return something remembered about the store itself."""
        with self._lock:
            row = self._database.execute("SELECT value FROM facts WHERE name = ?", [name]).fetchone()
        return None if row is None else str(row[0])

    def remember(self, name: str, value: str) -> None:
        """Keep something about the store itself."""
        with self.transaction():
            self._database.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", [name, value])

    def _rows(self, query: str, values: Sequence[Any]) -> list[Record]:
        with self._lock:
            return [json.loads(body) for (body,) in self._database.execute(query, values)]
