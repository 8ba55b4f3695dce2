"""The text of files that spreadsheets and other programs wrote."""

from __future__ import annotations

import codecs

from .table_errors import TableUnreadable

WINDOWS = "cp1252"
# longest mark first: the one of UTF-16 is the beginning of UTF-32's
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> tuple[str, bool]:
    """Return the text of a file, and whether its encoding had to be assumed (Windows-1252, as older programs write).

    Raises:
        TableUnreadable: it is text in no encoding that is known here.
    """
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    try:
        return data.decode(marked or _without_mark(data)), False
    except UnicodeDecodeError:
        if marked or b"\0" in data:
            raise TableUnreadable("encoding") from None
    try:
        return data.decode(WINDOWS), True
    except UnicodeDecodeError as error:
        raise TableUnreadable("encoding") from error


def _without_mark(data: bytes) -> str:
    """Return UTF-16 where every other byte at the beginning is zero, else UTF-8."""
    if len(data) > 3 and not any(data[1:8:2]):
        return "utf-16-le"
    if len(data) > 3 and not any(data[0:8:2]):
        return "utf-16-be"
    return "utf-8"
