"""Blocks of analysis, and insights: one block run over an area of interest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field

from .fields import Identifier, Number, Object, OptionalText, Record, Request, Text, Texts
from .request_fields import Json, SomeWords, Words


class BlockSpec(Record):
    """The definition of a block; ``inputs`` and ``outputs`` are unparsed JSON."""

    id: OptionalText = None
    version_id: OptionalText = None
    name: Text = ""
    title: Text = ""
    version: Text = ""
    type: OptionalText = None
    kind: OptionalText = None
    description: Text = ""
    inputs: Any = None
    outputs: Any = None
    supported_collections_id: Texts = ()


def _spec(value: Any) -> BlockSpec:
    return BlockSpec.model_validate(value if isinstance(value, Mapping) else {})


class Block(Record):
    """A block in one version."""

    id: Identifier
    block_status: Text = ""
    spec: Annotated[BlockSpec, BeforeValidator(_spec)] = BlockSpec()
    err: OptionalText = None
    created_at: OptionalText = None


class BlockChoice(Request):
    """The block to run."""

    name: Words | None = None
    version: Words
    id: Words | None = None


class InsightCreate(Request):
    """A block to run over an area of interest; ``input`` is JSON as the block's ``inputs`` describe it."""

    name: Words | None = None
    project_id: Words | None = None
    block: BlockChoice
    input: Json
    metadata: dict[str, str] | None = None

    def body(self) -> dict[str, Any]:
        """Return the JSON body; ``input`` is sent as it is, empty values in it included."""
        return {**self.model_dump(mode="json", exclude_none=True, exclude={"input"}), "input": self.input}


class InsightEstimate(Record):
    """The price of an insight; ``estimate`` is in tokens."""

    estimate: Number = None


class InsightCreated(Record):
    """An insight that was begun."""

    id: Identifier = Field(validation_alias=AliasChoices("id", "insight_id"))
    message: Text = ""


class Insight(Record):
    """A run of a block; ``cost`` is in tokens, ``progress`` in percent, ``input`` and ``output`` as they came."""

    id: Identifier = Field(validation_alias=AliasChoices("id", "insight_id"))
    name: Text = ""
    aoi_id: OptionalText = None
    status: Text = ""
    progress: Number = None
    input: Any = None
    output: Any = None
    metadata: Object = None
    cost: Number = None
    estimated_time_in_min: Number = None
    err_msg: OptionalText = None
    created_by: OptionalText = None
    created_at: OptionalText = None
    deleted_at: OptionalText = None


@dataclass(frozen=True, slots=True)
class InsightQuery:
    """Which insights to list; ``created_on`` is an RFC 3339 time."""

    id: str | None = None
    status: str | None = None
    created_by: str | None = None
    created_on: str | None = None

    def params(self) -> dict[str, str | None]:
        """Return the query's documented parameters; ``None`` is not sent."""
        return {
            "id": self.id or None,
            "status": self.status or None,
            "created_by": self.created_by or None,
            "created_on": self.created_on or None,
        }


class InsightDownloadRequest(Request):
    """Which files of an insight to pack; without any, all."""

    inputs: SomeWords | None = None
    outputs: SomeWords | None = None
