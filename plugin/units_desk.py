"""The units of legends: asked once a visualization where they are not certain, remembered, changed on demand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from .layers import builder, provenance
from .legend.units import Reading, Units, display_of

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer

    from .host.settings import Settings
    from .imagery.loaded import LoadedImage
    from .layers.project_layers import ProjectLayers
    from .legend.scaling import Scaling

SCALED = "scaled"


@dataclass(frozen=True, slots=True)
class UnitsQuestion:
    """What has to be decided about a visualization, with the scales to decide by."""

    connection: str
    visualization_id: str
    title: str
    reading: Reading


class UnitsDesk(QObject):
    """Holds images whose legend's units are not certain until somebody says them.

    ``asked(UnitsQuestion)`` wants an answer; ``changed(str)`` tells the visualization whose layers are drawn anew.
    """

    asked = pyqtSignal(object)
    changed = pyqtSignal(str)

    def __init__(self, layers: ProjectLayers, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._layers = layers
        self._settings = settings
        self._doubtful: dict[str, list[LoadedImage]] = {}
        self._found: dict[str, str] = {}
        self._asked: set[str] = set()
        self._scalings: dict[str, Scaling] = {}

    def known(self, connection: str, visualization_id: str) -> str:
        """Return what was answered for a visualization, or nothing."""
        return self._settings.units_of(connection, visualization_id)

    def question(self, visualization_id: str) -> UnitsQuestion | None:
        """Return what there is to decide about a visualization, also where it was decided before."""
        image = next(iter(self._doubtful.get(visualization_id, ())), None)
        reading = None if image is None else builder.reading_of(image)
        if image is None or reading is None:
            return None
        return UnitsQuestion(image.connection, visualization_id, image.visualization_title, reading)

    def chosen(self, visualization_id: str) -> str:
        """Return the units a visualization with doubtful ones is drawn by: said, or told by its style; or nothing."""
        if visualization_id in self._scalings:
            return SCALED
        image = next(iter(self._doubtful.get(visualization_id, ())), None)
        return "" if image is None else image.units or self._found.get(visualization_id, "")

    def weigh(self, image: LoadedImage, layer: QgsRasterLayer) -> None:
        """Ask about an image that became a layer, if its legend may be read in more ways than one."""
        units, _ = provenance.read_units(layer)
        if units == Units.VALUES and not image.units:
            return
        images = self._doubtful.setdefault(image.visualization_id, [])
        images[:] = [known for known in images if (known.day, known.mode) != (image.day, image.mode)] + [image]
        if image.visualization_id in self._scalings:
            self._draw(image)
        elif units != Units.UNCLEAR:
            self._found[image.visualization_id] = units
        elif image.visualization_id not in self._asked:
            self._ask(image.visualization_id)

    def _ask(self, visualization_id: str) -> None:
        question = self.question(visualization_id)
        if question is not None:
            self._asked.add(visualization_id)
            self.asked.emit(question)

    def answer(self, question: UnitsQuestion, units: Units) -> None:
        """Remember what somebody said, and draw the layers by it."""
        self._scalings.pop(question.visualization_id, None)
        self._settings.remember_units(question.connection, question.visualization_id, units)
        images = self._doubtful.get(question.visualization_id, [])
        images[:] = [replace(image, units=units.value) for image in images]
        self._draw_all(question.visualization_id)

    def answer_scaling(self, question: UnitsQuestion, scaling: Scaling) -> None:
        """Draw the layers by a legend whose edges are scaled, until something else is said or QGIS ends."""
        self._scalings[question.visualization_id] = scaling
        self._draw_all(question.visualization_id)

    def _draw_all(self, visualization_id: str) -> None:
        for image in self._doubtful.get(visualization_id, []):
            self._draw(image)
        self.changed.emit(visualization_id)

    def _draw(self, image: LoadedImage) -> None:
        scaling = self._scalings.get(image.visualization_id)
        if scaling is not None:
            image = replace(image, units=Units.DISPLAY.value, display=display_of(scaling))
        self._layers.redraw(image)
