"""The signals of what the user asks of the application in several places of the dock."""

from __future__ import annotations

from qgis.PyQt.QtCore import QObject, pyqtSignal


class CatalogEvents(QObject):
    """Signals emitted by the connection bar, the tree, and the page shown where there is no list.

    ``zoom_requested`` and ``create_visualization_requested`` carry the AOI.
    """

    new_connection_requested = pyqtSignal()
    edit_connection_requested = pyqtSignal()
    create_aoi_requested = pyqtSignal()
    create_visualization_requested = pyqtSignal(object)
    zoom_requested = pyqtSignal(object)
    guide_requested = pyqtSignal()
