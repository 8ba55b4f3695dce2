"""Feedback without keys and passwords: QGIS keeps what an algorithm says in its history and logs."""

from __future__ import annotations

from qgis.core import QgsProcessingFeedback, QgsProcessingMultiStepFeedback

from ..host.redaction import hide


class RedactingFeedback(QgsProcessingMultiStepFeedback):
    """Passes on what an algorithm says, its progress and a stop."""

    def __init__(self, feedback: QgsProcessingFeedback) -> None:
        super().__init__(1, feedback)
        if feedback.isCanceled():  # before it could be passed on
            self.cancel()

    def setProgressText(self, text: str) -> None:  # noqa: N802 (QGIS)
        """Pass a text of the progress on."""
        super().setProgressText(hide(text))

    def reportError(self, error: str, fatalError: bool = False) -> None:  # noqa: N802, N803 (QGIS)
        """Pass an error on."""
        super().reportError(hide(error), fatalError)

    def pushWarning(self, warning: str) -> None:  # noqa: N802 (QGIS)
        """Pass a warning on."""
        super().pushWarning(hide(warning))

    def pushInfo(self, info: str) -> None:  # noqa: N802 (QGIS)
        """Pass information on."""
        super().pushInfo(hide(info))

    def pushDebugInfo(self, info: str) -> None:  # noqa: N802 (QGIS)
        """Pass what is behind an error on."""
        super().pushDebugInfo(hide(info))
