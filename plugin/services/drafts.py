"""Edits that are not pushed yet, and what the server held before each push: small JSON files on disk."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..legend.spec import Colour, ColourMapKind, Legend, LegendClass

_FORMAT = 1
_KEPT = 100
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Draft:
    """Edited legends of one mode with the ones the editing began from; keys are the server's date keys.

    ``saved_at`` is an ISO time in UTC, set when it is saved.
    """

    connection: str
    aoi_id: str
    visualization_id: str
    mode: str
    base: Mapping[str, Legend]
    legends: Mapping[str, Legend]
    saved_at: str = ""


class DraftStore:
    """Keeps drafts and history under a folder; nothing is touched before the first save or load."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def save(self, draft: Draft) -> str:
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
            "base": _legends_record(draft.base),
            "legends": _legends_record(draft.legends),
            "saved_at": saved_at,
        }
        _write(self._path(draft.connection, draft.visualization_id, draft.mode), record)
        return saved_at

    def load(self, connection: str, visualization_id: str, mode: str) -> Draft | None:
        """Return the draft of a legend; one that cannot be read is set aside beside it, not lost."""
        path = self._path(connection, visualization_id, mode)
        try:
            return _draft(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            _set_aside(path, error)
            return None

    def discard(self, connection: str, visualization_id: str, mode: str) -> None:
        """Remove the draft of a legend, if there is one."""
        self._path(connection, visualization_id, mode).unlink(missing_ok=True)

    def record_history(
        self, connection: str, visualization_id: str, mode: str, legends: Mapping[str, Legend], reason: str
    ) -> Path:
        """Keep what the server held before a write; the last hundred of each legend stay.

        Raises:
            OSError: the disk refuses.
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
            "legends": _legends_record(legends),
        }
        _write(path, record)
        for old in sorted(path.parent.glob("*.json"))[:-_KEPT]:
            old.unlink(missing_ok=True)
        return path

    def _path(self, connection: str, visualization_id: str, mode: str) -> Path:
        return self._root / _safe(connection) / f"{_safe(visualization_id)}_{_safe(mode)}.json"


def read_history(path: Path) -> dict[str, Legend]:
    """Return the legends of a file of the history, by date key.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    record = json.loads(path.read_text(encoding="utf-8"))
    return _legends(record["legends"])


def _safe(name: str) -> str:
    """Return a file name for any text; two texts never share one, on disks without letter case either."""
    plain = re.sub(r"[^a-z0-9-]+", "-", name.casefold()).strip("-")[:60]
    return name if plain == name and name else f"{plain}.{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write(path: Path, record: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(record, file, ensure_ascii=False, indent=1, default=str)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _set_aside(path: Path, error: Exception) -> None:
    aside = path.with_name(f"{path.stem}.unreadable-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    path.replace(aside)
    _logger.warning("A draft could not be read and was set aside as %s: %s", aside.name, error)


def _draft(record: Any) -> Draft:
    return Draft(
        connection=str(record["connection"]),
        aoi_id=str(record["aoi_id"]),
        visualization_id=str(record["visualization_id"]),
        mode=str(record["mode"]),
        base=_legends(record["base"]),
        legends=_legends(record["legends"]),
        saved_at=str(record["saved_at"]),
    )


def _legends_record(legends: Mapping[str, Legend]) -> dict[str, Any]:
    return {key: _legend_record(legend) for key, legend in legends.items()}


def _legends(record: Mapping[str, Any]) -> dict[str, Legend]:
    return {key: _legend(value) for key, value in record.items()}


def _legend_record(legend: Legend) -> dict[str, Any]:
    return {
        "kind": str(legend.kind),
        "opacity": legend.opacity,
        "closed_top": legend.closed_top,
        "classes": [_class_record(item) for item in legend.classes],
    }


def _legend(record: Mapping[str, Any]) -> Legend:
    return Legend(
        classes=tuple(_class(item) for item in record["classes"]),
        kind=ColourMapKind(record["kind"]),
        opacity=float(record["opacity"]),
        closed_top=bool(record["closed_top"]),
    )


def _class_record(item: LegendClass) -> dict[str, Any]:
    colour = item.colour
    return {
        "minimum": item.minimum,
        "maximum": item.maximum,
        "colour": [colour.red, colour.green, colour.blue, colour.alpha],
        "label": item.label,
        "area": item.area,
        "area_percentage": item.area_percentage,
        "extra": dict(item.extra),
    }


def _class(record: Mapping[str, Any]) -> LegendClass:
    return LegendClass(
        minimum=_number(record["minimum"]),
        maximum=_number(record["maximum"]),
        colour=Colour(*(int(channel) for channel in record["colour"])),
        label=str(record["label"]),
        area=_number(record["area"]),
        area_percentage=_number(record["area_percentage"]),
        extra=dict(record["extra"]),
    )


def _number(value: Any) -> float | None:
    """Return a number as it is (whole ones stay whole), refusing anything else.

    Raises:
        TypeError: the value is no number.
    """
    if value is None or isinstance(value, int | float):
        return value
    raise TypeError(f"a number is expected, found {type(value).__name__}")
