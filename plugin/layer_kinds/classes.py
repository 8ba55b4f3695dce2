"""Classes: the picture's colours as the classes of its legend, which the layer tree lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..host.i18n import translate
from .kind import Kind

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer

    from ..api.models import Aoi
    from ..catalog.visualization_item import AcquisitionDate, VisualizationItem
    from ..downloads.loading import Load, Styles, Watch
    from ..imagery.loaded import LoadedImage
    from ..legend.spec import Legend


class Classes(Kind):
    """The classes of the server's picture, one byte a pixel."""

    icon = "classes"
    wants_styles = True
    follows_legend = True
    is_of_picture = True

    def word(self) -> str:
        """Return its name within the name of a layer."""
        return translate("LayerKinds", "classes")

    def action_text(self) -> str:
        """Return the text of the action that adds layers of this kind."""
        return translate("LayerKinds", "Add as Classes")

    def action_tip(self, dates: str) -> str:
        """Return the tooltip of that action."""
        return translate(
            "LayerKinds", "Add {} to the map as the classes of the legend, read from the server's pictures"
        ).format(dates)

    def explanation(self) -> str:
        """Return the sentence about the pixels."""
        return translate("LayerKinds", "The classes of the {0} legend, read from the server's picture.")

    def purpose(self) -> str:
        """Return what the kind is for."""
        return translate("LayerKinds", "“classes” for the picture's pixels as the classes of its legend")

    def problem(self, aoi: Aoi, item: VisualizationItem) -> str:
        """Return why dates of a visualization cannot be loaded as this kind, or nothing."""
        if not item.has_legend:
            return translate(
                "LayerKinds", "This visualization has no classes, only colours. Add the picture or the values instead."
            )
        if not aoi.geometry:
            return translate(
                "LayerKinds", "This AOI has no outline, so its pictures cannot be placed. Add the values instead."
            )
        return ""

    async def load(self, load: Load, date: AcquisitionDate, styles: Styles, watch: Watch) -> LoadedImage:
        """Load one date into a file."""
        from ..downloads.class_images import load_classes
        from ..sld.reader import read_legend

        return await load_classes(load, date, styles, watch, read_legend)

    def draw(self, layer: QgsRasterLayer, image: LoadedImage, *, is_new: bool) -> None:
        """Draw each class in its colour."""
        from ..layers.class_style import style_by_legend

        style_by_legend(layer, image)

    def follow(self, layer: QgsRasterLayer, legend: Legend) -> None:
        """Draw the classes in the colours and with the labels of a legend; pixels stay in their classes."""
        from ..layers.class_style import recolour

        recolour(layer, legend)
