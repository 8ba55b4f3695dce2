"""Bandsets, orders, and order items."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from .fields import Identifier, Number, Object, Objects, OptionalText, Record, Request, Text
from .request_fields import Day, JsonObject, Percent, Polygons, SomeWords, Words

Recurrence = Literal["ONCE", "MONTHLY", "BIMONTHLY", "QUARTERLY", "NOT_APPLICABLE"]
DeliverySpeed = Literal["STANDARD", "NOT_APPLICABLE"]

_log = logging.getLogger(__name__)


class Bandset(Record):
    """Bands a tasking may ask for; ``bands`` are objects of name and wavelength in nm."""

    id: Identifier
    name: Text = ""
    description: Text = ""
    bands: Objects = ()
    captures: Number = None


class OrderItem(Record):
    """One thing ordered; ``area`` in km², amounts in money, ``tokens_used`` in tokens, angles in degrees, cover in %.

    ``tasks`` and ``validation_errors`` come with a single item and in lists of items only.
    """

    id: Identifier
    order_id: OptionalText = None
    project_id: OptionalText = None
    user_id: OptionalText = None
    name: Text = ""
    type: Text = ""
    status: Text = ""
    payment_status: Text = ""
    feasibility_status: Text = ""
    area: Number = None
    image_type: OptionalText = None
    number_of_bands: Number = None
    bandset: Object = None
    cloud_cover: Number = None
    off_nadir: Number = None
    delivery_speed: OptionalText = None
    recurrence: OptionalText = None
    no_of_occurrences: Number = None
    occurrences: Objects = ()
    start_date: OptionalText = None
    end_date: OptionalText = None
    images: Objects = ()
    cloud_delivery: Object = None
    base_amount: Number = None
    final_amount: Number = None
    uplifts: Objects = ()
    tokens_used: Number = None
    usecase: OptionalText = None
    tasks: Objects = ()
    validation_errors: Objects = ()
    created_at: OptionalText = None
    updated_at: OptionalText = None


def _items(value: Any) -> tuple[OrderItem, ...]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(item for item in map(_item, value) if item is not None)


def _item(value: Any) -> OrderItem | None:
    try:
        return OrderItem.model_validate(value)
    except ValidationError:
        _log.warning("an item inside an order was left out: it has no id")
        return None


class Order(Record):
    """An order; the answer to a dry run has no id."""

    id: OptionalText = None
    org_id: OptionalText = None
    user_id: OptionalText = None
    status: Text = ""
    total_amount: Number = None
    transaction_id: OptionalText = None
    paid_at: OptionalText = None
    order_items: Annotated[tuple[OrderItem, ...], BeforeValidator(_items)] = ()
    created_at: OptionalText = None
    updated_at: OptionalText = None


class CloudDelivery(Request):
    """Where files are to be delivered: the id of a store, and a prefix in it."""

    config: Words
    path: str | None = None


class BandsetChoice(Request):
    """The bandset of a tasking."""

    bandset_id: Words


class OrderItemCreate(Request):
    """One thing to order: scenes of the archive (``item_ids``), or a tasking between two days, the end excluded.

    ``geometry`` is a GeoJSON FeatureCollection of polygons; ``cloud_cover`` is in percent, ``off_nadir`` in degrees.
    """

    project_id: Words
    usecase: Words
    name: Words | None = None
    geometry: JsonObject
    item_ids: SomeWords | None = None
    recurrence: Recurrence | None = None
    start_date: Day | None = None
    end_date: Day | None = None
    no_of_occurrences: Annotated[int, Field(ge=1)] | None = None
    cloud_cover: Percent | None = None
    off_nadir: Annotated[int, Field(ge=0, le=90)] | None = None
    bandset: BandsetChoice | None = None
    delivery_speed: DeliverySpeed | None = None
    cloud_delivery: CloudDelivery | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> OrderItemCreate:
        features = self.geometry.get("features")
        if self.geometry.get("type") != "FeatureCollection" or not isinstance(features, list) or not features:
            raise ValueError("geometry must be a FeatureCollection with a feature")
        for feature in features:
            if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
                raise ValueError("what a FeatureCollection holds must be features")
            _Feature.model_validate({"geometry": feature.get("geometry")})
        if self.start_date and self.end_date and self.start_date >= self.end_date:
            raise ValueError("start_date must be before end_date")
        return self


class _Feature(Request):
    geometry: Polygons


class OrderCreate(Request):
    """Things to order together. Costs tokens, unless ``dry_run`` asks for price and checks only."""

    dry_run: bool = False
    order_items: Annotated[tuple[OrderItemCreate, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class OrderQuery:
    """Which orders to list."""

    user_id: str | None = None

    def params(self) -> dict[str, str | None]:
        """Return the query's documented parameters; ``None`` is not sent."""
        return {"user_id": self.user_id or None}


@dataclass(frozen=True, slots=True)
class OrderItemQuery:
    """Which ordered things to list; ``created_at`` and ``area`` are ranges as the server takes them."""

    user_id: str | None = None
    type: str | None = None
    status: str | None = None
    order_ids: tuple[str, ...] = ()
    created_by: str | None = None
    created_at: str | None = None
    project_ids: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    area: str | None = None

    def params(self) -> dict[str, str | None]:
        """Return the query's documented parameters, lists with commas between; ``None`` is not sent."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: (",".join(v) if isinstance(v, tuple) else v) or None for name, v in values.items()}
