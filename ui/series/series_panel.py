"""The panel of values over time: how a place is chosen, the chart, and its export."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QFont, QIcon
from qgis.PyQt.QtWidgets import (
    QAction,
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...plugin.messages.explanation import explain
from ..dialogs.style_dialogs import ask_replace
from ..icons import theme_icon
from ..widgets.elided_label import ElidedLabel
from .chart_data import Line
from .series_chart import SeriesChart
from .series_export import export

_SMALLEST = QSize(480, 240)  # of a chart in a file


class SeriesPanel(QWidget):
    """Shows a hint, or the values at a place over time.

    Attributes:
        pixel_action, polygon_action, draw_action: checkable, for the map tools that choose a place.
        chart: its ``date_chosen`` reports the dates that the user chooses.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("seriesPanel")
        self.pixel_action = self._action(
            "mActionIdentify", self.tr("Choose Pixel"), self.tr("Click a pixel on the map")
        )
        self.polygon_action = self._action(
            "mActionSelectPolygon",
            self.tr("Choose Polygon"),
            self.tr("Click a polygon of the current vector layer, or an AOI, on the map"),
        )
        self.draw_action = self._action(
            "mActionCapturePolygon",
            self.tr("Draw Polygon"),
            self.tr("Click the corners of a polygon on the map; a right click ends it, Escape drops it"),
        )
        self.chart = SeriesChart(self)
        self.place_label = ElidedLabel(self)
        self.note_label = ElidedLabel(self)
        self.export_button = QToolButton(self)
        self._build()

    def show_lines(self, lines: Sequence[Line], place: str, note: str = "") -> None:
        """Show the values at a place, and what is missing of them."""
        self.chart.show_lines(lines)
        self.place_label.set_text(place)
        self.show_note(note)
        self.export_button.setEnabled(True)

    def show_hint(self, text: str) -> None:
        """Show a sentence in place of a chart."""
        self.chart.show_hint(text)
        self.place_label.set_text("")
        self.show_note("")
        self.export_button.setEnabled(False)

    def show_measuring(self) -> None:
        """Say that values are being read; what is shown stays until then."""
        self.place_label.set_text(self.tr("Reading values…"))

    def save(self, path: Path) -> None:
        """Write the chart as a file's ending says; a refusal of the disk is shown."""
        try:
            export(path, self.chart.lines, self.chart.size().expandedTo(_SMALLEST), QFont(self.chart.font()))
        except OSError as error:
            self.show_note(explain(error, doing=f"saving {path.name}").text)
        else:
            self.show_note(self.tr("Saved as {0}.").format(path.name))

    def show_note(self, text: str) -> None:
        """Show a sentence in one line above the chart, which keeps its height; an empty one takes it away."""
        self.note_label.set_text(text)
        self.note_label.setVisible(bool(text))

    def _ask_and_save(self, suffix: str, title: str, kind: str, _checked: bool = False) -> None:
        suggestion = str(Path.home() / f"series{suffix}")
        name, _ = QFileDialog.getSaveFileName(self, title, suggestion, f"{kind} (*{suffix})")
        if not name:
            return
        typed = Path(name)
        path = typed if typed.suffix.lower() == suffix else typed.with_name(typed.name + suffix)
        is_asked = path == typed  # by the dialog, for the name as it was typed
        if is_asked or not path.exists() or ask_replace(self, [path], title):
            self.save(path)

    def _action(self, picture: str, text: str, tip: str) -> QAction:
        action = QAction(QIcon(theme_icon(picture)), text, self)
        action.setToolTip(f"<p>{tip}</p>")
        action.setCheckable(True)
        return action

    def _build(self) -> None:
        self.note_label.setObjectName("seriesNote")
        self.place_label.setObjectName("seriesPlace")
        row = QHBoxLayout()
        row.setSpacing(2)
        names = ("seriesPixelButton", "seriesPolygonButton", "seriesDrawButton")
        for action, name in zip((self.pixel_action, self.polygon_action, self.draw_action), names, strict=True):
            row.addWidget(self._button(action, name))
        row.addSpacing(6)
        row.addWidget(self.place_label, 1)
        row.addWidget(self.note_label, 3)
        row.addWidget(self.export_button)
        self._build_export()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 4)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.chart, 1)
        self.show_note("")

    def _button(self, action: QAction, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAutoRaise(True)
        button.setDefaultAction(action)
        button.setAccessibleName(action.text())
        return button

    def _build_export(self) -> None:
        self.export_button.setObjectName("seriesExportButton")
        self.export_button.setAutoRaise(True)
        self.export_button.setIcon(theme_icon("mActionSharingExport"))
        self.export_button.setToolTip(self.tr("Save the chart or its values"))
        self.export_button.setAccessibleName(self.tr("Export"))
        self.export_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.export_button)
        for suffix, text, title, kind in (
            (".png", self.tr("Save as PNG…"), self.tr("Save as PNG"), self.tr("PNG pictures")),
            (".svg", self.tr("Save as SVG…"), self.tr("Save as SVG"), self.tr("SVG drawings")),
            (".csv", self.tr("Save as CSV…"), self.tr("Save as CSV"), self.tr("Comma-separated values")),
        ):
            menu.addAction(text).triggered.connect(partial(self._ask_and_save, suffix, title, kind))
        self.export_button.setMenu(menu)
