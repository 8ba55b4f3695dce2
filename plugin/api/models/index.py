"""Spectral indices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import AliasChoices, Field, field_serializer, field_validator

from ...legend.vocabulary import ExpressionType
from .fields import Identifier, OptionalText, Record, Request, Text, Texts
from .request_fields import Words


class Index(Record):
    """An index over the bands of a satellite; ``rescale`` is kept as it came (composites differ)."""

    id: Identifier = Field(validation_alias=AliasChoices("id", "index_id"))
    name: Text = ""
    description: Text = ""
    expression: OptionalText = None
    expression_type: OptionalText = None
    type: OptionalText = None
    bands: Texts = ()
    colormap: OptionalText = None
    rescale: Any = None
    satellite_id: OptionalText = Field(default=None, validation_alias=AliasChoices("satellite_id", "lens_satellite_id"))
    created_at: OptionalText = None
    updated_at: OptionalText = None


class IndexCreate(Request):
    """A new custom index; ``rescale`` is minimum and maximum of the display range."""

    name: Words
    description: str = ""
    rescale: tuple[float, float]
    expression: Words
    colormap: Words
    satellite_id: Words
    expression_type: ExpressionType

    @field_validator("rescale")
    @classmethod
    def _in_order(cls, rescale: tuple[float, float]) -> tuple[float, float]:
        if rescale[0] >= rescale[1]:
            raise ValueError("the minimum must be below the maximum")
        return rescale

    @field_serializer("rescale")
    def _whole_where_whole(self, rescale: tuple[float, float]) -> list[int | float]:
        return [int(edge) if edge.is_integer() else edge for edge in map(float, rescale)]


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """Which indices to list."""

    satellite_id: str | None = None
    type: str | None = None
    expression_type: str | None = None
    index_id: str | None = None

    def params(self) -> dict[str, str | None]:
        """Return the query's documented parameters; ``None`` is not sent."""
        return {
            "satellite_id": self.satellite_id or None,
            "type": self.type or None,
            "expression_type": self.expression_type or None,
            "index_id": self.index_id or None,
        }
