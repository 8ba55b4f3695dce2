"""Stores: buckets of a customer that files are delivered to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .fields import Identifier, Object, OptionalText, Record, Request, Text
from .request_fields import Words


class Store(Record):
    """A store; responses never contain its secrets."""

    id: Identifier
    name: Text = ""
    type: Text = ""
    configs: Object = None
    labels: Object = None
    created_at: OptionalText = None
    updated_at: OptionalText = None
    created_by: OptionalText = None


class StoreConfigs(Request):
    """Where a bucket is."""

    bucket: Words
    region: Words
    path_prefix: str | None = None


class StoreCreate(Request):
    """A new store.

    ``secrets`` by type: S3 ``access_key_id`` and ``secret_access_key``; AZBLOB ``account_name``, ``tenant_id``,
    ``client_id`` and ``client_secret``; GCS ``project_id`` and ``service_account_credentials``. Not in ``repr``.
    """

    name: Words
    type: Literal["S3", "GCS", "AZBLOB"]
    configs: StoreConfigs
    secrets: Annotated[dict[Words, Words], Field(min_length=1, repr=False)]
    labels: dict[str, str] | None = None
