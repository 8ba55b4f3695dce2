"""A loaded image as plain data, passed from the worker to the layers."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..legend.scaling import PLAIN, Scaling
from ..legend.spec import Legend
from ..legend.vocabulary import LegendMode, Units, Vocabulary

if TYPE_CHECKING:
    from ..layer_kinds.table import LayerKind
    from .statistics import Fill


CERTAIN = 0.9
"""The least confidence of a place that may be up to half a pixel wrong, and no more."""


class PlaceMethod(Vocabulary):
    """Source of a place: the raster's own georeference, one within a picture, an outline that the picture
    fits, nothing but the AOI's extent, or the user.
    """

    RASTER = "raster"
    FILE = "file"
    ASSET_GEOMETRY = "asset-geometry"
    AOI_GEOMETRY = "aoi-geometry"
    ASSUMED = "aoi-extent"
    BY_HAND = "chosen-by-hand"


@dataclass(frozen=True, slots=True)
class Placement:
    """The place of a raster.

    Attributes:
        crs: authority code, as ``EPSG:4326``; the WKT of a CRS that has none.
        extent: outer pixel edges (xmin, ymin, xmax, ymax) in units of the CRS.
        confidence: 0 to 1; 1 where the place is known, less where it is measured or assumed.
        error_px: how far off it may be, in pixels of the raster; infinite where nobody knows.
    """

    crs: str
    extent: tuple[float, float, float, float]
    method: PlaceMethod
    confidence: float
    error_px: float = 0.0

    @property
    def is_certain(self) -> bool:
        """Return whether the place is right to half a pixel."""
        return self.confidence >= CERTAIN


@dataclass(frozen=True, slots=True)
class LoadedImage:
    """One date of a visualization as a file on disk, with what its layer has to know.

    ``day`` is the acquisition day (UTC); ``date_key`` the server's own spelling
    of it, which is its identity, and ``date_label`` what people read for it; ``legend`` the server's classes where it
    gave any; ``sld`` the server's style document, if asked for.
    ``values`` is the raster's range where it matters (not for bytes), ``display`` the display range the server tells,
    ``units`` what a person said about the legend's edges; ``UNCHOSEN`` leaves a layer unstyled where that is
    not certain.
    ``stored`` is the scale and offset of the raster. ``fills`` are the values that look like undeclared no-data.
    ``stretch`` is the display range of each band of an image that has no classes, in the units of its values: three
    of a composite, one of a grey picture.
    ``is_partial`` says that a painted legend hid a part of the pixels.
    """

    path: Path
    kind: LayerKind
    mode: LegendMode
    day: datetime.date
    date_key: str
    connection: str
    project_name: str
    aoi_id: str
    aoi_name: str
    visualization_id: str
    visualization_title: str
    index_id: str
    placement: Placement
    loaded_at: str
    legend: Legend | None = None
    sld: str | None = None
    values: tuple[float, float] | None = None
    display: tuple[float, float] | None = None
    units: Units = Units.UNCHOSEN
    stored: Scaling = PLAIN
    fills: tuple[Fill, ...] = ()
    stretch: tuple[tuple[float, float], ...] = ()
    warnings: tuple[str, ...] = ()
    date_label: str = ""
    is_partial: bool = False

    @property
    def label(self) -> str:
        """Return what people read for its date."""
        return self.date_label or self.day.isoformat()
