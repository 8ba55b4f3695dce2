"""One legend for all dates: what would not be drawn is said before, and the outer ends can be opened."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QWidget

from .conftest import LABEL, MAXIMUM, MINIMUM, Stage, pump


def press(stage: Stage, name: str) -> None:
    QTest.mouseClick(stage.button(name), Qt.MouseButton.LeftButton)
    pump()


def is_asked(stage: Stage) -> bool:
    return bool(stage.child(QWidget, "spreadQuestion").isVisible())


def rasters(stage: Stage, *rows: int) -> dict[str, Path]:
    """Return the value rasters of some dates, as the sandbox keeps them."""
    state = stage.sandbox.app.state.sandbox
    files = {asset["date"]: state.path_of(asset) for asset in state.assets_of(stage.item.id)}
    return {stage.keys[row]: files[stage.item.dates[row].day.isoformat()] for row in rows}


def share_outside(path: Path, low: float, high: float) -> float:
    """Return the share of a raster outside a range, counted here."""
    dataset = gdal.Open(str(path))  # a band does not keep its dataset alive
    band = dataset.GetRasterBand(1)
    values = band.ReadAsArray().astype(np.float64)
    values = values[np.isfinite(values) & (values != band.GetNoDataValue())]
    return float(((values < low) | (values > high)).mean())


def shares_drawn(stage: Stage) -> list[float]:
    """Return how many per cent of each date the server's classes hold."""
    legends = stage.sandbox.legends(stage.item).values()
    return [sum(entry.area_percentage or 0 for entry in legend.classes) for legend in legends]


def ask(stage: Stage, *rows: int) -> str:
    """Ask for the first date's legend on all dates, with the values of some dates on this machine."""
    stage.open()
    paths = rasters(stage, *rows)
    stage.panel.spreading.rasters = lambda _item: (paths, "")
    stage.trigger("wholeForAllAction")
    assert is_asked(stage)
    return stage.text("spreadLabel")


def test_without_values_the_servers_classes_give_an_estimate(stage: Stage) -> None:
    said = ask(stage)
    assert " dates: up to " in said
    assert "Estimated from the server's classes" in said
    assert stage.edits() == 0


def test_the_pixels_are_counted_where_the_values_are_here(stage: Stage) -> None:
    legend = stage.sandbox.legends(stage.item)[stage.keys[0]]
    said = ask(stage, *range(len(stage.keys)))
    low, high = legend.classes[0].minimum, legend.classes[-1].maximum
    shares = [share_outside(path, low, high) for path in rasters(stage, *range(1, len(stage.keys))).values()]
    assert said.startswith(f"{sum(share > 0 for share in shares)} dates: up to {max(shares):.0%}".replace("%", " %"))
    assert "stimated" not in said


def test_dates_whose_values_are_not_here_are_said_to_be_estimated(stage: Stage) -> None:
    assert "1 date is estimated" in ask(stage, *range(len(stage.keys) - 1))


def test_opened_ends_hold_every_value_of_every_date(stage: Stage) -> None:
    ask(stage, *range(len(stage.keys)))
    press(stage, "spreadOpenButton")
    assert not is_asked(stage)
    rows = stage.table.model().rowCount()
    ends = []
    for place in range(len(stage.keys)):
        stage.choose_date(place)
        ends.append((stage.value(0, MINIMUM), stage.value(rows - 1, MAXIMUM)))
    assert len(set(ends)) == 1
    stage.push()
    assert shares_drawn(stage) == pytest.approx([100] * len(stage.keys), abs=0.01)


def test_opened_ends_are_taken_back_in_one_step(stage: Stage) -> None:
    ask(stage)
    press(stage, "spreadOpenButton")
    assert stage.edits() > 0
    stage.click("undoButton")
    assert stage.edits() == 0
    assert not stage.button("undoButton").isEnabled()


