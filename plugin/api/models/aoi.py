"""Areas of interest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AliasChoices, Field

from .fields import Flag, Identifier, Number, Numbers, Object, OptionalText, Request, StatedRecord, Text, Texts
from .request_fields import OnePolygon, Words, one_of

Provider = Annotated[str, one_of("pixxel", "planetary")]


class Aoi(StatedRecord):
    """An area of interest; ``geometry`` is GeoJSON in longitude and latitude, ``images`` is for display."""

    aoi_id: Identifier = Field(validation_alias=AliasChoices("aoi_id", "id"))
    name: Text = ""
    description: Text = ""
    project_id: OptionalText = None
    satellite_id: OptionalText = Field(default=None, validation_alias=AliasChoices("satellite_id", "lens_satellite_id"))
    progress: Number = None
    geometry: Object = None
    area_in_sq_m: Number = None
    centroid: Numbers = None
    eo_bands: Texts = ()
    images: Any = None
    is_favourite: Flag = None
    user_id: OptionalText = None
    created_at: OptionalText = None
    updated_at: OptionalText = None


class AoiCreate(Request):
    """A new area of interest; ``geometry`` is one closed GeoJSON polygon in longitude and latitude.

    ``provider`` is ``pixxel`` (TD and Firefly) or ``planetary`` (open data); ``item_ids`` are scenes to bring in.
    """

    name: Words
    description: str = ""
    satellite_id: Words
    provider: Provider
    project_id: Words
    geometry: OnePolygon
    item_ids: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class AoiQuery:
    """Which areas of interest to list; ``name`` asks for a part of the name, in any letter case."""

    name: str | None = None
    project_ids: tuple[str, ...] = ()
    aoi_id: str | None = None
    created_at: str | None = None
    updated_at: str | None = None

    def params(self) -> dict[str, str | None]:
        """Return the query's documented parameters; ``None`` is not sent."""
        return {
            "aoi_name": self.name or None,
            "project_ids": ",".join(self.project_ids) or None,
            "aoi_id": self.aoi_id or None,
            "created_at": self.created_at or None,
            "updated_at": self.updated_at or None,
        }

    def accepts(self, aoi: Aoi) -> bool:
        """Return whether a record matches, for servers that ignore a filter."""
        if self.name and self.name.casefold() not in aoi.name.casefold():
            return False
        if self.aoi_id and aoi.aoi_id != self.aoi_id:
            return False
        return not self.project_ids or aoi.project_id is None or aoi.project_id in self.project_ids
