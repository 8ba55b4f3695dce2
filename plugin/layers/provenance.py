"""Provenance of layers, in custom properties of the layer (and so in projects and style files).

Ids and names only: never a key, a signed URL or a path. QGIS copies custom properties with every style, so a statement
alone proves nothing; ``identity`` decides which layers are the plugin's.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..imagery.loaded import CERTAIN, PlaceMethod
from ..layer_kinds.table import LayerKind
from ..legend.vocabulary import LegendMode

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer

    from ..imagery.loaded import LoadedImage

_PREFIX = "pixxel/"
_TEXTS = (
    "connection",
    "aoi_id",
    "visualization_id",
    "index_id",
    "legend_hash",
    "loaded_at",
    "date_key",
    "place_method",
    "place_confidence",
)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a layer; ``legend_hash`` may be empty.

    ``date_key`` is the server's key of the date; earlier versions did not write it. A mode or kind of a later version
    stays the text it is. Earlier versions wrote nothing of the place either.
    """

    connection: str
    aoi_id: str
    visualization_id: str
    index_id: str
    day: datetime.date
    mode: LegendMode | str
    kind: LayerKind | str
    legend_hash: str
    loaded_at: str
    date_key: str = ""
    place_method: str = ""
    place_confidence: str = ""

    @property
    def is_approximate(self) -> bool:
        """Return whether the place of the image is known to be uncertain."""
        try:
            return float(self.place_confidence) < CERTAIN
        except ValueError:
            return False

    @property
    def is_placed(self) -> bool:
        """Return whether the user chose the place of the image."""
        return self.place_method == PlaceMethod.BY_HAND


def write(layer: QgsMapLayer, image: LoadedImage) -> None:
    """Write the provenance on a layer."""
    values = {
        "connection": image.connection,
        "aoi_id": image.aoi_id,
        "visualization_id": image.visualization_id,
        "index_id": image.index_id,
        "date": image.day.isoformat(),
        "date_key": image.date_key,
        "date_label": image.label,
        "mode": image.mode,
        "kind": image.kind,
        "legend_hash": image.legend.digest() if image.legend else "",
        "loaded_at": image.loaded_at,
        "place_method": image.placement.method,
        "place_confidence": image.placement.confidence,
    }
    for key, value in values.items():  # as plain texts: PyQt passes members of enums on as Python objects
        layer.setCustomProperty(_PREFIX + key, str(value))


def note_load(layer: QgsMapLayer, image: LoadedImage) -> None:
    """Note when a layer's image was loaded again; how the layer is drawn stays as it was."""
    layer.setCustomProperty(f"{_PREFIX}loaded_at", image.loaded_at)
    layer.setCustomProperty(f"{_PREFIX}date_key", image.date_key)


def stated(layer: QgsMapLayer) -> Provenance | None:
    """Return the provenance in a layer's properties, which may be another layer's; ``None`` if there is none."""
    return from_values(values(layer))


def values(layer: QgsMapLayer) -> dict[str, str]:
    """Return all our custom properties of a layer, by their names without the prefix."""
    keys = [key for key in layer.customPropertyKeys() if key.startswith(_PREFIX)]
    return {key.removeprefix(_PREFIX): str(layer.customProperty(key) or "") for key in keys}


def replace_values(layer: QgsMapLayer, wanted: Mapping[str, str]) -> None:
    """Give a layer exactly these of our custom properties; none takes all of them away."""
    for key in values(layer).keys() - wanted.keys():
        layer.removeCustomProperty(_PREFIX + key)
    for key, value in wanted.items():
        layer.setCustomProperty(_PREFIX + key, str(value))


def date_label(layer: QgsMapLayer, day: datetime.date) -> str:
    """Return the displayed text of a layer's date: of a scene the label that was noted, else the day."""
    return str(layer.customProperty(f"{_PREFIX}date_label") or day.isoformat())


def from_values(found: Mapping[str, str]) -> Provenance | None:
    """Return the provenance in properties, or ``None`` where they name no visualization and day."""
    try:
        day = datetime.date.fromisoformat(found.get("date", ""))
    except ValueError:
        return None
    if not found.get("visualization_id"):
        return None
    texts = {key: found.get(key, "") for key in _TEXTS}
    mode, kind = LegendMode.read(found.get("mode", "")), LayerKind.read(found.get("kind", ""))
    return Provenance(day=day, mode=mode, kind=kind, **texts)
