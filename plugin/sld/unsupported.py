"""Warnings about the parts of a style that are not drawn: none is dropped silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .values import Notes
from .xml import attribute, descendants, has, local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LONGEST_NAME = 60
"""So many characters of a stranger's name are told."""

_ABOUT = {"Name", "Title", "Abstract", "Description", "VendorOption"}
_CHANNEL = {"SourceChannelName", "ContrastEnhancement"}
_METHODS = ("Normalize", "Histogram", "Logarithmic", "Exponential")
_KNOWN = {
    "RasterSymbolizer": _ABOUT
    | {"Geometry", "Opacity", "ChannelSelection", "OverlapBehavior", "ColorMap", "ContrastEnhancement"}
    | {"ShadedRelief", "ImageOutline"},
    "ChannelSelection": {"RedChannel", "GreenChannel", "BlueChannel", "GrayChannel"},
    "RedChannel": _CHANNEL,
    "GreenChannel": _CHANNEL,
    "BlueChannel": _CHANNEL,
    "GrayChannel": _CHANNEL,
    "ContrastEnhancement": {*_METHODS, "GammaValue", "VendorOption"},
    "Categorize": {"LookupValue", "Value", "Threshold"},
    "Interpolate": {"LookupValue", "InterpolationPoint"},
}
"""What SLD 1.0, SE 1.1 and GeoServer put into the parts of a raster symbolizer; it is read, or spoken of elsewhere."""
_SINGLE = {"ColorMap", "ChannelSelection", "ContrastEnhancement", "Opacity"}
_READ_OPTIONS = {"inclusion"}


def note_unsupported(style: Element, symbolizer: Element, notes: Notes) -> None:
    """Add warnings about the parts of a style and its symbolizer that are not drawn."""
    if has(symbolizer, "ShadedRelief", "ImageOutline"):
        notes.add("RasterSymbolizer: shading and outlines are not drawn.")
    if has(style, "Background"):
        notes.add("UserStyle: its background is not drawn.")
    for parent in descendants(symbolizer, *_KNOWN):
        _note_children(parent, notes)
    _note_options(style, notes)


def _note_children(parent: Element, notes: Notes) -> None:
    """Note children that are not known, and all but the first of those that may stand once."""
    seen: set[str] = set()
    for element in parent:
        name = local(element)
        if name not in _KNOWN[local(parent)]:
            notes.add(f"{local(parent)}: {name[:LONGEST_NAME]} is not known and is left out.")
        elif name in seen and name in _SINGLE:
            notes.add(f"{local(parent)}: of several {name} only the first is drawn.")
        seen.add(name)


def _note_options(style: Element, notes: Notes) -> None:
    """Note vendor options; those of a contrast are read with it."""
    read = {id(option) for method in descendants(style, *_METHODS) for option in method.iter("VendorOption")}
    options = (option for option in style.iter("VendorOption") if id(option) not in read)
    foreign = {(attribute(option, "name") or "")[:LONGEST_NAME] for option in options} - _READ_OPTIONS
    if foreign:
        notes.add(f"VendorOption: the options {', '.join(sorted(foreign))} are one vendor's and are left out.")
