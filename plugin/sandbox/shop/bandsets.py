"""Bandsets: which bands a tasking may ask for."""

from __future__ import annotations

from ..clock import named_id
from ..land import farm
from ..presets import sample_bands
from ..store import Record

_EVERY = 1
_SETS = (
    ("Full range", "Every band of the sample satellite.", lambda nm: True),
    ("Vegetation", "Red, red edge and near infrared, 620 to 900 nm.", lambda nm: 620 <= nm <= 900),
    ("Water", "Blue to red edge, 470 to 720 nm.", lambda nm: nm <= 720),
)


def bandsets() -> list[Record]:
    """Return all bandsets; wavelengths are in nm."""
    known = sample_bands(farm.WAVELENGTHS)
    return [
        {
            "id": named_id("bandset", name),
            "name": name,
            "description": description,
            "bands": [{"name": band, "wavelength": nm} for band, nm in known.items() if wanted(nm)],
            "captures": _EVERY,
        }
        for name, description, wanted in _SETS
    ]


def bandset(identifier: str) -> Record | None:
    """Return a bandset, or ``None``."""
    return next((each for each in bandsets() if each["id"] == identifier), None)
