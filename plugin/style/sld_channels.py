"""Bands, contrast and what else a raster symbolizer says besides its colour map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..legend.wire import parse_number
from .raster_style import Channel, Channels, Contrast, ContrastMethod
from .sld_refusal import RefusalCode, SldRefused
from .sld_values import Notes, number, text_of
from .sld_xml import attribute, child, children, descendants, has, local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_COLOURS = ("RedChannel", "GreenChannel", "BlueChannel")
_METHODS = {method.value: method for method in ContrastMethod if method is not ContrastMethod.NONE}
_LIMITS = {"minvalue": 0, "maxvalue": 1}


def grey_of(symbolizer: Element, notes: Notes) -> Channel:
    """Return the one band a symbolizer draws from; its contrast is the channel's, else the symbolizer's own."""
    selection = child(symbolizer, "ChannelSelection")
    grey = None if selection is None else child(selection, "GrayChannel")
    channel = Channel() if grey is None else _channel(grey, notes)
    if not channel.contrast.is_plain:
        return channel
    return Channel(channel.source, contrast_of(symbolizer, notes))


def colours_of(symbolizer: Element, notes: Notes) -> Channels | None:
    """Return the bands of red, green and blue, or ``None`` where the symbolizer draws from one band."""
    selection = child(symbolizer, "ChannelSelection")
    if selection is None or not has(selection, *_COLOURS):
        return None
    overall = contrast_of(symbolizer, notes)
    red, green, blue = (_colour(child(selection, name), name, overall, notes) for name in _COLOURS)
    return red, green, blue


def _colour(element: Element | None, name: str, overall: Contrast, notes: Notes) -> Channel | None:
    if element is None:
        notes.add(f"ChannelSelection: it has no {name}; that colour is not drawn.")
        return None
    channel = _channel(element, notes)
    return Channel(channel.source, overall) if channel.contrast.is_plain else channel


def _channel(element: Element, notes: Notes) -> Channel:
    source = child(element, "SourceChannelName")
    text = "" if source is None else text_of(source, "SourceChannelName", notes)
    return Channel(text, contrast_of(element, notes))


def contrast_of(element: Element, notes: Notes) -> Contrast:
    """Return the contrast enhancement that stands directly in an element.

    Raises:
        SldRefused: its gamma or its limits cannot be read.
    """
    enhancement = child(element, "ContrastEnhancement")
    if enhancement is None:
        return Contrast()
    method = next((one for one in children(enhancement) if local(one) in _METHODS), None)
    minimum, maximum = _limits(method, notes) if method is not None else (None, None)
    kind = ContrastMethod.NONE if method is None else _METHODS[local(method)]
    return Contrast(kind, _gamma(enhancement, notes), minimum, maximum)


def _gamma(enhancement: Element, notes: Notes) -> float:
    element = child(enhancement, "GammaValue")
    text = "" if element is None else text_of(element, "GammaValue", notes)
    gamma = float(number(text, "GammaValue")) if text else 1.0
    if not 0 < gamma < float("inf"):
        raise SldRefused(RefusalCode.QUANTITY, "GammaValue", text)
    return gamma


def _limits(method: Element, notes: Notes) -> tuple[float | None, float | None]:
    """Return the limits GeoServer's options name: ``minValue`` and ``maxValue``, else to be measured."""
    limits: list[float | None] = [None, None]
    for name, text in _options(method):
        if name in _LIMITS:
            limits[_LIMITS[name]] = parse_number(text)
        elif name == "algorithm" and text.lower() != "stretchtominimummaximum":
            notes.add(f"ContrastEnhancement: the algorithm {text} is drawn as StretchToMinimumMaximum.")
    return limits[0], limits[1]


def _options(element: Element) -> Iterator[tuple[str, str]]:
    for option in descendants(element, "VendorOption"):
        yield (attribute(option, "name") or "").lower(), (option.text or "").strip()
