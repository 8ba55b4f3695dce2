"""Where a layer came from, kept as custom properties of the layer (and so in projects and style files).

Ids and names only: never a key, a signed URL or a path.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer

    from ..imagery.loaded import LoadedImage

_PREFIX = "pixxel/"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What made a layer; ``kind`` is ``picture``, ``classes`` or ``values``, ``legend_hash`` may be empty."""

    connection: str
    aoi_id: str
    visualization_id: str
    index_id: str
    day: datetime.date
    mode: str
    kind: str
    legend_hash: str
    loaded_at: str


def write(layer: QgsMapLayer, image: LoadedImage) -> None:
    """Write on a layer what it was made from."""
    values = {
        "connection": image.connection,
        "aoi_id": image.aoi_id,
        "visualization_id": image.visualization_id,
        "index_id": image.index_id,
        "date": image.day.isoformat(),
        "mode": image.mode,
        "kind": image.kind,
        "legend_hash": image.legend.digest() if image.legend else "",
        "loaded_at": image.loaded_at,
    }
    for key, value in values.items():
        layer.setCustomProperty(_PREFIX + key, value)


def write_legend_hash(layer: QgsMapLayer, digest: str) -> None:
    """Note which legend of the server a layer shows."""
    layer.setCustomProperty(_PREFIX + "legend_hash", digest)


def write_units(layer: QgsMapLayer, units: str, display: tuple[float, float] | None) -> None:
    """Note in which units a layer's legend is: ``display`` (over a range) or ``unclear``; ``values`` needs no note."""
    told = {} if units == "values" else {"units": units}
    if told and display is not None:
        told["display_range"] = f"{display[0]!r},{display[1]!r}"
    for key in ("units", "display_range"):
        layer.removeCustomProperty(_PREFIX + key)
    for key, value in told.items():
        layer.setCustomProperty(_PREFIX + key, value)


def read_units(layer: QgsMapLayer) -> tuple[str, tuple[float, float] | None]:
    """Return in which units a layer's legend is, and the display range; without a note it is in the values'."""
    try:
        low, high = map(float, _text(layer, "display_range").split(","))
    except ValueError:
        return _text(layer, "units") or "values", None
    return _text(layer, "units") or "values", (low, high)


def read(layer: QgsMapLayer) -> Provenance | None:
    """Return what a layer was made from, or ``None`` if it is not one of ours."""
    try:
        day = datetime.date.fromisoformat(_text(layer, "date"))
    except ValueError:
        return None
    visualization_id = _text(layer, "visualization_id")
    if not visualization_id:
        return None
    return Provenance(
        connection=_text(layer, "connection"),
        aoi_id=_text(layer, "aoi_id"),
        visualization_id=visualization_id,
        index_id=_text(layer, "index_id"),
        day=day,
        mode=_text(layer, "mode"),
        kind=_text(layer, "kind"),
        legend_hash=_text(layer, "legend_hash"),
        loaded_at=_text(layer, "loaded_at"),
    )


def _text(layer: QgsMapLayer, key: str) -> str:
    return str(layer.customProperty(_PREFIX + key) or "")
