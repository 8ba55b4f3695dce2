"""Legends as QGIS renderers of one band, and back."""

from __future__ import annotations

from .building import build
from .reading import legend_of

__all__ = ["build", "legend_of"]
