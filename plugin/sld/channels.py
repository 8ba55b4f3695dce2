"""Bands, contrast and the other properties of a raster symbolizer besides its colour map."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from .raster_style import Channel, Channels, Contrast, ContrastAlgorithm, ContrastMethod
from .refusal import RefusalCode, SldRefused
from .values import Notes, number, plain, text_of
from .xml import attribute, child, children, descendants, has, local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_COLOURS = ("RedChannel", "GreenChannel", "BlueChannel")
_METHODS = {method.value: method for method in ContrastMethod if method is not ContrastMethod.NONE}


def grey_of(symbolizer: Element, notes: Notes) -> Channel:
    """Return the one band a symbolizer draws from; its contrast is the channel's, else the symbolizer's own."""
    channel = grey_channel_of(symbolizer, notes)
    if not channel.contrast.is_plain:
        return channel
    return Channel(channel.source, contrast_of(symbolizer, notes))


def grey_channel_of(symbolizer: Element, notes: Notes) -> Channel:
    """Return the grey channel alone: its contrast comes before a colour map, the symbolizer's after it."""
    selection = child(symbolizer, "ChannelSelection")
    grey = None if selection is None else child(selection, "GrayChannel")
    return Channel() if grey is None else _channel(grey, notes)


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
    gamma = _gamma(enhancement, notes)
    if method is None:
        return Contrast(gamma=gamma)
    options = dict(_options(method))
    minimum, maximum = _limits(options, notes)
    return Contrast(_METHODS[local(method)], gamma, minimum, maximum, _algorithm(options, notes))


def _gamma(enhancement: Element, notes: Notes) -> float:
    element = child(enhancement, "GammaValue")
    text = "" if element is None else text_of(element, "GammaValue", notes)
    gamma = float(number(text, "GammaValue")) if text else 1.0
    if not 0 < gamma < float("inf"):
        raise SldRefused(RefusalCode.QUANTITY, "GammaValue", text)
    return gamma


def _limits(options: Mapping[str, str], notes: Notes) -> tuple[float | None, float | None]:
    """Return the limits GeoServer's options name: ``minValue`` and ``maxValue``, ``None`` where they are measured.

    Raises:
        SldRefused: one of them is no finite number.
    """
    low, high = (_limit(options[name], notes) if name in options else None for name in ("minvalue", "maxvalue"))
    if low is not None and high is not None and low > high:
        notes.add(f"ContrastEnhancement: the limits {low:g} and {high:g} are out of order; they are exchanged.")
        return high, low
    return low, high


def _limit(text: str, notes: Notes) -> float:
    value = number(plain(text, "VendorOption", notes), "VendorOption")
    if not math.isfinite(value):
        raise SldRefused(RefusalCode.QUANTITY, "VendorOption", text)
    return float(value)


def _algorithm(options: Mapping[str, str], notes: Notes) -> ContrastAlgorithm:
    text = options.get("algorithm", ContrastAlgorithm.STRETCH.value)
    found = next((one for one in ContrastAlgorithm if one.value.lower() == text.lower()), None)
    if found is None:
        notes.add(f"ContrastEnhancement: the algorithm {text} is not known; StretchToMinimumMaximum is drawn.")
    return found or ContrastAlgorithm.STRETCH


def _options(element: Element) -> Iterator[tuple[str, str]]:
    for option in descendants(element, "VendorOption"):
        yield (attribute(option, "name") or "").lower(), (option.text or "").strip()
