from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixxel_explorer.plugin.imagery.expression import ExpressionInvalid, parse, parse_composite

BANDS = {"B04": np.array([0.1, 0.2, 0.0]), "B08": np.array([0.5, 0.2, 0.0])}


def value(text: str) -> float:
    return float(parse(text).evaluate({}))


def test_ndvi_is_computed_and_a_division_by_zero_is_no_value() -> None:
    ndvi = parse("(B08 - B04) / (B08 + B04)")
    assert ndvi.bands == {"B04", "B08"}
    np.testing.assert_allclose(ndvi.evaluate(BANDS), [0.4 / 0.6, 0.0, np.nan])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("8 / 4 / 2", 1),
        ("8 - 4 - 2", 2),
        ("-2^2", -4),
        ("2^3^2", 512),
        ("2 ** -1", 0.5),
        ("2 * -3", -6),
        ("--1", 1),
        ("+.5e1", 5),
        ("sqrt(16) + abs(-2)", 6),
        ("ln(exp(2)) + LOG(exp(1)) + log10(100)", 5),
        ("max(1, min(5, 3))", 3),
    ],
)
def test_arithmetic_follows_the_usual_rules(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "reason", "position"),
    [
        ("", "empty", 0),
        ("   ", "empty", 0),
        ("1 +", "expected", 3),
        ("(1", "expected", 2),
        ("1)", "end", 1),
        ("B1 B2", "end", 3),
        ("B1 & B2", "character", 3),
        ("B1.real", "character", 2),
        ("__import__('os')", "character", 11),
        ("open(B1)", "function", 0),
        ("sqrt(1, 2)", "arguments", 0),
        ("1" * 5000, "too-long", 4000),
        ("(" * 300 + "1" + ")" * 300, "too-deep", 101),
        ("-" * 300 + "1", "too-deep", 101),
    ],
)
def test_what_is_no_expression_is_refused_with_its_place(text: str, reason: str, position: int) -> None:
    with pytest.raises(ExpressionInvalid) as refused:
        parse(text)
    assert (refused.value.reason, refused.value.position) == (reason, position)


def test_digital_numbers_do_not_wrap_around() -> None:
    counts = {"B1": np.array([10], dtype=np.uint16), "B2": np.array([30], dtype=np.uint16)}
    assert parse("B1 - B2").evaluate(counts)[0] == -20


def test_a_missing_band_is_named() -> None:
    with pytest.raises(KeyError, match="B9"):
        parse("B9 + B04").evaluate(BANDS)


def test_a_composite_is_parted_at_commas_outside_of_brackets() -> None:
    channels = parse_composite("B04, max(B04, B08), B08/2")
    assert [sorted(channel.bands) for channel in channels] == [["B04"], ["B04", "B08"], ["B08"]]


@given(st.text(alphabet="B18+-*/^()., e", max_size=30))
def test_any_text_is_either_computed_or_refused(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionInvalid as refused:
        assert 0 <= refused.position <= len(text)
        return
    result = expression.evaluate({name: np.array([2.0]) for name in expression.bands})
    assert np.all(np.isfinite(result) | np.isnan(result))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_numbers_keep_their_value(left: float, right: float) -> None:
    result = parse("a - b").evaluate({"a": np.array([left]), "b": np.array([right])})
    assert math.isclose(result[0], left - right, abs_tol=1e-9)
