"""The page in QGIS's options: the list of connections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from qgis.gui import QgsOptionsPageWidget, QgsSpinBox
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QWidget,
)

from ..plugin.imagery.budget import DEFAULT_MEGAPIXELS, LEAST_MEGAPIXELS, MOST_MEGAPIXELS
from .forms import load_form
from .icons import icon

EditConnection = Callable[[Any, QWidget], None]


class ConnectionSettings(Protocol):
    """Interface of the settings that the page reads and writes."""

    def connections(self) -> Sequence[Any]:
        """Return the connections, the sample data first."""

    def remove_connection(self, name: str) -> None:
        """Forget a connection."""

    @property
    def largest_picture(self) -> int:
        """Return how many million pixels a picture may have."""

    @largest_picture.setter
    def largest_picture(self, megapixels: int) -> None: ...


class PixxelOptionsPage(QgsOptionsPageWidget):
    """Lists connections (add, edit and remove count at once), and the limit of pictures, which counts on OK."""

    list: QListWidget
    add_button: QPushButton
    edit_button: QPushButton
    remove_button: QPushButton
    picture_box: QgsSpinBox

    def __init__(self, settings: ConnectionSettings, edit: EditConnection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings, self._edit = settings, edit
        self._build()
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Rebuild the list of connections."""
        self.list.clear()
        for connection in self._settings.connections():
            item = QListWidgetItem(icon("sample" if connection.is_sample else "key"), connection.name, self.list)
            item.setData(Qt.ItemDataRole.UserRole, connection)
            item.setToolTip(self.tr("Built in, needs no key") if connection.is_sample else connection.url)
        self._show_abilities()

    def apply(self) -> None:
        """Keep the limit; everything else has been done already."""
        self._settings.largest_picture = self.picture_box.value()

    def _build(self) -> None:
        load_form(self, "options_page")
        self.picture_box.setRange(LEAST_MEGAPIXELS, MOST_MEGAPIXELS)
        self.picture_box.setClearValue(DEFAULT_MEGAPIXELS)
        self.picture_box.setValue(self._settings.largest_picture)

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._show_abilities)
        self.list.itemDoubleClicked.connect(self._on_edit)
        self.add_button.clicked.connect(self._on_add)
        self.edit_button.clicked.connect(self._on_edit)
        self.remove_button.clicked.connect(self._on_remove)

    def _current(self) -> Any:
        item = self.list.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item else None

    def _show_abilities(self) -> None:
        connection = self._current()
        can_change = connection is not None and not connection.is_sample
        self.edit_button.setEnabled(can_change)
        self.remove_button.setEnabled(can_change)

    def _on_add(self) -> None:
        self._edit(None, self)
        self.refresh()

    def _on_edit(self) -> None:
        connection = self._current()
        if connection is not None and not connection.is_sample:
            self._edit(connection, self)
            self.refresh()

    def _on_remove(self) -> None:
        connection = self._current()
        if connection is None or connection.is_sample:
            return
        question = self.tr("Remove the connection “{}”? Layers that came from it stay in their projects.")
        answer = QMessageBox.question(self, self.tr("Remove Connection"), question.format(connection.name))
        if answer == QMessageBox.StandardButton.Yes:
            self._settings.remove_connection(connection.name)
            self.refresh()
