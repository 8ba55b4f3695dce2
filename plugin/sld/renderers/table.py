"""The table of QGIS's renderers that legends and styles are read from: a new one is one more row, and its functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from qgis.core import (
    QgsHillshadeRenderer,
    QgsMultiBandColorRenderer,
    QgsPalettedRasterRenderer,
    QgsRasterContourRenderer,
    QgsRasterRenderer,
    QgsRasterSingleColorRenderer,
    QgsSingleBandGrayRenderer,
    QgsSingleBandPseudoColorRenderer,
)

from ...legend.spec import ColourMapKind, Legend
from ..raster_style import RasterStyle
from .errors import StyleNotDrawable
from .reading import of_colour_map, of_palette
from .style_reading import of_colours, of_grey, of_legend, of_one_colour

ReadLegend = Callable[[Any, bool], tuple[Legend, list[str]]]
ReadStyle = Callable[[Any, list[str]], RasterStyle]


@dataclass(frozen=True, slots=True)
class RendererKind:
    """One of QGIS's renderers.

    Attributes:
        renderer: its class.
        drawing: the word for it in messages about a style without classes; empty where its legend says that.
        legend: reads its legend, with exact bounds or plain numbers, and warnings; ``None`` where it has no legend.
        style: reads its style and appends warnings; ``None`` where SLD can only represent its legend, or nothing.
    """

    renderer: type[QgsRasterRenderer]
    drawing: str
    legend: ReadLegend | None = None
    style: ReadStyle | None = None


RENDERERS = [
    RendererKind(QgsPalettedRasterRenderer, "palette", legend=of_palette),
    RendererKind(QgsSingleBandPseudoColorRenderer, "", legend=of_colour_map),
    RendererKind(QgsMultiBandColorRenderer, "colours", style=of_colours),
    RendererKind(QgsSingleBandGrayRenderer, "grey", style=of_grey),
    RendererKind(QgsRasterSingleColorRenderer, "one-colour", style=of_one_colour),
    RendererKind(QgsHillshadeRenderer, "hillshade"),
    RendererKind(QgsRasterContourRenderer, "contour"),
]


def _kind_of(renderer: QgsRasterRenderer | None) -> RendererKind | None:
    return next((kind for kind in RENDERERS if isinstance(renderer, kind.renderer)), None)


def legend_of(renderer: QgsRasterRenderer | None, *, exact: bool = False) -> tuple[Legend, list[str]]:
    """Return the legend a renderer draws by, with warnings; an empty one where it draws by none.

    Args:
        exact: keep upper bounds that are in as numbers a hair above, and values of 32 bits with all their digits, so
            that a style draws the same picture; else they are the plain numbers people know, and bounds begin the
            next class.
    """
    kind = _kind_of(renderer)
    if kind is None or kind.legend is None:
        return Legend(), [f"Renderer: the type {renderer.type() if renderer else ''} has no classes."]
    return kind.legend(renderer, exact)


def drawing_of(renderer: QgsRasterRenderer | None, legend: Legend) -> str:
    """Return the word for what a renderer draws in place of classes; ``legend`` is the one it draws by."""
    kind = _kind_of(renderer)
    if kind is None:
        return "other"
    if kind.drawing:
        return kind.drawing
    return "empty" if legend.kind is ColourMapKind.INTERVALS else str(legend.kind)


def picture_of(renderer: QgsRasterRenderer | None) -> tuple[RasterStyle, list[str]]:
    """Return the style that a renderer draws, with warnings about parts that SLD cannot represent.

    Raises:
        StyleNotDrawable: SLD cannot represent it (hillshade, contours), or there is no renderer.
    """
    if renderer is None:
        raise StyleNotDrawable("empty")
    warnings: list[str] = []
    style = replace(_picture(renderer, warnings), opacity=renderer.opacity())
    if renderer.alphaBand() > 0:
        warnings.append("Renderer: the transparency of an alpha band cannot be written to SLD.")
    return style, warnings


def _picture(renderer: QgsRasterRenderer, warnings: list[str]) -> RasterStyle:
    kind = _kind_of(renderer)
    if kind is not None and kind.style is not None:
        return kind.style(renderer, warnings)
    if kind is None or kind.legend is None:
        raise StyleNotDrawable("renderer", renderer.type())
    legend, notes = kind.legend(renderer, True)
    if not len(legend):
        raise StyleNotDrawable("empty", renderer.type())
    warnings.extend(notes)
    return of_legend(renderer, legend, warnings)
