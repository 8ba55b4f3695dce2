"""Assets of an area of interest, and packages of them to download."""

from __future__ import annotations

import logging

from pydantic import AliasChoices, Field, model_validator

from .fields import Identifier, Number, Numbers, Object, OptionalText, Record, Request, Text, Texts
from .wanted import SomeWords

_READY = frozenset({"success", "successful", "succeeded", "completed", "complete", "done", "ready"})
_WAITING = frozenset({"created", "creating", "pending", "queued", "in_progress", "started", "running", "processing"})
_BROKEN = frozenset({"failed", "failure", "error", "expired", "cancelled", "canceled"})

_log = logging.getLogger(__name__)


class Asset(Record):
    """A file the server holds: a mosaic, a scene, or the raster of a visualization at one date."""

    id: Identifier = Field(validation_alias=AliasChoices("id", "asset_id"))
    name: Text = ""
    description: Text = ""
    aoi_id: OptionalText = None
    visualization_id: OptionalText = None
    asset_type: OptionalText = None
    date: OptionalText = None
    path: OptionalText = None
    band_list: Texts = ()
    geometry: Object = None
    centroid: Numbers = None
    area_in_sq_m: Number = None
    resolution: Number = None
    progress: Number = None
    status: Text = ""
    created_at: OptionalText = None
    updated_at: OptionalText = None


class AoiDownloadCreate(Request):
    """The assets of an area of interest to pack."""

    asset_ids: SomeWords


class Download(Record):
    """A package of assets being made."""

    download_id: Identifier = Field(validation_alias=AliasChoices("download_id", "id"))
    signed_url: Text = Field(default="", repr=False)
    status: Text = ""

    @model_validator(mode="after")
    def _name_odd_word(self) -> Download:
        if self._word not in _READY | _WAITING | _BROKEN:
            counts = "ready" if self.signed_url else "waiting"
            _log.info("download variant: the status %r is not known and counts as %s", self.status[:40], counts)
        return self

    @property
    def is_ready(self) -> bool:
        """Tell whether the package can be fetched; an unknown status word with an address counts as ready."""
        word = self._word
        return bool(self.signed_url) and (word in _READY or word not in _WAITING | _BROKEN)

    @property
    def has_failed(self) -> bool:
        """Tell whether the package will never come."""
        return self._word in _BROKEN

    @property
    def _word(self) -> str:
        return self.status.strip().casefold().replace(" ", "_").replace("-", "_")
