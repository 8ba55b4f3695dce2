"""Pictures: the server's PNG laid over the AOI's extent."""

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


class Picture(Kind):
    """The picture as the server draws it."""

    icon = "picture"
    is_of_picture = True
    paints_legend = True

    def word(self) -> str:
        """Return its name within the name of a layer."""
        return translate("LayerKinds", "picture")

    def action_text(self) -> str:
        """Return the text of the action that adds layers of this kind."""
        return translate("LayerKinds", "Add as Pictures")

    def action_tip(self, dates: str) -> str:
        """Return the tooltip of that action."""
        return translate("LayerKinds", "Add {} to the map as pictures, as the server draws them").format(dates)

    def explanation(self) -> str:
        """Return the sentence about the pixels."""
        return translate("LayerKinds", "The picture as the server draws it by the {0} legend.")

    def purpose(self) -> str:
        """Return what the kind is for."""
        return translate("LayerKinds", "“picture” to look at")

    def problem(self, aoi: Aoi, item: VisualizationItem) -> str:
        """Return why dates of a visualization cannot be loaded as this kind, or nothing."""
        if aoi.geometry:
            return ""
        return translate(
            "LayerKinds", "This AOI has no outline, so its pictures cannot be placed. Add the values instead."
        )

    async def load(self, load: Load, date: AcquisitionDate, styles: Styles, watch: Watch) -> LoadedImage:
        """Load one date into a file."""
        path, placement = await load.picture(date, watch)
        return load.image(date, path, placement)

    def draw(self, layer: QgsRasterLayer, image: LoadedImage, *, is_new: bool) -> None:
        """Draw red, green, blue and alpha of a new layer as they are."""
        from ..layers.picture_style import style_picture

        if is_new:
            style_picture(layer)
