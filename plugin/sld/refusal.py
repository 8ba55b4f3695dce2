"""Why a style document is refused."""

from __future__ import annotations

from enum import StrEnum


class RefusalCode(StrEnum):
    """Reasons why a document cannot be drawn as intended."""

    NOT_XML = "not-xml"
    TOO_LARGE = "too-large"
    DOCTYPE = "doctype"
    NO_SYMBOLIZER = "no-raster-symbolizer"
    NO_COLOUR_MAP = "no-colour-map"
    TOO_MANY = "too-many-entries"
    NO_ENTRIES = "no-entries"
    CHANNELS = "several-channels"
    EXPRESSION = "expression"
    FUNCTION = "unknown-function"
    COLOUR = "unreadable-colour"
    QUANTITY = "unreadable-quantity"
    INFINITE = "infinite-stop"
    OPACITY = "unreadable-opacity"
    THRESHOLDS = "unpaired-thresholds"
    RELIEF = "shaded-relief"


class SldRefused(ValueError):
    """A style document that cannot be drawn as it is meant.

    ``place`` names the element (as ``ColorMapEntry 3``), ``detail`` the content found there; both may be empty.
    """

    def __init__(self, code: RefusalCode, place: str = "", detail: str = "") -> None:
        super().__init__(": ".join(part for part in (code.value, place, detail) if part))
        self.code = code
        self.place = place
        self.detail = detail
