"""Open ends of a renderer's classes, closed by the range it was classified for."""

from __future__ import annotations

import math
from dataclasses import replace

from qgis.core import QgsColorRampShader, QgsRasterRenderer, QgsSingleBandPseudoColorRenderer

from ...legend.spec import Legend
from .bounds import above, tidy

_INFINITE = ("inf", "∞")  # QGIS's own label of a last class that is open


def closed(legend: Legend, renderer: QgsRasterRenderer) -> tuple[Legend, list[str]]:
    """Return intervals whose open ends are at the renderer's minimum and maximum, with a warning where that was done.

    QGIS's Classify leaves both ends open: the last class reaches to infinity. An end stays open where the renderer
    has no number for it outside the inner edges.
    """
    low, high = _range(renderer)
    first, last = (legend.classes[0], legend.classes[-1]) if len(legend) else (None, None)
    warnings = []
    if first and first.minimum is None and first.maximum is not None and low < first.maximum:
        legend = legend.replacing(0, minimum=low)
        warnings.append(f"Renderer: its lowest class is open and ends at the style's minimum here, {low:g}.")
    if last and last.maximum is None and last.minimum is not None and high > last.minimum:
        label = "" if last.label in _INFINITE else last.label
        legend = replace(legend.replacing(len(legend) - 1, maximum=high, label=label), closed_top=True)
        warnings.append(f"Renderer: its highest class is open and ends at the style's maximum here, {high:g}.")
    return legend, warnings


def _range(renderer: QgsRasterRenderer) -> tuple[float, float]:
    """Return the range a renderer was classified for; an undeclared end closes nothing."""
    ends = (math.nan, math.nan)
    if isinstance(renderer, QgsSingleBandPseudoColorRenderer):
        function = renderer.shader().rasterShaderFunction() if renderer.shader() else None
        if isinstance(function, QgsColorRampShader):
            ends = (function.minimumValue(), function.maximumValue())
        if not all(map(math.isfinite, ends)):
            ends = (renderer.classificationMin(), renderer.classificationMax())
    low, high = (_plain(float(end)) for end in ends)
    return (low, high) if low < high else (math.nan, math.nan)


def _plain(end: float) -> float:
    """Return the number a style file's value stands for: our own bounds that are out lie a hair below it."""
    if not math.isfinite(end):
        return math.nan
    bound = above(end)
    return tidy(end if bound is None else bound)
