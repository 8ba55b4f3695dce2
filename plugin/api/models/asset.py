"""Assets of an area of interest, and packages of them to download."""

from __future__ import annotations

import logging

from pydantic import AliasChoices, Field, model_validator

from ..status import State
from .fields import Identifier, Number, Numbers, Object, OptionalText, Request, StatedRecord, Text, Texts
from .request_fields import SomeWords

_log = logging.getLogger(__name__)


class Asset(StatedRecord):
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
    created_at: OptionalText = None
    updated_at: OptionalText = None


class AoiDownloadCreate(Request):
    """The assets of an area of interest to pack."""

    asset_ids: SomeWords


class Download(StatedRecord):
    """A package of assets being made."""

    download_id: Identifier = Field(validation_alias=AliasChoices("download_id", "id"))
    signed_url: Text = Field(default="", repr=False)

    @model_validator(mode="after")
    def _log_unknown_word(self) -> Download:
        if self.state in (State.UNKNOWN, State.UNSTATED):
            counts = State.READY if self.signed_url else State.WORKING
            _log.info("download variant: the status %r is not known and counts as %s", self.status[:40], counts)
        return self

    @property
    def is_ready(self) -> bool:
        """Return whether the package can be fetched; an unknown status word with an address counts as ready."""
        return bool(self.signed_url) and (self.state.is_usable or self.state is State.UNKNOWN)

    @property
    def has_failed(self) -> bool:
        """Return whether the package will never come."""
        return self.state.has_failed
