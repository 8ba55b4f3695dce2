"""Legends and styles as QGIS renderers, and back."""

from __future__ import annotations

from .building import build, is_gap
from .channels import band_of
from .ends import closed
from .errors import StyleNotDrawable
from .stretched import stretched
from .styles import Built, build_style
from .table import drawing_of, legend_of, picture_of

__all__ = [
    "Built",
    "StyleNotDrawable",
    "band_of",
    "build",
    "build_style",
    "closed",
    "drawing_of",
    "is_gap",
    "legend_of",
    "picture_of",
    "stretched",
]
