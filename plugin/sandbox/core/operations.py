"""Operations of the API that sample data needs, and where each is handled, in the order of the published contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from starlette.responses import Response

from .handlers import aoi, asset, legend, picture, visualization
from .request import SandboxRequest

Handler = Callable[[SandboxRequest], Response]

_AOI = "/v0/aois/{aoi_id}"
_VISUALIZATION = _AOI + "/visualizations/{visualization_id}"


class Operation(NamedTuple):
    """One operation: its id in the published contract (empty if it is not part of it) and its handler."""

    id: str
    method: str
    path: str
    handler: Handler


OPERATIONS: tuple[Operation, ...] = (
    Operation("Ping", "GET", "/ping", aoi.ping),
    Operation("ListProjects", "GET", "/v0/projects", aoi.list_projects),
    Operation("GetProjectById", "GET", "/v0/projects/{id}", aoi.get_project),
    Operation("ListAOIs", "GET", "/v0/aois", aoi.list_aois),
    Operation("AOICreateAOI", "POST", "/v0/aois", aoi.create_aoi),
    Operation("GetAoiById", "GET", "/v0/aoi/{aoi_id}", aoi.get_aoi),
    Operation("ListSatellites", "GET", "/v0/satellites", aoi.list_satellites),
    Operation("ListIndices", "GET", "/v0/indices", visualization.list_indices),
    Operation("CreateIndex", "POST", "/v0/indices", visualization.create_index),
    Operation("ListVisualizations", "GET", _AOI + "/visualizations", visualization.list_visualizations),
    Operation("CreateVisualization", "POST", _AOI + "/visualizations", visualization.create_visualization),
    Operation("UpdateVisualizationMetadata", "PUT", _VISUALIZATION + "/metadata", legend.update_metadata),
    Operation("RollbackVisualizationMetadata", "PATCH", _VISUALIZATION + "/metadata", legend.rollback_metadata),
    Operation("GenerateIndexPng", "POST", _VISUALIZATION + "/png", picture.index_png),
    Operation("GenerateVisualizationSLD", "POST", _VISUALIZATION + "/sld", picture.visualization_sld),
    Operation("ListAssets", "GET", _AOI + "/assets", asset.list_assets),
    Operation("AOICreateDownload", "POST", _AOI + "/downloads", asset.create_download),
    Operation("GetDownloadStatus", "GET", _AOI + "/downloads/{download_id}", asset.download_status),
)

FILES: tuple[Operation, ...] = (
    Operation("", "GET", "/files/assets/{asset_id}.tif", asset.asset_file),
    Operation("", "GET", "/files/packages/{kind}/{identifier}.zip", asset.package_file),
    Operation("", "GET", "/files/answers/{identifier}", asset.answer_file),
)
