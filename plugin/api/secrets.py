"""Redaction of keys and passwords by their values, and of the signatures in addresses.

A server, a gateway or a proxy may repeat the key it was sent. ``redact_error`` takes it out of every field of an error
where the error is made, and ``redact`` once more where a text leaves: the log, the message bar, Processing.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote

HIDDEN = "•••"
_SHORTEST = 6  # shorter "secrets" would blot out ordinary words
_SHORTEST_KEY = 10  # a password may be a word that labels have, too
_DEEPEST = 20
_SHORTEST_PART = 8

_secrets: set[str] = set()

# Compiled at their first use, and kept by ``re``: QGIS's start does not wait for them.
_AUTHORIZATION = (
    r"(?i)((?:proxy-)?authorization[\"']?\s*[:=,]\s*(?:b(?=[\"']))?[\"']?)(?:(?:bearer|basic)\s+)?[^\s\"',;)}\]]+"
)
_BEARER = r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"
_SEPARATORS = r"[/?#@:\\]"  # of an address: what stands between them may be left of a key there, as a host
_WORD = r"[A-Z]?[a-z_-]+|[A-Z_-]+"
_PADDED_END = "(?:[a-z0-9+/_-](?:=|%3d){1,2})?"  # of base64: its letter has bits of the last one of the secret
_QUERY = r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]+"
_USER = r"((?<!\w)\w+://)[^\s/@\"']+@"


def remember(secret: str) -> None:
    """Hide this text from now on, wherever it appears and however it is encoded, and its parts in an address."""
    for text in (secret.strip(), secret.strip().rpartition(" ")[2]):
        if len(text) >= _SHORTEST:
            _secrets.add(text)
            _secrets.update(_parts(text))


def _parts(secret: str) -> list[str]:
    """Return the parts of a secret between the separators of addresses, without those that may be plain words."""
    parts = re.split(_SEPARATORS, secret)
    return [part for part in parts if len(part) >= _SHORTEST_PART and not re.fullmatch(_WORD, part)]


def hide(text: str) -> str:
    """Return the text without keys and passwords, as they are or encoded."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = _pattern(secret).sub(HIDDEN, text)
    return text


def redact(text: str) -> str:
    """Return the text without keys, authorisation headers, users of addresses and query strings."""
    text = re.sub(_AUTHORIZATION, rf"\1{HIDDEN}", hide(text))
    text = re.sub(_BEARER, rf"\1 {HIDDEN}", text)
    text = re.sub(_USER, rf"\1{HIDDEN}@", text)
    return re.sub(_QUERY, rf"\1?{HIDDEN}", text)


def hide_bytes(body: bytes) -> bytes:
    """Return a body without keys and passwords; other bytes stay."""
    return hide(body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape") if _secrets else body


def hide_repeated(body: bytes, keys: Iterable[str]) -> bytes:
    """Return a good answer without the keys that it was asked with; what it says is kept in files and projects."""
    found = [key for key in keys if len(key) >= _SHORTEST_KEY and _is_in(key, body)]
    text = body.decode("utf-8", "surrogateescape") if found else ""
    for key in found:
        text = _pattern(key).sub(HIDDEN, text)
    return text.encode("utf-8", "surrogateescape") if found else body


def _is_in(key: str, body: bytes) -> bool:
    plain, quoted = key.encode(), json.dumps(key)[1:-1].encode()
    return any(form in body for form in (plain, quoted, quoted.replace(b"/", b"\\/"), quote(key, safe="").encode()))


def redact_error(error: Exception) -> None:
    """Take keys and passwords out of every field of an error."""
    error.args = tuple(_hidden(value) for value in error.args)
    for name, value in vars(error).items():
        setattr(error, name, _hidden(value))


def _hidden(value: Any, depth: int = 0) -> Any:
    """Return a value without secrets; values nested deeper than those of any error are removed."""
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, Exception):
        redact_error(value)
    if not isinstance(value, list | tuple | Mapping):
        return value
    if depth > _DEEPEST:
        return HIDDEN
    if isinstance(value, Mapping):
        return {_hidden(name, depth + 1): _hidden(inner, depth + 1) for name, inner in value.items()}
    inside = [_hidden(inner, depth + 1) for inner in value]
    if isinstance(value, list):
        return inside
    return type(value)(*inside) if hasattr(value, "_fields") else tuple(inside)


@cache
def _pattern(secret: str) -> re.Pattern[str]:
    """Return what finds a secret in each of its forms, in any letter case: hosts are written in small letters.

    A server may write any of its letters as an escape of addresses, JSON or HTML, so each is looked for in every form.
    """
    texts = "".join(map(_written, secret))
    digits = "[:\\s-]?".join(secret.encode().hex()[n : n + 2] for n in range(0, 2 * len(secret.encode()), 2))
    codes = (re.escape(code) + _PADDED_END for code in sorted(_base64_forms(secret), key=len, reverse=True))
    return re.compile("|".join((texts, digits, *codes)), re.IGNORECASE)


def _written(letter: str) -> str:
    """Return a pattern of a letter as it is, after backslashes, and as an escape, which may be escaped again."""
    number, named = ord(letter), escape(letter)[1:]
    address = "".join(f"%(?:25){{0,3}}{byte:02x}" for byte in letter.encode())
    references = [f"#0{{0,6}}{number};", f"#x0{{0,6}}{number:x};", *([named] if named else [])]
    reference = f"&(?:amp;){{0,3}}(?:{'|'.join(references)})"
    blank = "|\\+" if letter == " " else ""
    return f"\\\\{{0,4}}(?:{reference}|{re.escape(letter)}|{address}|u{number:04x}{blank})"


def _base64_forms(secret: str) -> set[str]:
    """Return what of the base64 of any text is made by this secret in it, at each of the three places it may begin."""
    raw, forms = secret.encode(), set()
    for shift in range(3):
        code = base64.b64encode(b"\0" * shift + raw).decode()
        first, end = -(-8 * shift // 6), 8 * (shift + len(raw)) // 6
        part = code[first:end]
        forms |= {part, quote(part, safe=""), part.replace("+", "-").replace("/", "_")}
    return forms
