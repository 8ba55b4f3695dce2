"""The table of the kinds of layer: a new kind is one more line here, and its module."""

from __future__ import annotations

from ..legend.vocabulary import Vocabulary
from .classes import Classes
from .kind import Kind
from .picture import Picture
from .values import Values


class LayerKind(Vocabulary):
    """A kind of layer: the text that is stored, and the object that loads and draws it.

    The first is the default of algorithms.
    """

    row: Kind

    def __new__(cls, text: str, row: Kind) -> LayerKind:
        """Make the member of a text and its object."""
        kind = str.__new__(cls, text)
        kind._value_ = text
        kind.row = row
        return kind

    PICTURE = "picture", Picture()
    VALUES = "values", Values()
    CLASSES = "classes", Classes()
