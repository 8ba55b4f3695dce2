"""Why a style cannot become a drawing, or a drawing a style."""

from __future__ import annotations


class StyleNotDrawable(ValueError):
    """A style that does not fit a raster, or a renderer that SLD cannot represent.

    Attributes:
        reason: ``band`` (the raster has no such band), ``picture`` (it has finished colours and no values, as map tiles
            have), ``renderer`` (SLD cannot represent QGIS's renderer) or ``empty``
            (there is no renderer, or one without classes).
        detail: the band's name, or the renderer's type.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
