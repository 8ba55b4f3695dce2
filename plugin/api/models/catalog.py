"""The catalogue of ordered and produced scenes: search, deliveries, packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BeforeValidator, Field, ValidationError, model_validator

from .fields import Identifier, Number, Object, OptionalText, Record, Request, Text
from .order import CloudDelivery
from .request_fields import Box, Geometry, Interval, Query, SomeWords, Words
from .stac import StacItem


def _details(value: Any) -> StacItem | None:
    try:
        return StacItem.model_validate(value) if isinstance(value, Mapping) else None
    except ValidationError:
        return None


class Catalog(Record):
    """A finished scene of an order; ``area`` is in km², ``details`` the scene as a STAC item."""

    id: Identifier = Field(validation_alias=AliasChoices("id", "catalog_id"))
    task_id: OptionalText = None
    org_id: OptionalText = None
    bandset_id: OptionalText = None
    area: Number = None
    delivery_status: Text = ""
    details: Annotated[StacItem | None, BeforeValidator(_details)] = None
    created_at: OptionalText = None
    created_by: OptionalText = None
    updated_at: OptionalText = None
    updated_by: OptionalText = None


class CatalogSearch(Request):
    """Which scenes of orders to search; ``bbox`` is west, south, east, north, as the page's example has it."""

    bbox: Box | None = None
    collections: SomeWords | None = None
    datetime: Interval | None = None
    ids: SomeWords | None = None
    intersects: Geometry | None = None
    item_ids: SomeWords | None = None
    order_ids: SomeWords | None = None
    order_item_ids: SomeWords | None = None
    query: Query | None = None
    sort_by: tuple[dict[Words, Literal["ASC", "DESC"]], ...] | None = None


class Delivery(Record):
    """A delivery of a scene into a store."""

    delivery_id: Identifier = Field(validation_alias=AliasChoices("delivery_id", "id"))
    catalog_id: OptionalText = None
    task_id: OptionalText = None
    status: Text = ""
    cloud_delivery: Object = None
    target_path: OptionalText = None
    created_at: OptionalText = None
    created_by: OptionalText = None
    updated_at: OptionalText = None
    updated_by: OptionalText = None


class _CatalogsOrItems(Request):
    """Scenes by their own ids, or by the ordered things they came with: one of the two."""

    catalog_ids: SomeWords | None = None
    order_item_ids: SomeWords | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> _CatalogsOrItems:
        if (self.catalog_ids is None) == (self.order_item_ids is None):
            raise ValueError("either catalog_ids or order_item_ids is needed")
        return self


class NewDelivery(_CatalogsOrItems):
    """Scenes to deliver, and where to."""

    cloud_info: CloudDelivery


class DeliveryCreate(Request):
    """Deliveries to begin."""

    deliveries: Annotated[tuple[NewDelivery, ...], Field(min_length=1)]


class CatalogDownloadCreate(_CatalogsOrItems):
    """Scenes to pack."""


@dataclass(frozen=True, slots=True)
class DeliveryQuery:
    """Which deliveries to list."""

    delivery_id: str | None = None
    catalog_id: str | None = None
    task_id: str | None = None
    order_item_id: str | None = None

    def params(self) -> dict[str, str | None]:
        """Return the query's documented parameters; ``None`` is not sent."""
        return {name: getattr(self, name) or None for name in self.__slots__}
