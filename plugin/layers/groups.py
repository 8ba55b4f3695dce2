"""Our groups in a project's layer tree: project / AOI / stack of dates."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from qgis.core import QgsLayerTreeGroup, QgsLayerTreeLayer, QgsLayerTreeNode, QgsMapLayer, QgsProject

from . import identity

if TYPE_CHECKING:
    from ..imagery.loaded import LoadedImage

    Connections = Callable[[], Collection[str]]

_KEY, _CONNECTION = "pixxel/group", "pixxel/connection"
_STACK = "stack/"
_EMBEDDED = "embedded"  # QGIS's own mark on the top group embedded from another project


class LayerGroups:
    """The plugin's groups, found by their marks wherever they are and however they are named, and created if missing.

    Groups embedded from another project are never the plugin's: QGIS would not save layers added to them.
    """

    def __init__(self, project: QgsProject, connections: Connections) -> None:
        self._project = project
        self._connections = connections

    def stack_of(self, image: LoadedImage, project_name: str, aoi_name: str) -> QgsLayerTreeGroup:
        """Return the group for the dates of a visualization in one mode and kind."""
        parent = self._project.layerTreeRoot()
        if project_name:
            parent = self._group(parent, f"project/{project_name}", project_name, image.connection)
        parent = self._group(parent, f"aoi/{image.aoi_id}", aoi_name or image.aoi_id, image.connection)
        drawn = f"{image.mode}, {image.kind}" if image.kind.row.word() else image.mode
        key = f"{_STACK}{image.visualization_id}/{image.mode}/{image.kind}"
        return self._group(parent, key, f"{image.visualization_title} ({drawn})", image.connection)

    def is_of(self, found: str, connection: str) -> bool:
        """Return whether one connection name means another: by name, or because no connection here has that name.

        Connections are renamed, and projects of other users have other connection names.
        """
        return found == connection or found not in self._connections()

    def rename_connection(self, former: str, name: str) -> None:
        """Let groups follow a connection to its new name."""
        for group in self._project.layerTreeRoot().findGroups(True):
            if group.customProperty(_CONNECTION) == former and not is_embedded(group):
                group.setCustomProperty(_CONNECTION, name)

    def _group(self, parent: QgsLayerTreeGroup, key: str, name: str, connection: str) -> QgsLayerTreeGroup:
        """Return our group of a key: one that holds layers of ours before one that does not; or a new one on top."""
        groups = [group for group in self._keyed(key) if self.is_of(_connection_of(group), connection)]
        found = next(filter(_holds_ours, groups), None) or next(filter(_holds_no_copy, groups), None)
        if found is not None:
            return found
        group = parent.insertGroup(0, name)
        group.setCustomProperty(_KEY, key)
        group.setCustomProperty(_CONNECTION, connection)
        return group

    def _keyed(self, key: str) -> list[QgsLayerTreeGroup]:
        groups = self._project.layerTreeRoot().findGroups(True)
        return [group for group in groups if group.customProperty(_KEY) == key and not is_embedded(group)]


def is_stack(node: QgsLayerTreeNode | None) -> bool:
    """Return whether a node of the tree is a group of dates of ours."""
    return node is not None and str(node.customProperty(_KEY) or "").startswith(_STACK) and not is_embedded(node)


def is_embedded(node: QgsLayerTreeNode | None) -> bool:
    """Return whether a node, or a group around it, is embedded from another project."""
    while node is not None:
        if node.customProperty(_EMBEDDED):
            return True
        node = node.parent()
    return False


def _connection_of(group: QgsLayerTreeGroup) -> str:
    """Return the connection a group was made for; earlier versions did not note it, but its layers know."""
    if noted := str(group.customProperty(_CONNECTION) or ""):
        return noted
    return next((origin.connection for layer in _layers(group) if (origin := identity.of(layer)) is not None), "")


def _holds_ours(group: QgsLayerTreeGroup) -> bool:
    return any(identity.of(layer) is not None for layer in _layers(group))


def _holds_no_copy(group: QgsLayerTreeGroup) -> bool:
    return not any(map(identity.is_copy, _layers(group)))


def _layers(group: QgsLayerTreeGroup) -> Iterator[QgsMapLayer]:
    """Yield the layers of a group one after the other, since the first is often enough."""
    for node in group.children():
        if isinstance(node, QgsLayerTreeGroup):
            yield from _layers(node)
        elif isinstance(node, QgsLayerTreeLayer) and node.layer() is not None:
            yield node.layer()
