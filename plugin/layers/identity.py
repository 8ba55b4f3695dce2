"""Identity of the plugin's layers in a project.

Custom properties are part of a QGIS style: pasting or loading one, or duplicating a layer, copies the properties.
So the project itself keeps a record under the id of each layer of the plugin, and a layer is the plugin's while it
shows the file in the record. Where properties and record differ, the record is right. A layer without a record (of a
project saved by an earlier version, pasted from another project, or opened with its style file) gets one if its own
file confirms its properties; a copy made inside the project never does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer

from . import provenance, sources, time_stack
from .provenance import Provenance

_SCOPE = "pixxel"
_OWNER = "layer_id"  # the property with the layer for which the properties were written
_LOADING = "loading"  # QGIS's own mark on the tree of a project that is being read
_REMEMBERED = 4096  # records
_COPY: dict[str, Any] = {}  # the record of a layer that a person copied from one of ours


def of(layer: QgsMapLayer) -> Provenance | None:
    """Return the provenance of a layer of its project, or ``None`` if it is not one of the plugin's."""
    text = _believed_text(layer)
    return None if text is None else _origin(text)


def is_copy(layer: QgsMapLayer) -> bool:
    """Return whether a layer was copied from one of ours."""
    return _kept(layer) == _COPY


def is_open(layer: QgsMapLayer) -> bool:
    """Return whether a layer without a record states something, so that its file has to be asked."""
    return _kept(layer) is None and provenance.stated(layer) is not None


def record(project: QgsProject, layer: QgsMapLayer) -> None:
    """Record the properties of a layer, and its file, as the truth about this layer."""
    layer.setCustomProperty(f"pixxel/{_OWNER}", layer.id())
    _write(project, layer.id(), {"file": sources.file_name(layer), "properties": provenance.values(layer)})


def update(layer: QgsMapLayer, **changed: str) -> None:
    """Change some properties of a layer of ours, and its record."""
    kept = _kept(layer)
    if kept:
        wanted = kept["properties"] | changed
        _write(layer.project(), layer.id(), {**kept, "properties": wanted})
        provenance.replace_values(layer, wanted)


def name_date(layer: QgsMapLayer, key: str) -> None:
    """Note the server's key on a layer of an earlier version; the project does not count as changed by this."""
    with dirty_as_before(layer.project()):
        update(layer, date_key=key)


def forget(project: QgsProject, layer_ids: Iterable[str]) -> None:
    """Drop the records of layers; whether the project counts as changed stays as it is."""
    with dirty_as_before(project):
        for key in map(_key, layer_ids):
            if project.readEntry(_SCOPE, key)[1]:
                project.removeEntry(_SCOPE, key)


@contextmanager
def rewritten(layer: QgsMapLayer) -> Iterator[None]:
    """Let the block write the properties of a layer of ours, or change its file, and keep the result."""
    project = layer.project()
    forget(project, [layer.id()])  # else the properties would be set back in between
    try:
        yield
    finally:
        record(project, layer)


def is_being_read(project: QgsProject) -> bool:
    """Return whether QGIS is opening a project: it lets events through before all layers are there."""
    return bool(project.layerTreeRoot().customProperty(_LOADING))


def settle(project: QgsProject) -> None:
    """Make the properties of all layers true, and record the layers that their own files prove to be ours.

    The project does not count as changed by this. While it is being read nothing is done: QGIS lets events through
    before all layers are there.
    """
    if is_being_read(project):
        return
    layers = [layer for layer in project.mapLayers().values() if isinstance(layer, QgsRasterLayer)]
    with dirty_as_before(project):
        for layer in layers:
            settle_layer(layer)
        _record_proven(project, layers)


def settle_layer(layer: QgsRasterLayer) -> bool:
    """Make the properties of a layer true: set back to its record, or taken away where they are another's.

    Returns:
        Whether they were set back.
    """
    kept, source = _believed(layer), sources.read(layer)
    is_set_back = kept is not None and _set_back(layer, kept)
    if kept is None and not _is_embedded(layer):
        _take_foreign(layer)
    if source is not None:
        time_stack.exclude_end(layer, source.day)
    return is_set_back


def _set_back(layer: QgsRasterLayer, kept: dict[str, str]) -> bool:
    """Set properties back to those of the record; return whether they differed."""
    if provenance.values(layer) == kept:
        return False
    stated, true = provenance.stated(layer), provenance.from_values(kept)
    provenance.replace_values(layer, kept)
    if true is not None and (stated is None or stated.day != true.day):
        time_stack.set_range(layer, true.day)  # the range is part of a style, too
    return True


def _take_foreign(layer: QgsRasterLayer) -> None:
    """Take away properties that were written for another layer of the project, or that the layer's file contradicts."""
    properties = provenance.values(layer)
    owner = properties.get(_OWNER, "")
    if not properties or owner == layer.id():
        return
    if is_copy(layer) or (owner and layer.project().mapLayer(owner) is not None):
        _make_copy(layer)
    elif (stated := provenance.stated(layer)) and _borne_out(layer, stated) is None:
        provenance.replace_values(layer, {})


