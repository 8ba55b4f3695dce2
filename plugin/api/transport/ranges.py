"""File facts in response headers: size, range, version (RFC 9110, 8.8, 13.1.5 and 14)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from .checksums import declared_checksums
from .part_file import Facts

_RANGE = re.compile(r"bytes\s+(\d{1,18})-(\d{1,18})/(\d{1,18})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ContentRange:
    """Bytes ``first`` up to and without ``end``, of a file of ``total``."""

    first: int
    end: int
    total: int


def content_range(headers: Mapping[str, str]) -> ContentRange | None:
    """Read ``Content-Range``; ``None`` where it is missing, not of bytes, without a total, or makes no sense."""
    found = _RANGE.fullmatch(headers.get("content-range", "").strip())
    if found is None:
        return None
    parsed = ContentRange(int(found[1]), int(found[2]) + 1, int(found[3]))
    return parsed if parsed.first < parsed.end <= parsed.total else None


def is_encoded(headers: Mapping[str, str]) -> bool:
    """Return whether a body is compressed although that was not requested: its bytes are not the file's."""
    return headers.get("content-encoding", "").strip().casefold() not in ("", "identity")


def validator(headers: Mapping[str, str]) -> str:
    """Return a valid value for ``If-Range``: a strong ``ETag``, else a strong date; empty where there is neither.

    A date is strong if it lies at least a second before that of the answer (RFC 9110, 8.8.2.2).
    """
    if is_encoded(headers) or headers.get("accept-ranges", "").strip().casefold() == "none":
        return ""
    tag = headers.get("etag", "").strip()
    if tag:
        return tag if re.fullmatch(r'"[^"]*"', tag) else ""
    modified = headers.get("last-modified", "").strip()
    try:
        older = parsedate_to_datetime(headers.get("date", "")) - parsedate_to_datetime(modified)
    except (TypeError, ValueError):
        return ""
    return modified if older.total_seconds() >= 1 else ""


def is_other_version(known: str, headers: Mapping[str, str]) -> bool:
    """Return whether a response is of another version than the one with this validator."""
    current = headers.get("etag" if known.startswith('"') else "last-modified", "").strip()
    return current not in ("", known)


def facts_of_whole(source: str, headers: Mapping[str, str], size: int | None) -> Facts:
    """Return the facts that a response with a whole file declares."""
    if is_encoded(headers):
        return Facts(source)
    return Facts(source, validator(headers), size, declared_checksums(headers, whole=True))