def test_kept_ends_leave_values_undrawn_as_said(stage: Stage) -> None:
    ask(stage)
    press(stage, "spreadKeepButton")
    stage.push()
    assert min(shares_drawn(stage)) < 99


def test_cancelling_changes_nothing(stage: Stage) -> None:
    ask(stage)
    press(stage, "spreadCancelButton")
    assert not is_asked(stage)
    assert stage.edits() == 0


def test_the_question_goes_away_when_another_date_is_shown_or_a_class_edited(stage: Stage) -> None:
    ask(stage)
    stage.choose_date(2)
    assert not is_asked(stage)
    stage.trigger("wholeForAllAction")
    assert is_asked(stage)
    stage.recolour(1)
    assert not is_asked(stage)
    assert stage.edits() == 1


def test_counting_can_be_stopped(stage: Stage) -> None:
    stage.open()
    stage.panel.spreading.rasters = lambda _item: (rasters(stage, 1, 2), "")
    stage.jobs.holding = True
    stage.trigger("wholeForAllAction")
    assert "Comparing with the values of 2 dates" in stage.text("spreadLabel")
    assert not stage.button("spreadOpenButton").isVisible()
    press(stage, "spreadCancelButton")
    stage.jobs.holding = False
    stage.jobs.release()
    pump()
    assert not is_asked(stage)
    assert stage.edits() == 0


def test_a_legend_that_holds_everything_is_used_at_once(stage: Stage) -> None:
    stage.open()
    last = stage.table.model().rowCount() - 1
    stage.edit(0, MINIMUM, -1)
    stage.edit(last, MAXIMUM, 1)
    stage.trigger("wholeForAllAction")
    assert not is_asked(stage)
    stage.choose_date(2)
    assert (stage.value(0, MINIMUM), stage.value(last, MAXIMUM)) == (-1, 1)


def test_theoretical_classes_are_compared_with_the_values_too(stage: Stage) -> None:
    stage.open("theoretical")
    last = stage.table.model().rowCount() - 1
    stage.edit(last, MAXIMUM, stage.value(last, MINIMUM) + 0.01)
    stage.trigger("wholeForAllAction")
    assert is_asked(stage)


def test_the_question_fits_a_narrow_dock(stage: Stage) -> None:
    ask(stage)
    assert stage.panel.minimumSizeHint().width() <= 300


def test_a_legend_with_a_fault_is_given_to_no_date(stage: Stage) -> None:
    stage.open()
    assert stage.edit(1, MAXIMUM, -5)
    before = stage.edits()
    stage.trigger("wholeForAllAction")
    said = stage.text("spreadLabel")
    assert is_asked(stage)
    assert "was not applied to other dates: class 2 begins at" in said
    assert not stage.button("spreadOpenButton").isVisible()
    assert not stage.button("spreadKeepButton").isVisible()
    assert stage.edits() == before
    press(stage, "spreadCancelButton")
    assert not is_asked(stage)


def test_a_refusal_goes_away_when_the_fault_is_mended_and_the_question_comes(stage: Stage) -> None:
    stage.open()
    right = stage.value(1, MAXIMUM)
    assert stage.edit(1, MAXIMUM, -5)
    stage.trigger("wholeForAllAction")
    assert is_asked(stage)
    assert stage.edit(1, MAXIMUM, right)
    assert not is_asked(stage)
    stage.trigger("wholeForAllAction")
    assert stage.button("spreadOpenButton").isVisible()
    assert stage.button("spreadCancelButton").text() == "Cancel"


def test_a_label_with_a_mark_that_nobody_sees_is_marked_and_not_pushed(stage: Stage) -> None:
    stage.open()
    assert stage.edit(0, LABEL, "Wa\u202eter")
    assert not stage.button("pushButton").isEnabled()
    assert "U+202E" in stage.table.model().index(0, LABEL).data(Qt.ItemDataRole.ToolTipRole)
    assert stage.edit(0, LABEL, "Water")
    assert stage.button("pushButton").isEnabled()
