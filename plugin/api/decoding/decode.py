"""Tolerant decoding of responses in every known variant.

Nothing here knows HTTP. Each fallback writes one log line that names the variant.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from ..errors import AnswerTooLarge, BadAnswer
from .content import kind_of
from .json_text import parse
from .legends import legends
from .payloads import link, png, sld_documents

__all__ = [
    "day_of",
    "error_envelope",
    "error_facts",
    "json_value",
    "kind_of",
    "legends",
    "link",
    "moment_of",
    "number",
    "page_items",
    "page_total",
    "png",
    "record",
    "sld_documents",
    "timestamp",
]

_log = logging.getLogger(__name__)

_BOM = b"\xef\xbb\xbf"
_MOMENT = re.compile(
    r"(\d{4})[-_]?(\d\d)[-_]?(\d\d)[T ](\d\d)[:_-]?(\d\d)(?:[:_-]?(\d\d))?((?:[.]\d+)?(?:Z|[+-]\d\d:?\d\d)?)$"
)
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_/.]?)(\d\d)\2(\d\d)(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d\d)([-_/.])(\d\d)\2((?:19|20)\d\d)(?!\d)")
_LONGEST_MESSAGE = 500
_LARGEST_ENVELOPE = 1_000_000  # larger bodies are results, which are not parsed twice
_MOST_OBJECTS = 1_000_000
_MOST_LISTS = 5_000_000  # a position of an outline is one
_MOST_KEYS = 2_000_000  # a key is a colon; times and addresses have some, too
_MOST_VALUES = 10_000_000  # a value is a comma; a position of an outline is two
_MOST_ITEMS = 100_000  # of a page; 50 are asked for
# An encoder may leave out a list that is empty. Any other object without a list is not an answer to the question.
_OF_PAGE = frozenset({"pagination", "paging", "page", "meta", "total", "total_count", "count", "offset", "limit"})
_MOST_NAMED = 5


def json_value(body: bytes) -> Any:
    """Parse JSON; an empty body is ``None``.

    Raises:
        BadAnswer: not JSON, not UTF-8, nested too deep, or holding NaN.
        AnswerTooLarge: more objects, lists, keys or values than fit the memory; they are counted before they are built.
    """
    text = body.removeprefix(_BOM).strip()
    if not text:
        return None
    _check_count(text)
    try:
        return parse(text)
    except ValueError as error:
        raise BadAnswer("", f"{kind_of(body)} instead of JSON: {str(error)[:200]}") from error


def _check_count(text: bytes) -> None:
    """Check the number of marks; those within texts count too, since only a flood has many of them."""
    for mark, most in ((b"{", _MOST_OBJECTS), (b"[", _MOST_LISTS), (b":", _MOST_KEYS), (b",", _MOST_VALUES)):
        count = text.count(mark)
        if count > most:
            raise AnswerTooLarge("", f"{count} times {mark.decode()}, at most {most}")


def timestamp(text: Any) -> datetime | None:
    """Read a time with a blank or a T, with or without fraction and offset; without offset it is UTC."""
    if not isinstance(text, str):
        return None
    cleaned = text.strip().removesuffix(" UTC").replace(" +", "+")
    try:
        moment = datetime.fromisoformat(cleaned)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day_of(key: str) -> date | None:
    """Read the day out of a date key, for sorting and display only; a time is read as its UTC day."""
    if ":" in key and (moment := timestamp(key)) is not None:
        return moment.date()
    if found := _YEAR_FIRST.search(key):
        return _day(found[1], found[3], found[4])
    if found := _DAY_FIRST.search(key):
        return _day(found[4], found[3], found[1])
    return None


def moment_of(key: str) -> datetime | None:
    """Read the moment out of a date key that says a time of day, in UTC; midnight is how a day alone is written."""
    found = _MOMENT.match(key)
    if found is None:
        return None
    day, clock, seconds, rest = "-".join(found.group(1, 2, 3)), ":".join(found.group(4, 5)), found[6] or "00", found[7]
    moment = timestamp(f"{day}T{clock}:{seconds}{rest}")
    return moment if moment is not None and (moment.hour, moment.minute, moment.second) != (0, 0, 0) else None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def page_items(raw: Any, key: str) -> list[Any]:
    """Find the records of a page under ``key``, its singular or plural, a usual wrapper, or as a bare array.

    Raises:
        BadAnswer: there is something else in their place.
        AnswerTooLarge: there are more than any page has.
    """
    found = _page_items(raw, key)
    if len(found) > _MOST_ITEMS:
        raise AnswerTooLarge(key, f"{len(found)} records, at most {_MOST_ITEMS}")
    return found


def _page_items(raw: Any, key: str) -> list[Any]:
    if raw is None:
        return []
    if isinstance(raw, list):
        _log.info("list of %s came as a bare array", key)
        return raw
    if not isinstance(raw, Mapping):
        raise BadAnswer(key, f"a list is expected, found {type(raw).__name__}")
    return _items_under(raw, key)


def _items_under(raw: Mapping[str, Any], key: str) -> list[Any]:
    for name in _names_of(key):
        if name not in raw:
            continue
        if name != key:
            _log.info("list of %s came under the key %s", key, name)
        return _as_list(raw[name], key)
    if raw.keys() <= _OF_PAGE and not page_total(raw):
        return []
    raise BadAnswer(key, f"a list is expected, found an object of {', '.join(map(str, list(raw)[:_MOST_NAMED]))}")


def _names_of(key: str) -> tuple[str, ...]:
    twin = key.removesuffix("s") if key.endswith("s") else f"{key}s"
    return (key, twin, "items", "data", "results")


def _as_list(value: Any, key: str) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):
        inner = next((value[name] for name in _names_of(key) if isinstance(value.get(name), list)), None)
        _log.info("list of %s came as an object", key)
        return inner if inner is not None else list(value.values())
    raise BadAnswer(key, f"a list is expected, found {type(value).__name__}")


def page_total(raw: Any) -> int | None:
    """Find the length of the whole list, under any name of the pagination."""
    if not isinstance(raw, Mapping):
        return None
    for holder in (raw.get("pagination"), raw, raw.get("paging"), raw.get("page"), raw.get("meta"), raw.get("data")):
        if isinstance(holder, Mapping):
            for name in ("total", "total_count", "count"):
                total = number(holder.get(name))
                if total is not None and total >= 0:
                    return int(total)
    return None


def number(value: Any) -> float | None:
    """Read a finite number, also from a text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if abs(found) != float("inf") and found == found else None


