"""The signals of the legend that is edited: what the rest of the application follows."""

from __future__ import annotations

from qgis.PyQt.QtCore import QObject, pyqtSignal


class LegendEvents(QObject):
    """Signals emitted by the parts of the legend editor; there is one object, whichever legend is open.

    ``date_shown(EditRequest)`` reports the legend and date edited now, ``date_edited()`` that the displayed date was
    edited, ``editing_ended()`` that none is edited any more. ``preview_changed(LegendPreview)`` carries the legends
    for the map, ``answered(PushReport or RollbackReport)`` the server's new ones. ``units_requested(visualization_id)``
    reports that the user wants to choose the breakpoints' units again, ``settings_requested()`` that they want to
    change the connection. ``edits_changed()`` reports that edits of a legend were made, given up, pushed or read from a
    draft, ``server_read(LegendDocument)`` carries legends as the server was just found to hold them.
    """

    date_shown = pyqtSignal(object)
    date_edited = pyqtSignal()
    editing_ended = pyqtSignal()
    preview_changed = pyqtSignal(object)
    answered = pyqtSignal(object)
    units_requested = pyqtSignal(str)
    settings_requested = pyqtSignal()
    edits_changed = pyqtSignal()
    server_read = pyqtSignal(object)
