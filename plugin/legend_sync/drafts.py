"""Drafts of edits not pushed yet, and history of the server's legends before each push: small JSON files on disk."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..files.whole import sweep_parts
from ..legend.spec import Legend
from ..legend.vocabulary import LegendMode
from .draft_claims import DraftClaim, claim, existing, numbered
from .records import file_of, legends_of, legends_record, rename_folder, write_record

_FORMAT = 1
_KEPT = 100
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """Edited legends of one mode with the ones the editing began from; keys are the server's date keys.

    ``saved_at`` is an ISO time in UTC, set when it is saved; ``acts`` are the acts of editing of each date, by number.
    """

    connection: str
    aoi_id: str
    visualization_id: str
    mode: LegendMode
    base: Mapping[str, Legend]
    legends: Mapping[str, Legend]
    saved_at: str = ""
    acts: Mapping[str, Sequence[int]] = field(default_factory=dict)


class DraftStore:
    """A store of drafts and history under a folder; the disk is not accessed before the first save or load.

    A legend has one draft per editor, by number; ``claim`` assigns them.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def claim(self, connection: str, visualization_id: str, mode: LegendMode, wanted: int = 0) -> DraftClaim:
        """Claim a draft of a legend for an editor: the wanted one, else one without an editor, else a new one."""
        first = self._path(connection, visualization_id, mode)
        sweep_parts(first.parent)
        return claim(first, wanted)

    def save(self, draft: Draft, number: int = 1) -> str:
        """Write a draft, whole or not at all, and return the time it bears.

        Raises:
            OSError: the disk refuses.
        """
        saved_at = _now()
        record = {
            "format": _FORMAT,
            "connection": draft.connection,
            "aoi_id": draft.aoi_id,
            "visualization_id": draft.visualization_id,
            "mode": draft.mode,
            "base": legends_record(draft.base),
            "legends": legends_record(draft.legends),
            "acts": {key: list(acts) for key, acts in draft.acts.items()},
            "saved_at": saved_at,
        }
        write_record(numbered(self._path(draft.connection, draft.visualization_id, draft.mode), number), record)
        return saved_at

    def load(self, connection: str, visualization_id: str, mode: LegendMode, number: int = 1) -> Draft | None:
        """Return a draft of a legend; one that cannot be read is set aside beside it, not lost."""
        path = numbered(self._path(connection, visualization_id, mode), number)
        try:
            return _draft(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            _set_aside(path, error)
            return None

    def discard(self, connection: str, visualization_id: str, mode: LegendMode, number: int = 1) -> None:
        """Remove a draft of a legend, if there is one."""
        numbered(self._path(connection, visualization_id, mode), number).unlink(missing_ok=True)

    def drafted_keys(self, connection: str, visualization_id: str, mode: LegendMode) -> frozenset[str]:
        """Return the dates that the drafts of a legend have edits of, by the server's keys."""
        numbers = existing(self._path(connection, visualization_id, mode))
        with suppress(OSError):
            drafts = [self.load(connection, visualization_id, mode, number) for number in numbers]
            return frozenset(key for draft in drafts if draft is not None for key in draft.legends)
        return frozenset()

    def record_history(
        self, connection: str, visualization_id: str, mode: LegendMode, legends: Mapping[str, Legend], reason: str
    ) -> Path:
        """Store the server's legends before a write; the last hundred of each legend are kept.

        Raises:
            OSError: the file cannot be written.
        """
        current = self._path(connection, visualization_id, mode)
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        path = current.parent / "history" / current.stem / f"{moment}.json"
        record = {
            "format": _FORMAT,
            "connection": connection,
            "visualization_id": visualization_id,
            "mode": mode,
            "reason": reason,
            "recorded_at": _now(),
            "legends": legends_record(legends),
        }
        write_record(path, record)
        for old in sorted(path.parent.glob("[!.]*.json"))[:-_KEPT]:
            old.unlink(missing_ok=True)
        return path

    def rename_connection(self, former: str, name: str) -> None:
        """Let drafts and history follow a connection to its new name.

        Raises:
            OSError: the disk refuses.
        """
        rename_folder(self._root, former, name)

    def _path(self, connection: str, visualization_id: str, mode: LegendMode) -> Path:
        return file_of(self._root, connection, visualization_id, mode)


def read_history(path: Path) -> dict[str, Legend]:
    """Return the legends of a file of the history, by date key.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    record = json.loads(path.read_text(encoding="utf-8"))
    return legends_of(record["legends"])


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _set_aside(path: Path, error: Exception) -> None:
    aside = path.with_name(f"{path.stem}.unreadable-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    path.replace(aside)
    _logger.warning("A draft could not be read and was set aside as %s: %s", aside.name, error)


def _draft(record: Any) -> Draft:
    return Draft(
        connection=str(record["connection"]),
        aoi_id=str(record["aoi_id"]),
        visualization_id=str(record["visualization_id"]),
        mode=LegendMode.parse(record["mode"]),
        base=legends_of(record["base"]),
        legends=legends_of(record["legends"]),
        saved_at=str(record["saved_at"]),
        acts={str(key): tuple(map(int, acts)) for key, acts in record.get("acts", {}).items()},
    )
