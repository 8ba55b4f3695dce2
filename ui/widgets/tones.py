"""Colours made from the palette, so that light and dark themes both stay readable."""

from __future__ import annotations

from qgis.PyQt.QtGui import QColor, QPalette

from ..models.wording import Tone

_HUES = {Tone.GOOD: 130, Tone.BUSY: 210, Tone.WARNING: 38, Tone.BAD: 4}
_SATURATION = 165
_DARK_THEME_BELOW = 128


def tone_colour(tone: Tone, palette: QPalette) -> QColor:
    """Return the colour of a tone, as light or as dark as the palette's background asks for."""
    if tone is Tone.NEUTRAL:
        return faded(palette, 0.6)
    is_dark = palette.color(QPalette.ColorRole.Base).lightness() < _DARK_THEME_BELOW
    return QColor.fromHsl(_HUES[tone], _SATURATION, 160 if is_dark else 95)


def plain(palette: QPalette) -> QColor:
    """Return the colour of text on a window."""
    return QColor(palette.color(QPalette.ColorRole.WindowText))


def dimmed(palette: QPalette) -> QColor:
    """Return the colour of text on a window that is less important than the rest."""
    return faded(palette, 0.7, QPalette.ColorRole.WindowText)


def faded(palette: QPalette, opacity: float, role: QPalette.ColorRole = QPalette.ColorRole.Text) -> QColor:
    """Return a colour of the palette, partly transparent."""
    colour = QColor(palette.color(role))
    colour.setAlphaF(colour.alphaF() * opacity)
    return colour
