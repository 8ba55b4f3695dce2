"""Inputs and warnings that the algorithms over value rasters share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback

from ...host.i18n import translate
from .base import PixxelAlgorithm
from .inputs import add_dates, add_text, add_visualization, date_of, dates_of, text_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from ...catalog.date_choice import DateChoice
    from ...catalog.visualization_item import AcquisitionDate
    from ...downloads.measuring import MeasuredDates
    from ..work import Report

    Measure = Callable[[AcquisitionDate, Path], Awaitable[Any]]


def add_series(algorithm: PixxelAlgorithm) -> None:
    """Add ``AOI``, ``VISUALIZATION`` and ``DATES``."""
    add_visualization(algorithm)
    add_dates(algorithm, optional=True)


def measure_series(
    algorithm: PixxelAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    measure: Measure,
) -> tuple[Sequence[AcquisitionDate], MeasuredDates[Any]]:
    """Measure the value raster of each date asked for; dates that could not be had or read are named in warnings.

    Raises:
        ApiError, ServiceProblem, RasterUnreadable, OSError: none could be.
    """
    aoi, item_id = (text_of(algorithm, parameters, name, context) for name in ("AOI", "VISUALIZATION"))
    choice = dates_of(algorithm, parameters, "DATES", context)

    async def work(client: Any, report: Report) -> tuple[Sequence[AcquisitionDate], MeasuredDates[Any]]:
        from ...catalog.listing import get_visualization
        from ...catalog.visualization_item import select_dates
        from ...downloads.measuring import measure_dates

        item = await get_visualization(client, aoi, item_id)
        dates = select_dates(item, choice)
        return dates, await measure_dates(client, item, dates, measure, report)

    dates, measured = algorithm.ask(work, feedback)
    measured.check_any()
    _warn(dates, measured, feedback)
    return dates, measured


def _warn(dates: Sequence[AcquisitionDate], measured: MeasuredDates[Any], feedback: QgsProcessingFeedback) -> None:
    from ...messages.explanation import explain

    for date in dates:
        if date.key in measured.problems:
            text = translate("AlgorithmInputs", "{0} is left empty, since its values could not be read. {1}")
            problem = explain(measured.problems[date.key], doing=date.label)
            feedback.pushWarning(text.format(date.label, problem.text))


def add_two_dates(algorithm: PixxelAlgorithm) -> None:
    """Add ``FROM`` and ``TO``."""
    hint = translate("AlgorithmInputs", "A day as YYYY-MM-DD; of several scenes of a day, the label or key of one.")
    add_text(algorithm, "FROM", translate("AlgorithmInputs", "Earlier date"), hint=hint)
    add_text(algorithm, "TO", translate("AlgorithmInputs", "Later date"), hint=hint)


def two_dates_of(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> tuple[DateChoice, DateChoice]:
    """Return the dates of ``FROM`` and ``TO``.

    Raises:
        InputRefused: one is empty, a list, or not understood.
    """
    return date_of(algorithm, parameters, "FROM", context), date_of(algorithm, parameters, "TO", context)
