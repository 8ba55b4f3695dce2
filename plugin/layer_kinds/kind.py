"""The base of the kinds of layer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer

    from ..api.models import Aoi
    from ..catalog.visualization_item import AcquisitionDate, VisualizationItem
    from ..downloads.loading import Load, Styles, Watch
    from ..imagery.loaded import LoadedImage
    from ..legend.spec import Legend


class Kind(ABC):
    """One kind of layer: its texts, how a date becomes a file, and how a layer of the file is drawn.

    Attributes:
        icon: name of its drawing in ``resources/icons``.
        wants_styles: the server's style documents are requested with its dates.
        holds_values: its pixels are values, which the legend's edges are compared with.
        follows_legend: its layers are redrawn when the legend is edited.
        is_of_picture: its pixels come from the server's drawing, so they are loaded again when the server draws anew.
        paints_legend: its pixels hold a legend, so layers over it do not cover all of it.
    """

    icon: str
    wants_styles = False
    holds_values = False
    follows_legend = False
    is_of_picture = False
    paints_legend = False

    def word(self) -> str:
        """Return its name within the names of layers and groups; the usual kind has none."""
        return ""

    @abstractmethod
    def action_text(self) -> str:
        """Return the text of the action that adds layers of this kind."""

    @abstractmethod
    def action_tip(self, dates: str) -> str:
        """Return the tooltip of that action for dates given as a text."""

    @abstractmethod
    def explanation(self) -> str:
        """Return a sentence about the pixels, with ``{0}`` for the name of the legend's mode."""

    @abstractmethod
    def purpose(self) -> str:
        """Return what the kind is for, as a part of the hint of a form."""

    def problem(self, aoi: Aoi, item: VisualizationItem) -> str:
        """Return why dates of a visualization cannot be loaded as this kind, or nothing."""
        return ""

    @abstractmethod
    async def load(self, load: Load, date: AcquisitionDate, styles: Styles, watch: Watch) -> LoadedImage:
        """Load one date into a file; runs on the worker."""

    @abstractmethod
    def draw(self, layer: QgsRasterLayer, image: LoadedImage, *, is_new: bool) -> None:
        """Style a layer by an image; where it is not new, the user may have changed its style."""

    def follow(self, layer: QgsRasterLayer, legend: Legend) -> None:
        """Draw a layer, whose image stays, by a legend that may not be the one of its image.

        Raises:
            NotImplementedError: the kind does not follow legends.
        """
        raise NotImplementedError(self.icon)