def _make_copy(layer: QgsRasterLayer) -> None:
    """Note for good that a layer is the person's own, also when the layer it was copied from is gone."""
    _write(layer.project(), layer.id(), _COPY)
    provenance.replace_values(layer, {})


def _borne_out(layer: QgsMapLayer, stated: Provenance) -> tuple[Provenance, bool] | None:
    """Return the provenance confirmed by a layer's file, and whether that is sure; ``None`` if the file contradicts."""
    source = sources.read(layer)
    belongs = None if source is None else source.is_of(stated.visualization_id)
    if source is None or belongs is False:
        return None
    key = "" if source.contradicts(stated.date_key) else stated.date_key
    found = replace(stated, day=source.day, mode=source.mode, kind=source.kind, date_key=key)
    return (found, True) if belongs else (found, False) if found == stated else None


def _record_proven(project: QgsProject, layers: Sequence[QgsRasterLayer]) -> None:
    """Record layers without a record whose file confirms their provenance; of several that show the same, one."""
    found = [(layer, true) for layer in layers if (true := _proven(layer)) is not None]
    if not found:
        return
    taken = {_shown(origin) for layer in layers if (origin := of(layer)) is not None}
    for layer, true in sorted(found, key=lambda each: len(each[0].name())):  # QGIS appends "copy" to a copy's name
        if _shown(true) in taken:
            _make_copy(layer)
        else:
            taken.add(_shown(true))
            _record_as(project, layer, true)


def _record_as(project: QgsProject, layer: QgsRasterLayer, true: Provenance) -> None:
    if provenance.stated(layer) != true or not layer.temporalProperties().isActive():
        time_stack.set_range(layer, true.day)  # QGIS drops the range of a style file beside a raster
    stated = {"date": true.day.isoformat(), "mode": true.mode, "kind": true.kind, "date_key": true.date_key}
    provenance.replace_values(layer, provenance.values(layer) | stated)
    record(project, layer)


def _proven(layer: QgsRasterLayer) -> Provenance | None:
    stated = provenance.stated(layer)
    if stated is None or _kept(layer) is not None or _is_embedded(layer):
        return None
    found = _borne_out(layer, stated)
    return found[0] if found is not None and found[1] else None


def _shown(origin: Provenance) -> tuple[object, ...]:
    return (origin.connection, origin.visualization_id, origin.day, origin.date_key, origin.mode, origin.kind)


def _is_embedded(layer: QgsMapLayer) -> bool:
    """Return whether a layer belongs to another project: QGIS would not save changes to it."""
    return bool(layer.project().layerIsEmbedded(layer.id()))


def _believed(layer: QgsMapLayer) -> dict[str, str] | None:
    text = _believed_text(layer)
    kept = _parsed(text) if text is not None else None
    return None if kept is None else dict(kept["properties"])


def _believed_text(layer: QgsMapLayer) -> str | None:
    """Return the record of a layer as it is written, if the layer shows the file it names."""
    text = _text(layer)
    kept = _parsed(text) if text is not None else None
    if not kept or kept["file"] != sources.file_name(layer) or _is_embedded(layer):
        return None
    return text


def _kept(layer: QgsMapLayer) -> dict[str, Any] | None:
    """Return the record of a layer; ``None`` where there is none that can be read."""
    text = _text(layer)
    return None if text is None else _parsed(text)


def _text(layer: QgsMapLayer) -> str | None:
    project = layer.project()
    text, found = ("", False) if project is None else project.readEntry(_SCOPE, _key(layer.id()))
    return text if found else None


@lru_cache(maxsize=_REMEMBERED)
def _parsed(text: str) -> dict[str, Any] | None:
    """Return the content of a record, read-only: each added layer looks up every layer of the project."""
    try:
        kept = json.loads(text)
    except ValueError:
        return None
    if kept == _COPY:
        return _COPY
    is_whole = isinstance(kept, dict) and "file" in kept and isinstance(kept.get("properties"), dict)
    return kept if is_whole else None


@lru_cache(maxsize=_REMEMBERED)
def _origin(text: str) -> Provenance | None:
    kept = _parsed(text)
    return None if not kept else provenance.from_values(kept["properties"])


def _write(project: QgsProject, layer_id: str, kept: dict[str, Any]) -> None:
    project.writeEntry(_SCOPE, _key(layer_id), json.dumps(kept, ensure_ascii=False))


@lru_cache(maxsize=_REMEMBERED)
def _key(layer_id: str) -> str:
    """Return the entry of a layer; it becomes the name of an XML element, which must not begin with a digit."""
    return "/layers/id_" + re.sub(r"\W", "_", layer_id, flags=re.ASCII)


@contextmanager
def dirty_as_before(project: QgsProject) -> Iterator[None]:
    """Let the block change the project without the project counting as changed by it."""
    before = project.isDirty()
    yield
    project.setDirty(before)
