"""A folder of loaded rasters, each with its style, listed in a manifest that several loads may share.

Each raster is put in its place together with its style and its record, so that a load that is stopped leaves none
without. Loads into one folder, also at the same time, keep each other's records.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..files.file_lock import hold
from ..files.whole import sync, whole_or_nothing, write_json
from ..host.i18n import translate
from ..imagery.loaded import LoadedImage, Placement, PlaceMethod
from .errors import ManifestUnreadable

MANIFEST = "manifest.json"
_LOCK = ".manifest.lock"
# Fields of the manifest that describe its newest load; a layer of another load has its own.
_LOAD = ("aoi_id", "visualization_id", "mode", "as")
_DIGEST = "style_sha256"  # of the style as it was written, by which one that a person saved since is known

Manifest = dict[str, Any]
SaveStyle = Callable[[LoadedImage, Path], None]


class LoadFolder:
    """Puts finished rasters into a folder.

    Args:
        save_style: writes the style of an image to a file; called before the raster leaves the folder it was made in.
    """

    def __init__(self, folder: Path, save_style: SaveStyle) -> None:
        self._folder = folder
        self._save_style = save_style

    def check(self) -> None:
        """Check that the folder's manifest, if it has one, can be added to.

        Raises:
            ManifestUnreadable: it cannot.
            OSError: the folder is none.
        """
        _read(self._folder / MANIFEST)

    def add(self, image: LoadedImage) -> LoadedImage:
        """Move an image, which lies on the same disk, to its place with its style, and list it; return it there.

        A style that was saved beside an earlier raster since that was loaded is kept, and the image warns of it.

        Raises:
            ManifestUnreadable: the manifest was damaged meanwhile.
            OSError: a file cannot be written.
        """
        style = image.path.with_suffix(".qml")
        self._save_style(image, style)
        with hold(self._folder / _LOCK):
            manifest = _read(self._folder / MANIFEST)
            target = self._target(manifest, image)
            known = _known_digest(manifest, target)
            is_kept = _is_saved_by_person(target.with_suffix(".qml"), known)
            digest = known if is_kept else _digest_of(style)
            manifest = _added(manifest, _load_of(image), _record(image, target, digest))
            sync(image.path)
            # Where the disk is full, the manifest fails first, and nothing has its name yet.
            with whole_or_nothing(self._folder / MANIFEST) as part:
                write_json(part, manifest)
                if not is_kept:
                    style.replace(target.with_suffix(".qml"))
                image.path.replace(target)
        warnings = (*image.warnings, _kept_style(target.with_suffix(".qml").name)) if is_kept else image.warnings
        return replace(image, path=target, warnings=warnings)

    def _target(self, manifest: Manifest, image: LoadedImage) -> Path:
        """Return the target path of a raster: over an earlier one of the same layer, never over another file.

        If another file or layer has the name already, the new file is numbered from 2.
        """
        known = {layer["file"]: (_load_of_record(manifest, layer), _key_in(layer)) for layer in manifest["layers"]}
        same = [(_load_of(image), image.date_key), (_load_of(image), f"day {image.day.isoformat()}")]
        earlier = next((name for name, layer in known.items() if layer == same[0]), None)
        if earlier is not None:
            return self._folder / str(earlier)
        number, target = 1, self._folder / image.path.name
        while known.get(target.name) not in same and (target.name in known or _is_taken(target)):
            number += 1
            target = self._folder / f"{image.path.stem}_{number}{image.path.suffix}"
        return target


def _read(path: Path) -> Manifest:
    """Return the manifest of a folder, an empty one where there is none.

    Raises:
        ManifestUnreadable: it is no manifest of loaded rasters.
        OSError: the folder is none.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except FileNotFoundError:
        return {"layers": []}
    except (ValueError, RecursionError, IsADirectoryError, PermissionError) as error:
        raise ManifestUnreadable(str(path)) from error
    if not isinstance(found, dict) or not _is_manifest(found):
        raise ManifestUnreadable(str(path))
    return found


