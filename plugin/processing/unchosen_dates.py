"""Reporting of dates that changed though not chosen, and a file with their former legends, for legend algorithms."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..files.whole import write_text
from ..host.i18n import translate
from ..legend.vocabulary import LegendMode

if TYPE_CHECKING:
    from qgis.core import QgsProcessingFeedback

    from ..legend_sync.report import PushReport, RollbackReport
    from ..legend_sync.unchosen import UnchosenChange


def write_former_legends(output: Path, changed: Sequence[UnchosenChange]) -> dict[str, Any]:
    """Write the legends that changed as they were, beside the report, and return the report's entry about the file.

    The file can be pushed as ``INPUT``. Nothing is written, and the entry is empty, where no date changed.

    Raises:
        OSError: it cannot be written.
    """
    if not changed:
        return {}
    from ..legend import tables

    path = _former_file(output)
    write_text(path, tables.to_json({change.key: change.before for change in changed}))
    return {"put_back_with": path.name}


def warn_of_unchosen(output: Path, report: PushReport | RollbackReport, feedback: QgsProcessingFeedback) -> None:
    """Warn of dates and modes that changed though not chosen, how to restore the dates, and unverified results."""
    from ..legend_sync.report import PushReport
    from ..messages.legend_sentences import (
        changed_text,
        not_compared_text,
        other_mode_text,
        put_back_text,
        unverified_text,
    )

    if report.changed:
        days = [change.label for change in report.changed]
        text = translate("UnchosenDates", "{0} Push {1} as INPUT to put back what was there.")
        feedback.pushWarning(text.format(changed_text(days), _former_file(output)))
    other_modes = [one["date"] for one in report.differences if LegendMode.named(one["field"])]
    if other_modes:
        feedback.pushWarning(other_mode_text(other_modes))
    if not report.verified:
        feedback.pushWarning(unverified_text())
    if isinstance(report, PushReport) and report.put_back:
        feedback.pushWarning(put_back_text(report.put_back))
    if isinstance(report, PushReport) and report.not_compared:
        feedback.pushWarning(not_compared_text(report.not_compared))


def _former_file(output: Path) -> Path:
    return output.with_name(f"{output.stem}_before.json")
