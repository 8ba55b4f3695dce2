"""Reading the spellings of colours."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from .colour_names import NAMED
from .spec import Colour

_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_FUNCTION = re.compile(r"rgba?\(([^()]*)\)", re.IGNORECASE)


def parse_colour(raw: Any) -> Colour | None:
    """Parse a colour in any spelling of the API; return ``None`` for an unknown spelling.

    Known are ``#rgb``, ``#rgba``, ``#rrggbb``, ``#rrggbbaa`` (alpha last, as CSS has it), each also without ``#``,
    ``rgb()`` and ``rgba()``, a list of three or four channels, and the colour names of CSS.

    The place of the alpha in eight digits depends on their author. The API is a web service, so its is last. Qt and
    QGIS write ``#aarrggbb``, so it is first in an SLD (``from_hex``). QML and the text of a QGIS colour map write it as
    a number of its own. In a table or legend file of a user (CSV, JSON) it cannot be known: the plugin's files have six
    digits, and eight are refused unless both readings agree (``has_unclear_alpha``).
    """
    if isinstance(raw, Colour):
        return raw
    if isinstance(raw, str):
        return _from_text(raw.strip())
    if isinstance(raw, Sequence) and not isinstance(raw, (bytes, bytearray)):
        return _from_channels(raw)
    return None


def has_unclear_alpha(raw: Any) -> bool:
    """Return whether a colour has eight digits that are another colour with the alpha first than with it last."""
    text = raw.strip() if isinstance(raw, str) else ""
    last = from_hex(text)
    return len(text.removeprefix("#")) == 8 and last is not None and last != from_hex(text, alpha_first=True)


def from_hex(text: str, *, alpha_first: bool = False) -> Colour | None:
    """Read hexadecimal digits with or without ``#``; ``alpha_first`` reads eight of them as ``#aarrggbb``."""
    match = _HEX.fullmatch(text)
    if match is None:
        return None
    digits = match[1] if len(match[1]) >= 6 else "".join(digit * 2 for digit in match[1])
    channels = bytes.fromhex(digits)
    if alpha_first and len(channels) == 4:
        channels = channels[1:] + channels[:1]
    return Colour(*channels)


def _from_text(text: str) -> Colour | None:
    if match := _FUNCTION.fullmatch(text):
        return _from_channels([part for part in re.split(r"[\s,/]+", match[1].strip()) if part])
    return from_hex(text) or NAMED.get(text.lower())


def _from_channels(parts: Sequence[Any]) -> Colour | None:
    if len(parts) not in (3, 4):
        return None
    channels = [_channel(part) for part in parts[:3]]
    alpha = _alpha(parts[3]) if len(parts) == 4 else 255
    if alpha is None or any(channel is None for channel in channels):
        return None
    red, green, blue = (channel or 0 for channel in channels)
    return Colour(red, green, blue, alpha)


def _channel(raw: Any) -> int | None:
    share = isinstance(raw, str) and raw.endswith("%")
    number = _finite(raw[:-1] if share else raw)
    return None if number is None else _byte(number * 255 / 100 if share else number)


def _alpha(raw: Any) -> int | None:
    """Read an alpha: a share of one as CSS has it, or a channel where it is above one."""
    share = isinstance(raw, str) and raw.endswith("%")
    number = _finite(raw[:-1] if share else raw)
    if number is None or number < 0:
        return None
    return _byte(number * 255 / 100 if share else number * 255 if number <= 1 else number)


def _finite(raw: Any) -> float | None:
    if isinstance(raw, bool):
        return None
    try:
        number = float(raw)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _byte(number: float) -> int:
    return min(255, max(0, round(number)))
