"""STAC items and collections of the archive, and the search for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field

from ..decoding.decode import number
from .fields import Identifier, Numbers, Object, Objects, OptionalText, Record, Request, Text, Texts, number_or_none
from .request_fields import Box, Geometry, Interval, Query, SomeWords, Words


def _objects_by_name(value: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(value, Mapping):
        return {}
    return {str(name): dict(each) for name, each in value.items() if isinstance(each, Mapping)}


ObjectsByName = Annotated[dict[str, dict[str, Any]], BeforeValidator(_objects_by_name)]


class StacItem(Record):
    """A scene as a STAC item; ``bbox`` is west, south, east, north in degrees, also where it came as texts.

    Properties and assets keep the names the server gave them, as ``eo:cloud_cover`` (percent).
    """

    id: Identifier = Field(validation_alias=AliasChoices("id", "item_id"))
    collection: OptionalText = None
    bbox: Numbers = None
    geometry: Object = None
    properties: Object = None
    assets: ObjectsByName = {}
    links: Objects = ()
    stac_version: OptionalText = None
    stac_extensions: Texts = ()

    @property
    def moment(self) -> str | None:
        """Return when the scene was taken, or when taking it began, as the server wrote it."""
        properties = self.properties or {}
        found = properties.get("datetime") or properties.get("start_datetime")
        return found if isinstance(found, str) else None

    @property
    def platform(self) -> str | None:
        """Return the satellite's name."""
        properties = self.properties or {}
        found = properties.get("platform") or properties.get("constellation")
        return found if isinstance(found, str) else None

    @property
    def cloud_cover(self) -> float | None:
        """Return the share of clouds in percent, also from a text such as ``35%``."""
        properties = self.properties or {}
        return number_or_none(properties.get("eo:cloud_cover", properties.get("cloud_cover")))

    @property
    def epsg(self) -> int | None:
        """Return the code of the pixels' CRS: ``proj:code`` (``EPSG:32633``) or, in older answers, ``proj:epsg``."""
        properties = self.properties or {}
        code = properties.get("proj:code")
        found = number(code.rpartition(":")[2] if isinstance(code, str) else properties.get("proj:epsg"))
        return None if found is None else int(found)


class StacCollection(Record):
    """A collection of scenes; ``extent`` holds boxes in degrees and intervals in time."""

    id: Identifier
    title: Text = ""
    description: Text = ""
    license: OptionalText = None
    extent: Object = None
    summaries: Any = None
    providers: Objects = ()
    links: Objects = ()
    stac_version: OptionalText = None
    created_at: OptionalText = None
    updated_at: OptionalText = None


class StacSearch(Request):
    """Which items to search; ``query`` maps a property to operators and values, as ``{"gsd": {"lt": 10}}``."""

    bbox: Box | None = None
    collections: SomeWords | None = None
    datetime: Interval | None = None
    ids: SomeWords | None = None
    intersects: Geometry | None = None
    query: Query | None = None
    sortby: tuple[dict[Words, Words], ...] | None = None
