"""Result records of blocks: output files with their sizes, or the reason for a failure."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ....api.status import Word
from .schema import InputWrong
from .work import Result

CREATED, RUNNING, SUCCESS, FAILED = Word.CREATED, Word.RUNNING, Word.SUCCESS, Word.FAILED
FAULTS = (OSError, KeyError, ValueError, MemoryError)
_MEDIA = {".csv": "text/csv", ".geojson": "application/geo+json", ".tif": "image/tiff"}


def output_record(result: Result) -> dict[str, Any]:
    """Return the files of a result by output, and the rows of its table."""
    return {"files": {name: _file(path) for name, path in result.files.items()}, "rows": list(result.rows)}


def _file(path: Path) -> dict[str, Any]:
    media = _MEDIA.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return {"name": path.name, "media_type": media, "bytes": path.stat().st_size}


def files_of(output: Mapping[str, Any] | None, folder: Path) -> dict[str, Path]:
    """Return the files that an output record of ``output_record`` lists, by output."""
    return {name: folder / entry["name"] for name, entry in (output or {}).get("files", {}).items()}


def reason(error: BaseException) -> str:
    """Return why work failed, without the paths of this machine."""
    if isinstance(error, InputWrong):
        return str(error)
    return "the imagery could not be read, or a result not written" if isinstance(error, OSError) else "no result"
