"""Our layers in a project: project / AOI / visualization groups, newest date on top.

A stack shows its newest date only: dates lie over each other, and through gaps of the newest an older one would shine
and pass for it. While the map is filtered by time every date is shown, for the filter picks. Layers that a person put
beside ours, copies of ours included, are the person's in all of this.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from qgis.core import (
    QgsLayerTreeGroup,
    QgsLayerTreeLayer,
    QgsLayerTreeNode,
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
)

from ..layer_kinds.table import LayerKind
from ..legend.vocabulary import LegendMode
from . import builder, covering, date_visibility, edit_view, identity, provenance, seen_dates, sources
from .date_visibility import day_of
from .groups import LayerGroups, is_stack
from .layer_names import layer_name
from .moved_files import note_cache
from .own_style import claim, is_shown, own_style

if TYPE_CHECKING:
    from qgis.core import QgsDateTimeRange

    from ..imagery.loaded import LoadedImage
    from ..legend.spec import Legend
    from .groups import Connections
    from .provenance import Provenance

    Legends = Mapping[str, Legend]
    _Date = tuple[datetime.date, str]


class ProjectLayers:
    """Adds, finds and restyles our layers of one project.

    Args:
        connections: returns the names of the connections there are; ids of one mean nothing to another.
        is_filtered: returns whether the map is filtered by time.
    """

    def __init__(
        self, project: QgsProject, connections: Connections, is_filtered: Callable[[], bool] = lambda: False
    ) -> None:
        self._project = project
        self._is_filtered = is_filtered
        self._groups = LayerGroups(project, connections)
        identity.settle(project)

    def add(self, image: LoadedImage, *, project_name: str, aoi_name: str) -> QgsRasterLayer:
        """Put an image on the map; a layer of the same visualization, date, mode and kind is re-pointed, not doubled.

        Raises:
            RasterUnreadable: the file is no raster QGIS can open; the project is unchanged.
        """
        present = self._shown_by(image)
        layer = present[0] if present else None
        if layer is not None:
            with own_style(layer), identity.rewritten(layer):
                builder.repoint(layer, image)
            note_cache(self._project, image.path)
            if self._node(layer) is not None:
                return layer
        else:
            layer = builder.build(image)
            layer.setName(self._name_for(image))
            note_cache(self._project, image.path)
            claim(layer)
            identity.record(self._project, layer)
            self._project.addMapLayer(layer, False)
        self._insert(self._groups.stack_of(image, project_name, aoi_name), layer, (image.day, image.label))
        return layer

    def find(
        self,
        connection: str,
        visualization_id: str,
        day: datetime.date | None = None,
        mode: LegendMode | None = None,
        kind: LayerKind | None = None,
        *,
        key: str | None = None,
    ) -> list[QgsRasterLayer]:
        """Return the layers of a visualization, oldest first; what is not given is not asked.

        Args:
            key: the server's key of the date; a layer that knows none of its own is asked for its day alone.
        """
        found = []
        for layer, origin in self._ours():
            wanted = origin.visualization_id == visualization_id and self._groups.is_of(origin.connection, connection)
            wanted = wanted and day in (None, origin.day) and mode in (None, origin.mode)
            wanted = wanted and (key is None or origin.date_key in (key, ""))
            if wanted and kind in (None, origin.kind):
                found.append((origin.day, layer.id(), layer))
        return [layer for _, _, layer in sorted(found, key=lambda entry: entry[:2])]

    def name_dates(self, connection: str, visualization_id: str, days: Mapping[str, datetime.date]) -> None:
        """Note the server's keys on layers of earlier versions, which knew their days alone.

        Args:
            days: the day of each date of the visualization, by the server's key.
        """
        for layer in self.find(connection, visualization_id, key=""):
            source, origin = sources.read(layer), identity.of(layer)
            keys = [key for key, day in days.items() if origin is not None and day == origin.day]
            key = keys[0] if len(keys) == 1 else source.key_among(keys) if source is not None else ""
            if key:
                identity.name_date(layer, key)

    def shown_keys(self, connection: str, visualization_id: str, mode: LegendMode, kind: LayerKind) -> dict[str, str]:
        """Return the server's key of the date of each layer of a visualization, by the layer's id."""
        layers = self.find(connection, visualization_id, mode=mode, kind=kind)
        return {layer.id(): origin.date_key for layer in layers if (origin := identity.of(layer)) is not None}

    def preview(self, connection: str, visualization_id: str, mode: LegendMode, legends: Legends) -> list[QgsMapLayer]:
        """Draw the layers of a visualization by legends that the server does not have (yet).

        Returns:
            The layers that were left alone, because the person has chosen another style for them.
        """
        styled = self._styled_by(connection, visualization_id, mode, legends)
        for layer, kind, legend in styled:
            if is_shown(layer):
                kind.row.follow(layer, legend)
                layer.triggerRepaint()
        return [layer for layer, _, _ in styled if not is_shown(layer)]

    def restyle(self, connection: str, visualization_id: str, mode: LegendMode, legends: Legends) -> None:
        """Draw the layers of a visualization by the server's legends, and note that they show them.

        Where the person has chosen another style, ours is drawn anew in the background. Layers of the server's
        drawing are left out: they are loaded again.
        """
        for layer, kind, legend in self._styled_by(connection, visualization_id, mode, legends):
            if kind.row.is_of_picture:
                continue
            with own_style(layer):
                kind.row.follow(layer, legend)
                identity.update(layer, legend_hash=legend.digest())
            layer.triggerRepaint()

    def redraw(self, image: LoadedImage) -> None:
        """Apply the style of an image to its layers again; their files stay."""
        for layer in self._shown_by(image):
            with own_style(layer), identity.rewritten(layer):
                builder.dress(layer, image)
            layer.triggerRepaint()

    def drawable(
        self, connection: str, visualization_id: str, mode: LegendMode, kind: LayerKind
    ) -> dict[str, QgsRasterLayer]:
        """Return the layers of a visualization that are in the layer tree and can be drawn, by the server's key."""
        found = self.find(connection, visualization_id, mode=mode, kind=kind)
        usable = [layer for layer in found if layer.isValid() and self._node(layer) is not None]
        return {origin.date_key: layer for layer in usable if (origin := identity.of(layer)) is not None}

    def aoi_ids(self) -> set[str]:
        """Return the AOIs of which something is on the map."""
        return {origin.aoi_id for _, origin in self._ours()}

    def show(self, layer: QgsMapLayer) -> None:
        """Show one date of a stack instead of its others."""
        node = self._node(layer)
        if node is not None:
            date_visibility.show_alone(node, filtered=self._is_filtered())

    def covering(self, layer: QgsMapLayer, shown_range: QgsDateTimeRange | None = None) -> list[QgsRasterLayer]:
        """Return the opaque rasters that are drawn above a layer on a map limited to a range of time, if it is."""
        root = self._project.layerTreeRoot()
        above = covering.opaque_above(self._project, layer)
        return [each for each in above if identity.of(each) is None or seen_dates.is_seen(root, each, shown_range)]

    def hide_above(self, layer_id: str, above: Iterable[str]) -> None:
        """Hide layers above another one that are still there; of another stack, all dates."""
        root = self._project.layerTreeRoot()
        node = root.findLayer(layer_id)
        for other in filter(None, map(root.findLayer, above)):
            is_beside = node is not None and node.parent() is other.parent()
            date_visibility.hide_alone(other) if is_beside else date_visibility.hide(other)

    def hide_pictures_below(self, layer: QgsMapLayer) -> list[str]:
        """Hide pictures of the same AOI below the first date of a stack, and return their layers.

        A legend is painted into each picture, and values above cover the picture but not all of its legend.
        """
        node, origin = self._node(layer), identity.of(layer)
        if node is None or origin is None or not is_stack(node.parent()) or len(node.parent().children()) > 1:
            return []
        order = self._project.layerTreeRoot().layerOrder()
        nodes = [self._node(each) for each in order[order.index(layer) :] if self._is_picture(each, origin.aoi_id)]
        below = [each for each in nodes if each is not None and each.isVisible()]
        for each in below:
            date_visibility.hide(each)
        return [each.layerId() for each in below]

    def show_again(self, layer_ids: Iterable[str]) -> None:
        """Show stacks that were hidden because of where they lie."""
        root = self._project.layerTreeRoot()
        for node in filter(None, map(root.findLayer, layer_ids)):
            date_visibility.show_again(node.parent())

    def seen_key(self, layers: Iterable[QgsMapLayer], shown_range: QgsDateTimeRange | None = None) -> str | None:
        """Return the server's key of the uppermost of some layers that is seen on a map limited to a range of time."""
        return seen_dates.seen_key(self._project.layerTreeRoot(), layers, shown_range)

    def rename_connection(self, former: str, name: str) -> None:
        """Let layers follow a connection to its new name."""
        for layer, origin in self._ours():
            if origin.connection == former:
                identity.update(layer, connection=name)
        self._groups.rename_connection(former, name)

    def _name_for(self, image: LoadedImage) -> str:
        """Return a name that no other layer of the project has; it includes the AOI where there are several."""
        taken = {layer.name() for layer in self._project.mapLayers().values()}
        return layer_name(image, taken, with_aoi=any(origin.aoi_id != image.aoi_id for _, origin in self._ours()))

    def _shown_by(self, image: LoadedImage) -> list[QgsRasterLayer]:
        """Return the layers of the date, mode and kind of an image; those that know the key come first."""
        found = self.find(
            image.connection, image.visualization_id, image.day, image.mode, image.kind, key=image.date_key
        )
        own = [layer for layer in found if (origin := identity.of(layer)) is not None and origin.date_key]
        return own or found

    def _ours(self) -> Iterator[tuple[QgsRasterLayer, Provenance]]:
        for layer in self._project.mapLayers().values():
            if isinstance(layer, QgsRasterLayer) and (origin := identity.of(layer)) is not None:
                yield layer, origin

    def _is_picture(self, layer: QgsMapLayer, aoi_id: str) -> bool:
        origin = identity.of(layer)
        painted = [kind for kind in LayerKind if kind.row.paints_legend]
        return origin is not None and origin.aoi_id == aoi_id and origin.kind in painted

    def _node(self, layer: QgsMapLayer) -> QgsLayerTreeLayer | None:
        return self._project.layerTreeRoot().findLayer(layer.id())

    def _styled_by(
        self, connection: str, visualization_id: str, mode: LegendMode, legends: Legends
    ) -> list[tuple[QgsRasterLayer, LayerKind, Legend]]:
        following = [kind for kind in LayerKind if kind.row.follows_legend]
        return [
            (layer, kind, legends[origin.date_key])
            for layer, origin in self._ours()
            for kind in following
            if (origin.visualization_id, origin.mode, origin.kind) == (visualization_id, mode, kind)
            and self._groups.is_of(origin.connection, connection)
            and origin.date_key in legends
            and layer.isValid()
        ]

    def _insert(self, group: QgsLayerTreeGroup, layer: QgsRasterLayer, date: _Date) -> None:
        """Put a layer into its stack; one that is not to be shown is hidden first, so the map is not redrawn for it."""
        dates = [(row, child, found) for row, child in enumerate(group.children()) if (found := _date_of(child))]
        older = [(row, child) for row, child, found in dates if found < date]
        row = older[0][0] if older else len(group.children())
        newest = len(older) == len(dates)
        node = QgsLayerTreeLayer(layer)
        node.setExpanded(newest)
        node.setItemVisibilityChecked(newest)
        if newest and older:
            older[0][1].setExpanded(False)
            older[0][1].setItemVisibilityChecked(False)
        group.insertChildNode(row, node)
        edit_view.show_again(group)
        date_visibility.show_again(group)
        if self._is_filtered():
            date_visibility.show_all(group)


def _date_of(node: QgsLayerTreeNode) -> _Date | None:
    """Return what dates of a stack are ordered by: the day, and the label that was noted on the layer of a scene."""
    day = day_of(node)
    return None if day is None else (day, provenance.date_label(node.layer(), day))
