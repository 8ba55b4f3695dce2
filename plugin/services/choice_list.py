"""What forms can list to choose from; free of everything heavy, since forms are declared at QGIS's start."""

from __future__ import annotations

from enum import StrEnum


class ChoiceList(StrEnum):
    """What can be listed; the last three within an AOI, or a visualization of it."""

    PROJECTS = "projects"
    AOIS = "aois"
    SATELLITES = "satellites"
    INDICES = "indices"
    COLOUR_MAPS = "colour-maps"
    PROVIDERS = "providers"
    ASSETS = "assets"
    VISUALIZATIONS = "visualizations"
    DATES = "dates"
