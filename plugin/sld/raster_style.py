"""The style of one raster in a style document: the domain model between SLD and QGIS's renderers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..legend.spec import Legend


class ContrastMethod(StrEnum):
    """How a band is stretched before it is drawn in grey or as one of three colours (SE 1.1, GeoServer)."""

    NONE = "none"
    NORMALIZE = "Normalize"
    HISTOGRAM = "Histogram"
    LOGARITHMIC = "Logarithmic"
    EXPONENTIAL = "Exponential"


class ContrastAlgorithm(StrEnum):
    """The effect of ``Normalize`` limits (GeoServer): stretch the values between, or only clip those beyond."""

    STRETCH = "StretchToMinimumMaximum"
    CLIP = "ClipToMinimumMaximum"
    CLIP_TO_ZERO = "ClipToZero"


@dataclass(frozen=True, slots=True)
class Contrast:
    """A contrast enhancement; ``minimum`` and ``maximum`` are in the band's units, ``None`` means: measure them."""

    method: ContrastMethod = ContrastMethod.NONE
    gamma: float = 1.0
    minimum: float | None = None
    maximum: float | None = None
    algorithm: ContrastAlgorithm = ContrastAlgorithm.STRETCH

    @property
    def is_plain(self) -> bool:
        """Return whether it changes nothing."""
        return self.method is ContrastMethod.NONE and self.gamma == 1.0


@dataclass(frozen=True, slots=True)
class Channel:
    """A band by number or name, and its contrast; an empty ``source`` leaves the band to the caller."""

    source: str = ""
    contrast: Contrast = Contrast()

    @property
    def band(self) -> int | None:
        """Return the band's number from 1, where the source is one."""
        return int(self.source) if self.source.isascii() and self.source.isdecimal() and int(self.source) else None


Channels = tuple[Channel | None, Channel | None, Channel | None]


@dataclass(frozen=True, slots=True)
class RasterStyle:
    """One style for a raster.

    Exactly one of three pictures is meant: ``legend`` colours the values of one band; ``colours`` are the bands of
    red, green and blue (``None``: not drawn); with neither, one band is drawn in grey that grows with the value.

    Attributes:
        name, title: as the document gives them; ``name`` may be empty.
        grey: the one band, and its contrast.
        opacity: 0 to 1, of the whole; the legend's own says the same.
        least_scale, greatest_scale: scale denominators between which the style is drawn, the least in and the
            greatest out (SLD 1.0); ``None`` is no limit.
        warnings: sentences on what is drawn otherwise than the document may mean, each beginning with its place.
    """

    name: str = ""
    title: str = ""
    legend: Legend | None = None
    grey: Channel = Channel()
    colours: Channels | None = None
    opacity: float = 1.0
    least_scale: float | None = None
    greatest_scale: float | None = None
    warnings: tuple[str, ...] = ()

    @property
    def has_scale_limits(self) -> bool:
        """Return whether it is to be drawn at some scales only."""
        return self.least_scale is not None or self.greatest_scale is not None
