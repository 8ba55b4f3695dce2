"""Numbers are written in one kind of digits, and read in every locale or refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixxel_explorer.plugin.messages.explanation import explain
from pixxel_explorer.plugin.messages.numbers import (
    NumberRefused,
    Refusal,
    count_text,
    decimal_text,
    natural_key,
    number_text,
    percent_text,
    read_number,
)
from qgis.PyQt.QtCore import QLocale

LOCALES = (
    "C",
    "en_US",
    "en_IN",
    "de_DE",
    "de_CH",
    "fr_FR",
    "sv_SE",
    "pt_PT",
    "ar_EG",
    "fa_IR",
    "hi_IN",
    "mr_IN",
    "my_MM",
)


@pytest.mark.parametrize("name", LOCALES)
@given(value=st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**9), 10**9)))
def test_a_number_written_reads_back_as_the_same_number_in_every_locale(name: str, value: float) -> None:
    locale = QLocale(name)
    assert read_number(number_text(value, locale), locale) == value


@pytest.mark.parametrize("name", LOCALES)
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0,2", 0.2),
        ("0.2", 0.2),
        ("-0,25", -0.25),
        ("\N{MINUS SIGN}0.125", -0.125),
        ("12.5", 12.5),
        ("1234,5", 1234.5),
        ("1e-3", 0.001),
        ("2,5e3", 2500.0),
        ("٠٫٢", 0.2),
        ("-۰٫۲۵", -0.25),
        ("०.२५", 0.25),
        ("১২", 12),
        (" 12 ", 12),
        ("", None),
    ],
)
def test_comma_point_and_native_digits_are_read_in_every_locale(name: str, text: str, value: float | None) -> None:
    found = read_number(text, QLocale(name))
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("name", LOCALES)
@pytest.mark.parametrize("mark", [".", ","])
def test_a_number_that_may_be_in_thousands_is_never_read_as_another(name: str, mark: str) -> None:
    locale, text = QLocale(name), f"-1{mark}234"
    if mark == str(locale.decimalPoint()):
        assert read_number(text, locale) == -1.234
        return
    with pytest.raises(NumberRefused) as caught:
        read_number(text, locale)
    assert caught.value.reason is Refusal.AMBIGUOUS
    assert {read_number(reading, locale) for reading in caught.value.readings} == {-1234, -1.234}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.000,5", Refusal.GROUPED),
        ("1,000.5", Refusal.GROUPED),
        ("1 234", Refusal.GROUPED),
        ("12’345.6", Refusal.GROUPED),
        ("١٬٢٣٤٫٥", Refusal.GROUPED),
        ("1,23,456", Refusal.GROUPED),
        ("abc", Refusal.NOT_A_NUMBER),
        ("nan", Refusal.NOT_A_NUMBER),
        ("inf", Refusal.NOT_A_NUMBER),
        ("1e999", Refusal.NOT_A_NUMBER),
        ("0,5,5", Refusal.NOT_A_NUMBER),
        ("--1", Refusal.NOT_A_NUMBER),
        ("1_000", Refusal.NOT_A_NUMBER),
        (".", Refusal.NOT_A_NUMBER),
    ],
)
@pytest.mark.parametrize("name", ["en_US", "de_DE", "ar_EG"])
def test_what_is_refused_says_why_and_quotes_it(name: str, text: str, reason: Refusal) -> None:
    with pytest.raises(NumberRefused) as caught:
        read_number(text, QLocale(name))
    assert caught.value.reason is reason
    assert f"“{text}”" in explain(caught.value).text


@pytest.mark.parametrize(
    ("name", "zero"), [("en_US", "0"), ("ar_EG", "٠"), ("fa_IR", "۰"), ("mr_IN", "०"), ("my_MM", "၀")]
)
def test_all_numbers_of_a_locale_have_its_digits(name: str, zero: str) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(name))
    try:
        texts = [number_text(-0.25), number_text(1e-7), number_text(51), count_text(1234), decimal_text(1234.5, 1)]
        texts.append(percent_text(12.5, 1))
    finally:
        QLocale.setDefault(before)
    digits = {ord(sign) for text in texts for sign in text if sign.isdecimal()}
    assert digits <= set(range(ord(zero), ord(zero) + 10))


def test_names_are_sorted_by_their_numbers() -> None:
    names = ["Field 10", "field 9", "Field 1b", "10 years", "9 years", "Zoo", ""]
    assert sorted(names, key=natural_key) == ["", "9 years", "10 years", "Field 1b", "field 9", "Field 10", "Zoo"]
