"""One loaded image becomes one map layer."""

from __future__ import annotations

import errno
import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    QgsDataProvider,
    QgsMapLayer,
    QgsMultiBandColorRenderer,
    QgsRasterLayer,
    QgsReadWriteContext,
)
from qgis.PyQt.QtXml import QDomDocument

from ..files.whole import write_text
from ..imagery.errors import RasterUnreadable
from ..imagery.sidecars import no_sidecar_files
from ..legend.spec import Legend
from ..legend.units import Reading, are_alike, in_values, reading
from ..legend.vocabulary import Units
from ..sld import renderers
from . import provenance, time_stack
from .layer_names import layer_abstract, layer_name, layer_title
from .lent_layer import lent
from .renderer_swap import drawn_band, no_data_of, restore_no_data, swap_renderer
from .thread_bands import LayerBands

if TYPE_CHECKING:
    import datetime

    from ..imagery.loaded import LoadedImage

_log = logging.getLogger(__name__)


def build(image: LoadedImage) -> QgsRasterLayer:
    """Return a layer named by index and day, styled, dated and with its provenance; it is in no project yet.

    Raises:
        RasterUnreadable: the file is no raster QGIS can open.
    """
    layer = _undated(image)
    time_stack.set_range(layer, image.day)
    return layer


def write_style(image: LoadedImage, path: Path) -> None:
    """Write the style of the layer of an image as a ``.qml``, in any thread.

    Raises:
        RasterUnreadable: the file is no raster QGIS can open.
        OSError: the style cannot be written.
    """
    with lent(partial(_undated, image)) as layer:
        save_style(layer, path, day=image.day)


def _undated(image: LoadedImage) -> QgsRasterLayer:
    """Return the layer of ``build`` without its date, which belongs to a QObject of the layer (see ``lent_layer``)."""
    options = QgsRasterLayer.LayerOptions(False)  # a style file beside the raster may be an old one of ours
    with no_sidecar_files():
        layer = QgsRasterLayer(str(image.path), layer_name(image), "gdal", options)
    if image.kind == "picture" and layer.isValid():
        _style_picture(layer)
    _describe(layer, image)
    layer.serverProperties().setTitle(layer_title(image))  # QGIS's tooltip of the layer shows both
    layer.serverProperties().setAbstract(layer_abstract(image))
    _draw_nearest(layer)
    return layer


def repoint(layer: QgsRasterLayer, image: LoadedImage) -> None:
    """Replace the image of a layer by a newly loaded one; the user's settings of the layer stay.

    Raises:
        RasterUnreadable: the file is no raster QGIS can open.
    """
    no_data = no_data_of(layer) if layer.isValid() else []
    with no_sidecar_files():
        layer.setDataSource(str(image.path), layer.name(), "gdal", QgsDataProvider.ProviderOptions(), False)
    dress(layer, image)
    restore_no_data(layer, no_data)
    layer.triggerRepaint()


def dress(layer: QgsRasterLayer, image: LoadedImage) -> None:
    """Give a layer the day and provenance of its image, and its legend where it has values."""
    _describe(layer, image)
    time_stack.set_range(layer, image.day)


def _describe(layer: QgsRasterLayer, image: LoadedImage) -> None:
    if not layer.isValid():
        raise RasterUnreadable("not-raster", image.path.name, layer.error().summary())
    if image.kind != "picture":
        _style_by_server(layer, image)
    provenance.write(layer, image)


def style_values(layer: QgsRasterLayer, legend: Legend) -> None:
    """Draw a value raster by a legend in the units noted on the layer; the user's settings of the layer stay.

    A layer whose units are not known yet is left as it is: it would be drawn wrong.
    """
    units, display = provenance.read_units(layer)
    if units is Units.UNCLEAR:
        return
    drawn = in_values(legend, display) if units is Units.DISPLAY and display else legend
    swap_renderer(layer, renderers.build(drawn, LayerBands(layer), drawn_band(layer)))


def reading_of(image: LoadedImage) -> Reading | None:
    """Return how the legend of an image may be read over its values; ``None`` where it has none."""
    legend = _filled(image.legend) or _legend_of_sld(image)
    return None if legend is None else reading(legend, image.values, image.display, image.stored)


