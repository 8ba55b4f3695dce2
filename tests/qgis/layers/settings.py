"""Everything a person can set on a raster layer, set and read back."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    Qgis,
    QgsBilinearRasterResampler,
    QgsColorRampLegendNodeSettings,
    QgsColorRampShader,
    QgsCubicRasterResampler,
    QgsGradientColorRamp,
    QgsHueSaturationFilter,
    QgsPercentageNumericFormat,
    QgsRasterDataProvider,
    QgsRasterLayer,
    QgsRasterMinMaxOrigin,
    QgsRasterRange,
    QgsRasterRenderer,
    QgsRasterTransparency,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor, QPainter

TRANSPARENT = (0.3, 0.3, 50.0)


def set_everything(layer: QgsRasterLayer) -> None:
    """Set all there is to something other than its default."""
    _set_layer(layer)
    _set_filters(layer)
    _set_provider(layer.dataProvider())
    _set_renderer(layer.renderer())


def _set_layer(layer: QgsRasterLayer) -> None:
    layer.setName("mine")
    layer.setBlendMode(QPainter.CompositionMode.CompositionMode_Multiply)
    layer.setScaleBasedVisibility(True)
    layer.setMinimumScale(50_000)
    layer.setMaximumScale(1_000)
    layer.setCustomProperty("userNotes", "looked at in May")
    layer.setAutoRefreshMode(Qgis.AutoRefreshMode.RedrawOnly)
    layer.setAutoRefreshInterval(5_000)
    layer.elevationProperties().setEnabled(True)
    if hasattr(layer, "setLabeling"):  # QGIS 3.42 and newer
        from qgis.core import QgsRasterLayerSimpleLabeling

        layer.setLabeling(QgsRasterLayerSimpleLabeling())
        layer.setLabelsEnabled(True)


def _set_filters(layer: QgsRasterLayer) -> None:
    brightness, hue, resampling = layer.brightnessFilter(), layer.hueSaturationFilter(), layer.resampleFilter()
    brightness.setBrightness(11)
    brightness.setContrast(12)
    brightness.setGamma(1.5)
    hue.setSaturation(-20)
    hue.setInvertColors(True)
    hue.setColorizeOn(True)
    hue.setColorizeColor(QColor("#123456"))
    hue.setColorizeStrength(40)
    hue.setGrayscaleMode(QgsHueSaturationFilter.GrayscaleMode.GrayscaleAverage)
    resampling.setZoomedInResampler(QgsBilinearRasterResampler())
    resampling.setZoomedOutResampler(QgsCubicRasterResampler())
    resampling.setMaxOversampling(3.5)
    layer.setResamplingStage(Qgis.RasterResamplingStage.Provider)


def _set_provider(provider: QgsRasterDataProvider) -> None:
    provider.setZoomedInResamplingMethod(QgsRasterDataProvider.ResamplingMethod.Cubic)
    provider.setZoomedOutResamplingMethod(QgsRasterDataProvider.ResamplingMethod.Bilinear)
    provider.setMaxOversampling(3)
    provider.enableProviderResampling(True)
    provider.setUserNoDataValue(1, [QgsRasterRange(0.2, 0.25)])
    provider.setUseSourceNoDataValue(1, False)


def _set_renderer(renderer: QgsRasterRenderer) -> None:
    renderer.setOpacity(0.5)
    renderer.setNodataColor(QColor("#00ff00"))
    transparency = QgsRasterTransparency(renderer.rasterTransparency())
    own = QgsRasterTransparency.TransparentSingleValuePixel(*TRANSPARENT)
    transparency.setTransparentSingleValuePixelList([*transparency.transparentSingleValuePixelList(), own])
    renderer.setRasterTransparency(transparency)
    origin = QgsRasterMinMaxOrigin()
    origin.setLimits(QgsRasterMinMaxOrigin.Limits.StdDev)
    origin.setStdDevFactor(1.5)
    renderer.setMinMaxOrigin(origin)
    if isinstance(renderer, QgsSingleBandPseudoColorRenderer):
        _set_shader(renderer.shader().rasterShaderFunction())


def _set_shader(shader: QgsColorRampShader) -> None:
    settings = QgsColorRampLegendNodeSettings(shader.legendSettings())
    settings.setUseContinuousLegend(not settings.useContinuousLegend())
    settings.setPrefix("about ")
    settings.setSuffix(" of one")
    settings.setMinimumLabel("bare")
    settings.setNumericFormat(QgsPercentageNumericFormat())
    shader.setLegendSettings(settings)
    shader.setLabelPrecision(2)
    shader.setSourceColorRamp(QgsGradientColorRamp(QColor("#ff0000"), QColor("#0000ff")))
    shader.setClassificationMode(QgsColorRampShader.ClassificationMode.EqualInterval)
    shader.setClip(True)


def settings_of(layer: QgsRasterLayer) -> dict[str, Any]:
    """Return what a person set, by name."""
    renderer, provider = layer.renderer(), layer.dataProvider()
    return {
        **_of_layer(layer),
        **_of_filters(layer),
        "band": renderer.inputBand(),
        "opacity": layer.opacity(),
        "alpha band": renderer.alphaBand(),
        "no-data colour": renderer.nodataColor().name(),
        "transparent value": TRANSPARENT in _transparent_values(renderer),
        "origin": (renderer.minMaxOrigin().limits(), renderer.minMaxOrigin().stdDevFactor()),
        "no-data": [(one.min(), one.max()) for one in provider.userNoDataValues(1)],
        "no-data of the file": provider.useSourceNoDataValue(1),
        "early resampling": (
            provider.zoomedInResamplingMethod(),
            provider.zoomedOutResamplingMethod(),
            provider.maxOversampling(),
            provider.isProviderResamplingEnabled(),
        ),
        **_of_shader(renderer),
    }


def _transparent_values(renderer: QgsRasterRenderer) -> list[tuple[float, float, float]]:
    transparency = renderer.rasterTransparency()
    pixels = transparency.transparentSingleValuePixelList() if transparency else []
    return [(pixel.min, pixel.max, pixel.opacity) for pixel in pixels]


def _of_layer(layer: QgsRasterLayer) -> dict[str, Any]:
    found = {
        "name": layer.name(),
        "blend mode": layer.blendMode(),
        "scales": (layer.hasScaleBasedVisibility(), layer.minimumScale(), layer.maximumScale()),
        "notes": layer.customProperty("userNotes"),
        "refresh": (layer.autoRefreshMode(), layer.autoRefreshInterval()),
        "elevation": layer.elevationProperties().isEnabled(),
    }
    if hasattr(layer, "setLabeling"):
        found["labels"] = (layer.labelsEnabled(), layer.labeling() is not None)
    return found


def _of_filters(layer: QgsRasterLayer) -> dict[str, Any]:
    brightness, hue, resampling = layer.brightnessFilter(), layer.hueSaturationFilter(), layer.resampleFilter()
    zoomed = (resampling.zoomedInResampler(), resampling.zoomedOutResampler())
    return {
        "brightness": brightness.brightness(),
        "contrast": brightness.contrast(),
        "gamma": brightness.gamma(),
        "saturation": hue.saturation(),
        "invert": hue.invertColors(),
        "colorize": (hue.colorizeOn(), hue.colorizeColor().name(), hue.colorizeStrength()),
        "grayscale": hue.grayscaleMode(),
        "resampling": [one and one.type() for one in zoomed],
        "oversampling": resampling.maxOversampling(),
        "resampling harness": layer.resamplingStage(),
    }


def _of_shader(renderer: QgsRasterRenderer) -> dict[str, Any]:
    if not isinstance(renderer, QgsSingleBandPseudoColorRenderer):
        return {}
    shader = renderer.shader().rasterShaderFunction()
    settings = shader.legendSettings()
    ramp = shader.sourceColorRamp()
    return {
        "continuous legend": settings.useContinuousLegend(),
        "legend texts": (settings.prefix(), settings.suffix(), settings.minimumLabel()),
        "number format": settings.numericFormat().id(),
        "label precision": shader.labelPrecision(),
        "colour ramp": ramp and ramp.type(),
        "classification": shader.classificationMode(),
        "clip": shader.clip(),
    }
