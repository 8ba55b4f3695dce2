"""Names of files and folders made from texts that come from outside: ids, titles, names of connections.

No path is built from such a text in any other way.
"""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
from pathlib import PurePosixPath

_LONGEST = 200  # bytes of a readable name; file systems end at 255
_LONGEST_PLAIN = 60  # letters of an id that is its own name
_DIGITS, _FORMER_DIGITS = 20, 8
_SHOWN = 40
_UNUSABLE = frozenset('<>:"/\\|?*')
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICES = ("com", "lpt")
_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {f"{a}{b}" for a in _DEVICES for b in "123456789¹²³"}


def unique_name(text: str) -> str:
    """Return the name of a file or folder for any text; two texts never share one, whatever the disk's letter case.

    A text of small letters, digits and hyphens is its own name.
    """
    plain = _plain(text)
    if plain == text and plain and plain not in _RESERVED and len(plain) <= _LONGEST_PLAIN:
        return text
    shown = plain[:_SHOWN].strip("-")
    return f"{'_' if shown in _RESERVED or not shown else ''}{shown}.{_digest(text, _DIGITS)}"


def former_name(text: str) -> str:
    """Return the name that version 0.1 gave to a text; files under it are still read."""
    plain = _plain(text)[:_LONGEST_PLAIN]
    return text if plain == text and text else f"{plain}.{_digest(text, _FORMER_DIGITS)}"


def readable_name(text: str) -> str:
    """Return a readable file name; characters that file systems do not allow become ``_``.

    Two texts may share one: a caller that names several files numbers them, or refuses them (``download_names``).
    """
    composed = unicodedata.normalize("NFC", text)
    clean = "".join("_" if _is_unusable(letter) else letter for letter in composed).rstrip(" .")
    if clean.startswith(".") or clean.split(".")[0].rstrip().casefold() in _RESERVED or not clean:
        clean = f"_{clean}"
    if len(clean.encode()) <= _LONGEST:
        return clean
    return f"{clean[:_SHOWN]}-{_digest(text, 16)}{PurePosixPath(clean).suffix[:10]}"


def scene_name(day: datetime.date, key: str) -> str:
    """Return a name for a date of the server's: the day, and a digest of the key where that says more than the day."""
    plain = key.replace("_", "-") == day.isoformat()
    return day.isoformat() if plain else f"{day.isoformat()}-{_digest(key, _FORMER_DIGITS)}"


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9-]+", "-", text.casefold()).strip("-")


def _digest(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:digits]


def _is_unusable(letter: str) -> bool:
    """Return whether a letter separates paths, is a control or direction mark, or no letter at all."""
    return letter in _UNUSABLE or unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")
