"""Why a style cannot become a drawing, or a drawing a style."""

from __future__ import annotations


class StyleNotDrawable(ValueError):
    """A style and a raster that do not go together, or a renderer that SLD has no words for.

    Attributes:
        reason: ``band`` (the raster has no such band), ``picture`` (it has finished colours and no values, as map tiles
            have), ``renderer`` (QGIS draws in a way SLD cannot say) or ``empty``
            (there is no renderer, or one without classes).
        detail: the band's name, or the renderer's type.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
