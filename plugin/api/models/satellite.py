"""Satellites and their bands."""

from __future__ import annotations

from .fields import Identifier, Object, Objects, Record, Text


class Satellite(Record):
    """A satellite on offer; ``bands`` and ``collections`` are objects as the server wrote them."""

    id: Identifier
    name: Text = ""
    bands: Objects = ()
    collections: Objects = ()
    rgb_composite: Object = None

    @property
    def band_names(self) -> tuple[str, ...]:
        """Return the names of the bands, in the server's order."""
        return tuple(str(band["name"]) for band in self.bands if band.get("name"))
