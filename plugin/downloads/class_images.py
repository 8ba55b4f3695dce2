"""Dates as class rasters: the server's picture, its colours read by the legend it was drawn by."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..catalog.visualization_item import listed_legend
from ..imagery.class_areas import Partition, partition_of
from ..imagery.class_raster import fill_overlay, write_classes
from ..imagery.errors import ClassesRefused, RasterUnreadable
from ..imagery.picture_classes import check_colours, classes_of_picture
from ..imagery.placement import check_place, reference_of
from ..imagery.statistics import value_range
from ..legend.units import display_range, in_values, reading
from ..legend.vocabulary import Units
from ..messages.fit_messages import classes_under_legend

if TYPE_CHECKING:
    from ..catalog.visualization_item import AcquisitionDate
    from ..imagery.budget import IsStopped
    from ..imagery.loaded import LoadedImage
    from ..imagery.picture_classes import ClassPixels
    from ..imagery.picture_place import PicturePlace
    from ..legend.spec import Legend
    from .loading import Load, LoadRequest, Styles, Watch

    FromSld = Callable[[str], Legend]

_logger = logging.getLogger(__name__)


async def load_classes(
    load: Load, date: AcquisitionDate, styles: Styles, watch: Watch, from_sld: FromSld
) -> LoadedImage:
    """Load one date as the classes of its picture.

    The pixels under the painted legend get theirs from the date's values, where a former load left these in the
    folder.

    Args:
        from_sld: reads a style document, for servers that list no legends.

    Raises:
        ClassesRefused: the date has no classes, or the picture's colours are not theirs.
    """
    listed, _ = listed_legend(load.request.item, date.legend_key, load.request.mode)
    legend = listed or _from_style(await load.style(date, styles), from_sld)
    check_colours(legend)
    png, place = await load.drawing(date, watch)
    making = _Making(load.request, png, place, legend, load.values_at_hand(date))
    image = load.image(date, await load.made(date, making.digest(), making.make), place.placement)
    notes = (classes_under_legend((date.label,)),) if making.is_partial else ()
    return replace(image, legend=legend, warnings=(*image.warnings, *notes), is_partial=making.is_partial)


def _from_style(style: str | None, from_sld: FromSld) -> Legend:
    if style is None:
        raise ClassesRefused("no-classes")
    try:
        return from_sld(style)
    except ValueError as error:
        raise ClassesRefused("no-classes") from error


@dataclass
class _Making:
    """One class raster in the making.

    Attributes:
        values: a raster of the date's values, if there is one.
        is_partial: whether the painted legend hides classes, once it is made.
    """

    request: LoadRequest
    png: bytes
    place: PicturePlace
    legend: Legend
    values: Path | None
    is_partial: bool = False

    def digest(self) -> str:
        """Return a digest of all that the pixels depend on."""
        where = (self.place.placement.crs, self.place.placement.extent, self.place.window)
        parts = (repr(where), self.legend.digest(), self.values.name if self.values else "")
        return hashlib.sha256(self.png + "\n".join(parts).encode()).hexdigest()

    def make(self, target: Path, is_stopped: IsStopped) -> None:
        """Write the raster; slow."""
        placement, window = self.place.placement, self.place.window
        check_place(placement.extent, (window.width, window.height), reference_of(placement.crs))
        pixels = classes_of_picture(self.png, self.legend, window=window, is_stopped=is_stopped)
        self.is_partial = pixels.overlay is not None and not self._fill(pixels, is_stopped)
        write_classes(pixels.values, target, placement, self.legend, is_stopped)

    def _fill(self, pixels: ClassPixels, is_stopped: IsStopped) -> bool:
        """Fill the pixels under the painted legend; return whether that was possible."""
        if self.values is None:
            return False
        try:
            partition = self._partition(self.values, is_stopped)
            if partition is not None:
                outline = self.request.aoi.geometry or {}
                fill_overlay(pixels, self.place.placement, outline, self.values, partition)
        except RasterUnreadable as error:
            _logger.warning("The classes under the painted legend are left empty: %s", error)
            return False
        return partition is not None

    def _partition(self, values: Path, is_stopped: IsStopped) -> Partition | None:
        """Return the legend's classes in the units of the values; ``None`` where these are unclear."""
        display = display_range(self.request.item.rescale)
        units = self.request.units
        if not units.is_kept:
            units = reading(self.legend, value_range(values, is_stopped), display).units
        if units is Units.VALUES:
            return partition_of(self.legend)
        return partition_of(in_values(self.legend, display)) if units is Units.DISPLAY and display else None
