"""The filters above the tree: a project and a part of a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from ...plugin.files.shown_names import shown_name
from ...plugin.messages.numbers import natural_key

if TYPE_CHECKING:
    from ...plugin.api.models import Project

_DEBOUNCE_MS = 300


class FilterBar(QWidget):
    """A debounced filter: it emits changes at once for a project, a moment after the last key for a name."""

    filter_changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.project_combo = QComboBox(self)
        self.search_edit = QgsFilterLineEdit(self)
        self.timer = QTimer(self)
        self._names: dict[str, str] = {}
        self._reported = ("", "")
        self._build()
        self._connect()

    @property
    def name(self) -> str:
        """Return the part of a name that is looked for."""
        return str(self.search_edit.text()).strip()

    @property
    def project_id(self) -> str:
        """Return the id of the chosen project, empty for all."""
        return str(self.project_combo.currentData() or "")

    def project_name(self, project_id: str | None) -> str:
        """Return the name of a project, empty where it is not known."""
        return self._names.get(project_id or "", "")

    def set_projects(self, projects: Sequence[Project]) -> None:
        """List the projects, keeping the chosen one where it is still there."""
        chosen = self.project_id
        self._names = {project.id: _shown(project) for project in projects}
        self.project_combo.blockSignals(True)
        self.project_combo.clear()
        self.project_combo.addItem(self.tr("All projects"), "")
        for project_id, name in sorted(self._names.items(), key=lambda pair: natural_key(pair[1])):
            self.project_combo.addItem(name, project_id)
        self.project_combo.setCurrentIndex(max(0, self.project_combo.findData(chosen)))
        self.project_combo.blockSignals(False)

    def start_search(self) -> None:
        """Put the cursor into the search field, with the text selected."""
        self.search_edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search_edit.selectAll()

    def clear(self) -> None:
        """Clear the filters without emitting a signal."""
        self.timer.stop()
        self.search_edit.blockSignals(True)
        self.search_edit.clear()
        self.search_edit.blockSignals(False)
        self.project_combo.blockSignals(True)
        self.project_combo.setCurrentIndex(0)
        self.project_combo.blockSignals(False)
        self._reported = ("", "")

    def _build(self) -> None:
        self.project_combo.setObjectName("projectCombo")
        self.project_combo.setAccessibleName(self.tr("Project"))
        self.project_combo.setToolTip(self.tr("Show the AOIs of one project only"))
        self.project_combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.project_combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.project_combo.setMinimumContentsLength(6)
        self.project_combo.addItem(self.tr("All projects"), "")
        self.search_edit.setObjectName("searchEdit")
        self.search_edit.setAccessibleName(self.tr("Search AOIs"))
        self.search_edit.setPlaceholderText(self.tr("Search AOIs"))
        self.search_edit.setToolTip(self.tr("Part of an AOI's name, in any letter case"))
        self.search_edit.setShowSearchIcon(True)
        self.search_edit.setShowClearButton(True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 2, 6, 4)
        layout.setSpacing(4)
        layout.addWidget(self.project_combo, 1)
        layout.addWidget(self.search_edit, 1)

    def _connect(self) -> None:
        self.timer.setSingleShot(True)
        self.timer.setInterval(_DEBOUNCE_MS)
        self.timer.timeout.connect(self._report)
        self.search_edit.textChanged.connect(self._on_text_changed)
        self.search_edit.returnPressed.connect(self._report)
        self.project_combo.currentIndexChanged.connect(self._on_project_changed)

    def _on_text_changed(self, _text: str) -> None:
        self.timer.start()

    def _on_project_changed(self, _row: int) -> None:
        self._report()

    def _report(self) -> None:
        """Emit the filter, unless it is the one emitted last."""
        self.timer.stop()
        if (self.project_id, self.name) != self._reported:
            self._reported = (self.project_id, self.name)
            self.filter_changed.emit()


def _shown(project: Project) -> str:
    """Return the name of a project as it is displayed; its id where there is nothing to see."""
    return next(filter(None, map(shown_name, (project.title or "", project.name or ""))), project.id)
