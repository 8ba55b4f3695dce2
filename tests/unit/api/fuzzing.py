"""Documents as the contract has them, and what a broken server makes of them."""

from __future__ import annotations

import copy
import os
from collections.abc import Mapping
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from pixxel_explorer.tests.unit.contract.check import Contract

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
_LONGER = 40
_DEEP = 300

_WORDS = [
    "a",
    "Farm",
    "2024_05_06",
    "2024-05-06T10:00:00Z",
    "https://files.example.com/x?sig=1",
    "#2b83ba",
    "success",
    "",
]
_SCALARS: Mapping[str, st.SearchStrategy[Any]] = {
    "string": st.sampled_from(
        [
            "a",
            "Farm",
            "2024_05_06",
            "2024-05-06T10:00:00Z",
            "https://files.example.com/x?sig=1",
            "#2b83ba",
            "success",
            "",
        ]
    )
    | st.text(max_size=8),
    "integer": st.integers(-5, 10_000),
    "number": st.integers(-5, 10_000) | st.floats(-1e6, 1e6),
    "boolean": st.booleans(),
    "null": st.none(),
}
_NAMES = st.sampled_from(["2024_05_06", "2024-05-06", "dynamic", "theoretical", "id", "B004", ""]) | st.text(max_size=4)


def _nested(value: Any, depth: int, key: str = "") -> Any:
    for _ in range(depth):
        value = {key: value} if key else [value]
    return value


ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        [
            10**400,
            -(10**400),
            1e308,
            -1e308,
            5e-324,
            "",
            " ",
            "\x00",
            "\ud800",
            "NaN",
            "Infinity",
            "1e999",
            "9" * 5000,
            "80%",
            "2024-99-99",
            "0000-00-00T00:00:00Z",
            "9999-12-31T23:59:59-23:59",
            "ⅷ",
            "٣",
            "<a/>",
            "data:image/png;base64,%%%",
            "http://[",
            [],
            {},
            [None],
            [[]],
            {"": None},
            {"id": {"id": {}}},
            [{}] * 50,
            _nested("x", _DEEP),
            _nested(None, _DEEP, "id"),
        ]
    ),
)


def profile(examples: int) -> settings:
    """Return how long to look: the same few cases in every run, or many new ones with ``HYPOTHESIS_PROFILE=long``."""
    return settings(
        max_examples=examples * _LONGER if LONG else examples,
        derandomize=not LONG,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


def documents(contract: Contract, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Return a strategy of values that a schema of the contract allows; fields may be missing."""
    schema = contract.resolved(schema)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    for union in ("oneOf", "anyOf"):
        if union in schema:
            return st.one_of([documents(contract, part) for part in schema[union]])
    if "allOf" in schema:
        parts = st.tuples(*(documents(contract, part) for part in schema["allOf"]))
        return parts.map(lambda made: {name: value for part in made for name, value in part.items()})
    kinds = schema.get("type", ["object", "array", "string", "number", "null"])
    return st.one_of([_of_kind(contract, schema, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)])


def _of_kind(contract: Contract, schema: Mapping[str, Any], kind: str) -> st.SearchStrategy[Any]:
    if kind == "array":
        items = schema.get("items")
        return st.lists(documents(contract, items) if items else _SCALARS["number"], max_size=3)
    if kind != "object":
        return _SCALARS[kind]
    fields = {name: documents(contract, part) for name, part in schema.get("properties", {}).items()}
    known = st.fixed_dictionaries({}, optional=fields)
    more = schema.get("additionalProperties")
    if not isinstance(more, dict):
        return known
    others = st.dictionaries(_NAMES, documents(contract, more), max_size=3)
    return st.tuples(others, known).map(lambda both: {**both[0], **both[1]})


@st.composite
def broken(draw: st.DrawFn, whole: st.SearchStrategy[Any]) -> Any:
    """Draw a document and break it at up to three places: another value, nothing, or a field moved in depth."""
    value = copy.deepcopy(draw(whole))
    for _ in range(draw(st.integers(0, 3))):
        value = _broken_once(draw, value)
    return value


def _broken_once(draw: st.DrawFn, value: Any) -> Any:
    inside = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    if not inside or draw(st.integers(0, 7)) == 0:
        return copy.deepcopy(draw(ODD))
    name, part = draw(st.sampled_from(inside))
    if draw(st.integers(0, 7)) == 0:
        del value[name]
    else:
        value[name] = _broken_once(draw, part)
    return value
