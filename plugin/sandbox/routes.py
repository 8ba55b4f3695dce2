"""Which operation of the API is answered where: one row an operation, in the order of the published contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from starlette.responses import Response

from .core.handlers import aoi, asset, legend, picture, visualization
from .core.request import SandboxRequest
from .platform.handlers import archive, block, catalog, insight, order, search, store, workflow

Handler = Callable[[SandboxRequest], Response]

_AOI = "/v0/aois/{aoi_id}"
_COLLECTIONS = "/v0/archives/collections"
_DELIVERIES = "/v0/catalogs/deliveries"
_INSIGHTS = "/v0/aoi/{aoi_id}/insights"
_JOBS = "/v0/workflows/{workflow_id}/jobs"
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
    Operation("SearchSatelliteImages", "POST", "/v0/search", search.search_images),
    Operation("ListIndices", "GET", "/v0/indices", visualization.list_indices),
    Operation("CreateIndex", "POST", "/v0/indices", visualization.create_index),
    Operation("ListVisualizations", "GET", _AOI + "/visualizations", visualization.list_visualizations),
    Operation("CreateVisualization", "POST", _AOI + "/visualizations", visualization.create_visualization),
    Operation("UpdateVisualizationMetadata", "PUT", _VISUALIZATION + "/metadata", legend.update_metadata),
    Operation("RollbackVisualizationMetadata", "PATCH", _VISUALIZATION + "/metadata", legend.rollback_metadata),
    Operation("GenerateIndexPng", "POST", _VISUALIZATION + "/png", picture.index_png),
    Operation("GenerateVisualizationSLD", "POST", _VISUALIZATION + "/sld", picture.visualization_sld),
    Operation("ListBlocks", "GET", "/v0/blocks", block.list_blocks),
    Operation("GetBlockVersions", "GET", "/v0/blocks/{name}", block.block_versions),
    Operation("GetBlockByVersion", "GET", "/v0/blocks/{name}/versions/{version}", block.block_by_version),
    Operation("createInsights", "POST", _INSIGHTS, insight.create_insight),
    Operation("listInsights", "GET", _INSIGHTS, insight.list_insights),
    Operation("downloadInsights", "PUT", _INSIGHTS + "/{insight_id}/download", insight.download_insight),
    Operation("deleteInsights", "DELETE", _INSIGHTS + "/{insight_id}", insight.delete_insight),
    Operation("ListAssets", "GET", _AOI + "/assets", asset.list_assets),
    Operation("AOICreateDownload", "POST", _AOI + "/downloads", asset.create_download),
    Operation("GetDownloadStatus", "GET", _AOI + "/downloads/{download_id}", asset.download_status),
    Operation("listWorkflows", "GET", "/v0/workflows", workflow.list_workflows),
    Operation("getWorkflowsById", "GET", "/v0/workflows/{workflow_id}", workflow.get_workflow),
    Operation("getWorkflowCostEstimate", "GET", "/v0/workflows/{workflow_id}/estimate", workflow.estimate_workflow),
    Operation("listJobs", "GET", _JOBS, workflow.list_jobs),
    Operation("createJob", "POST", _JOBS, workflow.create_job),
    Operation("getJobById", "GET", _JOBS + "/{job_id}", workflow.get_job),
    Operation("downloadJob", "PUT", _JOBS + "/{job_id}/download", workflow.download_job),
    Operation("downloadTask", "PUT", _JOBS + "/{job_id}/tasks/{task_id}/download", workflow.download_task),
    Operation("ListBandsets", "GET", "/v0/bandsets", order.list_bandsets),
    Operation("ListOrders", "GET", "/v0/orders", order.list_orders),
    Operation("SubmitOrder", "POST", "/v0/orders", order.submit_order),
    Operation("GetOrderById", "GET", "/v0/orders/{id}", order.get_order),
    Operation("ListOrderItems", "GET", "/v0/order-items", order.list_items),
    Operation("GetOrderItemById", "GET", "/v0/order-items/{id}", order.get_item),
    Operation("ListCollections", "GET", _COLLECTIONS, archive.list_collections),
    Operation("GetCollectionById", "GET", _COLLECTIONS + "/{cid}", archive.get_collection),
    Operation("ListItemInCollection", "GET", _COLLECTIONS + "/{cid}/items", archive.list_items),
    Operation("GetCollectionItemById", "GET", _COLLECTIONS + "/{cid}/items/{id}", archive.get_item),
    Operation("SearchItemInArchive", "POST", "/v0/archives/search", archive.search),
    Operation("DownloadOrderReport", "GET", "/v0/reports", order.order_report),
    Operation("ListStores", "GET", "/v0/stores", store.list_stores),
    Operation("CreateStore", "POST", "/v0/stores", store.create_store),
    Operation("DeleteStore", "DELETE", "/v0/stores/{id}", store.delete_store),
    Operation("ListDeliveries", "GET", _DELIVERIES, catalog.list_deliveries),
    Operation("CreateDelivery", "POST", _DELIVERIES, catalog.create_delivery),
    Operation("CreateDownload", "POST", "/v0/catalogs/download", catalog.create_download),
    Operation("GetDownloadById", "GET", "/v0/catalogs/download/{download_id}", catalog.download_status),
    Operation("SearchCatalogs", "POST", "/v0/catalogs/search", catalog.search_catalogs),
    Operation("GetCatalogById", "GET", "/v0/catalogs/{id}", catalog.get_catalog),
)

FILES: tuple[Operation, ...] = (
    Operation("", "GET", "/files/assets/{asset_id}.tif", asset.asset_file),
    Operation("", "GET", "/files/scenes/{scene_id}.tif", archive.scene_file),
    Operation("", "GET", "/files/packages/{kind}/{identifier}.zip", asset.package_file),
    Operation("", "GET", "/files/answers/{identifier}", asset.answer_file),
)
