"""The units of legends: a question above the list where they are not certain, and a label in the legend editor."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject

from ..legend.vocabulary import Units
from ..messages import fit_messages

if TYPE_CHECKING:
    from ...ui.catalog.catalog_panel import CatalogPanel
    from .legend_controller import LegendController
    from .uncertain_units import UncertainUnits, UnitsQuestion


class UnitsController(QObject):
    """Controller of the questions about units; nothing waits for the answers."""

    def __init__(
        self, units: UncertainUnits, panel: CatalogPanel, legends: LegendController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._units = units
        self._panel = panel
        self._legends = legends
        units.asked.connect(self._ask)
        units.changed.connect(self._on_changed)
        legends.events.units_requested.connect(self._ask_again)

    def label(self, visualization_id: str) -> None:
        """Show the units of the open legend in its editor, if they were ever uncertain."""
        connection = self._legends.connection
        texts = {
            Units.DISPLAY: self.tr("Edges: 0 to 255"),
            Units.VALUES: self.tr("Edges: the raster's values"),
            Units.SCALED: self.tr("Edges: scaled for the map"),
        }
        uncertain = self.tr("Edges: units not certain")
        question = self._units.question(connection, visualization_id)
        text = "" if question is None else texts.get(self._units.chosen(connection, visualization_id), uncertain)
        self._legends.show_units(visualization_id, text)

    def _ask(self, question: UnitsQuestion) -> None:
        self._label_if_open(*question.subject)
        text, scaling = fit_messages.units_question(question.title, question.reading), question.reading.scaling
        answers = [
            (self.tr("Display Values"), partial(self._units.answer, question, Units.DISPLAY)),
            (self.tr("The Raster's Own"), partial(self._units.answer, question, Units.VALUES)),
        ]
        if scaling is not None:
            offer = fit_messages.apply_scaling(scaling)
            answers.append((offer, partial(self._units.answer_scaling, question, scaling)))
        self._panel.ask(text, answers)

    def _ask_again(self, visualization_id: str) -> None:
        question = self._units.question(self._legends.connection, visualization_id)
        if question is not None:
            self._ask(question)

    def _on_changed(self, connection: str, visualization_id: str) -> None:
        """Let the map show the edits of a legend again, now in the right units."""
        self._legends.show_edits_again(visualization_id)
        self._label_if_open(connection, visualization_id)

    def _label_if_open(self, connection: str, visualization_id: str) -> None:
        if connection == self._legends.connection:
            self.label(visualization_id)
