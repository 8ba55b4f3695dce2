"""Wire models of the API: parsed tolerantly, serialised exactly."""

from __future__ import annotations

from .aoi import (
    Aoi,
    AoiCreate,
    AoiQuery,
)
from .asset import (
    AoiDownloadCreate,
    Asset,
    Download,
)
from .block import (
    Block,
    BlockChoice,
    BlockSpec,
    Insight,
    InsightCreate,
    InsightCreated,
    InsightDownloadRequest,
    InsightEstimate,
    InsightQuery,
)
from .catalog import (
    Catalog,
    CatalogDownloadCreate,
    CatalogSearch,
    Delivery,
    DeliveryCreate,
    DeliveryQuery,
    NewDelivery,
)
from .index import (
    Index,
    IndexCreate,
    IndexQuery,
)
from .order import (
    Bandset,
    BandsetChoice,
    CloudDelivery,
    Order,
    OrderCreate,
    OrderItem,
    OrderItemCreate,
    OrderItemQuery,
    OrderQuery,
)
from .project import (
    Project,
)
from .satellite import (
    Satellite,
)
from .search import (
    SearchFilter,
    SearchRequest,
    SearchSatellite,
)
from .stac import (
    StacCollection,
    StacItem,
    StacSearch,
)
from .store import (
    Store,
    StoreConfigs,
    StoreCreate,
)
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
from .workflow import (
    JobQuery,
    JobTask,
    Workflow,
    WorkflowEstimate,
    WorkflowJob,
    WorkflowQuery,
)

__all__ = [
    "Aoi",
    "AoiCreate",
    "AoiDownloadCreate",
    "AoiQuery",
    "Asset",
    "Bandset",
    "BandsetChoice",
    "Block",
    "BlockChoice",
    "BlockSpec",
    "Catalog",
    "CatalogDownloadCreate",
    "CatalogSearch",
    "CloudDelivery",
    "Delivery",
    "DeliveryCreate",
    "DeliveryQuery",
    "Download",
    "Index",
    "IndexCreate",
    "IndexQuery",
    "Insight",
    "InsightCreate",
    "InsightCreated",
    "InsightDownloadRequest",
    "InsightEstimate",
    "InsightQuery",
    "JobQuery",
    "JobTask",
    "LegendsByDate",
    "MetadataRollback",
    "MetadataUpdate",
    "NewDelivery",
    "Order",
    "OrderCreate",
    "OrderItem",
    "OrderItemCreate",
    "OrderItemQuery",
    "OrderQuery",
    "PngRequest",
    "Project",
    "Satellite",
    "SearchFilter",
    "SearchRequest",
    "SearchSatellite",
    "SldRequest",
    "StacCollection",
    "StacItem",
    "StacSearch",
    "Store",
    "StoreConfigs",
    "StoreCreate",
    "Visualization",
    "VisualizationCreate",
    "VisualizationQuery",
    "Workflow",
    "WorkflowEstimate",
    "WorkflowJob",
    "WorkflowQuery",
]
