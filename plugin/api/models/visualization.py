"""Visualizations, their legends, and the requests about them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field, ValidationError, model_validator

from ...legend.vocabulary import MOST_DYNAMIC, LegendMode
from ..decoding.decode import legends
from .asset import Asset
from .fields import Identifier, Number, OptionalText, Request, StatedRecord
from .request_fields import JsonObject, SomeWords, Words

LegendsByDate = Mapping[str, Mapping[str, list[dict[str, Any]]]]

_log = logging.getLogger(__name__)


def _assets(value: Any) -> tuple[Asset, ...] | None:
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, (list, tuple)):
        return None
    return tuple(asset for asset in map(_asset, value) if asset is not None)


def _asset(value: Any) -> Asset | None:
    try:
        return Asset.model_validate(value)
    except ValidationError:
        _log.warning("an asset inside a visualization was left out: it has no id")
        return None


class Visualization(StatedRecord):
    """An index over an area of interest, at many dates.

    Attributes:
        assets: ``None`` in a lean list item without them.
        legends: date key as the server wrote it -> mode -> class dicts; ``None`` where the record has none. The
            empty date key holds a legend the server gave without a date.
        rescale: unparsed; composites differ.
        updated_by: the last author; not documented, but other records of the API have it.
    """

    id: Identifier = Field(validation_alias=AliasChoices("id", "visualization_id"))
    aoi_id: OptionalText = None
    index_id: OptionalText = None
    index_name: OptionalText = None
    expression: OptionalText = None
    expression_type: OptionalText = None
    type: OptionalText = None
    progress: Number = None
    rescale: Any = None
    assets: Annotated[tuple[Asset, ...] | None, BeforeValidator(_assets)] = None
    legends: dict[str, dict[str, list[dict[str, Any]]]] | None = None
    user_id: OptionalText = None
    tenant_id: OptionalText = None
    created_at: OptionalText = None
    updated_at: OptionalText = None
    updated_by: OptionalText = Field(
        default=None, validation_alias=AliasChoices("updated_by", "modified_by", "last_modified_by")
    )

    @model_validator(mode="before")
    @classmethod
    def _find_legends(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        found = _raw_legend(raw)
        return {**raw, "legends": None if found is None else legends(found, dates=_asset_dates(raw))}


def _raw_legend(raw: Mapping[str, Any]) -> Any:
    metadata = raw.get("metadata")
    inside = metadata.get("legend") if isinstance(metadata, Mapping) else None
    return next((found for found in (inside, raw.get("legend"), raw.get("legends")) if found is not None), None)


def _asset_dates(raw: Mapping[str, Any]) -> tuple[str, ...]:
    assets = raw.get("assets")
    if not isinstance(assets, (list, tuple)):
        return ()
    dates = (asset.get("date") for asset in assets if isinstance(asset, Mapping))
    return tuple(dict.fromkeys(date.replace("-", "_") for date in dates if isinstance(date, str) and date))


@dataclass(frozen=True, slots=True)
class VisualizationQuery:
    """Which visualizations of an area of interest to list."""

    visualization_id: str | None = None
    index_id: str | None = None
    type: str | None = None
    expression_type: str | None = None
    user_id: str | None = None

    def params(self) -> dict[str, str | None]:
        """Return the query's documented parameters; ``None`` is not sent."""
        return {
            "visualization_id": self.visualization_id or None,
            "index_id": self.index_id or None,
            "type": self.type or None,
            "expression_type": self.expression_type or None,
            "user_id": self.user_id or None,
        }


class VisualizationCreate(Request):
    """A new visualization; without ``src_asset_ids`` the server uses the assets of the area of interest.

    ``resolution`` is in metres a pixel; without it, the satellite's.
    """

    index_id: Words
    src_asset_ids: SomeWords | None = None
    resolution: Annotated[float, Field(gt=0)] | None = None


class MetadataUpdate(Request):
    """Write the legend of one mode: date key -> classes, or ``None`` for the server to compute them."""

    visualization_mode: LegendMode
    legend: Annotated[dict[str, list[JsonObject] | None], Field(min_length=1)]
    dynamic_bins: Annotated[int, Field(ge=1, le=MOST_DYNAMIC)] | None = None

    def body(self) -> dict[str, Any]:
        """Return the JSON body; a date of ``None`` and an edge of ``None`` stay in it."""
        body: dict[str, Any] = {"visualization_mode": self.visualization_mode, "legend": self.legend}
        return body if self.dynamic_bins is None else {**body, "dynamic_bins": self.dynamic_bins}


class MetadataRollback(Request):
    """A request to recompute the legend of one mode for some dates; edits of that mode are lost."""

    index_id: Words
    dates: SomeWords
    visualization_mode: LegendMode


class PngRequest(Request):
    """One date and mode to be drawn."""

    index_id: Words
    date: Words
    visualization_mode: LegendMode


class SldRequest(Request):
    """Dates and modes to be described as SLD."""

    dates: SomeWords
    visualization_modes: Annotated[tuple[LegendMode, ...], Field(min_length=1)]
