"""Raster layers drawn by a style document, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import QgsProject, QgsRasterLayer

from ..layers.former_style import FormerStyle, copy_drawing, put_back, style_now
from ..layers.styling import StyleNotDrawable, apply_styles
from ..messages.explanation import explain
from ..messages.message import Message
from ..messages.style_messages import Outcome
from ..sld.raster_style import RasterStyle


@dataclass(frozen=True, slots=True)
class StyleChange:
    """A layer that was restyled by a document: the outcome, and its style before and after."""

    layer_id: str
    outcome: Outcome
    before: FormerStyle
    after: FormerStyle

    @classmethod
    def of(cls, layer: QgsRasterLayer, styles: Sequence[RasterStyle]) -> StyleChange:
        """Draw a layer, from the band it shows where the document names none."""
        before = style_now(layer)
        outcome = _draw(layer, styles, before)
        return cls(layer.id(), outcome, before, style_now(layer))

    @classmethod
    def like(cls, layer: QgsRasterLayer, master: QgsRasterLayer) -> StyleChange:
        """Draw a layer as another one is drawn: renderer, blending and resampling; names, notes and time stay."""
        before = style_now(layer)
        problem = copy_drawing(master, layer)
        message = Message(problem) if problem else None
        return cls(layer.id(), Outcome(layer.name(), problem=message), before, style_now(layer))

    def is_current(self, layer: QgsRasterLayer) -> bool:
        """Return whether the layer is still as it was drawn."""
        return style_now(layer) == self.after

    def undo(self, layer: QgsRasterLayer) -> bool:
        """Undo the change; return whether the layer still had the applied style, otherwise it is left unchanged."""
        return put_back(layer, self.before, self.after)


def _draw(layer: QgsRasterLayer, styles: Sequence[RasterStyle], before: FormerStyle) -> Outcome:
    try:
        notes = apply_styles(layer, styles, max(1, layer.renderer().inputBand()))
    except StyleNotDrawable as error:
        return Outcome(layer.name(), problem=explain(error, doing=f"drawing {layer.name()}"))
    QgsProject.instance().setDirty(True)
    added = [style for style in layer.styleManager().styles() if style not in before.names]
    return Outcome(layer.name(), tuple(notes), tuple(added))
