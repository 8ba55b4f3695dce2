"""Satellites and their bands."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from .fields import Identifier, Object, Objects, Record, Text, number_or_none


def _bands(value: Any) -> Any:
    """Return bands as objects, also where the server lists their names only."""
    if not isinstance(value, (list, tuple)):
        return value
    return [{"name": band} if isinstance(band, str) else band for band in value]


class Satellite(Record):
    """A satellite on offer; ``bands`` and ``collections`` are objects as the server wrote them."""

    id: Identifier
    name: Text = ""
    bands: Annotated[Objects, BeforeValidator(_bands)] = ()
    collections: Objects = ()
    rgb_composite: Object = None

    @property
    def band_names(self) -> tuple[str, ...]:
        """Return the names of the bands, in the server's order."""
        return tuple(str(band["name"]) for band in self._named)

    @property
    def wavelengths(self) -> tuple[float | None, ...]:
        """Return the wavelength of each of ``band_names``; ``None`` where the server gives none."""
        return tuple(number_or_none(band.get("wavelength")) for band in self._named)

    @property
    def collection_ids(self) -> tuple[str, ...]:
        """Return the ids of the collections of its scenes."""
        return tuple(str(collection["id"]) for collection in self.collections if collection.get("id"))

    @property
    def _named(self) -> tuple[dict[str, Any], ...]:
        return tuple(band for band in self.bands if band.get("name"))
