"""Reader of raster styles of other programs (GeoServer's rules for SLD 1.0, SE 1.1 for its functions)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..legend.spec import Legend
from .channels import colours_of, contrast_of, grey_channel_of, grey_of
from .colour_map import read_colour_map
from .document import StyleElement, styles_in, symbolizer_of
from .raster_style import Contrast, RasterStyle
from .refusal import RefusalCode, SldRefused
from .stretch import unstretched
from .unsupported import note_unsupported
from .values import Notes, opacity, text_of
from .xml import child, has, parse

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["RefusalCode", "SldRefused", "SldStyle", "read", "read_legend", "read_styles"]


@dataclass(frozen=True, slots=True)
class SldStyle:
    """A style that colours the values of one band; ``warnings`` are those of ``RasterStyle``."""

    legend: Legend
    name: str = ""
    warnings: tuple[str, ...] = ()


def read_legend(document: str | bytes) -> Legend:
    """Return the legend of a style document.

    Raises:
        SldRefused: it has none, or it cannot be drawn as it is meant.
    """
    return read(document).legend


def read(document: str | bytes) -> SldStyle:
    """Return the legend of a document's default style with its name and warnings.

    Raises:
        SldRefused: it has none, or it cannot be drawn as it is meant.
    """
    style, *others = read_styles(document)
    if style.colours is not None:
        raise SldRefused(RefusalCode.CHANNELS, "ChannelSelection")
    if style.legend is None:
        raise SldRefused(RefusalCode.NO_COLOUR_MAP, "RasterSymbolizer")
    notes = Notes(style.warnings)
    if others:
        notes.add("StyledLayerDescriptor: it holds several layers or styles; only one is drawn.")
    if style.least_scale or style.greatest_scale:
        notes.add("Rule: its limits of scale are not taken over; the layer is drawn at any scale.")
    return SldStyle(style.legend, style.name, tuple(notes))


def read_styles(document: str | bytes) -> tuple[RasterStyle, ...]:
    """Return every style of a document that draws rasters, the default one first.

    Raises:
        SldRefused: there is none, or the default one cannot be drawn as it is meant.
    """
    root, guessed = parse(document)
    default, *others = styles_in(root)
    styles, notes = [_style(default)], Notes(guessed)
    for found in others:
        try:
            styles.append(_style(found))
        except SldRefused as refusal:
            place = refusal.place or "it"
            notes.add(f"UserStyle {found.name}: it is left out, since {place} cannot be drawn as it is meant.")
    return replace(styles[0], warnings=(*styles[0].warnings, *notes)), *styles[1:]


def _style(found: StyleElement) -> RasterStyle:
    notes = Notes()
    symbolizer, (least, greatest) = symbolizer_of(found, notes)
    style = replace(
        _picture(symbolizer, notes),
        name=found.name,
        title=found.title,
        opacity=_opacity(symbolizer, notes),
        least_scale=least,
        greatest_scale=greatest,
    )
    note_unsupported(found.element, symbolizer, notes)
    if style.legend is not None:
        style = replace(style, legend=replace(style.legend, opacity=style.opacity))
    return replace(style, warnings=tuple(notes))


def _picture(symbolizer: Element, notes: Notes) -> RasterStyle:
    """Return the picture of a symbolizer: three bands, one through a colour map, or one in grey."""
    colour_map = child(symbolizer, "ColorMap")
    colours = colours_of(symbolizer, notes)
    if colours is not None:
        if colour_map is not None:
            notes.add("ColorMap: it is left out, since red, green and blue are drawn from three bands.")
        return RasterStyle(colours=colours)
    if colour_map is None or _is_left_empty(symbolizer, colour_map, notes):
        return _in_grey(symbolizer, notes)
    if not contrast_of(symbolizer, notes).is_plain:
        notes.add("ContrastEnhancement: it is not carried out; the colours are drawn as the colour map says.")
    grey = grey_channel_of(symbolizer, notes)
    legend = unstretched(read_colour_map(colour_map, notes), grey.contrast, notes)
    return RasterStyle(legend=legend, grey=replace(grey, contrast=Contrast()))


def _is_left_empty(symbolizer: Element, colour_map: Element, notes: Notes) -> bool:
    """Return whether a grey channel has a colour map without anything in it: so QGIS writes grey without contrast."""
    if len(colour_map) or not has(symbolizer, "GrayChannel"):
        return False
    notes.add("ColorMap: it has no entries; the band is drawn in grey, from black to white.")
    return True


def _in_grey(symbolizer: Element, notes: Notes) -> RasterStyle:
    """Return the drawing of one band in grey.

    Raises:
        SldRefused: shading of the relief is all the symbolizer asks for.
    """
    if not any(child(symbolizer, name) is not None for name in ("ChannelSelection", "ContrastEnhancement")):
        if child(symbolizer, "ShadedRelief") is not None:
            raise SldRefused(RefusalCode.RELIEF, "ShadedRelief")
        notes.add(
            "RasterSymbolizer: it names no bands and no colours, so one band is drawn in grey; "
            "QGIS writes contours, single colours and finished colours so, which it cannot express in SLD."
        )
    return RasterStyle(grey=grey_of(symbolizer, notes))


def _opacity(symbolizer: Element, notes: Notes) -> float:
    """Read the opacity of the whole; only a direct child counts."""
    element = child(symbolizer, "Opacity")
    text = "" if element is None else text_of(element, "Opacity", notes)
    return opacity(text, "Opacity", notes) if text else 1.0
