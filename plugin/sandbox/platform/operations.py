"""Operations of the API beyond sample data, and where each is handled, in the order of the published contract."""

from __future__ import annotations

from ..core.operations import Operation
from .handlers import archive, block, catalog, insight, order, search, store, workflow

_COLLECTIONS = "/v0/archives/collections"
_DELIVERIES = "/v0/catalogs/deliveries"
_INSIGHTS = "/v0/aoi/{aoi_id}/insights"
_JOBS = "/v0/workflows/{workflow_id}/jobs"

OPERATIONS: tuple[Operation, ...] = (
    Operation("SearchSatelliteImages", "POST", "/v0/search", search.search_images),
    Operation("ListBlocks", "GET", "/v0/blocks", block.list_blocks),
    Operation("GetBlockVersions", "GET", "/v0/blocks/{name}", block.block_versions),
    Operation("GetBlockByVersion", "GET", "/v0/blocks/{name}/versions/{version}", block.block_by_version),
    Operation("createInsights", "POST", _INSIGHTS, insight.create_insight),
    Operation("listInsights", "GET", _INSIGHTS, insight.list_insights),
    Operation("downloadInsights", "PUT", _INSIGHTS + "/{insight_id}/download", insight.download_insight),
    Operation("deleteInsights", "DELETE", _INSIGHTS + "/{insight_id}", insight.delete_insight),
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

FILES: tuple[Operation, ...] = (Operation("", "GET", "/files/scenes/{scene_id}.tif", archive.scene_file),)