def _no_number(word: str) -> float:
    """Raise an error for NaN and infinity, which are not valid JSON and could not be written to a manifest again."""
    raise ValueError(word)


def _key_in(record: Mapping[str, Any]) -> str:
    """Return which date a layer of a manifest shows; earlier versions wrote its day alone."""
    key = record.get("key")
    return key if isinstance(key, str) else f"day {record.get('date')}"


def _is_taken(raster: Path) -> bool:
    """Return whether a raster, or the style beside it, would take the place of another file."""
    return raster.exists() or raster.with_suffix(".qml").exists()


def _known_digest(manifest: Manifest, raster: Path) -> str | None:
    """Return the digest of the style that was written beside a raster, where the manifest has it."""
    digest = next((layer.get(_DIGEST) for layer in manifest["layers"] if layer["file"] == raster.name), None)
    return digest if isinstance(digest, str) else None


def _is_saved_by_person(style: Path, known: str | None) -> bool:
    """Return whether a style is there that is not the one that was written; it cannot be known without a digest."""
    return style.exists() and _digest_of(style) != known


def _digest_of(style: Path) -> str:
    return hashlib.sha256(style.read_bytes()).hexdigest()


def _kept_style(name: str) -> str:
    text = translate(
        "Messages",
        "{0} was changed since it was loaded, so it is kept and the new style is not written. "
        "Move it away and load again for the server's style.",
    )
    return text.format(name)


def _is_manifest(found: Mapping[str, Any]) -> bool:
    layers = found.get("layers")
    described = all(isinstance(found.get(name), str) for name in _LOAD)
    return described and isinstance(layers, list) and all(_is_record(record) for record in layers)


def _is_record(record: Any) -> bool:
    return isinstance(record, dict) and isinstance(record.get("file"), str)


def _added(manifest: Manifest, load: Mapping[str, str], record: Mapping[str, Any]) -> Manifest:
    """Return a manifest with a layer added or replaced; layers of earlier loads record the load they belong to."""
    earlier = [{**old, **_load_of_record(manifest, old)} for old in manifest["layers"] if old["file"] != record["file"]]
    layers = sorted([*earlier, record], key=_order)
    differing = [
        {name: value for name, value in layer.items() if name not in load or load[name] != value} for layer in layers
    ]
    return {**manifest, **load, "layers": differing}


def _order(record: Mapping[str, Any]) -> tuple[str, int, str]:
    """Return the sort key of a layer: the date, then the name, where a second scene has the longer one."""
    return str(record.get("date")), len(record["file"]), record["file"]


def _load_of(image: LoadedImage) -> dict[str, str]:
    values = (image.aoi_id, image.visualization_id, image.mode, image.kind)
    return dict(zip(_LOAD, values, strict=True))


def _load_of_record(manifest: Manifest, record: Mapping[str, Any]) -> dict[str, str]:
    return {name: record.get(name, manifest.get(name)) for name in _LOAD}


def _record(image: LoadedImage, target: Path, digest: str | None) -> dict[str, Any]:
    """Return the manifest record of a layer; ``digest`` is that of the style written, where it is known."""
    placement = image.placement
    record = {
        "date": image.day.isoformat(),
        "key": image.date_key,
        "label": image.label,
        "file": target.name,
        "style": target.with_suffix(".qml").name,
        "crs": placement.crs,
        "extent": list(placement.extent),
        "placement": _place_of(placement),
    }
    return record if digest is None else {**record, _DIGEST: digest}


def _place_of(placement: Placement) -> dict[str, Any]:
    """Return the manifest record of a place; ``error_px`` is null where nobody knows, and left out where it is none."""
    record = {"method": str(placement.method), "confidence": placement.confidence}
    if placement.method is PlaceMethod.RASTER:
        return record
    return {**record, "error_px": placement.error_px if math.isfinite(placement.error_px) else None}
