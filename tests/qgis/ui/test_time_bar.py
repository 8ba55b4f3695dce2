"""The time bar: dates to scale, chosen by mouse and keys, played, and left alone where there is nothing to choose."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import pytest
from pixxel_explorer.ui.time.axis_scale import AxisDate, AxisScale
from pixxel_explorer.ui.time.time_bar import TimeBar
from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QHelpEvent, QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QToolTip

from .conftest import record

DAYS = ("2025-04-14", "2025-05-06", "2025-05-29", "2025-06-18", "2025-07-10", "2025-10-03")
KEYS = Qt.Key


def dates(days: Sequence[str]) -> list[AxisDate]:
    return [AxisDate(f"key {day}", day, datetime.datetime.fromisoformat(f"{day}T00:00:00+00:00")) for day in days]


@pytest.fixture
def bar(qgis_app: object) -> Iterator[TimeBar]:
    made = TimeBar()
    made.resize(320, 80)
    made.show_dates("NDVI (dynamic)", dates(DAYS), f"key {DAYS[-1]}")
    yield made
    made.close()


def press(bar: TimeBar, day: str) -> None:
    x = round(bar.axis.x_of(f"key {day}"))
    QTest.mouseClick(bar.axis, Qt.MouseButton.LeftButton, pos=QPoint(x, 12))


def follow(bar: TimeBar) -> list[str]:
    """Let the bar show what it asks for, as the map does; return the days as they are asked for."""
    asked: list[str] = []

    def show(key: str) -> None:
        asked.append(key.removeprefix("key "))
        bar.show_dates("NDVI (dynamic)", bar.axis.dates, key)

    bar.axis.date_chosen.connect(show)
    return asked


def test_the_date_shown_and_its_place_among_the_others_are_named(bar: TimeBar) -> None:
    assert bar.isVisible()
    assert (bar.date_label.text(), bar.title.text(), bar.count_label.text()) == (
        DAYS[-1],
        "NDVI (dynamic)",
        "6 of 6",
    )
    assert not bar.forward_button.isEnabled()
    assert bar.axis.accessibleDescription() == DAYS[-1]


def test_distances_are_those_of_the_calendar(bar: TimeBar) -> None:
    places = [bar.axis.x_of(f"key {day}") for day in DAYS]
    whole, gap = places[-1] - places[0], places[5] - places[4]
    days = [datetime.date.fromisoformat(day) for day in DAYS]
    assert gap / whole == pytest.approx((days[5] - days[4]) / (days[5] - days[0]))


def test_a_click_chooses_the_nearest_date_once(bar: TimeBar) -> None:
    chosen = record(bar.axis.date_chosen)
    press(bar, DAYS[2])
    press(bar, DAYS[2])
    assert chosen == [(f"key {DAYS[2]}",)]
    QTest.mouseClick(bar.axis, Qt.MouseButton.RightButton, pos=QPoint(12, 12))
    assert len(chosen) == 1


def test_dragging_passes_the_dates_between(bar: TimeBar) -> None:
    asked = follow(bar)
    start, end = (round(bar.axis.x_of(f"key {day}")) for day in (DAYS[0], DAYS[3]))
    QTest.mousePress(bar.axis, Qt.MouseButton.LeftButton, pos=QPoint(start, 12))
    left = Qt.MouseButton.LeftButton
    for x in range(start, end + 1, 2):
        place = QPointF(x, 12)
        QApplication.sendEvent(
            bar.axis, QMouseEvent(QEvent.Type.MouseMove, place, place, left, left, Qt.KeyboardModifier.NoModifier)
        )
    assert asked == list(DAYS[:4])


@pytest.mark.parametrize(
    ("key", "expected"),
    [(KEYS.Key_Left, 1), (KEYS.Key_Right, 3), (KEYS.Key_Home, 0), (KEYS.Key_End, 5), (KEYS.Key_PageDown, 0)],
)
def test_keys_step_through_the_dates(bar: TimeBar, key: Qt.Key, expected: int) -> None:
    bar.show_dates("NDVI", dates(DAYS), f"key {DAYS[2]}")
    asked = follow(bar)
    QTest.keyClick(bar.axis, key)
    assert asked == [DAYS[expected]]


def test_keys_go_no_further_than_the_ends(bar: TimeBar) -> None:
    asked = follow(bar)
    QTest.keyClick(bar.axis, KEYS.Key_Right)
    assert asked == []


def test_the_buttons_step(bar: TimeBar) -> None:
    asked = follow(bar)
    bar.back_button.click()
    bar.back_button.click()
    bar.forward_button.click()
    assert asked == [DAYS[4], DAYS[3], DAYS[4]]


def test_playing_begins_anew_at_the_end_and_stops_there(bar: TimeBar) -> None:
    bar._timer.setInterval(1)
    asked = follow(bar)
    bar.play_button.click()
    assert bar.play_button.toolTip() == "Stop playing"
    QTest.qWait(200)
    assert asked == list(DAYS)
    assert not bar.is_playing


def test_playing_waits_for_the_map(bar: TimeBar) -> None:
    bar._timer.setInterval(1)
    asked = follow(bar)
    bar.play_button.click()
    bar.is_map_ready = lambda: False
    QTest.qWait(50)
    assert asked == [DAYS[0]]
    assert bar.is_playing
    bar.play_button.click()
    assert not bar.is_playing


def test_playing_stops_for_other_dates_and_where_the_bar_is_hidden(bar: TimeBar) -> None:
    for act in (lambda: bar.show_dates("NDVI", dates(DAYS[:3]), None), bar.hide):
        bar.play_button.click()
        assert bar.is_playing
        act()
        assert not bar.is_playing


@pytest.mark.parametrize("days", [(), DAYS[:1]])
def test_nothing_is_shown_where_there_is_nothing_to_choose(bar: TimeBar, days: tuple[str, ...]) -> None:
    bar.show_dates("NDVI", dates(days), None)
    assert not bar.isVisible()
    QTest.keyClick(bar.axis, KEYS.Key_Right)
    QTest.mouseClick(bar.axis, Qt.MouseButton.LeftButton, pos=QPoint(12, 12))


def test_where_no_date_is_shown_an_arrow_chooses_the_nearest_end(bar: TimeBar) -> None:
    bar.show_dates("NDVI", dates(DAYS), None)
    assert (bar.date_label.text(), bar.count_label.text()) == ("No date is shown", "– of 6")
    asked = follow(bar)
    bar.forward_button.click()
    bar.show_dates("NDVI", dates(DAYS), None)
    bar.back_button.click()
    assert asked == [DAYS[0], DAYS[-1]]


def test_two_scenes_of_one_moment_can_both_be_reached(bar: TimeBar) -> None:
    same = dates((DAYS[0], DAYS[0], DAYS[1]))
    same[1] = same[1]._replace(key="second", label=f"{DAYS[0]} (2)")
    bar.show_dates("NDVI", same, f"key {DAYS[0]}")
    chosen = record(bar.axis.date_chosen)
    QTest.keyClick(bar.axis, KEYS.Key_Right)
    assert chosen == [("second",)]
    bar.grab()


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2025-04-14", "2025-10-03", ["2025-05-01", "2025-07-01", "2025-09-01"]),
        ("2015-07-11", "2017-12-31", ["2016-01-01", "2017-01-01"]),
        ("2025-07-01", "2025-07-15", ["2025-07-01", "2025-07-08", "2025-07-15"]),
    ],
)
def test_the_calendar_has_as_many_ticks_as_fit(first: str, last: str, expected: list[str]) -> None:
    ticks = AxisScale(dates((first, last)), 10, 190).ticks(55)
    assert [tick.day.isoformat() for tick in ticks] == expected


def test_three_hundred_dates_are_drawn(bar: TimeBar) -> None:
    first = datetime.date(2015, 1, 1)
    many = [(first + datetime.timedelta(days=5 * row)).isoformat() for row in range(300)]
    bar.show_dates("NDVI", dates(many), f"key {many[0]}")
    assert not bar.grab().isNull()
    asked = follow(bar)
    QTest.keyClick(bar.axis, KEYS.Key_End)
    assert asked == [many[-1]]


def test_a_label_is_shown_as_it_is_written(bar: TimeBar, monkeypatch: pytest.MonkeyPatch) -> None:
    tips: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, text, _widget: tips.append(text))
    label = "<h1>big</h1>" + "w" * 3000
    bar.show_dates("NDVI", [date._replace(label=label) for date in dates(DAYS)], f"key {DAYS[0]}")
    assert bar.date_label.textFormat() == Qt.TextFormat.PlainText
    assert bar.date_label.sizeHint().height() < 2 * bar.date_label.fontMetrics().height()
    assert len(bar.date_label.text()) <= 40
    QApplication.sendEvent(bar.axis, QHelpEvent(QEvent.Type.ToolTip, QPoint(20, 12), QPoint(20, 12)))
    assert [tip.startswith("<p>&lt;h1&gt;big") and len(tip) < 200 for tip in tips] == [True]


@pytest.mark.parametrize(
    "days", [("0001-01-01", "9999-12-31"), ("9999-12-01", "9999-12-31"), ("9990-01-01", "9999-12-31")]
)
def test_the_calendar_ends_with_the_years_there_are(bar: TimeBar, days: tuple[str, str]) -> None:
    bar.show_dates("NDVI", dates(days), None)
    ticks = AxisScale(bar.axis.dates, 10, 190).ticks(55)
    assert all(days[0] <= tick.day.isoformat() <= days[1] for tick in ticks)
    assert not bar.grab().isNull()


# --- comparing ------------------------------------------------------------------------------------------------------


def compared(bar: TimeBar) -> str:
    return bar.axis.compared.label if bar.axis.compared is not None else ""


def test_the_button_compares_the_date_before_and_ends_it(bar: TimeBar) -> None:
    asked = record(bar.axis.compared_changed)
    bar.compare_button.click()
    assert (compared(bar), asked) == (DAYS[-2], [(f"key {DAYS[-2]}",)])
    bar.compare_button.click()
    assert (compared(bar), asked[-1]) == ("", ("",))
    bar.show_dates("NDVI", bar.axis.dates, f"key {DAYS[0]}")
    bar.compare_button.click()
    assert compared(bar) == DAYS[1], "after the first date there is no earlier one"


def test_shift_moves_the_compared_date_and_leaves_the_one_shown(bar: TimeBar) -> None:
    bar.compare_button.click()
    chosen = record(bar.axis.date_chosen)
    QTest.keyClick(bar.axis, KEYS.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert compared(bar) == DAYS[-3]
    QTest.keyClick(bar.axis, KEYS.Key_Home, Qt.KeyboardModifier.ShiftModifier)
    assert compared(bar) == DAYS[0]
    place = QPoint(round(bar.axis.x_of(f"key {DAYS[2]}")), 12)
    QTest.mouseClick(bar.axis, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, place)
    assert compared(bar) == DAYS[2]
    assert chosen == []


def test_its_thumb_is_dragged_from_where_it_is(bar: TimeBar) -> None:
    bar.compare_button.click()
    chosen = record(bar.axis.date_chosen)
    start, end = (round(bar.axis.x_of(f"key {day}")) for day in (DAYS[-2], DAYS[1]))
    left, no = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(bar.axis, left, pos=QPoint(start, 12))
    QApplication.sendEvent(
        bar.axis, QMouseEvent(QEvent.Type.MouseMove, QPointF(end, 12), QPointF(end, 12), left, left, no)
    )
    assert (compared(bar), chosen) == (DAYS[1], [])
    press(bar, DAYS[3])
    assert chosen == [(f"key {DAYS[3]}",)], "elsewhere a click chooses the date shown"


def test_other_dates_end_the_comparison(bar: TimeBar) -> None:
    bar.compare_button.click()
    asked = record(bar.axis.compared_changed)
    bar.show_dates("NDWI", dates(DAYS[:3]), None)
    assert (compared(bar), asked, bar.compare_button.isChecked()) == ("", [("",)], False)


def test_without_comparison_shift_is_as_usual(bar: TimeBar) -> None:
    asked = follow(bar)
    QTest.keyClick(bar.axis, KEYS.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert (asked, compared(bar)) == ([DAYS[-2]], "")
    bar.grab()