def legend_drawn(image: LoadedImage) -> Legend | None:
    """Return the legend an image's layer is drawn by, in the raster's values; ``None`` where it is drawn by none."""
    styled, listed = _legend_of_sld(image), _filled(image.legend)
    if styled is not None and reading(styled, image.values, image.display).units is Units.VALUES:
        return styled
    legend, units = styled or listed, _units_of(image, listed, styled)
    if legend is None or units is Units.UNCLEAR:
        return None
    return in_values(legend, image.display) if units is Units.DISPLAY and image.display else legend


def _units_of(image: LoadedImage, listed: Legend | None, styled: Legend | None) -> Units:
    """Return the units of the edited legend: chosen by the user, shown by the style, fitting, or unclear.

    Where the style has the same edges as the legend has once they are spread over the display range, it is certain
    that the legend is in display units.
    """
    legend = listed or styled
    if image.units.is_kept:
        return image.units
    found = None if legend is None else reading(legend, image.values, image.display)
    if found is None or found.units is Units.VALUES:
        return Units.VALUES
    if listed and styled and image.display and are_alike(in_values(listed, image.display), styled):
        return Units.DISPLAY
    if image.units is not Units.FITTING:
        return Units.UNCLEAR
    return Units.DISPLAY if found.units is Units.DISPLAY else Units.VALUES


def save_style(
    layer: QgsRasterLayer,
    path: Path,
    categories: QgsMapLayer.StyleCategory = QgsMapLayer.StyleCategory.AllStyleCategories,
    *,
    day: datetime.date | None = None,
) -> None:
    """Write the style of a layer as a ``.qml``, provenance included by default; the file appears whole or not at all.

    Args:
        day: the day to write in place of the layer's own range of time.

    Raises:
        OSError: the file cannot be written.
    """
    document = QDomDocument()
    message = layer.exportNamedStyle(document, QgsReadWriteContext(), categories)
    if message:
        raise OSError(errno.EIO, message, path.name)
    if day is not None:
        time_stack.write_range(document, day)
    path.parent.stat()  # raises where there is no such folder: a disk that was taken out is not recreated here
    write_text(path, document.toString(2))


def _style_picture(layer: QgsRasterLayer) -> None:
    """Draw red, green, blue and alpha as they are: a colour stands for a class."""
    colours = QgsMultiBandColorRenderer(None, 1, 2, 3)
    if layer.bandCount() > 3:
        colours.setAlphaBand(4)
    swap_renderer(layer, colours)


def _style_by_server(layer: QgsRasterLayer, image: LoadedImage) -> None:
    """Style by the server's SLD, else by its legend, else over its display ranges.

    Where there are none of these, or the units of a legend are unclear, it stays as QGIS draws it.
    """
    styled, listed = _legend_of_sld(image), _filled(image.legend)
    provenance.write_units(layer, _units_of(image, listed, styled), image.display)
    if styled is not None and reading(styled, image.values, image.display).units is Units.VALUES:
        swap_renderer(layer, renderers.build(styled, LayerBands(layer), drawn_band(layer)))
    elif (legend := styled or listed) is not None:
        style_values(layer, legend)
    elif image.stretch:
        _stretch(layer, image.stretch)


def _stretch(layer: QgsRasterLayer, ranges: Sequence[tuple[float, float]]) -> None:
    """Draw the bands over the server's display ranges, so that dates compare."""
    drawn = renderers.stretched(LayerBands(layer), ranges)
    if drawn is not None:
        origin = drawn.minMaxOrigin()
        swap_renderer(layer, drawn)
        layer.renderer().setMinMaxOrigin(origin)  # QGIS's own would measure each date for itself


def _filled(legend: Legend | None) -> Legend | None:
    return legend if legend is not None and len(legend) else None


def _legend_of_sld(image: LoadedImage) -> Legend | None:
    if not image.sld:
        return None
    from ..sld import reader  # its XML parser is a dependency that may be missing until first use

    try:
        style = reader.read(image.sld)
    except reader.SldRefused as exc:
        _log.warning("%s %s: the style document was refused: %s", image.visualization_id, image.day, exc)
        return None
    for warning in style.warnings:
        _log.warning("%s %s: %s", image.visualization_id, image.day, warning)
    return style.legend if len(style.legend) else None


def _draw_nearest(layer: QgsRasterLayer) -> None:
    """Switch off smoothing, whatever the person's defaults: mixed pixels belong to no class."""
    resampling = layer.resampleFilter()
    resampling.setZoomedInResampler(None)
    resampling.setZoomedOutResampler(None)
