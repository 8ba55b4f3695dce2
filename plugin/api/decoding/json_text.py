"""Parse JSON fast and strictly; the parser is loaded at first use, for it comes with pydantic."""

from __future__ import annotations

import gc
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_PIECE = 256 * 1024
"""Bytes; parsing them takes a few milliseconds, in which no other thread can run Python."""
_LONG = 4 * _PIECE
_PAUSE = 0.001  # seconds
_LIST_OF_RECORDS = re.compile(rb'\[\s*(?=\{\s*("[^"\\]{1,100}"))')


def parse(text: str | bytes) -> Any:
    """Parse JSON text; a long list of records is parsed in pieces, so that other threads can run in between.

    Raises:
        ValueError: not JSON, not UTF-8, nested too deep, or holding NaN.
    """
    if isinstance(text, bytes) and len(text) > _LONG:
        with collections_deferred():
            found = _parsed_in_pieces(text)
        if found is not None:
            return found
    return _parsed(text)


def pause() -> None:
    """Let other threads run; without a pause each waits up to 5 ms, every time it wants to run Python."""
    time.sleep(_PAUSE)


@contextmanager
def collections_deferred() -> Iterator[None]:
    """Build many objects that have no cycles without garbage collections, each of which looks at all of them.

    A full collection holds up all threads, for more than a second where there are 100,000 records. Afterwards the
    objects are moved to the oldest generation without being looked at.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # else another plugin keeps frozen objects, which would be released
            gc.freeze()
            gc.unfreeze()
        if was_enabled:
            gc.enable()


def _parsed(text: str | bytes) -> Any:
    from pydantic_core import from_json

    return from_json(text, allow_inf_nan=False)


def _parsed_in_pieces(text: bytes) -> Any | None:
    """Return the value of a text with a long list of records, or ``None`` where it must be parsed as a whole.

    The text is cut where a record seems to end. A piece that is the content of an array by itself leaves a parser in
    the state before it, so the text is worth what it is without these pieces, with their records put in again. A mark
    holds their place: where the list was within a text, the mark makes the rest invalid.
    """
    opening = _LIST_OF_RECORDS.search(text)
    if opening is None:
        return None
    start = opening.end()
    try:
        records, rest = _records(text, start, opening[1])
        mark = uuid.uuid4().hex
        value = _parsed(text[:start] + f'"{mark}",'.encode() + text[rest:])
    except ValueError:
        return None
    holder = _list_with(value, mark)
    if holder is None:
        return None
    holder[:1] = records
    return value


def _records(text: bytes, start: int, first_key: bytes) -> tuple[list[Any], int]:
    """Parse records in pieces, as far as they begin with the same key; return them and the place of the rest."""
    between = re.compile(rb"\}\s*(,)\s*(?=\{\s*" + re.escape(first_key) + rb")")
    records: list[Any] = []
    while (cut := between.search(text, start + _PIECE)) is not None:
        records += _parsed(b"[" + text[start : cut.start(1)] + b"]")
        start = cut.end()
        pause()
    return records, start


def _list_with(value: Any, mark: str) -> list[Any] | None:
    """Return the list that begins with a mark, in objects within objects."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, list) and found[:1] == [mark]:
            return found
        if isinstance(found, dict):
            waiting += found.values()
    return None
