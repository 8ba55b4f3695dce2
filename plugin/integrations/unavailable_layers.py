"""QGIS's question about unavailable layers, answered where only images of ours are missing.

QGIS asks for new paths of files, which nobody can give: these files are fetched from the server. So the dialog's "Keep
Unavailable Layers" is pressed as soon as it is shown. Where other layers are unavailable, too, the person is asked.
"""

from __future__ import annotations

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtWidgets import QApplication, QDialogButtonBox, QWidget

from ..layers import identity

_DIALOG = "QgsHandleBadLayersBase"
_INTERVAL_MS = 50


class UnavailableLayers(QObject):
    """A watcher of the projects that are opened; between them it does nothing."""

    def __init__(self, project: QgsProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._look)
        project.cleared.connect(self._timer.start)

    def close(self) -> None:
        """Answer no more."""
        self._timer.stop()
        self._project.cleared.disconnect(self._timer.start)

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is not None and dialog.objectName() == _DIALOG:
            self._timer.stop()
            self._answer(dialog)
        elif not identity.is_being_read(self._project):
            self._timer.stop()

    def _answer(self, dialog: QWidget) -> None:
        unavailable = [layer for layer in self._project.mapLayers().values() if not layer.isValid()]
        buttons = dialog.findChild(QDialogButtonBox)
        if buttons is not None and unavailable and all(identity.of(layer) is not None for layer in unavailable):
            buttons.button(QDialogButtonBox.StandardButton.Ignore).click()
