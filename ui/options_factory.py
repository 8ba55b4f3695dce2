"""The entry of the plugin in QGIS's options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.gui import QgsOptionsWidgetFactory

from ..plugin.host.i18n import translate
from .icons import icon

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget

    from .options_page import ConnectionSettings, EditConnection, MeasuredCache, PixxelOptionsPage


class PixxelOptionsFactory(QgsOptionsWidgetFactory):
    """Makes the page when QGIS opens its options.

    ``edit(connection or None, parent)`` opens the dialog for a connection and saves it.
    """

    def __init__(self, settings: ConnectionSettings, edit: EditConnection, cache: MeasuredCache) -> None:
        super().__init__(translate("PixxelOptionsPage", "Pixxel Explorer"), icon("pixxel"))
        self._settings, self._edit, self._cache = settings, edit, cache

    def createWidget(self, parent: QWidget | None = None) -> PixxelOptionsPage:  # noqa: N802 (QGIS calls this name)
        """Return a new page, which is loaded when it is first opened."""
        from .options_page import PixxelOptionsPage

        return PixxelOptionsPage(self._settings, self._edit, self._cache, parent)
