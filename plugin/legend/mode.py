"""The modes of a visualization's legends."""

from __future__ import annotations

from .vocabulary import Vocabulary

MOST_DYNAMIC = 15  # classes of a dynamic legend, on the server


class LegendMode(Vocabulary):
    """How the server makes the classes of a date: from its values, or as fixed ones of the index."""

    DYNAMIC = "dynamic"
    THEORETICAL = "theoretical"
