"""The words of a legend, each vocabulary once: enums whose members keep the text that is stored and sent.

Imported at the start of QGIS, so it imports nothing else.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self

MOST_DYNAMIC = 15  # classes of a dynamic legend, on the server


class Vocabulary(StrEnum):
    """A base of enums that are parsed where a text enters, and are passed on as members from there."""

    @classmethod
    def named(cls, text: str) -> Self | None:
        """Return the member that a text names exactly, or ``None``."""
        return next((word for word in cls if word == text), None)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the member that a text names.

        Raises:
            ValueError: it names none.
        """
        found = cls.named(text)
        if found is None:
            raise ValueError(f"{text!r} is none of {', '.join(cls)}")
        return found

    @classmethod
    def read(cls, text: str) -> Self | str:
        """Return the member that a text names, else the text: a newer version may have written it."""
        return cls.named(text) or text


class LegendMode(Vocabulary):
    """How the server makes the classes of a date: from its values, or as fixed ones of the index."""

    DYNAMIC = "dynamic"
    THEORETICAL = "theoretical"


class ExpressionType(Vocabulary):
    """The result of an index's expression: a value a pixel, which a legend colours; three colours; or one grey."""

    INDEX = "index"
    COMPOSITE = "composite"
    GRAYSCALE = "grayscale"

    @property
    def has_legend(self) -> bool:
        """Return whether it is coloured by a legend."""
        return self is ExpressionType.INDEX


class Units(Vocabulary):
    """Units of a legend's edges.

    ``SCALED`` is a plain multiple of the values, chosen for the map; ``FITTING`` whichever of ``VALUES`` and
    ``DISPLAY`` fits; ``UNCLEAR`` neither for certain; ``UNCHOSEN``, which is false, means that no one has chosen.
    """

    VALUES = "values"
    DISPLAY = "display"
    SCALED = "scaled"
    FITTING = "fitting"
    UNCLEAR = "unclear"
    UNCHOSEN = ""

    @property
    def is_kept(self) -> bool:
        """Return whether it is an answer of the user that is stored."""
        return self in (Units.VALUES, Units.DISPLAY)
