"""One legend for all dates: what would not be drawn is said before, and the outer ends can be opened."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QWidget

from .conftest import LABEL, MAXIMUM, MINIMUM, Harness, pump


def press(harness: Harness, name: str) -> None:
    QTest.mouseClick(harness.button(name), Qt.MouseButton.LeftButton)
    pump()


def is_asked(harness: Harness) -> bool:
    return bool(harness.child(QWidget, "spreadQuestion").isVisible())


def rasters(harness: Harness, *rows: int) -> dict[str, Path]:
    """Return the value rasters of some dates, as the sandbox keeps them."""
    state = harness.sandbox.app.state.sandbox
    files = {asset["date"]: state.path_of(asset) for asset in state.assets_of(harness.item.id)}
    return {harness.keys[row]: files[harness.item.dates[row].day.isoformat()] for row in rows}


def share_outside(path: Path, low: float, high: float) -> float:
    """Return the share of a raster outside a range, counted here."""
    dataset = gdal.Open(str(path))  # a band does not keep its dataset alive
    band = dataset.GetRasterBand(1)
    values = band.ReadAsArray().astype(np.float64)
    values = values[np.isfinite(values) & (values != band.GetNoDataValue())]
    return float(((values < low) | (values > high)).mean())


def shares_drawn(harness: Harness) -> list[float]:
    """Return how many per cent of each date the server's classes hold."""
    legends = harness.sandbox.legends(harness.item).values()
    return [sum(entry.area_percentage or 0 for entry in legend.classes) for legend in legends]


def ask(harness: Harness, *rows: int) -> str:
    """Ask for the first date's legend on all dates, with the values of some dates on this machine."""
    harness.open()
    paths = rasters(harness, *rows)
    harness.panel.spreading.rasters = lambda _item: (paths, "")
    harness.trigger("wholeForAllAction")
    assert is_asked(harness)
    return harness.text("spreadLabel")


def test_without_values_the_servers_classes_give_an_estimate(harness: Harness) -> None:
    texts = ask(harness)
    assert " dates: up to " in texts
    assert "Estimated from the server's classes" in texts
    assert harness.edits() == 0


def test_the_pixels_are_counted_where_the_values_are_here(harness: Harness) -> None:
    legend = harness.sandbox.legends(harness.item)[harness.keys[0]]
    texts = ask(harness, *range(len(harness.keys)))
    low, high = legend.classes[0].minimum, legend.classes[-1].maximum
    shares = [share_outside(path, low, high) for path in rasters(harness, *range(1, len(harness.keys))).values()]
    assert texts.startswith(f"{sum(share > 0 for share in shares)} dates: up to {max(shares):.0%}".replace("%", " %"))
    assert "stimated" not in texts


def test_dates_whose_values_are_not_here_are_said_to_be_estimated(harness: Harness) -> None:
    assert "1 date is estimated" in ask(harness, *range(len(harness.keys) - 1))


def test_opened_ends_hold_every_value_of_every_date(harness: Harness) -> None:
    ask(harness, *range(len(harness.keys)))
    press(harness, "spreadOpenButton")
    assert not is_asked(harness)
    rows = harness.table.model().rowCount()
    ends = []
    for place in range(len(harness.keys)):
        harness.choose_date(place)
        ends.append((harness.value(0, MINIMUM), harness.value(rows - 1, MAXIMUM)))
    assert len(set(ends)) == 1
    harness.push()
    assert shares_drawn(harness) == pytest.approx([100] * len(harness.keys), abs=0.01)


def test_opened_ends_are_taken_back_in_one_step(harness: Harness) -> None:
    ask(harness)
    press(harness, "spreadOpenButton")
    assert harness.edits() > 0
    harness.click("undoButton")
    assert harness.edits() == 0
    assert not harness.button("undoButton").isEnabled()


