"""Styles in other units: quantities times a factor, plus an offset."""

from __future__ import annotations

from dataclasses import replace

from ..legend.scaling import Scaling
from .raster_style import Channel, Channels, RasterStyle


def scaled(style: RasterStyle, scaling: Scaling) -> RasterStyle:
    """Return a style whose quantities and limits of contrast are in other units."""
    if scaling.is_plain:
        return style
    return replace(
        style,
        legend=None if style.legend is None else scaling.legend(style.legend),
        grey=_channel(style.grey, scaling),
        colours=None if style.colours is None else _colours(style.colours, scaling),
    )


def _colours(channels: Channels, scaling: Scaling) -> Channels:
    red, green, blue = (_optional(channel, scaling) for channel in channels)
    return red, green, blue


def _optional(channel: Channel | None, scaling: Scaling) -> Channel | None:
    return None if channel is None else _channel(channel, scaling)


def _channel(channel: Channel, scaling: Scaling) -> Channel:
    low, high = (
        None if edge is None else scaling.number(edge) for edge in (channel.contrast.minimum, channel.contrast.maximum)
    )
    return replace(channel, contrast=replace(channel.contrast, minimum=low, maximum=high))
