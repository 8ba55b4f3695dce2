"""Values: the index itself, styled by the server's style or legend."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ..host.i18n import translate
from .kind import Kind

if TYPE_CHECKING:
    from qgis.core import QgsRasterLayer

    from ..catalog.visualization_item import AcquisitionDate
    from ..downloads.loading import Load, Styles, Watch
    from ..imagery.loaded import LoadedImage
    from ..legend.spec import Legend


class Values(Kind):
    """The raster of the index with the style that belongs to it."""

    icon = "values"
    wants_styles = True
    holds_values = True
    follows_legend = True

    def action_text(self) -> str:
        """Return the text of the action that adds layers of this kind."""
        return translate("LayerKinds", "Add as Values")

    def action_tip(self, dates: str) -> str:
        """Return the tooltip of that action."""
        return translate("LayerKinds", "Add {} to the map as index values, styled by the legend").format(dates)

    def explanation(self) -> str:
        """Return the sentence about the pixels."""
        return translate("LayerKinds", "Index values, coloured by the {0} legend.")

    def purpose(self) -> str:
        """Return what the kind is for."""
        return translate("LayerKinds", "“values” to measure and restyle")

    async def load(self, load: Load, date: AcquisitionDate, styles: Styles, watch: Watch) -> LoadedImage:
        """Load one date into a file, with facts from its values."""
        from ..downloads.image_values import with_values

        path, placement = await load.raster(date, watch)
        image = load.image(date, path, placement, await load.style(date, styles))
        return await load.converted(partial(with_values, image, load.request.item))

    def draw(self, layer: QgsRasterLayer, image: LoadedImage, *, is_new: bool) -> None:
        """Style by the server's style, else by its legend, else over its display ranges."""
        from ..layers.value_style import style_by_server

        style_by_server(layer, image)

    def follow(self, layer: QgsRasterLayer, legend: Legend) -> None:
        """Draw the values by a legend."""
        from ..layers.value_style import style_values

        style_values(layer, legend)
