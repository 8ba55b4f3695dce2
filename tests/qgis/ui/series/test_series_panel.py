"""The chart of values over time: chosen by mouse and keys, read by hovering, and exported to files that open again."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.ui.series.chart_data import Line, SeriesPoint, Spread, ValueScale
from pixxel_explorer.ui.series.series_panel import SeriesPanel
from qgis.PyQt.QtCore import QPoint, QPointF, QRectF, Qt, QTimer
from qgis.PyQt.QtGui import QColor, QImage, QPainter
from qgis.PyQt.QtSvg import QSvgRenderer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QFileDialog, QMessageBox, QToolTip

DAYS = ("2025-04-14", "2025-05-06", "2025-05-29", "2025-06-18", "2025-10-03")
VALUES = (0.2, 0.4, None, 0.75, 0.5)
LEFT, KEYS = Qt.MouseButton.LeftButton, Qt.Key


def moment(day: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{day}T00:00:00+00:00")


def line(name: str, shift: float = 0.0, *, spread: bool = False) -> Line:
    points = []
    for day, value in zip(DAYS, VALUES, strict=True):
        shifted = None if value is None else value + shift
        around = Spread(9, value - 0.1, value - 0.05, value, value + 0.05, value + 0.1) if spread and value else None
        points.append(SeriesPoint(f"{name} {day}", day, moment(day), shifted, around))
    return Line(name, tuple(points))


@pytest.fixture
def panel(qgis_app: object) -> Iterator[SeriesPanel]:
    made = SeriesPanel()
    made.resize(700, 260)
    made.show()
    yield made
    made.close()


@pytest.fixture
def chosen(panel: SeriesPanel) -> list[str]:
    """Show two lines that follow the dates that are chosen, and return the keys of these."""
    keys: list[str] = []

    def follow(key: str) -> None:
        keys.append(key)
        panel.chart.mark(moment(key[-10:]))

    panel.chart.date_chosen.connect(follow)
    panel.show_lines([line("NDVI"), line("NDWI", -0.5)], "Pixel")
    return keys


def place(panel: SeriesPanel, number: int, row: int) -> QPoint:
    return panel.chart.painting().place_of(panel.chart.lines[number].points[row]).toPoint()


def test_distances_are_those_of_the_calendar(panel: SeriesPanel, chosen: list[str]) -> None:
    painting = panel.chart.painting()
    places = [painting.x(moment(day)) for day in DAYS]
    days = [datetime.date.fromisoformat(day) for day in DAYS]
    share = (places[4] - places[3]) / (places[4] - places[0])
    assert share == pytest.approx((days[4] - days[3]) / (days[4] - days[0]))


def test_a_click_on_a_date_chooses_it_on_its_own_line(panel: SeriesPanel, chosen: list[str]) -> None:
    QTest.mouseClick(panel.chart, LEFT, pos=place(panel, 0, 1))
    QTest.mouseClick(panel.chart, LEFT, pos=place(panel, 1, 3))
    QTest.mouseClick(panel.chart, Qt.MouseButton.RightButton, pos=place(panel, 1, 0))
    assert chosen == [f"NDVI {DAYS[1]}", f"NDWI {DAYS[3]}"]


def test_arrow_keys_step_also_over_dates_without_data(panel: SeriesPanel, chosen: list[str]) -> None:
    for key in (
        KEYS.Key_Home,
        KEYS.Key_Left,
        KEYS.Key_Right,
        KEYS.Key_Right,
        KEYS.Key_End,
        KEYS.Key_End,
        KEYS.Key_Left,
    ):
        QTest.keyClick(panel.chart, key)
    assert [key[-10:] for key in chosen] == [DAYS[0], DAYS[1], DAYS[2], DAYS[4], DAYS[3]]
    assert panel.chart.accessibleDescription() == f"{DAYS[3]}, NDVI: 0.75, NDWI: 0.25"


def test_hovering_shows_date_and_values(panel: SeriesPanel, chosen: list[str]) -> None:
    QTest.mouseMove(panel.chart, place(panel, 0, 1))
    assert QToolTip.text().replace("<br>", " ").endswith(f"{DAYS[1]} NDVI: 0.4 NDWI: -0.1</p>")
    QTest.mouseMove(panel.chart, place(panel, 0, 2))
    assert "NDVI: no data" in QToolTip.text()


def test_names_from_outside_are_texts(panel: SeriesPanel) -> None:
    panel.show_lines([line("<b>x</b>")], "<b>place</b>")
    QTest.mouseMove(panel.chart, place(panel, 0, 1))
    assert "&lt;b&gt;x" in QToolTip.text()


def test_dates_without_data_are_gaps(panel: SeriesPanel, chosen: list[str]) -> None:
    """Between two dates there is the line's colour, and beside a date without data nothing."""
    image = panel.chart.grab().toImage()
    before, gap, after = (panel.chart.painting().place_of(panel.chart.lines[0].points[row]) for row in (1, 2, 3))
    background = image.pixelColor(QPoint(round(gap.x()) + 3, round(gap.y()) - 30))

    def has_line(left: QPointF, right: QPointF) -> bool:
        x = round((left.x() + right.x()) / 2)
        low, high = sorted((round(left.y()), round(right.y())))
        return any(_differs(image.pixelColor(x, y), background) for y in range(low, high))

    first = panel.chart.painting().place_of(panel.chart.lines[0].points[0])
    assert has_line(first, before)
    assert not has_line(before, QPointF(gap.x(), before.y() - 9))
    assert [len(run) for run in line("NDVI").runs()] == [2, 2]
    assert after.y() < before.y()


