"""Whoever uses the keyboard, a screen reader or large letters reaches every class, and every act in the dialogs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pixxel_explorer.ui.dialogs.guide_dialog import GUIDE, Chapter, GuideDialog
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QFont
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QPushButton,
    QRadioButton,
    QTableView,
    QTextBrowser,
    QWidget,
)

from .conftest import COLOUR, LABEL, MAXIMUM, MINIMUM, Harness, pump

LARGE = 18


@pytest.fixture
def large_letters(qgis_app: object) -> Iterator[None]:
    """Let the whole application write at 18 pt."""
    before = QApplication.font()
    font = QFont(before)
    font.setPointSize(LARGE)
    QApplication.setFont(font)
    yield
    QApplication.setFont(before)


def data(view: QAbstractItemView, row: int, column: int, role: Qt.ItemDataRole) -> Any:
    """Return what a cell holds under a role."""
    return view.model().index(row, column).data(role)


def assert_whole(view: QTableView) -> None:
    """Check that the rows of a table have room for their letters, and that each can be scrolled to and is seen."""
    assert view.fontInfo().pointSize() == LARGE
    height = view.fontMetrics().height()
    for row in range(view.model().rowCount()):
        assert view.rowHeight(row) >= height, row
        index = view.model().index(row, 0)
        view.scrollTo(index)
        pump(5)
        rect = view.visualRect(index)
        assert view.viewport().rect().contains(rect.center()), row


def open_comparison(harness: Harness, *, conflict: bool = True) -> Any:
    """Edit two dates, let another user change one of them if wished, and open the comparison."""
    harness.open()
    harness.edit(0, LABEL, "Mine")
    harness.choose_date(1)
    harness.edit(0, LABEL, "Mine too")
    if conflict:
        harness.sandbox.relabel(harness.item, harness.keys[0], "Theirs")
    harness.click("pushButton")
    dialog = harness.dialog("pushDialog")
    assert dialog is not None
    dialog.activateWindow()
    pump(20)
    return dialog


def reached_by_tab(dialog: QWidget, most: int = 20) -> list[str]:
    """Press Tab until the focus comes round, and return the names of what had it."""
    first = QApplication.focusWidget()
    found: list[str] = []
    for _ in range(most):
        focus = QApplication.focusWidget()
        assert focus is not None
        text = focus.text() if isinstance(focus, QPushButton) else ""
        found.append(focus.objectName() or text)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is first:
            return found
    raise AssertionError(f"the focus does not come round: {found}")


# --- the class table ------------------------------------------------------------------------------------------------


def test_the_class_table_is_edited_by_keys_alone(harness: Harness) -> None:
    harness.open()
    table = harness.table
    table.activateWindow()
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, MINIMUM))
    QTest.keyClick(table, Qt.Key.Key_Right)
    assert table.currentIndex().column() == MAXIMUM
    QTest.keyClick(table, Qt.Key.Key_Right)
    QTest.keyClick(table, Qt.Key.Key_Return)
    chooser = harness.dialog("classColourDialog")
    assert chooser is not None
    chooser.close()
    pump(20)
    table.activateWindow()
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Right)
    QTest.keyClick(table, Qt.Key.Key_W)
    editor = table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "Water")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    pump(20)
    assert harness.value(0, LABEL) == "Water"


def test_tab_leaves_the_class_table(harness: Harness) -> None:
    harness.open()
    harness.table.activateWindow()
    harness.table.setFocus()
    assert {"legendTable", "rollBackButton", "splitClassButton"} <= set(reached_by_tab(harness.panel, 40))


def test_each_cell_of_the_class_table_says_what_it_is(harness: Harness) -> None:
    harness.open()
    table = harness.table
    assert table.accessibleName() == "Classes"
    for row in range(table.model().rowCount()):
        for column in range(table.model().columnCount()):
            assert data(table, row, column, Qt.ItemDataRole.AccessibleTextRole), (row, column)
            where = data(table, row, column, Qt.ItemDataRole.AccessibleDescriptionRole)
            assert f"class {row + 1}" in where, (row, column)
    harness.edit(0, MAXIMUM, -5)
    assert "edited" in data(table, 0, MAXIMUM, Qt.ItemDataRole.AccessibleDescriptionRole)
    assert "begins at" in data(table, 0, MAXIMUM, Qt.ItemDataRole.AccessibleDescriptionRole)
    names = [
        table.model().headerData(column, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
        for column in range(table.model().columnCount())
    ]
    assert all(names)
    assert names[COLOUR] == "Colour"


@pytest.mark.parametrize("width", [300, 420])
@pytest.mark.usefixtures("large_letters")
def test_the_class_table_shows_every_class_in_large_letters(harness: Harness, width: int) -> None:
    harness.panel.resize(width, 480)
    harness.open()
    table = harness.table
    assert_whole(table)
    table.scrollTo(table.model().index(0, LABEL))
    pump(5)
    rect = table.visualRect(table.model().index(0, LABEL))
    assert rect.width() >= table.fontMetrics().averageCharWidth() * 8
    assert table.viewport().rect().contains(rect.center())


def test_rows_follow_a_font_that_is_chosen_later(harness: Harness, large_letters: None) -> None:
    harness.open()
    font = QFont(harness.panel.font())
    font.setPointSize(2 * LARGE)
    harness.panel.setFont(font)
    pump(20)
    assert harness.table.rowHeight(0) >= harness.table.fontMetrics().height()
    assert harness.table.fontInfo().pointSize() == 2 * LARGE


# --- the comparison -------------------------------------------------------------------------------------------------


def test_every_act_of_the_comparison_is_reached_by_tab_and_decided_by_keys(harness: Harness) -> None:
    dialog = open_comparison(harness)
    dialog.findChild(QListWidget, "pushDateList").setFocus()
    reached = reached_by_tab(dialog)
    assert reached[:3] == ["pushDateList", "pushComparison", "takeServerRadio"] or "keepMineRadio" in reached
    assert {"Cancel", "Help"} <= {name.replace("&", "") for name in reached}
    radio = dialog.findChild(QRadioButton, "keepMineRadio")
    radio.setFocus()
    QTest.keyClick(radio, Qt.Key.Key_Space)
    assert len(dialog.send) == 2
    dates = dialog.findChild(QListWidget, "pushDateList")
    dates.setFocus()
    dates.setCurrentRow(1)
    QTest.keyClick(dates, Qt.Key.Key_Space)
    assert len(dialog.send) == 1


def test_the_comparison_is_walked_by_arrow_keys_and_says_each_cell(harness: Harness) -> None:
    dialog = open_comparison(harness)
    table = dialog.findChild(QTableView, "pushComparison")
    assert table.accessibleName()
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, 0))
    QTest.keyClick(table, Qt.Key.Key_Right)
    QTest.keyClick(table, Qt.Key.Key_Down)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (1, 1)
    assert "Mine" in data(table, 0, 0, Qt.ItemDataRole.AccessibleTextRole)
    assert "different from" in data(table, 0, 0, Qt.ItemDataRole.AccessibleDescriptionRole)
    assert "class 1" in data(table, 0, 2, Qt.ItemDataRole.AccessibleDescriptionRole)


def test_the_cell_with_the_focus_is_seen(harness: Harness) -> None:
    dialog = open_comparison(harness, conflict=False)
    table = dialog.findChild(QTableView, "pushComparison")
    table.setFocus()
    table.setCurrentIndex(table.model().index(3, 2))
    pump(20)
    with_focus = table.grab().toImage()
    dialog.findChild(QListWidget, "pushDateList").setFocus()
    pump(20)
    assert with_focus != table.grab().toImage()


@pytest.mark.usefixtures("large_letters")
def test_the_comparison_shows_every_class_in_large_letters(harness: Harness) -> None:
    dialog = open_comparison(harness)
    screen = dialog.screen().availableGeometry()
    assert dialog.width() <= screen.width()
    assert dialog.minimumSizeHint().height() <= screen.height()
    table = dialog.findChild(QTableView, "pushComparison")
    assert_whole(table)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Tab)
    radio = QApplication.focusWidget()
    assert isinstance(radio, QRadioButton)
    pump(20)
    assert dialog.rect().contains(radio.mapTo(dialog, radio.rect().bottomLeft())), "what has the focus is scrolled to"
    assert radio.width() >= radio.sizeHint().width()
    two_lines = 2 * table.fontMetrics().height()
    assert all(table.rowHeight(row) >= two_lines for row in range(table.model().rowCount()))


def test_the_conflict_says_when_the_server_was_changed(harness: Harness) -> None:
    dialog = open_comparison(harness)
    text = dialog.conflict_label.text()
    assert "last changed on 20" in text
    assert "the user is not stated" in text


# --- help -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["push", "rollback", "recompute"])
def test_help_opens_the_chapter_above_the_dialog(harness: Harness, name: str) -> None:
    harness.open()
    harness.edit(0, LABEL, "Mine")
    opening = {"push": "pushButton", "rollback": "rollBackButton", "recompute": "recomputeButton"}
    harness.click(opening[name])
    dialog = harness.dialog(f"{name}Dialog")
    assert dialog is not None
    box = dialog.findChild(QDialogButtonBox, f"{name}DialogButtons")
    QTest.mouseClick(box.button(QDialogButtonBox.StandardButton.Help), Qt.MouseButton.LeftButton)
    guide = harness.dialog("guideDialog")
    assert guide is not None
    assert guide.parent() is dialog
    assert "Push" in guide.findChild(QTextBrowser, "guideBrowser").textCursor().block().text()
    guide.close()


@pytest.mark.parametrize("chapter", list(Chapter))
def test_each_chapter_is_a_heading_of_the_guide(qgis_app: object, chapter: Chapter) -> None:
    headings = [line for line in GUIDE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert any(chapter.value in heading.casefold() for heading in headings)
    guide = GuideDialog()
    guide.show_chapter(chapter)
    pump(20)
    assert chapter.value in guide.browser.textCursor().block().text().casefold()
    rect = guide.browser.cursorRect()
    assert 0 <= rect.top() < guide.browser.viewport().height() / 2
    guide.close()
