"""The note on a layer in which units its legend is, in custom properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..legend.vocabulary import Units

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer

_PREFIX = "pixxel/"


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


def _text(layer: QgsMapLayer, key: str) -> str:
    return str(layer.customProperty(_PREFIX + key) or "")
