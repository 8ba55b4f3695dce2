"""The page in QGIS's options: the list of connections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from qgis.gui import QgsOptionsPageWidget, QgsSpinBox
from qgis.PyQt.QtCore import QLocale, Qt
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QWidget,
)

from ..plugin.files.image_cache import DEFAULT_GIGABYTES, CacheSize
from ..plugin.imagery.budget import DEFAULT_MEGAPIXELS, LEAST_MEGAPIXELS, MOST_MEGAPIXELS
from ..plugin.messages.message import Message
from ..plugin.messages.numbers import count_text
from .forms import load_form
from .icons import icon

MOST_GIGABYTES = 10_000
_BESIDE = 1  # the row of the places of images

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

    @property
    def cache_limit(self) -> int | None:
        """Return how many gigabytes the cache of images may have; ``None`` where it has no limit."""

    @cache_limit.setter
    def cache_limit(self, gigabytes: int | None) -> None: ...

    @property
    def keeps_beside_project(self) -> bool:
        """Return whether new images are kept beside the saved project instead of in the profile."""

    @keeps_beside_project.setter
    def keeps_beside_project(self, wanted: bool) -> None: ...


class MeasuredCache(Protocol):
    """Interface of the cache: ``measured(CacheSize)`` and ``failed(Message)`` are signals with the outcome."""

    measured: Any
    failed: Any

    def measure(self) -> None:
        """Measure the cache."""

    def remove_unused(self) -> None:
        """Remove the images that no open project uses, then measure."""


class PixxelOptionsPage(QgsOptionsPageWidget):
    """Lists connections and the size of the cache, whose buttons count at once; limits and choices count on OK."""

    list: QListWidget
    add_button: QPushButton
    edit_button: QPushButton
    remove_button: QPushButton
    picture_box: QgsSpinBox
    place_box: QComboBox
    cache_label: QLabel
    limit_check: QCheckBox
    limit_box: QgsSpinBox
    unused_button: QPushButton

    def __init__(
        self, settings: ConnectionSettings, edit: EditConnection, cache: MeasuredCache, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._settings, self._edit, self._cache = settings, edit, cache
        self._size: CacheSize | None = None
        self._build()
        self._connect()
        self.refresh()
        self._measure()

    def refresh(self) -> None:
        """Rebuild the list of connections."""
        self.list.clear()
        for connection in self._settings.connections():
            item = QListWidgetItem(icon("sample" if connection.is_sample else "key"), connection.name, self.list)
            item.setData(Qt.ItemDataRole.UserRole, connection)
            item.setToolTip(self.tr("Built in, needs no key") if connection.is_sample else connection.url)
        self._show_abilities()

    def apply(self) -> None:
        """Keep the limits and the place of images; everything else has been done already."""
        self._settings.keeps_beside_project = self.place_box.currentIndex() == _BESIDE
        self._settings.largest_picture = self.picture_box.value()
        self._settings.cache_limit = self.limit_box.value() if self.limit_check.isChecked() else None

    def _build(self) -> None:
        load_form(self, "options_page")
        self.picture_box.setRange(LEAST_MEGAPIXELS, MOST_MEGAPIXELS)
        self.picture_box.setClearValue(DEFAULT_MEGAPIXELS)
        self.picture_box.setValue(self._settings.largest_picture)
        self.place_box.setCurrentIndex(_BESIDE if self._settings.keeps_beside_project else 0)
        limit = self._settings.cache_limit
        self.limit_box.setRange(1, MOST_GIGABYTES)
        self.limit_box.setClearValue(DEFAULT_GIGABYTES)
        self.limit_box.setValue(limit or DEFAULT_GIGABYTES)
        self.limit_check.setChecked(limit is not None)
        self.limit_box.setEnabled(limit is not None)

    def _connect(self) -> None:
        self.list.currentItemChanged.connect(self._show_abilities)
        self.list.itemDoubleClicked.connect(self._on_edit)
        self.add_button.clicked.connect(self._on_add)
        self.edit_button.clicked.connect(self._on_edit)
        self.remove_button.clicked.connect(self._on_remove)
        self.limit_check.toggled.connect(self.limit_box.setEnabled)
        self.unused_button.clicked.connect(self._on_remove_unused)
        self._cache.measured.connect(self._show_size)
        self._cache.failed.connect(self._show_failure)

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

    def _measure(self) -> None:
        self.cache_label.setText(self.tr("Measuring…"))
        self.unused_button.setEnabled(False)
        self._cache.measure()

    def _show_size(self, size: CacheSize) -> None:
        self._size = size
        text = self.tr("One image, {1}") if size.images == 1 else self.tr("{0} images, {1}")
        self.cache_label.setText(text.format(count_text(size.images), _size_text(size.size)))
        self.unused_button.setEnabled(size.unused_images > 0)

    def _show_failure(self, message: Message) -> None:
        self.cache_label.setText(message.text)

    def _on_remove_unused(self) -> None:
        size = self._size
        if size is None:
            return
        question = self.tr(
            "Remove {0} images ({1}) that no open project uses? Saved projects that show them will offer to fetch them "
            "again."
        )
        one = self.tr(
            "Remove an image ({1}) that no open project uses? Saved projects that show it will offer to fetch it again."
        )
        text = (one if size.unused_images == 1 else question).format(
            count_text(size.unused_images), _size_text(size.unused_size)
        )
        answer = QMessageBox.question(self, self.tr("Remove Unused Images"), text)
        if answer == QMessageBox.StandardButton.Yes:
            self.cache_label.setText(self.tr("Removing…"))
            self.unused_button.setEnabled(False)
            self._cache.remove_unused()


def _size_text(size: int) -> str:
    return str(QLocale().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat))