def _differs(one: QColor, other: QColor) -> bool:
    return abs(one.blue() - other.blue()) + abs(one.red() - other.red()) > 90


@pytest.mark.parametrize("count", [1, 2])
def test_a_single_date_and_equal_values_are_shown(panel: SeriesPanel, count: int) -> None:
    points = tuple(SeriesPoint(day, day, moment(day), 0.0) for day in DAYS[:count])
    panel.show_lines([Line("NDVI", points)], "Pixel")
    spot = panel.chart.painting().place_of(points[0])
    assert panel.chart.painting().plot.contains(spot)
    QTest.mouseClick(panel.chart, LEFT, pos=spot.toPoint())
    panel.chart.grab()


@pytest.mark.parametrize("count", [1, 3])
def test_a_date_beyond_the_chart_is_not_marked(panel: SeriesPanel, count: int) -> None:
    """The map may show a date of a stack that is not charted."""
    points = tuple(SeriesPoint(day, day, moment(day), 0.5) for day in DAYS[1 : 1 + count])
    panel.show_lines([Line("NDVI", points)], "Pixel")
    plain = panel.chart.grab().toImage()
    for day in (DAYS[0], DAYS[4]):
        panel.chart.mark(moment(day))
        assert panel.chart.grab().toImage() == plain
    panel.chart.mark(moment(DAYS[1]))
    assert panel.chart.grab().toImage() != plain


@pytest.mark.parametrize(
    ("low", "high", "decimals"), [(0.0, 1.0, 1), (-0.02, 0.03, 2), (0.0, 12000.0, 0), (100.0, 100.001, 4)]
)
def test_ticks_are_round_and_few(low: float, high: float, decimals: int) -> None:
    points = tuple(SeriesPoint(str(value), "", moment(DAYS[0]), value) for value in (low, high))
    ticks, found = ValueScale([Line("a", points)], 0.0, 200.0).ticks(30.0)
    assert 2 <= len(ticks) <= 7
    assert found <= decimals
    assert all(float(f"{tick:.{found}f}") == pytest.approx(tick, abs=1e-9) for tick in ticks)


