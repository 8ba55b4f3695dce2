"""Images of the open project whose files are missing: one message offers to fetch them again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QFileSystemWatcher, QObject, QTimer, pyqtSignal

from ..integrations.unavailable_layers import UnavailableLayers
from ..layers import identity, missing_files

if TYPE_CHECKING:
    from qgis.gui import QgsMessageBar, QgsMessageBarItem

    from ..messages.message import Message

    Offers = Sequence[tuple[str, Callable[[], None]]]

_SETTLE_MS = 300  # files are removed one by one
_SECONDS = 6


class MissingImages(QObject):
    """A watcher of the project and of the folders of its images; it counts again when one of them changes.

    ``fetch_requested()`` is emitted when the user presses the button of the message.
    """

    fetch_requested = pyqtSignal()

    def __init__(self, bar: QgsMessageBar, project: QgsProject, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bar = bar
        self._project = project
        self._item: QgsMessageBarItem | None = None
        self._count = 0
        self._is_held = False
        self._dialog = UnavailableLayers(project, self)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SETTLE_MS)
        self._soon.timeout.connect(self._check)
        self._folders = QFileSystemWatcher(self)
        self._folders.directoryChanged.connect(self._check_soon)
        for changed in (project.readProject, project.layersAdded, project.layersRemoved):
            changed.connect(self._check_soon)
        project.cleared.connect(self._on_cleared)
        self._check_soon()

    def close(self) -> None:
        """Watch no more, and take the message away."""
        self._dialog.close()
        self._folders.directoryChanged.disconnect(self._check_soon)
        self._folders.deleteLater()
        for changed in (self._project.readProject, self._project.layersAdded, self._project.layersRemoved):
            changed.disconnect(self._check_soon)
        self._project.cleared.disconnect(self._on_cleared)
        self._soon.stop()
        self._withdraw()

    def hold(self) -> None:
        """Show nothing while images are fetched; those whose files came back need not be."""
        self._is_held = True
        self._open_returned()
        self._withdraw()

    def release(self, message: Message | None = None, offers: Offers = ()) -> None:
        """Count again after images were fetched, or could not be; a message says why some are missing still."""
        self._is_held, self._count = False, 0
        if message is None:
            self._check()
            return
        self._watch_folders()
        self._count = len(missing_files.missing(self._project))
        self._show(message, offers)

    def show_fetched(self, message: Message) -> None:
        """Show for a moment that images were fetched."""
        from ...ui.messages import push_message

        push_message(self._bar, message, level=Qgis.MessageLevel.Success, seconds=_SECONDS)

    def _check_soon(self) -> None:
        self._soon.start()

    def _check(self) -> None:
        """Show how many are missing, unless that was shown before: the user may have closed the message."""
        from ..messages.missing_messages import missing_images

        if self._is_held or identity.is_being_read(self._project):
            return
        self._watch_folders()
        self._open_returned()
        count = len(missing_files.missing(self._project))
        if count != self._count:
            self._withdraw()
            self._count = count
            if count:
                self._show(missing_images(count))

    def _open_returned(self) -> None:
        """Open the layers whose files came back, as a disk that was connected again has them."""
        for layer in missing_files.returned(self._project):
            from ..layers.refetched import open_again  # seldom needed, and not at start

            open_again(layer, layer.source())

    def _watch_folders(self) -> None:
        wanted = {str(folder) for folder in missing_files.folders(self._project) if folder.is_dir()}
        watched = set(self._folders.directories())
        if watched - wanted:
            self._folders.removePaths(sorted(watched - wanted))
        if wanted - watched:
            self._folders.addPaths(sorted(wanted - watched))

    def _show(self, message: Message, offers: Offers = ()) -> None:
        from ...ui.messages import push_offer
        from ..messages.missing_messages import fetch_again

        self._withdraw()
        usual = [(fetch_again(), self.fetch_requested.emit)]
        self._item = push_offer(self._bar, message, offers or usual, Qgis.MessageLevel.Warning)

    def _withdraw(self) -> None:
        if self._item is not None and not sip.isdeleted(self._item):
            self._bar.popWidget(self._item)
        self._item = None

    def _on_cleared(self) -> None:
        self._withdraw()
        self._count = 0
        self._is_held = False
