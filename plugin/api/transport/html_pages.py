"""Summaries of HTML pages in one line: a filter's block page, a login page, a gateway's error."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import NamedTuple

from ...files import shown_names

PAGE_CAP = 32 * 1024
"""As much of a page as is read; what it says is at its beginning."""

_PROLOGUE = rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*){0,9}"
_DOCUMENT = re.compile(_PROLOGUE + rb"<(?:!doctype\s+html|html)\b", re.I | re.S)
_FRAGMENT = re.compile(_PROLOGUE + rb"<(?:head|title|meta|body|script|h\d|center|p|div)\b", re.I | re.S)
_CHARSET = re.compile(r"charset=[\"']?(utf-?8|iso-8859-\d+|windows-\d+|shift_jis|euc-\w+|gb\w+|big5|koi8-\w)", re.I)
# Each of these matches to the end where its own end is missing, so that a hostile page is read in one pass.
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,500}?)(?:</title|\Z)", re.I | re.S)
_UNSEEN = re.compile(r"<(title|script|style|noscript|template)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
_TAG = re.compile(r"<[a-z/!?](?:[^>\"']|\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z))*(?:>|\Z)", re.I)
_LINE, _NAME = 120, 60
_SHORTEST_SECRET = 6
_HIDDEN = "•••"


class PageSummary(NamedTuple):
    """Title of a page and the beginning of its text, each on one line."""

    title: str
    text: str


def is_page(content_type: str, body: bytes) -> bool:
    """Return whether an answer is a page for a browser; only its beginning is looked at."""
    start = body[:PAGE_CAP].removeprefix(b"\xef\xbb\xbf")
    if _DOCUMENT.match(start):
        return True
    return "html" in content_type.lower() and _FRAGMENT.match(start) is not None


def page_of(content_type: str, body: bytes, secrets: Iterable[str] = ()) -> PageSummary:
    """Read the title and text of a page; secrets in it are hidden."""
    named = _CHARSET.search(content_type)
    markup = _COMMENT.sub(" ", body[:PAGE_CAP].decode(named[1] if named else "utf-8", "replace"))
    titled = _TITLE.search(markup)
    title = one_line(unescape(titled[1]) if titled else "", _NAME, secrets)
    text = one_line(unescape(_TAG.sub(" ", _UNSEEN.sub(" ", markup))), _LINE + len(title), secrets)
    return PageSummary(title, one_line(text.removeprefix(title), _LINE) or title)


def one_line(text: str, longest: int = _NAME, secrets: Iterable[str] = ()) -> str:
    """Return a text on one line, without control and direction characters and secrets, and not longer than allowed."""
    line = shown_names.one_line(text)
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            line = line.replace(secret, _HIDDEN)
    return shown_names.shortened(line, longest)
