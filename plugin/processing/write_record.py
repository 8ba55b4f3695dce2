"""The report of a write to the server, in its file from before anything is sent until the end is known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..files.whole import write_json
from ..host.i18n import translate
from .work import Stopped

if TYPE_CHECKING:
    from qgis.core import QgsProcessingFeedback


class WriteRecord:
    """A report file that is kept correct at each step of a write.

    A report that cannot be written stops the run before anything is sent. From just before the write the file contains
    the data sent and the previous legends, so that neither is lost when the run is stopped or its response is lost.

    Args:
        nothing: the report of a run that sent nothing.

    Raises:
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path, nothing: Mapping[str, Any]) -> None:
        self._path = path
        self._nothing = nothing
        self._before: dict[str, Any] = {}  # empty until the write
        self._sent: Mapping[str, Any] = nothing
        write_json(path, nothing)

    def begin(self, report: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        """Keep the report as far as it is known, and the legends of the chosen dates; the write follows at once.

        Raises:
            OSError: the file cannot be written.
        """
        self._before, self._sent = {"before": before}, report
        self.keep(report)

    def keep(self, report: Mapping[str, Any]) -> None:
        """Write a report whose outcome is not yet known, with the previous legends."""
        write_json(self._path, {**report, **self._before})

    def finish(self, report: Mapping[str, Any]) -> None:
        """Write the report of the whole run, with the previous legends: a push without ``BASE`` may replace them."""
        write_json(self._path, {**report, **self._before})

    def fail(self, error: Exception, feedback: QgsProcessingFeedback) -> None:
        """Write the correct report after an error, with the error, and warn of a cancellation that came too late."""
        from ..legend_sync.push import is_refused
        from ..messages.explanation import explain

        report = getattr(error, "report", None)
        if report is not None:
            self.keep({**self._nothing, **report.as_dict(), "error": explain(error).text})
            if report.conflicts:
                text = translate("WriteRecord", "{0} has the legends of both sides.")
                feedback.pushInfo(text.format(self._path.name))
            return
        if not self._before or is_refused(error):
            write_json(self._path, self._nothing)
            return
        if not isinstance(error, Stopped):
            self.keep({**self._sent, "error": explain(error).text})
            return
        text = translate(
            "WriteRecord",
            "It was stopped after the request was sent, so the change may be in place on the server. "
            "{0} has what was there before.",
        )
        feedback.pushWarning(text.format(self._path.name))
