"""The roof: QGIS's life cycle. What needs httpx or pydantic waits behind the first opening of the dock."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsApplication
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QObject, Qt
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction

from .host import dependencies, paths
from .host.credentials import SessionKeys
from .host.log import LogForwarder
from .host.settings import Settings
from .processing.provider import PixxelProvider

if TYPE_CHECKING:
    from collections.abc import Callable

    from qgis.gui import QgisInterface

    from ..ui.dock import PixxelDock
    from .api.client import ApiClient
    from .workbench import Workbench

ICON = Path(__file__).resolve().parent.parent / "resources/icons/pixxel.svg"
LOGGER_NAME = __name__.rsplit(".plugin.", 1)[0]


class PixxelExplorer(QObject):
    """The plugin as QGIS knows it: cheap to start, complete to unload."""

    def __init__(self, iface: QgisInterface | None) -> None:
        super().__init__()
        self._iface = iface
        self._settings = Settings()
        self._session_keys = SessionKeys()
        self._log: LogForwarder | None = None
        self._provider: PixxelProvider | None = None
        self._action: QAction | None = None
        self._dock: PixxelDock | None = None
        self._workbench: Workbench | None = None

    def initProcessing(self) -> None:  # noqa: N802 (QGIS calls this name)
        """Offer the Processing algorithms; all there is to do under ``qgis_process``."""
        dependencies.activate(paths.packages_folder())
        if self._log is None:
            self._log = LogForwarder(LOGGER_NAME)
            self._log.attach()
            self._settings.register()
        self._provider = PixxelProvider(self._prepare_current)
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self) -> None:  # noqa: N802 (QGIS calls this name)
        """Add the button, the menu entry and an empty dock; nothing is fetched, no thread is started."""
        self.initProcessing()
        self._add_dock()
        self._add_action()

    def unload(self) -> None:
        """Take everything down again, in reverse."""
        if self._workbench is not None:
            self._workbench.close()
            self._workbench = None
        self._remove_gui()
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
        if self._log is not None:
            self._log.detach()
            self._log = None
            self._settings.unregister()

    def open_sample_data(self) -> None:
        """Show the dock, connected to the sample data."""
        assert self._dock is not None
        self._settings.current_connection = self._settings.connections()[0].name
        self._dock.setUserVisible(True)
        if self._workbench is not None:
            self._workbench.connect_current()

    @property
    def workbench(self) -> Workbench | None:
        """Return what stands behind the dock, once it was opened and everything needed is there."""
        return self._workbench

    def _add_dock(self) -> None:
        from ..ui.dock import PixxelDock

        assert self._iface is not None
        self._dock = PixxelDock(self._iface.mainWindow())
        self._dock.setUserVisible(False)
        self._iface.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, self._dock)
        self._dock.setUserVisible(False)
        self._dock.opened.connect(self._on_opened)

    def _add_action(self) -> None:
        assert self._iface is not None
        assert self._dock is not None
        self._action = QAction(QIcon(str(ICON)), tr("Pixxel Explorer"), self._iface.mainWindow())
        self._action.setObjectName("pixxelExplorerAction")
        self._action.setCheckable(True)
        self._action.setToolTip(tr("Browse Pixxel's index maps and edit their legends"))
        self._dock.setToggleVisibilityAction(self._action)
        self._iface.addRasterToolBarIcon(self._action)
        self._iface.addPluginToRasterMenu(tr("Pixxel Explorer"), self._action)

    def _remove_gui(self) -> None:
        if self._iface is None:
            return
        if self._action is not None and not sip.isdeleted(self._action):
            self._iface.removeRasterToolBarIcon(self._action)
            self._iface.removePluginRasterMenu(tr("Pixxel Explorer"), self._action)
            self._action.deleteLater()
        if self._dock is not None and not sip.isdeleted(self._dock):
            self._iface.removeDockWidget(self._dock)
            self._dock.deleteLater()
        self._action = self._dock = None

    def _on_opened(self) -> None:
        """Look for what is needed, at the first opening and whenever somebody asks again."""
        assert self._dock is not None
        assert self._iface is not None
        report = dependencies.check()
        if report.missing:
            self._show_missing(report)
            return
        from .workbench import Workbench

        self._workbench = Workbench(self._iface, self._dock, self._settings, self._session_keys)
        self._workbench.connect_current()

    def _show_missing(self, report: dependencies.DependencyReport) -> None:
        from ..ui.panels.missing_panel import MissingPanel

        assert self._dock is not None
        panel = MissingPanel(report)
        panel.retry_requested.connect(self._on_opened)
        panel.install_requested.connect(self._install)
        self._dock.set_page(panel)

    def _prepare_current(self) -> Callable[[], ApiClient]:
        """Prepare a client for Processing: the environment's connection, else the one the dock is on."""
        from .clients import prepare_headless_or_current

        return prepare_headless_or_current(self._settings, self._session_keys)


def tr(text: str) -> str:
    """Return the text in the language of QGIS."""
    return QCoreApplication.translate("PixxelExplorer", text)


logging.getLogger(LOGGER_NAME).addHandler(logging.NullHandler())
