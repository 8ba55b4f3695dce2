"""The top of the dock: which connection, how it is, refresh and the menu behind the gear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QPointF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QPainter, QPaintEvent
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from ..icons import icon, theme_icon
from ..models.tips import plain_tip
from ..models.wording import Tone
from ..widgets.tones import tone_colour

if TYPE_CHECKING:
    from .catalog_events import CatalogEvents


class StateDot(QWidget):
    """A dot whose colour indicates a state; the tooltip describes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.NEUTRAL
        size = self.fontMetrics().height()
        self.setFixedSize(QSize(size, size))

    @property
    def tone(self) -> Tone:
        """Return the tone shown."""
        return self._tone

    def show_tone(self, tone: Tone, words: str) -> None:
        """Show a tone, and describe it in the tooltip and for screen readers."""
        self._tone = tone
        self.setToolTip(plain_tip(words))
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 (Qt)
        """Draw the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tone_colour(self._tone, self.palette()))
        radius = self.width() * 0.32
        painter.drawEllipse(QPointF(self.width() / 2, self.height() / 2), radius, radius)
        painter.end()


class ConnectionBar(QWidget):
    """Lets a person choose a connection; it opens none itself."""

    connection_chosen = pyqtSignal(str)

    def __init__(self, events: CatalogEvents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._events = events
        self.dot = StateDot(self)
        self.dot.setObjectName("connectionState")
        self.combo = QComboBox(self)
        self.refresh_button = QToolButton(self)
        self.menu_button = QToolButton(self)
        self._current = ""
        self._sample = ""
        self._build()
        self._build_menu()
        self._connect()

    def set_connections(self, names: Sequence[str], sample: str, current: str) -> None:
        """List the connections; without a current one the combo asks for a choice."""
        self._sample = sample
        self.combo.blockSignals(True)
        self.combo.clear()
        for name in names:
            self.combo.addItem(icon("sample" if name == sample else "key"), name, name)
        self.combo.insertSeparator(self.combo.count())
        self.combo.addItem(theme_icon("symbologyAdd"), self.tr("New Connection…"), None)
        self.combo.blockSignals(False)
        self.set_current(current)

    def set_current(self, name: str) -> None:
        """Display a connection as the current one without emitting that it was chosen."""
        self._current = name
        self.combo.blockSignals(True)
        prompt = self.combo.findData("")
        if name and prompt >= 0:
            self.combo.removeItem(prompt)
        elif not name and prompt < 0:
            self.combo.insertItem(0, self.tr("Choose a connection"), "")
        self.combo.setCurrentIndex(self.combo.findData(name))
        self.combo.blockSignals(False)
        self.edit_action.setEnabled(bool(name) and name != self._sample)

    def show_state(self, tone: Tone, words: str, *, can_refresh: bool) -> None:
        """Show how the connection is."""
        self.dot.show_tone(tone, words)
        self.combo.setToolTip(plain_tip(words))
        self.refresh_button.setEnabled(can_refresh)

    def name_refresh_keys(self, keys: str) -> None:
        """Show the shortcuts for refreshing in the button's tooltip."""
        self.refresh_button.setToolTip(self.tr("Refresh ({})").format(keys))

    def _build(self) -> None:
        self.combo.setObjectName("connectionCombo")
        self.combo.setAccessibleName(self.tr("Connection"))
        self.combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(10)
        _prepare(self.refresh_button, "refreshButton", self.tr("Refresh"), "mActionRefresh")
        _prepare(self.menu_button, "gearButton", self.tr("Connections and Help"), "mActionOptions")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 2)
        layout.setSpacing(4)
        for widget in (self.dot, self.combo, self.refresh_button, self.menu_button):
            layout.addWidget(widget)

    def _build_menu(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("gearMenu")
        self.edit_action = menu.addAction(theme_icon("mActionToggleEditing"), self.tr("Edit Connection…"))
        self.edit_action.setObjectName("editConnectionAction")
        self.new_action = menu.addAction(theme_icon("symbologyAdd"), self.tr("New Connection…"))
        self.new_action.setObjectName("newConnectionAction")
        menu.addSeparator()
        self.create_aoi_action = menu.addAction(icon("aoi_create"), self.tr("Create AOI…"))
        self.create_aoi_action.setObjectName("createAoiAction")
        menu.addSeparator()
        self.guide_action = menu.addAction(icon("guide"), self.tr("Read the Guide"))
        self.guide_action.setObjectName("guideAction")
        self.menu_button.setMenu(menu)
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _connect(self) -> None:
        self.combo.activated.connect(self._on_activated)
        self.edit_action.triggered.connect(self._events.edit_connection_requested)
        self.new_action.triggered.connect(self._events.new_connection_requested)
        self.create_aoi_action.triggered.connect(self._events.create_aoi_requested)
        self.guide_action.triggered.connect(self._events.guide_requested)

    def _on_activated(self, row: int) -> None:
        name = self.combo.itemData(row)
        if name is None:
            self.set_current(self._current)
            self._events.new_connection_requested.emit()
        elif name != self._current:
            self.set_current(name)
            self.connection_chosen.emit(name)


def _prepare(button: QToolButton, name: str, text: str, picture: str) -> None:
    button.setObjectName(name)
    button.setToolTip(text)
    button.setAccessibleName(text)
    button.setIcon(theme_icon(picture))
    button.setAutoRaise(True)
