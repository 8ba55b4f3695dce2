"""Files of a chart: a picture, a drawing, or a table with the columns of the algorithms."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from qgis.PyQt.QtCore import QRect, QSize, QSizeF
from qgis.PyQt.QtGui import QColor, QFont, QFontInfo, QImage, QPainter, QPalette
from qgis.PyQt.QtSvg import QSvgGenerator

from ...plugin.files.whole import whole_or_nothing, write_text
from .chart_data import Line, SeriesPoint
from .chart_painting import ChartPainting

SUFFIXES = (".png", ".svg", ".csv")
_SCALE = 2  # pixels of a picture by those of the screen, for print
_SPREAD_COLUMNS = ("index", "date", "count", "mean", "min", "max", "median", "quartile_25", "quartile_75")
_COLUMNS = ("index", "date", "value")


def export(path: Path, lines: Sequence[Line], size: QSize, font: QFont) -> None:
    """Write a chart as its file's ending says.

    Args:
        size: of the chart on the screen.

    Raises:
        OSError: the disk refuses; a file that was there stays.
    """
    suffix = path.suffix.lower()
    if suffix == ".csv":
        write_text(path, table_text(lines))
        return
    with whole_or_nothing(path) as part:
        is_written = (_write_svg if suffix == ".svg" else _write_png)(part, lines, size, font)
        if not is_written:
            raise OSError(f"{path.name} could not be written")


def table_text(lines: Sequence[Line]) -> str:
    """Return the dates of all lines as comma-separated values; a date without data has empty cells."""
    has_spread = any(point.spread is not None for line in lines for point in line.points)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_SPREAD_COLUMNS if has_spread else _COLUMNS)
    for line in lines:
        writer.writerows(
            [line.name, point.label, *(_spread_cells(point) if has_spread else [point.value])] for point in line.points
        )
    return text.getvalue()


def _spread_cells(point: SeriesPoint) -> list[float | None]:
    spread = point.spread
    if spread is None:
        return [0, *[None] * 6]
    figures = (spread.minimum, spread.maximum, spread.median, spread.lower, spread.upper)
    return [spread.pixels, point.value, *figures]


def _write_png(path: Path, lines: Sequence[Line], size: QSize, font: QFont) -> bool:
    image = QImage(size * _SCALE, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.scale(_SCALE, _SCALE)
    _painting(lines, size, font).paint(painter)
    painter.end()
    return bool(image.save(str(path), "PNG"))


def _write_svg(path: Path, lines: Sequence[Line], size: QSize, font: QFont) -> bool:
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    painter = QPainter()
    if not painter.begin(generator):
        return False
    _painting(lines, size, font).paint(painter)
    painter.end()
    return path.is_file()


def _painting(lines: Sequence[Line], size: QSize, font: QFont) -> ChartPainting:
    """Return the chart in black on white, with letters as large as on the screen."""
    letters = QFont(font)
    letters.setPixelSize(QFontInfo(font).pixelSize())  # in points they would depend on the resolution of the file
    palette = QPalette()
    for role in (QPalette.ColorRole.Window, QPalette.ColorRole.Base):
        palette.setColor(role, QColor("white"))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
        palette.setColor(role, QColor("black"))
    return ChartPainting(lines, QSizeF(size), palette, letters)
