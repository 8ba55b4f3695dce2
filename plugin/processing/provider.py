"""The provider ``pixxel``: our algorithms in the Toolbox, in models and in ``qgis_process``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from .access import Access
from .algorithms.apply_sld import ApplySld
from .algorithms.class_areas import ClassAreasAlgorithm
from .algorithms.create_aoi import CreateAoi
from .algorithms.create_index import CreateIndex
from .algorithms.create_visualization import CreateVisualization
from .algorithms.difference import Difference
from .algorithms.download_assets import DownloadAssets
from .algorithms.export_legend import ExportLegend
from .algorithms.list_aois import ListAois
from .algorithms.list_assets import ListAssets
from .algorithms.list_indices import ListIndices
from .algorithms.list_projects import ListProjects
from .algorithms.list_satellites import ListSatellites
from .algorithms.list_visualizations import ListVisualizations
from .algorithms.load_visualization import LoadVisualization
from .algorithms.push_legend import PushLegend
from .algorithms.rollback_legend import RollbackLegend
from .algorithms.search_images import SearchImages
from .algorithms.time_series import TimeSeries
from .algorithms.transitions import Transitions
from .algorithms.zonal_series import ZonalSeries

if TYPE_CHECKING:
    from ..layers.open_project import OpenProject

ALGORITHMS = (
    ListProjects,
    ListAois,
    ListVisualizations,
    ListAssets,
    ListIndices,
    ListSatellites,
    LoadVisualization,
    SearchImages,
    DownloadAssets,
    TimeSeries,
    ZonalSeries,
    Difference,
    ClassAreasAlgorithm,
    Transitions,
    ExportLegend,
    PushLegend,
    RollbackLegend,
    CreateAoi,
    CreateIndex,
    CreateVisualization,
    ApplySld,
)
_ICON = Path(__file__).resolve().parents[2] / "resources" / "icons" / "pixxel.svg"


class PixxelProvider(QgsProcessingProvider):
    """Processing provider of the plugin's algorithms.

    ``prepare`` is called on the main thread before each run and returns the client factory for the thread that runs it;
    ``connection_name`` returns the name of the same connection. The others are as in ``Access``.
    """

    def __init__(
        self,
        prepare: Callable[[], Callable[[], Any]],
        connection_name: Callable[[], str] = str,
        chooser: type | None = None,
        open_project: OpenProject | None = None,
    ) -> None:
        super().__init__()
        self._access = Access(prepare, connection_name, chooser, open_project)

    def id(self) -> str:
        """Return the id that scripts use."""
        return "pixxel"

    def name(self) -> str:
        """Return the name people see."""
        return "Pixxel Explorer"

    def icon(self) -> QIcon:
        """Return the icon."""
        return QIcon(str(_ICON))

    def loadAlgorithms(self) -> None:  # noqa: N802
        """Register the algorithms."""
        for algorithm in ALGORITHMS:
            self.addAlgorithm(algorithm(self._access))
