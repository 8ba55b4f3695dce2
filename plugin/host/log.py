"""Log records of the plugin, shown in QGIS's log panel without secrets."""

from __future__ import annotations

import logging

from qgis.core import Qgis, QgsMessageLog

from .redaction import redact

TAG = "Pixxel Explorer"


class LogForwarder(logging.Handler):
    """Passes the records of one logger and its children on to QGIS, from any thread."""

    def __init__(self, logger_name: str, level: int = logging.INFO) -> None:
        super().__init__(level)
        self._logger = logging.getLogger(logger_name)
        self._former_level = self._logger.level
        self.setFormatter(logging.Formatter("%(message)s"))

    def attach(self) -> None:
        """Begin to forward; a forwarder left behind by an earlier load is replaced."""
        for handler in list(self._logger.handlers):
            if type(handler).__name__ == type(self).__name__:
                self._logger.removeHandler(handler)
        self._former_level = self._logger.level
        self._logger.setLevel(self.level)
        self._logger.addHandler(self)

    def detach(self) -> None:
        """Forward no more."""
        self._logger.removeHandler(self)
        self._logger.setLevel(self._former_level)

    def emit(self, record: logging.LogRecord) -> None:
        """Show one record."""
        try:
            text = redact(self.format(record))
        except (TypeError, ValueError, KeyError):  # the text and what is to be put into it do not fit
            self.handleError(record)
            return
        QgsMessageLog.logMessage(text, TAG, _level(record.levelno), notifyUser=False)


def _level(number: int) -> Qgis.MessageLevel:
    if number >= logging.ERROR:
        return Qgis.MessageLevel.Critical
    return Qgis.MessageLevel.Warning if number >= logging.WARNING else Qgis.MessageLevel.Info
