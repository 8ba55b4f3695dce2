"""Legends in QGIS's own style files (``.qml``), which need a raster layer to be written or read."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsMapLayer, QgsMapLayerStyle, QgsRasterLayer

from ..files.whole import write_text
from ..imagery.sidecars import no_sidecar_files
from ..legend.spec import ColourMapKind, Legend
from ..sld import renderers
from . import builder, styling, value_style
from .errors import StyleWithoutClasses
from .lent_layer import lent

if TYPE_CHECKING:
    from ..sld.raster_style import RasterStyle
    from .thread_bands import BandFacts

_RASTER_STYLE = b"<rasterrenderer"
_ONE_PIXEL = "ncols 1\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 1\n0.5\n"
_CATEGORIES = QgsMapLayer.StyleCategory.Symbology
_DRAWING = QgsMapLayer.StyleCategory.Symbology | QgsMapLayer.StyleCategory.Rendering


def write(legend: Legend, path: Path) -> None:
    """Write a legend as a style for any single-band raster.

    Raises:
        OSError: the file cannot be written.
    """
    with _carrier() as layer:
        value_style.style_values(layer, legend)
        builder.save_style(layer, path, _CATEGORIES)


def read(path: Path) -> tuple[Legend, list[str]]:
    """Read the classes of a raster style, with warnings about parts that could not be converted.

    Raises:
        StyleWithoutClasses: the style draws no classes, or the file is no style.
        OSError: the file cannot be read.
    """
    content = path.read_bytes()
    with _carrier() as layer:
        _, loaded = layer.loadNamedStyle(str(path), _CATEGORIES)
        if not loaded:
            raise StyleWithoutClasses("no-style", path.name)
        if _RASTER_STYLE not in content:  # QGIS would draw its default for rasters instead
            raise StyleWithoutClasses("vector", path.name)
        legend, warnings, drawing = _classes_of(layer)
    if drawing:
        raise StyleWithoutClasses(drawing, path.name)
    return legend, warnings


def _classes_of(layer: QgsRasterLayer) -> tuple[Legend, list[str], str]:
    """Return a layer's classes with warnings, or the kind of drawing it has in place of classes.

    Nothing is raised here: a traceback would keep the wrapper of a deleted renderer, and sip gives that to the
    next renderer at the same address, whatever its class.
    """
    shown = layer.renderer()
    legend, warnings = renderers.legend_of(shown)
    if legend.kind is not ColourMapKind.INTERVALS or not len(legend):
        return legend, warnings, renderers.drawing_of(shown, legend)
    legend, closing = renderers.closed(legend, shown)
    return legend, [*warnings, *closing], ""


def write_drawing(
    raster: tuple[str, str, str], style: RasterStyle, path: Path, facts: BandFacts, *, former: str = ""
) -> tuple[list[str], int]:
    """Write how a style draws a raster, with its limits of scale.

    The raster is opened anew, so that this can be done in any thread.

    Args:
        raster: source, name and provider.
        facts: what is known of the raster's bands.
        former: the QGIS style the raster has in a project, of which the file keeps what the style does not say.

    Returns:
        Warnings, each beginning with its place; and the band whose values are drawn, less than 1 where there are
        several.

    Raises:
        StyleNotDrawable: the style does not fit the raster; nothing is written.
        OSError: the raster cannot be opened, or the file not be written.
    """
    options = QgsRasterLayer.LayerOptions(False)
    with no_sidecar_files(), lent(lambda: QgsRasterLayer(*raster, options)) as layer:
        if not layer.isValid():
            raise OSError(errno.EIO, "cannot be opened again", raster[1])
        if former:
            QgsMapLayerStyle(former).writeToLayer(layer)
        warnings = styling.apply_styles(layer, [style], facts=facts)
        path.parent.mkdir(parents=True, exist_ok=True)
        builder.save_style(layer, path, _DRAWING)
        return warnings, int(layer.renderer().inputBand())


@contextmanager
def _carrier() -> Iterator[QgsRasterLayer]:
    """Lend a raster layer of one pixel."""
    with tempfile.TemporaryDirectory(prefix="pixxel-") as folder:
        file = Path(folder) / "pixel.asc"
        write_text(file, _ONE_PIXEL, durable=False)
        options = QgsRasterLayer.LayerOptions(False)
        with no_sidecar_files(), lent(lambda: QgsRasterLayer(str(file), "pixel", "gdal", options)) as layer:
            yield layer