def record(raw: Any, *wrappers: str) -> Mapping[str, Any]:
    """Return the one record of an answer, out of a wrapper or a list of one where it came so.

    Raises:
        BadAnswer: there is no object.
    """
    found = raw
    for name in (*wrappers, "data", "result"):
        inside = found.get(name) if isinstance(found, Mapping) else None
        if isinstance(inside, Mapping) or _is_single(inside):
            _log.log(logging.DEBUG if name in wrappers else logging.INFO, "record came inside %s", name)
            found = inside
    if _is_single(found):
        _log.info("record came as a list of one")
        found = found[0]
    if not isinstance(found, Mapping):
        raise BadAnswer(wrappers[0] if wrappers else "", f"an object is expected, found {type(found).__name__}")
    return found


def _is_single(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping)


_ENVELOPE_KEYS = frozenset(
    {"error", "status", "status_code", "code", "message", "details", "request_id", "success", "path", "timestamp"}
)


def error_envelope(body: bytes) -> dict[str, Any] | None:
    """Return the error envelope that was sent in place of a result, whatever the status and content type."""
    if len(body) > _LARGEST_ENVELOPE or not body[:64].lstrip().startswith(b"{") or b'"error"' not in body[:2000]:
        return None
    try:
        raw = json_value(body)
    except BadAnswer:
        return None
    is_envelope = isinstance(raw, dict) and bool(raw.get("error")) and set(raw) <= _ENVELOPE_KEYS
    return raw if is_envelope else None


def error_facts(body: bytes) -> tuple[str, str, Any]:
    """Read code, message and details of an error body, as far as they came; HTML pages are not quoted."""
    try:
        raw = json_value(body[:_LARGEST_ENVELOPE])
    except BadAnswer:
        return "", _plain(body), None
    holder = raw.get("error", raw) if isinstance(raw, Mapping) else raw
    if isinstance(holder, Mapping):
        return _facts_of(holder)
    return "", _shortened(holder), None


def _facts_of(holder: Mapping[str, Any]) -> tuple[str, str, Any]:
    message = next((holder[name] for name in ("message", "detail", "description", "title") if holder.get(name)), "")
    code = holder.get("code", holder.get("type", ""))
    return _shortened(code), _shortened(message), holder.get("details", holder.get("errors"))


def _shortened(value: Any) -> str:
    return "" if value is None else str(value)[:_LONGEST_MESSAGE]


def _plain(body: bytes) -> str:
    text = body[:_LONGEST_MESSAGE].decode("utf-8", "replace").strip()
    return "" if text.startswith("<") or "\ufffd" in text or "\x00" in text else text
