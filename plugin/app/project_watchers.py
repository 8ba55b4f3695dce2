"""Objects that watch the project for the plugin's layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject

from ..integrations.layout_dates import LayoutDates
from ..integrations.temporal import TemporalController
from ..layers.edit_view import EditView
from ..layers.keeper import IdentityKeeper
from ..layers.legend_rows import LegendRows
from .missing_images import MissingImages

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas, QgsMessageBar


class ProjectWatchers(QObject):
    """Owner of the objects that watch the project from QGIS's start on.

    Attributes:
        time: steps the map through acquisition dates.
        edit_view: shows the date whose legend is edited.
        missing: offers to fetch images whose files are missing.
    """

    def __init__(
        self, canvas: QgsMapCanvas, bar: QgsMessageBar, project: QgsProject, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._keeper = IdentityKeeper(project, self)  # before the watchers that look for the plugin's layers
        self._legend_rows = LegendRows(project, self)
        self.time = TemporalController(canvas, project, self)
        self.edit_view = EditView(project, self.time.is_filtering, self)
        self._layout_dates = LayoutDates(project, self)
        self.missing = MissingImages(bar, project, self)

    def close(self) -> None:
        """Stop watching the project; changes made for editing are restored first."""
        for watcher in (self.missing, self.edit_view, self.time, self._layout_dates, self._legend_rows, self._keeper):
            watcher.close()
