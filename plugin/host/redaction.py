"""What must not be read in a log: keys, and the signatures of addresses."""

from __future__ import annotations

import re

HIDDEN = "•••"
_SHORTEST = 6  # shorter "secrets" would blot out ordinary words

_secrets: set[str] = set()

# Compiled at their first use, and kept by ``re``: QGIS's start does not wait for them.
_AUTHORIZATION = (
    r"(?i)((?:proxy-)?authorization[\"']?\s*[:=,]\s*(?:b(?=[\"']))?[\"']?)(?:(?:bearer|basic)\s+)?[^\s\"',;)}\]]+"
)
_BEARER = r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"
_QUERY = r"(https?://[^\s?\"'<>]+)\?[^\s\"'<>]+"
_USER = r"(\w+://)[^\s/@\"']+@"


def remember(secret: str) -> None:
    """Hide this text from now on, wherever it appears."""
    for text in (secret.strip(), secret.strip().rpartition(" ")[2]):
        if len(text) >= _SHORTEST:
            _secrets.add(text)


def redact(text: str) -> str:
    """Return the text without keys, authorisation headers, users of addresses and query strings."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    text = re.sub(_AUTHORIZATION, rf"\1{HIDDEN}", text)
    text = re.sub(_BEARER, rf"\1 {HIDDEN}", text)
    text = re.sub(_USER, rf"\1{HIDDEN}@", text)
    return re.sub(_QUERY, rf"\1?{HIDDEN}", text)
