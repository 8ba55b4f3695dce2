"""What a layer's own file says of it: no style can change that.

We name files ``<day>[-<number>]_<mode>_<kind>[_<digest or number>]``. A folder in the cache is named by the
visualization; a folder that was loaded by an algorithm has a manifest.
"""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProviderRegistry

from ..files.names import unique_name

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer

MANIFEST = "manifest.json"
_NAME = re.compile(r"(\d{4}-\d\d-\d\d)(?:-\d+)?_([a-z]+)_([a-z]+)(?:_[0-9a-f]{8}|_\d+)?")


@dataclass(frozen=True, slots=True)
class Source:
    """A file named as we name ours."""

    path: Path
    day: datetime.date
    mode: str
    kind: str

    def is_of(self, visualization_id: str) -> bool | None:
        """Return whether the file belongs to a visualization; ``None`` where nothing beside it says so."""
        if self.path.parent.name in (visualization_id, unique_name(visualization_id)):
            return True
        said = _manifest(self.path.parent)
        listed = next((each for each in said.get("layers", ()) if each.get("file") == self.path.name), None)
        if listed is None:
            return None
        return bool(listed.get("visualization_id", said.get("visualization_id")) == visualization_id)


def file_name(layer: QgsMapLayer) -> str:
    """Return the name of the file a layer shows, without its folder; empty where it shows none."""
    return re.split(r"[/\\]", _path(layer))[-1]


def read(layer: QgsMapLayer) -> Source | None:
    """Return what the name of a layer's file says, or ``None`` where it is not named as ours are."""
    path = Path(_path(layer))
    found = _NAME.fullmatch(path.stem)
    if found is None:
        return None
    try:
        return Source(path, datetime.date.fromisoformat(found[1]), found[2], found[3])
    except ValueError:
        return None


def _path(layer: QgsMapLayer) -> str:
    source = str(layer.source())
    if "|" not in source:  # nothing but a path: this is asked often
        return source
    return str(QgsProviderRegistry.instance().decodeUri(layer.providerType(), source).get("path") or "")


def _manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a folder; one that is not as we write it says nothing."""
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        layers = [each for each in said["layers"] if isinstance(each, dict)]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {**said, "layers": layers}
