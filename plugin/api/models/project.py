"""Projects."""

from __future__ import annotations

from pydantic import AliasChoices, Field

from .fields import Identifier, Number, Object, OptionalText, Record, Text


class Project(Record):
    """A project the key can see; ``name`` is a slug, ``title`` its display name."""

    id: Identifier = Field(validation_alias=AliasChoices("id", "project_id"))
    name: Text = ""
    title: OptionalText = None
    description: Text = ""
    status: Text = ""
    org_id: OptionalText = None
    members_count: Number = None
    metadata: Object = None
    created_at: OptionalText = None
    updated_at: OptionalText = None
