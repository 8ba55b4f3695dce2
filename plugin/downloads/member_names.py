"""Names of files in packages, made safe for any system's disk or refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from ..files.names import readable_name
from .errors import ArchiveRefused


def safe_path(name: str) -> str:
    """Return a member's name as a relative path with ``/`` between, usable on any system.

    Raises:
        ArchiveRefused: it leads out of the folder it is unpacked to.
    """
    plain = unicodedata.normalize("NFC", name).replace("\\", "/")
    parts = [part for part in plain.split("/") if part not in ("", ".")]
    escapes = plain.startswith("/") or re.match(r"[A-Za-z]:", plain) or any(p.strip(" ") == ".." for p in parts)
    if escapes or not parts:
        raise ArchiveRefused("path", name[:200])
    return "/".join(readable_name(part) for part in parts)


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
