"""Inputs of blocks: described by a few words of JSON Schema, and checked against that description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Schema = Mapping[str, Any]


class InputWrong(ValueError):
    """An invalid input of a block.

    Attributes:
        field: its path, as ``input.dates``.
        reason: the condition it must meet.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")
        self.field = field
        self.reason = reason


def checked(schema: Schema, given: object, field: str = "input") -> dict[str, Any]:
    """Return an object with its defaults filled in.

    Raises:
        InputWrong: it does not fit; the first field that does not is named.
    """
    if not isinstance(given, Mapping):
        raise InputWrong(field, "must be an object")
    known = schema["properties"]
    foreign = next((name for name in given if name not in known), None)
    if foreign is not None:
        raise InputWrong(f"{field}.{foreign[:60]}", f"is not known; there are {', '.join(known)}")
    missing = next((name for name in schema["required"] if name not in given), None)
    if missing is not None:
        raise InputWrong(f"{field}.{missing}", "is required")
    for name, value in given.items():
        _check(known[name], value, f"{field}.{name}")
    defaults = {name: rule["default"] for name, rule in known.items() if "default" in rule}
    return {**defaults, **given}


def _check(rule: Schema, value: object, field: str) -> None:
    _CHECKS[rule["type"]](rule, value, field)


def _check_text(rule: Schema, value: object, field: str) -> None:
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise InputWrong(field, "must be a text of 1 to 200 characters")


def _check_number(rule: Schema, value: object, field: str) -> None:
    kinds = (int,) if rule["type"] == "integer" else (int, float)
    if not isinstance(value, kinds) or isinstance(value, bool):
        raise InputWrong(field, f"must be a number ({rule['type']})")
    if not rule["minimum"] <= value <= rule["maximum"]:
        raise InputWrong(field, f"must be {rule['minimum']} to {rule['maximum']}")


def _check_list(rule: Schema, value: object, field: str) -> None:
    least, most = rule.get("minItems", 0), rule["maxItems"]
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise InputWrong(field, f"must be a list of {least} to {most}")
    for number, item in enumerate(value):
        _check(rule["items"], item, f"{field}[{number}]")


def _check_object(rule: Schema, value: object, field: str) -> None:
    if not isinstance(value, Mapping):
        raise InputWrong(field, "must be an object")


def _refuse_raster(rule: Schema, value: object, field: str) -> None:
    raise InputWrong(field, "comes from another task of a workflow, by an edge")


_CHECKS: dict[str, Callable[[Schema, object, str], None]] = {
    "string": _check_text,
    "number": _check_number,
    "integer": _check_number,
    "array": _check_list,
    "object": _check_object,
    "raster": _refuse_raster,
}
