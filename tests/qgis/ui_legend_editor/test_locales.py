"""Numbers typed and shown in the class table, in the locale of QGIS."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from qgis.PyQt.QtCore import QEvent, QLocale, Qt
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit

from .conftest import LABEL, MAXIMUM, MINIMUM, Harness, pump

AREA, SHARE = 4, 5
SetLocale = Callable[[str], None]


@pytest.fixture
def set_locale() -> Iterator[SetLocale]:
    """Return what sets the locale of QGIS; the one before comes back."""
    before = QLocale()
    yield lambda name: QLocale.setDefault(QLocale(name))
    QLocale.setDefault(before)


def type_text(editor: QLineEdit, text: str) -> None:
    """Press the keys of a text, as keyboards of any script send them; QTest knows Latin letters only."""
    for sign in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(editor, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, sign))


def type_into(harness: Harness, row: int, column: int, text: str, key: Qt.Key = Qt.Key.Key_Return) -> QLineEdit:
    """Open a cell by Enter, type a text over what is there, and press a key; return the field."""
    table = harness.table
    table.activateWindow()
    table.setFocus()
    table.setCurrentIndex(table.model().index(row, column))
    QTest.keyClick(table, Qt.Key.Key_Return)
    editor = table.findChild(QLineEdit, "classNumberEdit")
    assert editor is not None
    editor.selectAll()
    type_text(editor, text)
    QTest.keyClick(editor, key)
    pump(30)
    return editor


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "fr_FR", "ar_EG", "mr_IN"])
@pytest.mark.parametrize("text", ["0,2", "0.2", "٠٫٢", "०.२"])
def test_a_breakpoint_is_typed_with_comma_point_or_native_digits(
    harness: Harness, set_locale: SetLocale, locale: str, text: str
) -> None:
    set_locale(locale)
    harness.open()
    type_into(harness, 0, MAXIMUM, text)
    assert harness.value(0, MAXIMUM) == 0.2
    assert harness.value(1, MINIMUM) == 0.2


@pytest.mark.parametrize(
    ("locale", "text"),
    [("de_DE", "1.234"), ("en_US", "1,234"), ("ar_EG", "1,234"), ("en_US", "1,234.5"), ("en_US", "x")],
)
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
def test_what_is_not_certain_is_refused_in_a_sentence_and_stays_to_be_corrected(
    harness: Harness, set_locale: SetLocale, locale: str, text: str, key: Qt.Key
) -> None:
    set_locale(locale)
    harness.open()
    before = harness.value(0, MAXIMUM)
    editor = type_into(harness, 0, MAXIMUM, text, key)
    assert harness.value(0, MAXIMUM) == before
    assert f"“{text}”" in harness.text("legendProblemLabel")
    assert editor.isVisible()
    assert editor.text() == text
    editor.setText("")
    QTest.keyClicks(editor, "0,2")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    pump(30)
    assert harness.value(0, MAXIMUM) == 0.2
    assert text not in harness.text("legendProblemLabel")


def test_what_is_left_behind_unread_is_said(harness: Harness) -> None:
    harness.open()
    before = harness.value(0, MAXIMUM)
    type_into(harness, 0, MAXIMUM, "1,234", Qt.Key.Key_Shift)
    harness.child(QComboBox, "legendDateCombo").setFocus()
    pump(30)
    assert harness.value(0, MAXIMUM) == before
    assert "“1,234”" in harness.text("legendProblemLabel")


def test_a_refusal_goes_away_with_escape(harness: Harness) -> None:
    harness.open()
    editor = type_into(harness, 0, MAXIMUM, "0,700.5")
    assert "“0,700.5”" in harness.text("legendProblemLabel")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    pump(30)
    assert not harness.child(QLabel, "legendProblemLabel").isVisible()


@pytest.mark.parametrize("is_edited", [True, False])
def test_a_refusal_goes_away_when_the_value_is_good_even_if_it_is_the_old_one(
    harness: Harness, is_edited: bool
) -> None:
    harness.open()
    if is_edited:
        harness.recolour(1)
    old = harness.table.model().index(0, MAXIMUM).data()
    editor = type_into(harness, 0, MAXIMUM, "0,700.5")
    editor.selectAll()
    type_text(editor, old)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    pump(30)
    assert not harness.child(QLabel, "legendProblemLabel").isVisible()


def test_a_refusal_of_what_was_left_behind_goes_away_with_a_push(harness: Harness) -> None:
    harness.open()
    harness.recolour(1)
    type_into(harness, 0, MAXIMUM, "0,700.5", Qt.Key.Key_Shift)
    harness.child(QComboBox, "legendDateCombo").setFocus()
    pump(30)
    assert "“0,700.5”" in harness.text("legendProblemLabel")
    QTest.mouseClick(harness.button("pushButton"), Qt.MouseButton.LeftButton)
    pump()
    assert "0,700.5" not in harness.text("legendProblemLabel")
    harness.answer("pushDialog")
    assert "0,700.5" not in harness.text("legendProblemLabel")
    assert harness.edits() == 0


def test_a_refusal_of_what_was_left_behind_by_the_push_is_said_until_the_push_begins(harness: Harness) -> None:
    harness.open()
    harness.recolour(1)
    type_into(harness, 0, MAXIMUM, "0,700.5", Qt.Key.Key_Shift)
    QTest.mouseClick(harness.button("pushButton"), Qt.MouseButton.LeftButton)
    pump()
    harness.answer("pushDialog")
    assert "0,700.5" not in harness.text("legendProblemLabel")


@pytest.mark.parametrize(("locale", "zero"), [("ar_EG", "٠"), ("fa_IR", "۰"), ("mr_IN", "०"), ("en_US", "0")])
def test_a_table_has_one_kind_of_digits(harness: Harness, set_locale: SetLocale, locale: str, zero: str) -> None:
    set_locale(locale)
    harness.open()
    model = harness.table.model()
    cells = [
        model.index(row, column).data() for row in range(model.rowCount()) for column in (MINIMUM, MAXIMUM, AREA, SHARE)
    ]
    rows = [model.headerData(row, Qt.Orientation.Vertical) for row in range(model.rowCount())]
    harness.edit(0, LABEL, "A")
    texts = [*cells, *rows, harness.text("editCountLabel")]
    digits = {sign for text in texts for sign in text if sign.isdecimal()}
    assert digits <= {chr(ord(zero) + number) for number in range(10)}
    assert harness.child(QComboBox, "legendDateCombo").itemText(1) == harness.item.dates[1].day.isoformat()


def test_areas_have_a_unit(harness: Harness) -> None:
    harness.open()
    shown = [harness.table.model().index(row, AREA).data() for row in range(harness.table.model().rowCount())]
    assert all(text.endswith((" ha", " km²")) for text in shown), shown
    assert len({text.rsplit(" ", 1)[1] for text in shown}) == 1, shown
    assert all(len(text.rsplit(" ", 1)[0].replace(".", "").lstrip("0")) >= 3 for text in shown), shown
