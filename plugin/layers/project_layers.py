"""Our layers in a project: project / AOI / visualization groups, newest date on top.

A stack shows its newest date only: dates lie over each other, and through gaps of the newest an older one would shine
and pass for it. While the map is filtered by time every date is shown, for the filter picks.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from qgis.core import (
    QgsLayerTreeGroup,
    QgsLayerTreeLayer,
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
)

from . import builder, date_visibility, provenance, time_stack

if TYPE_CHECKING:
    from ..imagery.loaded import LoadedImage
    from ..legend.spec import Legend


class ProjectLayers:
    """Adds, finds and restyles our layers of one project, and keeps their dates right when it is reopened."""

    def __init__(self, project: QgsProject, is_filtered: Callable[[], bool] = lambda: False) -> None:
        """Take a project, and a function that says whether the map is filtered by time."""
        self._project = project
        self._is_filtered = is_filtered
        time_stack.restore(project.mapLayers().values())
        project.layersAdded.connect(self._on_layers_added)

    def close(self) -> None:
        """Let go of the project."""
        self._project.layersAdded.disconnect(self._on_layers_added)

    def add(self, image: LoadedImage, *, project_name: str, aoi_name: str) -> QgsRasterLayer:
        """Put an image on the map; a layer of the same visualization, day, mode and kind is re-pointed, not doubled.

        Raises:
            RasterUnreadable: the file is no raster QGIS can open; the project is unchanged.
        """
        present = self.find(image.visualization_id, image.day, image.mode, image.kind)
        if present:
            builder.repoint(present[0], image)
            return present[0]
        layer = builder.build(image)
        group = self._stack_of(image, project_name, aoi_name)
        self._project.addMapLayer(layer, False)
        self._insert(group, layer, image.day)
        return layer

    def find(
        self,
        visualization_id: str,
        day: datetime.date | None = None,
        mode: str | None = None,
        kind: str | None = None,
    ) -> list[QgsRasterLayer]:
        """Return the layers of a visualization, oldest first; what is not given is not asked."""
        found = []
        for layer, origin in self._ours():
            wanted = origin.visualization_id == visualization_id
            wanted = wanted and day in (None, origin.day) and mode in (None, origin.mode)
            if wanted and kind in (None, origin.kind):
                found.append((origin.day, layer.id(), layer))
        return [layer for _, _, layer in sorted(found, key=lambda entry: entry[:2])]

    def preview(self, visualization_id: str, mode: str, legends_by_day: Mapping[datetime.date, Legend]) -> None:
        """Draw the value layers of a visualization by legends that the server does not have (yet)."""
        for layer, legend in self._styled_by(visualization_id, mode, legends_by_day):
            builder.style_values(layer, legend)
            layer.triggerRepaint()

    def restyle(self, visualization_id: str, mode: str, legends_by_day: Mapping[datetime.date, Legend]) -> None:
        """Draw the value layers of a visualization by the server's legends, and note that they show them."""
        self.preview(visualization_id, mode, legends_by_day)
        for layer, legend in self._styled_by(visualization_id, mode, legends_by_day):
            provenance.write_legend_hash(layer, legend.digest())

    def show(self, layer: QgsMapLayer) -> None:
        """Show one date of a stack and hide its others."""
        node = self._project.layerTreeRoot().findLayer(layer.id())
        if node is None:
            return
        date_visibility.show_alone(node, filtered=self._is_filtered())

    def _on_layers_added(self, layers: Sequence[QgsMapLayer]) -> None:
        time_stack.restore(layers)

    def _ours(self) -> Iterator[tuple[QgsRasterLayer, provenance.Provenance]]:
        for layer in self._project.mapLayers().values():
            origin = provenance.read(layer)
            if origin and isinstance(layer, QgsRasterLayer):
                yield layer, origin

    def _styled_by(
        self, visualization_id: str, mode: str, legends_by_day: Mapping[datetime.date, Legend]
    ) -> list[tuple[QgsRasterLayer, Legend]]:
        return [
            (layer, legends_by_day[origin.day])
            for layer, origin in self._ours()
            if (origin.visualization_id, origin.mode, origin.kind) == (visualization_id, mode, "values")
            and origin.day in legends_by_day
            and layer.isValid()
        ]

    def _stack_of(self, image: LoadedImage, project_name: str, aoi_name: str) -> QgsLayerTreeGroup:
        parent = self._project.layerTreeRoot()
        if project_name:
            parent = self._group(parent, f"project/{project_name}", project_name)
        parent = self._group(parent, f"aoi/{image.aoi_id}", aoi_name)
        drawn = image.mode if image.kind == "values" else f"{image.mode}, {image.kind}"
        key = f"{date_visibility.STACK}{image.visualization_id}/{image.mode}/{image.kind}"
        return self._group(parent, key, f"{image.visualization_title} ({drawn})")

    def _group(self, parent: QgsLayerTreeGroup, key: str, name: str) -> QgsLayerTreeGroup:
        """Return our group of a key, wherever the person put it and whatever they call it, or a new one on top."""
        for group in self._project.layerTreeRoot().findGroups(True):
            if group.customProperty(date_visibility.GROUP_KEY) == key:
                return group
        group = parent.insertGroup(0, name)
        group.setCustomProperty(date_visibility.GROUP_KEY, key)
        return group

    def _insert(self, group: QgsLayerTreeGroup, layer: QgsRasterLayer, day: datetime.date) -> None:
        """Put a layer into its stack; one that is not to be shown is hidden first, so the map is not redrawn for it."""
        row = _row_for(group, day)
        older = [child for child in group.children()[row:] if isinstance(child, QgsLayerTreeLayer)]
        newest = row == 0
        node = QgsLayerTreeLayer(layer)
        node.setExpanded(newest)
        node.setItemVisibilityChecked(newest)
        if newest and older:
            older[0].setExpanded(False)
            older[0].setItemVisibilityChecked(False)
        group.insertChildNode(row, node)
        if self._is_filtered():
            date_visibility.show_all(group)


def _row_for(group: QgsLayerTreeGroup, day: datetime.date) -> int:
    """Return the row of a day in a stack, newest first."""
    children = group.children()
    for row, child in enumerate(children):
        layer = child.layer() if isinstance(child, QgsLayerTreeLayer) else None
        origin = provenance.read(layer) if layer else None
        if origin and origin.day < day:
            return row
    return len(children)
