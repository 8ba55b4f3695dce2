"""The dock's pages about required packages: missing, not loadable, or replaced while in use; and their installation."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...ui.catalog.missing_panel import MissingPanel
from ...ui.catalog.state_page import StatePage
from ...ui.icons import theme_icon
from ..host.installation import InstallJob
from ..messages.explanation import explain

if TYPE_CHECKING:
    from pathlib import Path

    from ...ui.dock import PixxelDock
    from ..host.dependencies import DependencyReport, PackageReplaced
    from ..host.isolation import PackageUnusable

_log = logging.getLogger(__name__)


class PackagesController(QObject):
    """Controller of the pages about packages; ``check_requested()`` asks to check again."""

    check_requested = pyqtSignal()

    def __init__(self, dock: PixxelDock) -> None:
        super().__init__(dock)
        self._dock = dock
        self._installation: InstallJob | None = None

    def close(self) -> None:
        """Stop an installation that is under way."""
        if self._installation is not None:
            self._installation.close()
            self._installation = None

    def show_restart(self, replaced: PackageReplaced) -> None:
        """Show the package that was replaced while in use; the remedy is a restart, not an installation."""
        page = StatePage()
        headline = self.tr("QGIS Needs a Restart")
        page.show_state("restart", headline, explain(replaced).text, [], theme_icon("mIconWarning"))
        self._dock.set_page(page)

    def show_missing(self, report: DependencyReport) -> None:
        """Offer to install missing packages."""
        self._show(MissingPanel(report), report.folder)

    def show_unusable(self, report: DependencyReport, error: PackageUnusable) -> None:
        """Offer to reinstall packages, one of which cannot be loaded."""
        _log.warning("%s %s cannot be loaded", error.package, error.version, exc_info=error)
        panel = MissingPanel(report)
        panel.show_unusable(error.package, error.version, str(error))
        self._show(panel, report.folder)

    def _show(self, panel: MissingPanel, folder: Path) -> None:
        panel.retry_button.clicked.connect(self.check_requested)
        panel.install_requested.connect(lambda wheels: self._install(panel, folder, wheels))
        self._dock.set_page(panel)

    def _install(self, panel: MissingPanel, folder: Path, wheels: Path | None) -> None:
        """Install the missing packages, with the consent the panel asked for; then check again."""
        self._installation = job = InstallJob(folder, wheels)
        job.output.connect(panel.show_line)
        job.progressed.connect(panel.show_progress)
        panel.cancel_requested.connect(job.cancel)
        job.cancelled.connect(panel.show_cancelled)
        job.failed.connect(lambda error: panel.show_failure(explain(error).text))
        job.succeeded.connect(self.check_requested)
        panel.show_installing()
        job.start()
