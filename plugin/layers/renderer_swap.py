"""Replacement of a layer's renderer, keeping the user's settings of the former one."""

from __future__ import annotations

from qgis.core import (
    QgsColorRampLegendNodeSettings,
    QgsColorRampShader,
    QgsRasterLayer,
    QgsRasterMinMaxOrigin,
    QgsRasterRange,
    QgsRasterRenderer,
    QgsRasterTransparency,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtXml import QDomDocument, QDomElement

from ..sld.renderers import is_gap

_ORIGIN = QgsRasterMinMaxOrigin


def swap_renderer(layer: QgsRasterLayer, renderer: QgsRasterRenderer, *, by_document: bool = False) -> None:
    """Replace the renderer of a layer and keep the user's settings of the former one.

    The alpha band, transparent values, the colour of no-data pixels and the wording of the legend always stay.

    Args:
        by_document: the renderer comes from a style document, whose opacity, value range and treatment of values
            beyond the ends replace those of the layer.
    """
    _keep_settings(layer.renderer(), renderer, by_document)  # no variable for the renderer deleted by the next line
    layer.setRenderer(renderer)


def _keep_settings(former: QgsRasterRenderer | None, renderer: QgsRasterRenderer, by_document: bool) -> None:
    if former is None:
        return
    _keep_masks(former, renderer)
    if not by_document:
        _keep_opacity(former, renderer)
    if former.type() == renderer.type():
        _keep_range_and_legend(former, renderer, by_document)


def drawn_band(layer: QgsRasterLayer) -> int:
    """Return the one band a layer is drawn from, or the first where several are."""
    former = layer.renderer()
    band = former.inputBand() if former is not None else 0
    return int(band) if 1 <= band <= layer.bandCount() else 1


def no_data_of(layer: QgsRasterLayer) -> list[tuple[bool, list[QgsRasterRange]]]:
    """Return, for each band, whether the file's no-data value counts, and a person's additional ones.

    Of a layer without its file they are those the project was saved with.
    """
    if not layer.isValid():
        return _saved_no_data(layer)
    provider = layer.dataProvider()
    bands = range(1, provider.bandCount() + 1)
    return [(provider.useSourceNoDataValue(band), provider.userNoDataValues(band)) for band in bands]


def _saved_no_data(layer: QgsRasterLayer) -> list[tuple[bool, list[QgsRasterRange]]]:
    document = QDomDocument()
    document.setContent(layer.originalXmlProperties())
    bands = document.elementsByTagName("noDataList")
    return [
        (band.attribute("useSrcNoData") != "0", [_range(found.at(row).toElement()) for row in range(found.count())])
        for band in (bands.at(number).toElement() for number in range(bands.count()))
        for found in (band.elementsByTagName("noDataRange"),)
    ]


def _range(element: QDomElement) -> QgsRasterRange:
    return QgsRasterRange(float(element.attribute("min")), float(element.attribute("max")))


def restore_no_data(layer: QgsRasterLayer, settings: list[tuple[bool, list[QgsRasterRange]]]) -> None:
    """Set no-data values on a new source: they belong to QGIS's data provider, not to the style."""
    provider = layer.dataProvider()
    for band, (from_file, ranges) in enumerate(settings[: provider.bandCount()], start=1):
        provider.setUseSourceNoDataValue(band, from_file)
        provider.setUserNoDataValue(band, ranges)


def _keep_masks(former: QgsRasterRenderer, renderer: QgsRasterRenderer) -> None:
    """Keep the settings that hide pixels; an alpha band that is itself drawn as values hides nothing."""
    alpha = former.alphaBand()
    if renderer.alphaBand() < 1 and alpha not in renderer.usesBands():
        renderer.setAlphaBand(alpha)
    renderer.setNodataColor(former.nodataColor())
    _keep_transparent_values(former.rasterTransparency(), renderer)


def _keep_transparent_values(former: QgsRasterTransparency | None, renderer: QgsRasterRenderer) -> None:
    """Keep a person's transparent values beside the gaps between the new classes."""
    if former is None:
        return
    made = renderer.rasterTransparency()
    gaps = made.transparentSingleValuePixelList() if made is not None else []
    own = [pixel for pixel in former.transparentSingleValuePixelList() if not is_gap(pixel)]
    transparency = QgsRasterTransparency()
    transparency.setTransparentSingleValuePixelList([*gaps, *own])
    transparency.setTransparentThreeValuePixelList(former.transparentThreeValuePixelList())
    renderer.setRasterTransparency(transparency)


def _keep_opacity(former: QgsRasterRenderer, renderer: QgsRasterRenderer) -> None:
    if former.opacity() < 1:
        renderer.setOpacity(former.opacity())


def _keep_range_and_legend(former: QgsRasterRenderer, renderer: QgsRasterRenderer, by_document: bool) -> None:
    if not by_document:
        renderer.setMinMaxOrigin(_kept_origin(former.minMaxOrigin()))
    old, new = _shader_of(former), _shader_of(renderer)
    if old is not None and new is not None:
        _keep_legend(old, new, by_document)


def _kept_origin(former: QgsRasterMinMaxOrigin) -> QgsRasterMinMaxOrigin:
    """Return the user's origin of limits, but never one that measures again with every move of the map.

    QGIS would then replace the classes of the legend by its own.
    """
    origin = _ORIGIN(former)
    if origin.extent() == _ORIGIN.Extent.UpdatedCanvas:
        origin.setLimits(_ORIGIN.Limits.None_)
    return origin


def _shader_of(renderer: QgsRasterRenderer) -> QgsColorRampShader | None:
    if not isinstance(renderer, QgsSingleBandPseudoColorRenderer) or renderer.shader() is None:
        return None
    function = renderer.shader().rasterShaderFunction()
    return function if isinstance(function, QgsColorRampShader) else None


def _keep_legend(old: QgsColorRampShader, new: QgsColorRampShader, by_document: bool) -> None:
    """Keep number format, prefix and the like, and for a colour map of the same kind also its options."""
    same_kind = old.colorRampType() == new.colorRampType()
    settings = QgsColorRampLegendNodeSettings(old.legendSettings())
    if by_document or not same_kind:
        settings.setUseContinuousLegend(new.legendSettings().useContinuousLegend())
    new.setLegendSettings(settings)
    new.setLabelPrecision(old.labelPrecision())
    new.setClassificationMode(old.classificationMode())
    ramp = old.sourceColorRamp()
    if ramp is not None:
        new.setSourceColorRamp(ramp.clone())
    if same_kind and not by_document:
        new.setClip(old.clip())
