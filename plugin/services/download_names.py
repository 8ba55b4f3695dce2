"""Names of files in packages, made safe for any system's disk or refused."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from .problems import ArchiveRefused

_LONGEST = 200  # bytes of one name; file systems end at 255
_UNUSABLE = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {f"{a}{b}" for a in ("com", "lpt") for b in "123456789"}


def safe_path(name: str) -> str:
    """Return a member's name as a relative path with ``/`` between, usable on any system.

    Raises:
        ArchiveRefused: it leads out of the folder it is unpacked to.
    """
    plain = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode()).replace("\\", "/")
    parts = [part for part in plain.split("/") if part not in ("", ".")]
    escapes = plain.startswith("/") or re.match(r"[A-Za-z]:", plain) or any(p.strip(" ") == ".." for p in parts)
    if escapes or not parts:
        raise ArchiveRefused("path", name[:200])
    return "/".join(safe_name(part) for part in parts)


def safe_name(name: str) -> str:
    """Return one name, with what a system has no use for as ``_``; hidden and reserved names get one in front."""
    clean = _UNUSABLE.sub("_", name.replace("/", "_").replace("\\", "_")).rstrip(" .")
    if clean.startswith(".") or clean.split(".")[0].rstrip().casefold() in _RESERVED or not clean:
        clean = f"_{clean}"
    if len(clean.encode()) <= _LONGEST:
        return clean
    ending = PurePosixPath(clean).suffix[:10]
    return f"{clean[:40]}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:16]}{ending}"


def check_clashes(names: Iterable[str]) -> None:
    """Refuse names that are one on a disk without letter case, and files where a folder must be.

    Raises:
        ArchiveRefused: there are such.
    """
    seen: set[str] = set()
    folders: set[str] = set()
    for name in names:
        key = name.casefold()
        if key in seen:
            raise ArchiveRefused("twice", name[:200])
        seen.add(key)
        folders.update(str(parent) for parent in PurePosixPath(key).parents)
    both = seen & folders
    if both:
        raise ArchiveRefused("twice", min(both)[:200])
