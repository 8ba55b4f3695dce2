"""Words and numbers as the dock writes them: areas, counts, statuses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qgis.PyQt.QtCore import QCoreApplication, QLocale

_SQUARE_METRES_PER_HECTARE = 10_000
_SQUARE_METRES_PER_SQUARE_KILOMETRE = 1_000_000

_GOOD = frozenset({"success", "successful", "completed", "ready"})
_BUSY = frozenset({"creating", "created", "started", "running", "updating", "pending", "in_progress"})
_BAD = frozenset({"failed", "error", "cancelled", "expired"})


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

    @property
    def is_busy(self) -> bool:
        """Tell whether the server is still at work on it."""
        return self.tone is Tone.BUSY

    @property
    def is_failed(self) -> bool:
        """Tell whether the server gave up on it."""
        return self.tone is Tone.BAD


def read_status(status: str | None, progress: float | None = None) -> Status:
    """Return the words for a status of the server; an unknown one is shown as it came."""
    word = (status or "").strip()
    key = word.casefold()
    if not word:
        return Status(Tone.NEUTRAL, "")
    if key in _GOOD:
        return Status(Tone.GOOD, QCoreApplication.translate("Wording", "ready"))
    if key == "partial_success":
        return Status(Tone.WARNING, QCoreApplication.translate("Wording", "partly ready"))
    if key in _BAD:
        return Status(Tone.BAD, QCoreApplication.translate("Wording", "failed"))
    if key in _BUSY:
        return _busy(progress)
    return Status(Tone.NEUTRAL, word.replace("_", " "))


def _busy(progress: float | None) -> Status:
    text = QCoreApplication.translate("Wording", "creating")
    if progress is None:
        return Status(Tone.BUSY, text)
    percent = max(0, min(100, round(progress)))
    return Status(Tone.BUSY, f"{text} {QLocale().toString(percent)}%", percent)


def area_text(square_metres: float | None) -> str:
    """Return an area in ha, from 100 ha on in km²; nothing where it is unknown."""
    if square_metres is None or square_metres <= 0:
        return ""
    if square_metres < _SQUARE_METRES_PER_SQUARE_KILOMETRE:
        return f"{_decimal(square_metres / _SQUARE_METRES_PER_HECTARE)} ha"
    return f"{_decimal(square_metres / _SQUARE_METRES_PER_SQUARE_KILOMETRE)} km²"


def _decimal(value: float) -> str:
    """Return one decimal for small numbers, none for large ones."""
    return QLocale().toString(float(value), "f", 1 if value < 1000 else 0)


def dates_text(count: int) -> str:
    """Return ``1 date``, ``8 dates``."""
    # Two texts instead of %n: the source language has no translation file that would pick the plural.
    if count == 1:
        return QCoreApplication.translate("Wording", "1 date")
    return QCoreApplication.translate("Wording", "{} dates").format(QLocale().toString(count))


def bytes_text(count: float) -> str:
    """Return a number of bytes in kB or MB."""
    if count < 1_000_000:
        return f"{QLocale().toString(round(count / 1000))} kB"
    return f"{QLocale().toString(count / 1_000_000, 'f', 1)} MB"
