"""The kinds of choice list available to forms; imports nothing heavy, since forms are declared at QGIS's start."""

from __future__ import annotations

from enum import StrEnum


class ChoiceList(StrEnum):
    """Kinds of choice list; the last three belong to an AOI or to one of its visualizations."""

    PROJECTS = "projects"
    AOIS = "aois"
    SATELLITES = "satellites"
    INDICES = "indices"
    COLOUR_MAPS = "colour-maps"
    PROVIDERS = "providers"
    ASSETS = "assets"
    VISUALIZATIONS = "visualizations"
    DATES = "dates"
