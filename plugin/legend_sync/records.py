"""Legends as JSON files on disk: written whole or not at all, read back equal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..files.names import former_name, unique_name
from ..files.whole import write_text
from ..legend.spec import Colour, ColourMapKind, Legend, LegendClass
from ..legend.vocabulary import LegendMode


def file_of(root: Path, connection: str, visualization_id: str, mode: LegendMode) -> Path:
    """Return the path of a legend's file below a folder: one folder per connection, one file per mode.

    Files that version 0.1 kept under another name are moved there first, as far as the disk permits.
    """
    path = root / unique_name(connection) / f"{unique_name(visualization_id)}_{unique_name(mode)}.json"
    former = root / former_name(connection) / f"{former_name(visualization_id)}_{former_name(mode)}.json"
    if former != path:
        for old, new in ((former, path), (_history_of(former), _history_of(path))):
            with suppress(OSError):
                if old.exists() and not new.exists():
                    new.parent.mkdir(parents=True, exist_ok=True)
                    old.rename(new)
    return path


def _history_of(file: Path) -> Path:
    return file.parent / "history" / file.stem


def rename_folder(root: Path, former: str, name: str) -> None:
    """Rename a connection's folder; files that exist already under the new name are kept and take precedence.

    Raises:
        OSError: the files cannot be moved.
    """
    target = root / unique_name(name)
    for source in (root / unique_name(former), root / former_name(former)):
        if source != target and source.is_dir():
            _move_files(source, target)


def _move_files(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        is_ours = not path.name.startswith(".")  # a lock belongs where it is held
        if is_ours and path.is_file() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)
    for folder in sorted(source.rglob("*"), reverse=True):
        if folder.is_dir():
            with suppress(OSError):  # something that lost its place stays
                folder.rmdir()
    with suppress(OSError):
        source.rmdir()


def write_record(path: Path, record: dict[str, Any]) -> None:
    """Write a record as JSON; the file appears whole or not at all.

    Raises:
        OSError: the disk refuses.
    """
    # In one go and without indents: only so does Python's own encoder in C write it, twenty times as fast.
    write_text(path, json.dumps(record, ensure_ascii=False, default=str))


def legends_record(legends: Mapping[str, Legend]) -> dict[str, Any]:
    """Return legends by date key as plain JSON."""
    return {key: _legend_record(legend) for key, legend in legends.items()}


def legends_of(record: Mapping[str, Any]) -> dict[str, Legend]:
    """Return the legends of a record.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: it is none.
    """
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
