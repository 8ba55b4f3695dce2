"""Closed vocabularies: enums whose members keep the text that is stored, sent and shown."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Vocabulary(StrEnum):
    """A base of enums that are parsed where a text enters, and are passed on as members from there."""

    @classmethod
    def named(cls, text: str) -> Self | None:
        """Return the member that a text names exactly, or ``None``."""
        return next((word for word in cls if word == text), None)

    @classmethod
    def read(cls, text: str) -> Self | str:
        """Return the member that a text names, else the text: a newer version may have written it."""
        return cls.named(text) or text
