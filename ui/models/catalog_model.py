"""The catalog tree, AOI over visualization: it is fed, it does not fetch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from itertools import groupby
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt, pyqtSignal

from .catalog_nodes import Filling, Node, NodeKind, Payload
from .catalog_text import accessible_text, detail_text, name_text, status_of, tooltip_text

if TYPE_CHECKING:
    from ...plugin.api.models import Aoi
    from ...plugin.catalog.service import VisualizationItem

_SKELETON_ROWS = 6


class CatalogRole(IntEnum):
    """Own data roles of the tree."""

    KIND = Qt.ItemDataRole.UserRole + 1
    DETAIL = Qt.ItemDataRole.UserRole + 2
    STATUS = Qt.ItemDataRole.UserRole + 3
    PAYLOAD = Qt.ItemDataRole.UserRole + 4


class CatalogModel(QAbstractItemModel):
    """A lazy tree of AOIs and their visualizations.

    ``more_requested`` asks for the next page of AOIs, ``visualizations_requested(aoi_id)`` for the children of an
    AOI; the answers come back through ``append_page`` and ``set_visualizations``.
    """

    more_requested = pyqtSignal()
    visualizations_requested = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last_key = 0
        self._nodes: dict[int, Node] = {}
        self._root = Node(0, NodeKind.ROOT)
        self._by_aoi: dict[str, Node] = {}
        self._has_more = False
        self._pending = False

    # --- fed from outside -----------------------------------------------------------------------------------------

    def reset(self) -> None:
        """Forget everything; nothing is shown and nothing is asked for."""
        self._replace_all([], has_more=False, pending=False)

    def begin(self) -> None:
        """Show skeleton rows until the first page of a new search comes."""
        rows = [self._node(NodeKind.SKELETON, None, self._root) for _ in range(_SKELETON_ROWS)]
        self._replace_all(rows, has_more=False, pending=True)

    def append_page(self, aois: Sequence[Aoi], *, has_more: bool) -> None:
        """Append AOIs; those that are there already are brought up to date in their place."""
        self._drop_extras()
        self._pending = False
        self._has_more = has_more
        unique = {aoi.aoi_id: aoi for aoi in aois}
        self._refresh_all([aoi for aoi in unique.values() if aoi.aoi_id in self._by_aoi])
        fresh = [aoi for aoi in unique.values() if aoi.aoi_id not in self._by_aoi]
        self._append(self._root, [(NodeKind.AOI, aoi) for aoi in fresh])

    def replace_aois(self, aois: Sequence[Aoi], *, has_more: bool) -> None:
        """Show a reloaded list: AOIs that are still in it keep their rows, with their children and selection."""
        self._drop_extras()
        self._pending = False
        self._has_more = has_more
        wanted = {aoi.aoi_id: aoi for aoi in aois}
        self._drop_aois([node for node in self._root.children if _id_of(node) not in wanted])
        self._order_aois([aoi_id for aoi_id in wanted if aoi_id in self._by_aoi])
        self._refresh_all([aoi for aoi in wanted.values() if aoi.aoi_id in self._by_aoi])
        row = 0
        for is_listed, run in groupby(wanted.values(), lambda aoi: aoi.aoi_id in self._by_aoi):
            aois_of_run = list(run)
            if not is_listed:
                self._insert(self._root, row, [(NodeKind.AOI, aoi) for aoi in aois_of_run])
            row += len(aois_of_run)

    def update_aoi(self, aoi: Aoi) -> None:
        """Show another state of an AOI, if it is listed."""
        self._refreshed(aoi)

    def has_visualizations(self, aoi_id: str) -> bool:
        """Return whether the visualizations of an AOI were asked for."""
        node = self._by_aoi.get(aoi_id)
        return node is not None and node.filling is not Filling.UNASKED

    def knows_visualizations(self, aoi_id: str) -> bool:
        """Return whether the visualizations of an AOI were listed."""
        node = self._by_aoi.get(aoi_id)
        return node is not None and node.filling is Filling.KNOWN

    def forget_visualizations(self, aoi_id: str) -> None:
        """Discard the visualizations of an AOI, so that they are fetched again when it is opened."""
        node = self._by_aoi.get(aoi_id)
        if node is not None:
            self._remove(node, 0)
            node.filling = Filling.UNASKED
            self._changed(node)

    def set_page_error(self, sentence: str) -> None:
        """Show in a last row the reason why no more AOIs were loaded; no page is fetched until :meth:`retry_page`."""
        self._drop_extras()
        self._pending = False
        self._has_more = False
        self._append(self._root, [(NodeKind.PROBLEM, sentence)])

    def show_visualizations_end(self, aoi_id: str, reason: str) -> None:
        """Show below an AOI's visualizations the reason why they may be incomplete."""
        node = self._by_aoi.get(aoi_id)
        if node is not None:
            self._append(node, [(NodeKind.NOTE, reason)])

    def retry_page(self) -> None:
        """Ask for the page that failed once more."""
        self._drop_extras()
        self._pending = True
        self.more_requested.emit()

    def set_visualizations(self, aoi_id: str, items: Sequence[VisualizationItem]) -> None:
        """Show the visualizations of an AOI; known ones keep their row and selection."""
        node = self._by_aoi.get(aoi_id)
        if node is None:
            return
        node.filling = Filling.KNOWN
        wanted = {item.id: item for item in items}
        self._drop_others(node, list(wanted))
        for row, item in enumerate(wanted.values()):
            self._put(node, row, item)
        if not wanted:
            self._insert(node, 0, [(NodeKind.NOTE, self.tr("No visualizations yet"))])
        self._changed(node)

    def set_visualizations_error(self, aoi_id: str, sentence: str) -> None:
        """Show under an AOI the reason why its visualizations could not be listed."""
        node = self._by_aoi.get(aoi_id)
        if node is None or node.filling is Filling.KNOWN:
            return
        node.filling = Filling.FAILED
        self._replace_children(node, [(NodeKind.PROBLEM, sentence)])

    def request_visualizations(self, aoi_id: str) -> None:
        """Ask for the visualizations of an AOI (again), with skeleton rows where none are shown."""
        node = self._by_aoi.get(aoi_id)
        if node is None or node.filling is Filling.PENDING:
            return
        if node.filling is not Filling.KNOWN:
            node.filling = Filling.PENDING
            self._replace_children(node, [(NodeKind.SKELETON, None)])
        self.visualizations_requested.emit(aoi_id)

    # --- asked by views -------------------------------------------------------------------------------------------

    def index_of_aoi(self, aoi_id: str) -> QModelIndex:
        """Return the index of an AOI, invalid if it is not listed."""
        node = self._by_aoi.get(aoi_id)
        return self._index(node) if node else QModelIndex()

    def index_of_visualization(self, aoi_id: str, visualization_id: str) -> QModelIndex:
        """Return the index of a visualization, invalid if it is not listed."""
        node = self._by_aoi.get(aoi_id)
        children = node.children if node else []
        return next((self._index(child) for child in children if _id_of(child) == visualization_id), QModelIndex())

    def kind(self, index: QModelIndex) -> NodeKind:
        """Return the kind of a row; an invalid index is the root."""
        return self._of(index).kind

    def aoi(self, index: QModelIndex) -> Aoi | None:
        """Return the AOI of a row or of its parent."""
        node: Node | None = self._of(index)
        while node is not None and node.kind is not NodeKind.AOI:
            node = node.parent
        return node.payload if node else None  # type: ignore[return-value]

    def item(self, index: QModelIndex) -> VisualizationItem | None:
        """Return the visualization of a row, ``None`` for other rows."""
        node = self._of(index)
        return node.payload if node.kind is NodeKind.VISUALIZATION else None  # type: ignore[return-value]

    def aois(self) -> list[Aoi]:
        """Return the AOIs listed so far."""
        return [node.payload for node in self._by_aoi.values()]  # type: ignore[misc]

    @property
    def is_pending(self) -> bool:
        """Return whether a page of AOIs is being loaded."""
        return self._pending

    def index(self, row: int, column: int, parent: QModelIndex = QModelIndex()) -> QModelIndex:  # noqa: B008 (Qt)
        """Return the index of a row."""
        node = self._of(parent)
        if column != 0 or parent.column() > 0 or not 0 <= row < len(node.children):
            return QModelIndex()
        return self.createIndex(row, 0, node.children[row].key)

    def parent(self, index: QModelIndex | None = None) -> Any:
        """Return the index of the parent row; without an argument, the parent object."""
        if index is None:
            return super().parent()
        parent = self._of(index).parent
        return self._index(parent) if parent is not None else QModelIndex()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 (Qt)
        """Return the number of rows shown under a row."""
        return 0 if parent.column() > 0 else len(self._of(parent).children)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: N802, B008 (Qt)
        """Return one."""
        return 1

    def hasChildren(self, parent: QModelIndex = QModelIndex()) -> bool:  # noqa: N802, B008 (Qt)
        """Return whether a row can be opened; an AOI always can."""
        node = self._of(parent)
        return bool(node.children) or node.kind is NodeKind.AOI

    def canFetchMore(self, parent: QModelIndex) -> bool:  # noqa: N802 (Qt)
        """Return whether there are rows that were not requested yet."""
        node = self._of(parent)
        if node is self._root:
            return self._has_more and not self._pending
        return node.kind is NodeKind.AOI and node.filling is Filling.UNASKED

    def fetchMore(self, parent: QModelIndex) -> None:  # noqa: N802 (Qt)
        """Ask for the next page of AOIs or for the visualizations of an AOI."""
        if not self.canFetchMore(parent):
            return
        node = self._of(parent)
        if node is self._root:
            self._pending = True
            self.more_requested.emit()
        else:
            self.request_visualizations(_id_of(node))

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """Return the flags of a row; placeholders and notes cannot be selected."""
        return _FLAGS[self._of(index).kind]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the words, status or record of a row."""
        if not index.isValid():
            return None
        node = self._of(index)
        reader = _READERS.get(role)
        return reader(node) if reader else None

    # --- inside ---------------------------------------------------------------------------------------------------

    def _node(self, kind: NodeKind, payload: Payload, parent: Node) -> Node:
        self._last_key += 1
        node = Node(self._last_key, kind, payload, parent)
        self._nodes[node.key] = node
        if kind is NodeKind.AOI:
            self._by_aoi[_id_of(node)] = node
        return node

    def _of(self, index: QModelIndex) -> Node:
        return self._nodes.get(index.internalId(), self._root) if index.isValid() else self._root

    def _index(self, node: Node) -> QModelIndex:
        return QModelIndex() if node is self._root else self.createIndex(node.row, 0, node.key)

    def _replace_all(self, rows: list[Node], *, has_more: bool, pending: bool) -> None:
        self.beginResetModel()
        self._nodes = {node.key: node for node in rows}
        self._by_aoi.clear()
        self._root.children = rows
        _number(rows)
        self._has_more = has_more
        self._pending = pending
        self.endResetModel()

    def _append(self, parent: Node, rows: Iterable[tuple[NodeKind, Payload]]) -> None:
        self._insert(parent, len(parent.children), rows)

    def _insert(self, parent: Node, first: int, rows: Iterable[tuple[NodeKind, Payload]]) -> None:
        wanted = list(rows)
        if not wanted:
            return
        self.beginInsertRows(self._index(parent), first, first + len(wanted) - 1)
        parent.children[first:first] = [self._node(kind, payload, parent) for kind, payload in wanted]
        _number(parent.children, first)
        self.endInsertRows()

    def _remove(self, parent: Node, first: int, last: int | None = None) -> None:
        """Remove the rows from ``first`` to ``last`` or the end; they have no children of their own."""
        end = len(parent.children) if last is None else last + 1
        if first >= end:
            return
        self.beginRemoveRows(self._index(parent), first, end - 1)
        for node in parent.children[first:end]:
            self._nodes.pop(node.key, None)
        del parent.children[first:end]
        _number(parent.children, first)
        self.endRemoveRows()

    def _drop_aois(self, nodes: Sequence[Node]) -> None:
        """Remove AOIs with their children, neighbours at once, the last ones first."""
        rows = [node.row for node in nodes]
        for node in nodes:
            self._by_aoi.pop(_id_of(node), None)
            for child in node.children:
                self._nodes.pop(child.key, None)
        while rows:
            last = first = rows.pop()
            while rows and rows[-1] == first - 1:
                first = rows.pop()
            self._remove(self._root, first, last)

    def _order_aois(self, ids: Sequence[str]) -> None:
        """Bring the listed AOIs into an order, with one change of the layout where they are not in it."""
        ordered = [self._by_aoi[aoi_id] for aoi_id in ids]
        if ordered == self._root.children:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        self._root.children = ordered
        _number(ordered)
        self.changePersistentIndexList(before, [self._index(self._of(index)) for index in before])
        self.layoutChanged.emit()

    def _refresh_all(self, aois: Sequence[Aoi]) -> None:
        """Replace the records of listed AOIs, with one report for all that changed."""
        changed = [self._by_aoi[aoi.aoi_id] for aoi in aois if self._by_aoi[aoi.aoi_id].payload != aoi]
        for aoi in aois:
            self._by_aoi[aoi.aoi_id].payload = aoi
        if changed:
            rows = [node.row for node in changed]
            first, last = self._root.children[min(rows)], self._root.children[max(rows)]
            self.dataChanged.emit(self._index(first), self._index(last))

    def _replace_children(self, node: Node, rows: Iterable[tuple[NodeKind, Payload]]) -> None:
        self._remove(node, 0)
        self._append(node, rows)

    def _drop_others(self, node: Node, ids: Sequence[str]) -> None:
        """Remove the rows that are not among the ids, and all of them where their order has changed."""
        kept = [_id_of(child) for child in node.children if _id_of(child) in ids]
        if kept != [wanted for wanted in ids if wanted in kept]:
            self._remove(node, 0)
        for row in range(len(node.children) - 1, -1, -1):
            if _id_of(node.children[row]) not in ids:
                self._remove(node, row, row)

    def _put(self, node: Node, row: int, item: VisualizationItem) -> None:
        """Show a visualization at a row: in place where it is there already, else in between."""
        child = node.children[row] if row < len(node.children) else None
        if child is None or _id_of(child) != item.id:
            self._insert(node, row, [(NodeKind.VISUALIZATION, item)])
        elif child.payload != item:
            child.payload = item
            self._changed(child)

    def _drop_extras(self) -> None:
        """Remove the skeleton or problem rows below the AOIs; they are always the last ones."""
        rows = self._root.children
        first = len(rows)
        while first and rows[first - 1].kind is not NodeKind.AOI:
            first -= 1
        self._remove(self._root, first)

    def _refreshed(self, aoi: Aoi) -> bool:
        node = self._by_aoi.get(aoi.aoi_id)
        if node is None:
            return False
        node.payload = aoi
        self._changed(node)
        return True

    def _changed(self, node: Node) -> None:
        index = self._index(node)
        self.dataChanged.emit(index, index)


def _number(rows: list[Node], first: int = 0) -> None:
    for row in range(first, len(rows)):
        rows[row].row = row


def _id_of(node: Node) -> str:
    """Return the server's id of a row's record, empty for rows without one."""
    if node.kind is NodeKind.AOI:
        return str(node.payload.aoi_id)  # type: ignore[union-attr]
    return str(node.payload.id) if node.kind is NodeKind.VISUALIZATION else ""  # type: ignore[union-attr]


_ROW = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
# a table, because a view asks for the flags of every row at every layout
_FLAGS: dict[NodeKind, Qt.ItemFlag] = {
    NodeKind.ROOT: Qt.ItemFlag.NoItemFlags,
    NodeKind.AOI: _ROW,
    NodeKind.VISUALIZATION: _ROW | Qt.ItemFlag.ItemNeverHasChildren,
    NodeKind.PROBLEM: _ROW | Qt.ItemFlag.ItemNeverHasChildren,
    NodeKind.SKELETON: Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren,
    NodeKind.NOTE: Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren,
}
_READERS: dict[int, Callable[[Node], Any]] = {
    Qt.ItemDataRole.DisplayRole: name_text,
    Qt.ItemDataRole.ToolTipRole: tooltip_text,
    Qt.ItemDataRole.AccessibleTextRole: accessible_text,
    CatalogRole.KIND: lambda node: node.kind,
    CatalogRole.DETAIL: detail_text,
    CatalogRole.STATUS: status_of,
    CatalogRole.PAYLOAD: lambda node: node.payload,
}
