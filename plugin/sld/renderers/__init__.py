"""Legends and styles as QGIS renderers, and back."""

from __future__ import annotations

from .building import build, is_gap
from .channels import band_of
from .ends import closed
from .errors import StyleNotDrawable
from .reading import legend_of
from .stretched import stretched
from .style_reading import picture_of
from .styles import Built, build_style

__all__ = [
    "Built",
    "StyleNotDrawable",
    "band_of",
    "build",
    "build_style",
    "closed",
    "is_gap",
    "legend_of",
    "picture_of",
    "stretched",
]
