"""Named colour maps; the anchors are ColorBrewer's (colorbrewer2.org, by Cynthia A. Brewer, Apache License 2.0)."""

from __future__ import annotations

_ANCHORS = {
    "rdylgn": ("d73027", "f46d43", "fdae61", "fee08b", "d9ef8b", "a6d96a", "66bd63", "1a9850"),
    "rdylbu": ("d73027", "f46d43", "fdae61", "fee090", "e0f3f8", "abd9e9", "74add1", "4575b4"),
    "brbg": ("8c510a", "bf812d", "dfc27d", "f6e8c3", "c7eae5", "80cdc1", "35978f", "01665e"),
    "spectral": ("d7191c", "fdae61", "ffffbf", "abdda4", "2b83ba"),
    "ylgn": ("ffffe5", "f7fcb9", "d9f0a3", "addd8e", "78c679", "41ab5d", "238443", "005a32"),
    "ylgnbu": ("ffffd9", "edf8b1", "c7e9b4", "7fcdbb", "41b6c4", "1d91c0", "225ea8", "0c2c84"),
    "ylorrd": ("ffffcc", "ffeda0", "fed976", "feb24c", "fd8d3c", "fc4e2a", "e31a1c", "b10026"),
    "blues": ("f7fbff", "deebf7", "c6dbef", "9ecae1", "6baed6", "4292c6", "2171b5", "084594"),
    "greens": ("f7fcf5", "e5f5e0", "c7e9c0", "a1d99b", "74c476", "41ab5d", "238b45", "005a32"),
    "greys": ("000000", "ffffff"),
}
DEFAULT = "spectral"


def colours(name: str, count: int) -> list[str]:
    """Return so many colours ``#rrggbb`` spread over a map; an unknown name gives the default one."""
    anchors = [_channels(text) for text in _ANCHORS.get(name.lower(), _ANCHORS[DEFAULT])]
    if count == 1:
        return [_hex(anchors[len(anchors) // 2])]
    last = len(anchors) - 1
    return [_hex(_between(anchors, step * last / (count - 1))) for step in range(count)]


def _channels(text: str) -> tuple[int, int, int]:
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)


def _between(anchors: list[tuple[int, int, int]], place: float) -> tuple[int, int, int]:
    left = min(int(place), len(anchors) - 2)
    share = place - left
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(anchors[left], anchors[left + 1], strict=True))
    return red, green, blue


def _hex(colour: tuple[int, int, int]) -> str:
    red, green, blue = colour
    return f"#{red:02x}{green:02x}{blue:02x}"
