"""Bandsets: which bands a tasking may ask for."""

from __future__ import annotations

from ...core.clock import named_id
from ...core.landscape import farm
from ...core.presets import sample_bands
from ...core.store import Record

_SETS = (
    ("Full range", "Every band of the sample satellite.", (0, 10_000), 2),
    ("Vegetation", "Red, red edge and near infrared, 620 to 900 nm.", (620, 900), 1),
    ("Water", "Blue to red edge, 470 to 720 nm.", (470, 720), 1),
)


def bandsets() -> list[Record]:
    """Return all bandsets; wavelengths are in nm, ``captures`` is the number of overpasses needed."""
    known = sample_bands(farm.WAVELENGTHS)
    return [
        {
            "id": named_id("bandset", name),
            "name": name,
            "description": description,
            "bands": [{"name": band, "wavelength": nm} for band, nm in known.items() if least <= nm <= most],
            "captures": captures,
        }
        for name, description, (least, most), captures in _SETS
    ]


def bandset(identifier: str) -> Record | None:
    """Return a bandset, or ``None``."""
    return next((each for each in bandsets() if each["id"] == identifier), None)
