"""The units of legends: asked once a visualization where they are not certain, remembered, changed on demand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..layers import units_note, value_style
from ..legend.units import Reading, display_of
from ..legend.vocabulary import Units

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer

    from ..host.settings import Settings
    from ..imagery.loaded import LoadedImage
    from ..layers.project_layers import ProjectLayers
    from ..legend.scaling import Scaling

Subject = tuple[str, str]  # the name of a connection and the id of a visualization


@dataclass(frozen=True, slots=True)
class UnitsQuestion:
    """A question about a visualization's units, with the scales to decide by."""

    connection: str
    visualization_id: str
    title: str
    reading: Reading

    @property
    def subject(self) -> Subject:
        """Return whose legends are asked about."""
        return self.connection, self.visualization_id


class UncertainUnits(QObject):
    """The images whose legend's units are uncertain until the user chooses them.

    ``asked(UnitsQuestion)`` needs an answer; ``changed(connection, visualization_id)`` identifies the layers that are
    redrawn. Two connections may have visualizations of the same id.
    """

    asked = pyqtSignal(object)
    changed = pyqtSignal(str, str)

    def __init__(self, layers: ProjectLayers, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._layers = layers
        self._settings = settings
        self._doubtful: dict[Subject, list[LoadedImage]] = {}
        self._found: dict[Subject, Units] = {}
        self._asked: set[Subject] = set()
        self._scalings: dict[Subject, Scaling] = {}

    def known(self, connection: str, visualization_id: str) -> Units:
        """Return the user's answer for a visualization."""
        return self._settings.units_of(connection, visualization_id)

    def rename_connection(self, former: str, name: str) -> None:
        """Move pending questions of a connection to its new name."""

        def renamed(subject: Subject) -> Subject:
            return (name, subject[1]) if subject[0] == former else subject

        self._doubtful = {
            (new := renamed(subject)): [replace(image, connection=new[0]) for image in images]
            for subject, images in self._doubtful.items()
        }
        self._found = {renamed(subject): units for subject, units in self._found.items()}
        self._scalings = {renamed(subject): scaling for subject, scaling in self._scalings.items()}
        self._asked = set(map(renamed, self._asked))

    def question(self, connection: str, visualization_id: str) -> UnitsQuestion | None:
        """Return the question about a visualization, also if it was decided before."""
        image = next(iter(self._doubtful.get((connection, visualization_id), ())), None)
        reading = None if image is None else value_style.reading_of(image)
        if image is None or reading is None:
            return None
        return UnitsQuestion(image.connection, visualization_id, image.visualization_title, reading)

    def chosen(self, connection: str, visualization_id: str) -> Units:
        """Return the units of a visualization with uncertain ones: chosen, or from its style."""
        if (connection, visualization_id) in self._scalings:
            return Units.SCALED
        image = next(iter(self._doubtful.get((connection, visualization_id), ())), None)
        if image is None:
            return Units.UNCHOSEN
        return image.units or self._found.get((connection, visualization_id), Units.UNCHOSEN)

    def resolve(self, image: LoadedImage, layer: QgsRasterLayer) -> None:
        """Ask about an image that became a layer, if its legend may be read in more ways than one."""
        units, _ = units_note.read_units(layer)
        if units is Units.VALUES and not image.units:
            return
        subject = image.connection, image.visualization_id
        images = self._doubtful.setdefault(subject, [])
        images[:] = [known for known in images if (known.date_key, known.mode) != (image.date_key, image.mode)] + [
            image
        ]
        if subject in self._scalings:
            self._draw(image)
        elif units is not Units.UNCLEAR:
            self._found[subject] = units
        elif subject not in self._asked:
            self._ask(subject)

    def _ask(self, subject: Subject) -> None:
        question = self.question(*subject)
        if question is not None:
            self._asked.add(subject)
            self.asked.emit(question)

    def answer(self, question: UnitsQuestion, units: Units) -> None:
        """Store the user's answer, and redraw the layers by it."""
        self._scalings.pop(question.subject, None)
        self._settings.remember_units(question.connection, question.visualization_id, units)
        images = self._doubtful.get(question.subject, [])
        images[:] = [replace(image, units=units) for image in images]
        self._draw_all(question.subject)

    def answer_scaling(self, question: UnitsQuestion, scaling: Scaling) -> None:
        """Draw the layers by a legend whose breakpoints are scaled, until another answer is given or QGIS ends."""
        self._scalings[question.subject] = scaling
        self._draw_all(question.subject)

    def _draw_all(self, subject: Subject) -> None:
        for image in self._doubtful.get(subject, []):
            self._draw(image)
        self.changed.emit(*subject)

    def _draw(self, image: LoadedImage) -> None:
        scaling = self._scalings.get((image.connection, image.visualization_id))
        if scaling is not None:
            image = replace(image, units=Units.DISPLAY, display=display_of(scaling))
        self._layers.redraw(image)
