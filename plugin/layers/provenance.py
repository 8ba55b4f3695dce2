"""Provenance of layers, in custom properties of the layer (and so in projects and style files).

Ids and names only: never a key, a signed URL or a path. QGIS copies custom properties with every style, so a statement
alone proves nothing; ``identity`` decides which layers are the plugin's.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..legend.vocabulary import LegendMode, Units

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer

    from ..imagery.loaded import LoadedImage

_PREFIX = "pixxel/"
_TEXTS = (
    "connection",
    "aoi_id",
    "visualization_id",
    "index_id",
    "kind",
    "legend_hash",
    "loaded_at",
    "date_key",
)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a layer; ``kind`` is ``picture``, ``classes`` or ``values``, ``legend_hash`` may be empty.

    ``date_key`` is the server's key of the date; earlier versions did not write it. A mode or kind of a later version
    stays the text it is.
    """

    connection: str
    aoi_id: str
    visualization_id: str
    index_id: str
    day: datetime.date
    mode: LegendMode | str
    kind: str
    legend_hash: str
    loaded_at: str
    date_key: str = ""


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
    }
    for key, value in values.items():  # as plain texts: PyQt passes members of enums on as Python objects
        layer.setCustomProperty(_PREFIX + key, str(value))


def write_units(layer: QgsMapLayer, units: Units, display: tuple[float, float] | None) -> None:
    """Note in which units a layer's legend is, ``DISPLAY`` with its range; ``VALUES`` need no note."""
    stated = {} if units is Units.VALUES else {"units": str(units)}
    if stated and display is not None:
        stated["display_range"] = f"{display[0]!r},{display[1]!r}"
    for key in ("units", "display_range"):
        layer.removeCustomProperty(_PREFIX + key)
    for key, value in stated.items():
        layer.setCustomProperty(_PREFIX + key, value)


def read_units(layer: QgsMapLayer) -> tuple[Units, tuple[float, float] | None]:
    """Return in which units a layer's legend is, and the display range.

    Without a note it is in the values'; a note of a later version is unclear.
    """
    noted = _text(layer, "units")
    units = Units.named(noted) or Units.UNCLEAR if noted else Units.VALUES
    try:
        low, high = map(float, _text(layer, "display_range").split(","))
    except ValueError:
        return units, None
    return units, (low, high)


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


def from_values(found: Mapping[str, str]) -> Provenance | None:
    """Return the provenance in properties, or ``None`` where they name no visualization and day."""
    try:
        day = datetime.date.fromisoformat(found.get("date", ""))
    except ValueError:
        return None
    if not found.get("visualization_id"):
        return None
    texts = {key: found.get(key, "") for key in _TEXTS}
    return Provenance(day=day, mode=LegendMode.read(found.get("mode", "")), **texts)


def _text(layer: QgsMapLayer, key: str) -> str:
    return str(layer.customProperty(_PREFIX + key) or "")
