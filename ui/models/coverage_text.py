"""Sentences about values that lie outside a legend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...plugin.host.i18n import translate
from ...plugin.legend.coverage import outer_ends
from ...plugin.messages import numbers
from ...plugin.messages.check_sentences import problem_text
from ...plugin.messages.numbers import count_text, number_text
from .legend_text import date_text

if TYPE_CHECKING:
    from ...plugin.legend.check import Problem
    from ...plugin.legend.coverage import DateCoverage
    from ...plugin.legend.spec import Legend
    from .legend_session import LegendSession

_LEAST_PERCENT = 0.1


def busy_text(dates: int) -> str:
    """Return that the values of dates are being compared."""
    text = (
        translate("CoverageText", "Comparing with the values of {} date…")
        if dates == 1
        else translate("CoverageText", "Comparing with the values of {} dates…")
    )
    return text.format(count_text(dates))


def not_spread_text(session: LegendSession, key: str, problem: Problem) -> str:
    """Return the message that a legend was not copied to all dates, with its error and the remedy."""
    text = translate("CoverageText", "The legend of {} was not applied to other dates: {}")
    return text.format(date_text(session, key), problem_text(problem))


def outside_text(session: LegendSession, coverage: Mapping[str, DateCoverage]) -> str:
    """Return how many dates have values outside a legend, how many per cent at most, and how that is known."""
    beyond = {key: found for key, found in coverage.items() if found.outside}
    worst = max(beyond, key=lambda key: beyond[key].outside)
    percent = percent_text(beyond[worst].outside)
    if len(beyond) == 1:
        text = translate("CoverageText", "{}: {} outside these classes, which would not be drawn.").format(
            date_text(session, worst), percent
        )
    else:
        text = translate(
            "CoverageText", "{} dates: up to {} outside these classes ({}), which would not be drawn."
        ).format(count_text(len(beyond)), percent, date_text(session, worst))
    return " ".join(part for part in (text, _how_known(list(coverage.values()))) if part)


def opened_text(legend: Legend) -> str:
    """Return where the outer ends of a legend are."""
    ends = outer_ends(legend) or (0.0, 0.0)
    return translate(
        "CoverageText", "Let the classes begin at {} and end at {} on all dates, so that every value is drawn"
    ).format(number_text(ends[0]), number_text(ends[1]))


def percent_text(share: float) -> str:
    """Return a share in per cent, with a decimal where it is small."""
    percent = 100 * share
    if percent < _LEAST_PERCENT:
        return translate("CoverageText", "less than {}").format(numbers.percent_text(_LEAST_PERCENT, 1))
    return numbers.percent_text(percent, 0 if percent >= 1 else 1)


def _how_known(coverage: list[DateCoverage]) -> str:
    guessed = sum(not found.is_counted for found in coverage)
    if not guessed:
        return ""
    if guessed == len(coverage):
        return translate("CoverageText", "Estimated from the server's classes, since the values are not loaded.")
    if guessed == 1:
        return translate("CoverageText", "{} date is estimated from the server's classes.").format(count_text(guessed))
    return translate("CoverageText", "{} dates are estimated from the server's classes.").format(count_text(guessed))
