"""Objects that watch the project for the plugin's layers; built when the project gets its first raster layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QObject

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from .integrations.layout_dates import LayoutDates
    from .integrations.temporal import TemporalController
    from .layers.edit_view import EditView
    from .layers.keeper import IdentityKeeper
    from .layers.legend_rows import LegendRows


class ProjectWatchers(QObject):
    """Owner of what watches one project; QGIS's start does not pay for it in an empty project.

    ``layerWasAdded`` comes before ``layersAdded``, so that a watcher built by the first layer hears of that layer
    as of any later one.
    """

    def __init__(self, canvas: QgsMapCanvas, project: QgsProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._project = canvas, project
        self._keeper: IdentityKeeper | None = None
        self._legend_rows: LegendRows | None = None
        self._time: TemporalController | None = None
        self._edit_view: EditView | None = None
        self._layout_dates: LayoutDates | None = None
        project.layerWasAdded.connect(self._on_layer)
        for layer in project.mapLayers().values():
            self._on_layer(layer)

    @property
    def time(self) -> TemporalController:
        """Return what steps the map through acquisition dates."""
        self._build()
        assert self._time is not None
        return self._time

    @property
    def edit_view(self) -> EditView:
        """Return what shows the date whose legend is edited."""
        self._build()
        assert self._edit_view is not None
        return self._edit_view

    def close(self) -> None:
        """Stop watching the project; what was changed for editing is put back first."""
        self._project.layerWasAdded.disconnect(self._on_layer)
        for watcher in (self._edit_view, self._time, self._layout_dates, self._legend_rows, self._keeper):
            if watcher is not None:
                watcher.close()
        self._edit_view = self._time = self._layout_dates = self._legend_rows = self._keeper = None

    def _on_layer(self, layer: QgsMapLayer) -> None:
        if isinstance(layer, QgsRasterLayer):
            self._build()

    def _build(self) -> None:
        if self._keeper is not None:
            return
        from .integrations.layout_dates import LayoutDates
        from .integrations.temporal import TemporalController
        from .layers.edit_view import EditView
        from .layers.keeper import IdentityKeeper
        from .layers.legend_rows import LegendRows

        self._keeper = IdentityKeeper(self._project, self)  # before what asks which layers are ours
        self._legend_rows = LegendRows(self._project, self)
        self._time = TemporalController(self._canvas, self._project, self)
        self._edit_view = EditView(self._project, self._time.is_filtering, self)
        self._layout_dates = LayoutDates(self._project, self)