def test_a_hint_is_shown_without_lines_and_the_height_stays(panel: SeriesPanel, chosen: list[str]) -> None:
    height = panel.minimumSizeHint().height()
    panel.show_note("A note. " * 40)
    assert panel.minimumSizeHint().height() == height
    panel.show_hint("Click a pixel. " * 20)
    assert panel.minimumSizeHint().height() == height
    assert not panel.export_button.isEnabled()
    QTest.keyClick(panel.chart, KEYS.Key_Right)
    QTest.mouseClick(panel.chart, LEFT, pos=QPoint(50, 50))
    QTest.mouseMove(panel.chart, QPoint(60, 50))
    assert chosen == []


# --- export -------------------------------------------------------------------------------------------------------


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_a_table_has_the_columns_of_the_algorithms(panel: SeriesPanel, chosen: list[str], tmp_path: Path) -> None:
    panel.save(tmp_path / "pixel.csv")
    rows = table(tmp_path / "pixel.csv")
    assert list(rows[0]) == ["index", "date", "value"]
    assert [row["value"] for row in rows if row["index"] == "NDVI"] == ["0.2", "0.4", "", "0.75", "0.5"]
    panel.show_lines([line("NDVI", spread=True)], "Polygon")
    panel.save(tmp_path / "polygon.csv")
    rows = table(tmp_path / "polygon.csv")
    names = ["index", "date", "count", "mean", "min", "max", "median", "quartile_25", "quartile_75"]
    assert list(rows[0]) == names
    assert [rows[2][name] for name in names] == ["NDVI", DAYS[2], "0", "", "", "", "", "", ""]
    assert (rows[3]["count"], rows[3]["mean"], rows[3]["max"]) == ("9", "0.75", "0.85")


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(0, image.width(), 2) for y in range(0, image.height(), 2)}


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_a_picture_opens_again(panel: SeriesPanel, chosen: list[str], tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"chart.{suffix}"
    panel.save(path)
    assert panel.note_label.text() == f"Saved as chart.{suffix}."
    if suffix == "png":
        image = QImage(str(path))
        assert image.width() == 2 * panel.chart.width()
    else:
        image = QImage(700, 300, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        renderer = QSvgRenderer(str(path))
        assert renderer.isValid()
        painter = QPainter(image)
        renderer.render(painter, QRectF(image.rect()))
        painter.end()
    assert image.pixelColor(1, 1).name() == "#ffffff"
    assert len(colours(image)) > 10


@pytest.mark.parametrize("suffix", ["png", "svg", "csv"])
def test_a_refusal_of_the_disk_is_told(panel: SeriesPanel, chosen: list[str], tmp_path: Path, suffix: str) -> None:
    (tmp_path / "file").write_text("")
    panel.save(tmp_path / "file" / f"chart.{suffix}")
    assert not panel.note_label.text().startswith("Saved")
    assert len(panel.note_label.text()) > 20
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(("number", "suffix"), [(0, ".png"), (1, ".svg"), (2, ".csv")])
def test_the_menu_asks_for_a_file_and_gives_it_its_ending(
    panel: SeriesPanel, chosen: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, suffix: str
) -> None:
    asked: list[tuple[str, str]] = []

    def answer(_parent: object, title: str, _suggestion: str, kinds: str) -> tuple[str, str]:
        asked.append((title, kinds))
        return (str(tmp_path / "chart"), kinds) if len(asked) == 1 else ("", "")

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    action = panel.export_button.menu().actions()[number]
    action.trigger()
    action.trigger()  # the second time the dialog is cancelled
    assert [path.name for path in tmp_path.iterdir()] == [f"chart{suffix}"]
    assert f"*{suffix}" in asked[0][1]


@pytest.mark.parametrize("agreed", [False, True])
def test_a_file_that_got_its_ending_here_is_replaced_by_consent_only(
    panel: SeriesPanel, chosen: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, agreed: bool
) -> None:
    (tmp_path / "chart.csv").write_text("mine")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "chart"), ""))

    def answer() -> None:
        for box in panel.findChildren(QMessageBox):
            box.buttons()[0 if agreed else 1].click()

    QTimer.singleShot(100, answer)
    panel.export_button.menu().actions()[2].trigger()
    assert ((tmp_path / "chart.csv").read_text() == "mine") is not agreed
