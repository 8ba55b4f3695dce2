"""Files that appear under their names whole or not at all, also when the disk is full or the process is killed."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

_SHOWN = 40
_PART = re.compile(r"\..*\.[0-9a-f]{8}\.part(\.\w+)?", re.DOTALL)
_DAY = 24 * 60 * 60.0


@contextmanager
def whole_or_nothing(target: Path, *, durable: bool = True) -> Iterator[Path]:
    """Write a file under a temporary name beside the target; it replaces the target when the block succeeds.

    Args:
        durable: have the content on the disk before the name, so that it survives a power failure too. Files that can
            be fetched again go without, since it takes time for each.

    Raises:
        OSError: the disk refuses; the content of the target stays.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.stem[:_SHOWN]}.{uuid4().hex[:8]}.part{target.suffix}")
    try:
        yield part
        if durable:
            sync(part)
        part.replace(target)
    except OSError as error:
        if error.filename in (part, str(part)):  # people know the target only
            error.filename, error.filename2 = str(target), None
        raise
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    if durable:
        _sync_folder(target.parent)


def write_bytes(target: Path, content: bytes, *, durable: bool = True) -> None:
    """Write a file.

    Raises:
        OSError: the disk refuses; the content of the target stays.
    """
    with whole_or_nothing(target, durable=durable) as part:
        part.write_bytes(content)


def write_text(target: Path, text: str, *, durable: bool = True) -> None:
    """Write a text in UTF-8, with its line ends as they are.

    Raises:
        OSError: the disk refuses; the content of the target stays.
    """
    write_bytes(target, text.encode(), durable=durable)


def write_json(target: Path, content: Any, *, indent: int | None = 2) -> None:
    """Write a JSON file.

    Raises:
        OSError: the disk refuses; the content of the target stays.
        ValueError: the content holds NaN or infinity, which JSON cannot represent.
    """
    write_text(target, json.dumps(content, indent=indent, ensure_ascii=False, allow_nan=False) + "\n")


def sweep_parts(folder: Path, days: float = 1.0) -> None:
    """Remove the temporary files in a folder that killed processes left."""
    oldest = time.time() - days * _DAY
    for part in folder.glob(".*.part*"):
        with suppress(OSError):
            if _PART.fullmatch(part.name) and part.stat().st_mtime < oldest:
                part.unlink()


def sync(file: Path) -> None:
    """Flush the content of a file to the disk.

    Raises:
        OSError: the disk refuses.
    """
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def _sync_folder(folder: Path) -> None:
    """Flush a folder's entries to the disk where the system can; the file is whole in any case."""
    if os.name == "posix":
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
