"""Words and numbers as the dock writes them: areas, counts, statuses."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from ...plugin.api.status import State, parse_state
from ...plugin.files.shown_names import shown_name
from ...plugin.host.i18n import translate
from ...plugin.messages.numbers import count_text, decimal_text

_DIGITS, _MOST_DECIMALS = 3, 4
_SQUARE_METRES_PER_HECTARE = 10_000
_SQUARE_METRES_PER_SQUARE_KILOMETRE = 1_000_000
_SQUARE_METRES_OF_THE_EARTH = 5.2e14


class Tone(StrEnum):
    """How a status feels; views turn it into a colour."""

    GOOD = "good"
    BUSY = "busy"
    WARNING = "warning"
    BAD = "bad"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class Status:
    """A status in words, with its tone, and 0 to 100 while something is being made."""

    tone: Tone
    text: str
    progress: int | None = None


def read_status(status: str | None, progress: float | None = None) -> Status:
    """Return the display text of a server status; an unknown one is shown unchanged."""
    state = parse_state(status)
    if state.is_under_way:
        return _under_way(state, progress)
    if state is State.UNKNOWN:
        return Status(Tone.NEUTRAL, shown_name((status or "").replace("_", " ")))
    return _ENDED[state]()


def _under_way(state: State, progress: float | None) -> Status:
    if state is State.QUEUED and not progress:
        return Status(Tone.BUSY, translate("Wording", "queued"))
    text = translate("Wording", "creating")
    if progress is None:
        return Status(Tone.BUSY, text)
    percent = max(0, min(100, round(progress)))
    return Status(Tone.BUSY, f"{text} {count_text(percent)}%", percent)


_ENDED: dict[State, Callable[[], Status]] = {
    State.READY: lambda: Status(Tone.GOOD, translate("Wording", "ready")),
    State.PARTIAL: lambda: Status(Tone.WARNING, translate("Wording", "partly ready")),
    State.FAILED: lambda: Status(Tone.BAD, translate("Wording", "failed")),
    State.CANCELLED: lambda: Status(Tone.BAD, translate("Wording", "cancelled")),
    State.EXPIRED: lambda: Status(Tone.BAD, translate("Wording", "expired")),
    State.UNSTATED: lambda: Status(Tone.NEUTRAL, ""),
}


def area_text(square_metres: float | None) -> str:
    """Return an area in m², from 0.1 ha on in ha, from 100 ha on in km².

    Nothing is returned where it is unknown or larger than the Earth.
    """
    if square_metres is None or not 0 < square_metres < _SQUARE_METRES_OF_THE_EARTH:
        return ""
    if square_metres < _SQUARE_METRES_PER_HECTARE / 10:
        return f"{decimal_text(square_metres, 0)} m²"
    if square_metres < _SQUARE_METRES_PER_SQUARE_KILOMETRE:
        return f"{_decimal(square_metres / _SQUARE_METRES_PER_HECTARE)} ha"
    return f"{_decimal(square_metres / _SQUARE_METRES_PER_SQUARE_KILOMETRE)} km²"


def area_in_table_text(square_metres: float, largest: float) -> str:
    """Return an area in the unit of the largest one of its table, with three digits that count at least."""
    is_large = largest >= _SQUARE_METRES_PER_SQUARE_KILOMETRE
    value = square_metres / (_SQUARE_METRES_PER_SQUARE_KILOMETRE if is_large else _SQUARE_METRES_PER_HECTARE)
    return f"{three_digits_text(value)} {'km²' if is_large else 'ha'}"


def three_digits_text(value: float) -> str:
    """Return a number with three digits that count at least, and four decimals at most."""
    size = math.floor(math.log10(abs(value))) if value and math.isfinite(value) else _DIGITS - 1
    return decimal_text(value, min(_MOST_DECIMALS, max(0, _DIGITS - 1 - size)))


def _decimal(value: float) -> str:
    """Return one decimal for small numbers, none for large ones."""
    return decimal_text(value, 1 if value < 1000 else 0)


def dates_text(count: int) -> str:
    """Return ``1 date``, ``8 dates``."""
    # Two texts instead of %n: the source language has no translation file that would pick the plural.
    if count == 1:
        return translate("Wording", "{} date").format(count_text(count))
    return translate("Wording", "{} dates").format(count_text(count))


def bytes_text(count: float) -> str:
    """Return a number of bytes in kB or MB."""
    if count < 1_000_000:
        return f"{count_text(round(count / 1000))} kB"
    return f"{decimal_text(count / 1_000_000, 1)} MB"
