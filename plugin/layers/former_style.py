"""Styles of layers copied to others, and kept before they are replaced, so that this can be undone."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import QgsMapLayer, QgsMapLayerStyle, QgsRasterLayer, QgsReadWriteContext
from qgis.PyQt.QtXml import QDomDocument


@dataclass(frozen=True, slots=True)
class FormerStyle:
    """The current style of a layer as a QGIS style document, and the names of all its styles."""

    current: str
    document: str
    names: tuple[str, ...]


def style_now(layer: QgsRasterLayer) -> FormerStyle:
    """Return the present style, to be restored later."""
    style = QgsMapLayerStyle()
    style.readFromLayer(layer)
    manager = layer.styleManager()
    return FormerStyle(manager.currentStyle(), style.xmlData(), tuple(manager.styles()))


def copy_drawing(master: QgsRasterLayer, layer: QgsRasterLayer) -> str:
    """Draw a layer as another one is drawn; return why QGIS could not, or nothing.

    Custom properties and the range of time, which are parts of a style too, stay the layer's own.
    """
    category = QgsMapLayer.StyleCategory
    drawing = category.Symbology | category.Rendering
    document = QDomDocument()
    problem = master.exportNamedStyle(document, QgsReadWriteContext(), drawing)
    if problem:
        return str(problem)
    is_done, problem = layer.importNamedStyle(document, drawing)
    if not is_done:
        return str(problem)
    layer.triggerRepaint()
    layer.emitStyleChanged()
    return ""


def put_back(layer: QgsRasterLayer, former: FormerStyle, drawn: FormerStyle) -> bool:
    """Restore the former style of a layer, and remove the styles added since.

    Args:
        drawn: the style that is undone; where the layer no longer has it, the user went on from there.

    Returns:
        Whether it was done; else the layer is left as it is.
    """
    if style_now(layer) != drawn:
        return False
    manager = layer.styleManager()
    for name in set(drawn.names) - set(former.names):
        manager.removeStyle(name)
    QgsMapLayerStyle(former.document).writeToLayer(layer)
    layer.triggerRepaint()
    layer.emitStyleChanged()
    return True
