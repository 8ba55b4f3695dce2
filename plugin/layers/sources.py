"""What a layer's own file says of it: no style can change that.

We name files ``<day>[-<scene>]_<mode>_<kind>[_<digest or number>]``, where a scene is a digest of the server's key in
the cache, a number or a time elsewhere. A folder in the cache is named by the visualization; a folder that was loaded
by an algorithm has a manifest.
"""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProviderRegistry

from ..files.names import scene_name, unique_name
from ..layer_kinds.table import LayerKind
from ..legend.vocabulary import LegendMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qgis.core import QgsMapLayer

MANIFEST = "manifest.json"
_DIGEST = 8
_NAME = re.compile(r"(\d{4}-\d\d-\d\d)(?:-([0-9a-f]+))?_([a-z]+)_([a-z]+)(?:_[0-9a-f]{8}|_\d+)?")


@dataclass(frozen=True, slots=True)
class Source:
    """A file named as we name ours."""

    path: Path
    day: datetime.date
    mode: LegendMode | str
    kind: LayerKind | str
    scene: str = ""

    def key_among(self, keys: Sequence[str]) -> str:
        """Return which of the server's keys of its day a file shows; empty where it does not say.

        Earlier versions named the further scenes of a day by their number in the order of the keys.
        """
        listed = _record(self.path).get("key")
        if listed in keys:
            return str(listed)
        named = [key for key in keys if scene_name(self.day, key).removeprefix(f"{self.day}").strip("-") == self.scene]
        if named or not (self.scene or "1").isdecimal():
            return named[0] if named else ""
        number = int(self.scene or 1)
        return sorted(keys)[number - 1] if 1 <= number <= len(keys) else ""

    def contradicts(self, key: str) -> bool:
        """Return whether a file shows another date than the server's key names."""
        listed = _record(self.path).get("key")
        if listed is not None:
            return bool(listed != key)
        is_cached = not self.scene or len(self.scene) == _DIGEST
        return is_cached and not self.path.name.startswith(f"{scene_name(self.day, key)}_")

    def is_of(self, visualization_id: str) -> bool | None:
        """Return whether the file belongs to a visualization; ``None`` where no folder or manifest shows it."""
        if self.path.parent.name in (visualization_id, unique_name(visualization_id)):
            return True
        manifest, listed = _manifest(self.path.parent), _record(self.path)
        if not listed:
            return None
        return bool(listed.get("visualization_id", manifest.get("visualization_id")) == visualization_id)


def file_name(layer: QgsMapLayer) -> str:
    """Return the name of the file a layer shows, without its folder; empty where it shows none."""
    return re.split(r"[/\\]", _path(layer))[-1]


def path(layer: QgsMapLayer) -> Path:
    """Return the file a layer shows, which may be gone."""
    return Path(_path(layer))


def is_named(path: Path) -> bool:
    """Return whether a file is named as ours are."""
    return _NAME.fullmatch(path.stem) is not None


def read(layer: QgsMapLayer) -> Source | None:
    """Return what the name of a layer's file says, or ``None`` where it is not named as ours are."""
    file = path(layer)
    found = _NAME.fullmatch(file.stem)
    if found is None:
        return None
    try:
        day = datetime.date.fromisoformat(found[1])
        return Source(file, day, LegendMode.read(found[3]), LayerKind.read(found[4]), found[2] or "")
    except ValueError:
        return None


def _path(layer: QgsMapLayer) -> str:
    source = str(layer.source())
    if "|" not in source:  # nothing but a path: this is asked often
        return source
    return str(QgsProviderRegistry.instance().decodeUri(layer.providerType(), source).get("path") or "")


def _record(path: Path) -> dict[str, Any]:
    """Return what the manifest beside a file says of it; nothing where there is none."""
    layers = _manifest(path.parent).get("layers", ())
    return next((each for each in layers if each.get("file") == path.name), {})


def _manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a folder; one of another format is ignored."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        layers = [each for each in manifest["layers"] if isinstance(each, dict)]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {**manifest, "layers": layers}
