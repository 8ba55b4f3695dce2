"""What travels over the wire, read tolerantly and written exactly."""

from __future__ import annotations

from .aoi import Aoi, AoiCreate, AoiQuery
from .asset import Asset, Download
from .index import Index, IndexCreate, IndexQuery
from .project import Project
from .satellite import Satellite
from .visualization import (
    LegendsByDate,
    MetadataRollback,
    MetadataUpdate,
    PngRequest,
    SldRequest,
    Visualization,
    VisualizationCreate,
    VisualizationQuery,
)

__all__ = [
    "Aoi",
    "AoiCreate",
    "AoiQuery",
    "Asset",
    "Download",
    "Index",
    "IndexCreate",
    "IndexQuery",
    "LegendsByDate",
    "MetadataRollback",
    "MetadataUpdate",
    "PngRequest",
    "Project",
    "Satellite",
    "SldRequest",
    "Visualization",
    "VisualizationCreate",
    "VisualizationQuery",
]