def test_kept_ends_leave_values_undrawn_as_said(harness: Harness) -> None:
    ask(harness)
    press(harness, "spreadKeepButton")
    harness.push()
    assert min(shares_drawn(harness)) < 99


def test_cancelling_changes_nothing(harness: Harness) -> None:
    ask(harness)
    press(harness, "spreadCancelButton")
    assert not is_asked(harness)
    assert harness.edits() == 0


def test_the_question_goes_away_when_another_date_is_shown_or_a_class_edited(harness: Harness) -> None:
    ask(harness)
    harness.choose_date(2)
    assert not is_asked(harness)
    harness.trigger("wholeForAllAction")
    assert is_asked(harness)
    harness.recolour(1)
    assert not is_asked(harness)
    assert harness.edits() == 1


def test_counting_can_be_stopped(harness: Harness) -> None:
    harness.open()
    harness.panel.spreading.rasters = lambda _item: (rasters(harness, 1, 2), "")
    harness.jobs.holding = True
    harness.trigger("wholeForAllAction")
    assert "Comparing with the values of 2 dates" in harness.text("spreadLabel")
    assert not harness.button("spreadOpenButton").isVisible()
    press(harness, "spreadCancelButton")
    harness.jobs.holding = False
    harness.jobs.release()
    pump()
    assert not is_asked(harness)
    assert harness.edits() == 0


def test_a_legend_that_holds_everything_is_used_at_once(harness: Harness) -> None:
    harness.open()
    last = harness.table.model().rowCount() - 1
    harness.edit(0, MINIMUM, -1)
    harness.edit(last, MAXIMUM, 1)
    harness.trigger("wholeForAllAction")
    assert not is_asked(harness)
    harness.choose_date(2)
    assert (harness.value(0, MINIMUM), harness.value(last, MAXIMUM)) == (-1, 1)


def test_theoretical_classes_are_compared_with_the_values_too(harness: Harness) -> None:
    harness.open("theoretical")
    last = harness.table.model().rowCount() - 1
    harness.edit(last, MAXIMUM, harness.value(last, MINIMUM) + 0.01)
    harness.trigger("wholeForAllAction")
    assert is_asked(harness)


def test_the_question_fits_a_narrow_dock(harness: Harness) -> None:
    ask(harness)
    assert harness.panel.minimumSizeHint().width() <= 300


def test_a_legend_with_a_fault_is_given_to_no_date(harness: Harness) -> None:
    harness.open()
    assert harness.edit(1, MAXIMUM, -5)
    before = harness.edits()
    harness.trigger("wholeForAllAction")
    texts = harness.text("spreadLabel")
    assert is_asked(harness)
    assert "was not applied to other dates: class 2 begins at" in texts
    assert not harness.button("spreadOpenButton").isVisible()
    assert not harness.button("spreadKeepButton").isVisible()
    assert harness.edits() == before
    press(harness, "spreadCancelButton")
    assert not is_asked(harness)


def test_a_refusal_goes_away_when_the_fault_is_mended_and_the_question_comes(harness: Harness) -> None:
    harness.open()
    right = harness.value(1, MAXIMUM)
    assert harness.edit(1, MAXIMUM, -5)
    harness.trigger("wholeForAllAction")
    assert is_asked(harness)
    assert harness.edit(1, MAXIMUM, right)
    assert not is_asked(harness)
    harness.trigger("wholeForAllAction")
    assert harness.button("spreadOpenButton").isVisible()
    assert harness.button("spreadCancelButton").text() == "Cancel"


def test_a_label_with_a_mark_that_nobody_sees_is_marked_and_not_pushed(harness: Harness) -> None:
    harness.open()
    assert harness.edit(0, LABEL, "Wa\u202eter")
    assert not harness.button("pushButton").isEnabled()
    assert "U+202E" in harness.table.model().index(0, LABEL).data(Qt.ItemDataRole.ToolTipRole)
    assert harness.edit(0, LABEL, "Water")
    assert harness.button("pushButton").isEnabled()
