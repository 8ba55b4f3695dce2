"""Feedback without keys and passwords: QGIS keeps the output of an algorithm in its history and logs."""

from __future__ import annotations

from qgis.core import QgsProcessingFeedback, QgsProcessingMultiStepFeedback

from ..host.redaction import hide


class RedactingFeedback(QgsProcessingMultiStepFeedback):
    """A feedback that forwards an algorithm's redacted output, its progress and its cancellation."""

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
        """Forward the redacted details of an error."""
        super().pushDebugInfo(hide(info))
