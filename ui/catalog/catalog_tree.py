"""The tree of AOIs and visualizations, with its menus and keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QModelIndex, QPoint, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QAbstractItemView, QApplication, QFrame, QMenu, QTreeView, QWidget

from ...plugin.layer_kinds.table import LayerKind
from ..icons import icon, theme_icon
from ..models.abilities import add_problem, legend_problem, zoom_problem
from ..models.catalog_model import CatalogModel
from ..models.catalog_nodes import NodeKind
from ..models.tips import plain_tip
from .catalog_delegate import CatalogDelegate

if TYPE_CHECKING:
    from ...plugin.api.models import Aoi
    from ...plugin.catalog.service import VisualizationItem
    from .catalog_events import CatalogEvents


class CatalogTree(QTreeView):
    """A tree view of a :class:`CatalogModel`; actions on the current row are emitted as signals."""

    add_requested = pyqtSignal(object)
    edit_requested = pyqtSignal()
    refresh_requested = pyqtSignal()

    def __init__(self, model: CatalogModel, events: CatalogEvents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._events = events
        self.setObjectName("catalogTree")
        self.setAccessibleName(self.tr("AOIs and visualizations"))
        self.setModel(model)
        self.setItemDelegate(CatalogDelegate(self))
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setExpandsOnDoubleClick(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIndentation(16)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.doubleClicked.connect(self._on_obvious)
        self.customContextMenuRequested.connect(self._on_menu)

    @property
    def aoi(self) -> Aoi | None:
        """Return the AOI of the current row or of its parent."""
        return self._model.aoi(self.currentIndex())

    @property
    def item(self) -> VisualizationItem | None:
        """Return the current visualization, if the current row is one."""
        return self._model.item(self.currentIndex())

    def open_row(self, index: QModelIndex) -> None:
        """Open an AOI; its visualizations are asked for at once, even where the tree is not laid out yet."""
        self._model.fetchMore(index)
        self.expand(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 (Qt)
        """Handle Enter like a double-click, and Copy by copying the name."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._on_obvious(self.currentIndex())
        elif event.key() == Qt.Key.Key_C and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            _copy(str(self.currentIndex().data() or ""))
        else:
            super().keyPressEvent(event)

    def menu_for(self, index: QModelIndex) -> QMenu:
        """Return the menu with every act for a row, or for the list itself where there is no row."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        aoi, item = self._model.aoi(index), self._model.item(index)
        if aoi is not None and item is not None:
            self._fill_visualization(menu, aoi, item)
        elif aoi is not None:
            self._fill_aoi(menu, aoi, index)
        self._fill_list(menu)
        return menu

    def _fill_aoi(self, menu: QMenu, aoi: Aoi, index: QModelIndex) -> None:
        zoom = menu.addAction(theme_icon("mActionZoomToLayer"), self.tr("Zoom to AOI"))
        zoom.setObjectName("zoomAction")
        zoom.setEnabled(not zoom_problem(aoi))
        zoom.setToolTip(zoom_problem(aoi))
        zoom.triggered.connect(lambda: self._events.zoom_requested.emit(aoi))
        create = menu.addAction(theme_icon("symbologyAdd"), self.tr("Create Visualization…"))
        create.setObjectName("createVisualizationAction")
        create.triggered.connect(lambda: self._events.create_visualization_requested.emit(aoi))
        reload = menu.addAction(theme_icon("mActionRefresh"), self.tr("Reload Visualizations"))
        reload.setObjectName("reloadVisualizationsAction")
        reload.triggered.connect(lambda: self._model.request_visualizations(aoi.aoi_id))
        menu.addSeparator()
        _add_copies(menu, {self.tr("Copy Name"): aoi.name, self.tr("Copy ID"): aoi.aoi_id})
        menu.addSeparator()

    def _fill_visualization(self, menu: QMenu, aoi: Aoi, item: VisualizationItem) -> None:
        for kind in LayerKind:
            add = menu.addAction(icon(kind.row.icon), kind.row.action_text())
            add.setObjectName(f"add{kind.capitalize()}Action")
            add.setEnabled(not add_problem(aoi, item, kind))
            add.setToolTip(plain_tip(add_problem(aoi, item, kind)))
            add.triggered.connect(lambda _checked=False, kind=kind: self.add_requested.emit(kind))
        edit = menu.addAction(icon("legend"), self.tr("Edit Legend…"))
        edit.setObjectName("editLegendAction")
        edit.setEnabled(not legend_problem(item))
        edit.setToolTip(plain_tip(legend_problem(item)))
        edit.triggered.connect(self.edit_requested)
        menu.addSeparator()
        copies = {
            self.tr("Copy Name"): item.title,
            self.tr("Copy Expression"): item.expression,
            self.tr("Copy ID"): item.id,
        }
        _add_copies(menu, copies)
        menu.addSeparator()

    def _fill_list(self, menu: QMenu) -> None:
        create = menu.addAction(icon("aoi_create"), self.tr("Create AOI…"))
        create.setObjectName("createAoiAction")
        create.triggered.connect(self._events.create_aoi_requested)
        refresh = menu.addAction(theme_icon("mActionRefresh"), self.tr("Refresh List"))
        refresh.setObjectName("refreshAction")
        refresh.triggered.connect(self.refresh_requested)

    def _on_menu(self, position: QPoint) -> None:
        self.menu_for(self.indexAt(position)).popup(self.viewport().mapToGlobal(position))

    def _on_obvious(self, index: QModelIndex) -> None:
        """Run the default action of a row: zoom to an AOI, add a visualization, retry a failed request."""
        aoi, kind = self._model.aoi(index), self._model.kind(index)
        if kind is NodeKind.AOI and aoi is not None:
            self.open_row(index)
            self._events.zoom_requested.emit(aoi)
        elif kind is NodeKind.VISUALIZATION:
            self.add_requested.emit(None)
        elif kind is NodeKind.PROBLEM:
            self._retry(aoi)

    def _retry(self, aoi: Aoi | None) -> None:
        if aoi is None:
            self._model.retry_page()
        else:
            self._model.request_visualizations(aoi.aoi_id)


def _add_copies(menu: QMenu, texts: dict[str, str]) -> None:
    for label, text in texts.items():
        action = menu.addAction(theme_icon("mActionEditCopy"), label)
        action.setEnabled(bool(text))
        action.triggered.connect(lambda _checked=False, text=text: _copy(text))


def _copy(text: str) -> None:
    if text:
        QApplication.clipboard().setText(text)
