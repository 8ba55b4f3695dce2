"""A made-up kind of layer, as a contributor would write it: put into a copy of the plugin by ``test_made_up_kind``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..host.i18n import translate
from .kind import Kind

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer

    from ..catalog.visualization_item import AcquisitionDate
    from ..downloads.loading import Load, Styles, Watch
    from ..imagery.loaded import LoadedImage


class Greys(Kind):
    """The picture, drawn by its first band alone."""

    icon = "legend"

    def word(self) -> str:
        """Return its name within the names of layers and groups."""
        return translate("LayerKinds", "greys")

    def action_text(self) -> str:
        """Return the text of the action that adds layers of this kind."""
        return translate("LayerKinds", "Add as Greys")

    def action_tip(self, dates: str) -> str:
        """Return the tooltip of that action."""
        return translate("LayerKinds", "Add {} to the map as greys").format(dates)

    def explanation(self) -> str:
        """Return the sentence about the pixels."""
        return translate("LayerKinds", "The greys of the {0} legend.")

    def purpose(self) -> str:
        """Return what the kind is for."""
        return translate("LayerKinds", "“greys” to compare")

    async def load(self, load: Load, date: AcquisitionDate, styles: Styles, watch: Watch) -> LoadedImage:
        """Load one date into a file."""
        path, placement = await load.picture(date, watch)
        return load.image(date, path, placement)

    def draw(self, layer: QgsRasterLayer, image: LoadedImage, *, is_new: bool) -> None:
        """Draw the first band as classes of two colours."""
        from qgis.core import QgsPalettedRasterRenderer
        from qgis.PyQt.QtGui import QColor

        if is_new:
            classes = [QgsPalettedRasterRenderer.Class(value, QColor(value, 0, 0)) for value in (0, 255)]
            layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes))
