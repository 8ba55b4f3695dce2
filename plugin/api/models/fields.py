"""Tolerant field types of responses: a value of a wrong type is read as missing, never as an error."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from ..errors import InvalidRequest
from ..status import State, parse_state


class Record(BaseModel):
    """A record of the server; fields it may add later are kept in ``model_extra``."""

    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=())


class Request(BaseModel):
    """A request body: exactly the documented names, nothing besides.

    Raises:
        InvalidRequest: a value the contract does not allow.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=(), allow_inf_nan=False)

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = place_of(first["loc"]) or type(self).__name__
            raise InvalidRequest(place, first["msg"].removeprefix("Value error, ")) from error

    def body(self) -> dict[str, Any]:
        """Return the JSON body; fields left unset do not appear."""
        return self.model_dump(mode="json", exclude_none=True)


def place_of(parts: Iterable[int | str]) -> str:
    """Return the place of a value in a document, as ``aois[3].aoi_id``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).removeprefix(".")


def text_or_none(value: Any) -> str | None:
    """Read a text; a number becomes its digits."""
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return None


def number_or_none(value: Any) -> float | None:
    """Read a finite number, also from a text such as ``80%``."""
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _finite(value)
    return None


def _parsed(text: str) -> float | None:
    try:
        return float(text.strip().removesuffix("%"))
    except ValueError:
        return None


def _finite(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _identifier(value: Any) -> Any:
    text = text_or_none(value)
    if text is None or not text.strip():
        raise ValueError("an id is expected")
    return text


def _text(value: Any) -> str:
    return text_or_none(value) or ""


def _object(value: Any) -> dict[str, Any] | None:
    return dict(value) if isinstance(value, Mapping) and value else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(text for text in map(text_or_none, value) if text is not None)


def _numbers(value: Any) -> tuple[float, ...] | None:
    if not isinstance(value, (list, tuple)):
        return None
    numbers = [number_or_none(item) for item in value]
    return tuple(number for number in numbers if number is not None) or None


def _objects(value: Any) -> tuple[dict[str, Any], ...]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(dict(item) for item in value if isinstance(item, Mapping))


Identifier = Annotated[str, BeforeValidator(_identifier)]
Text = Annotated[str, BeforeValidator(_text)]
OptionalText = Annotated[str | None, BeforeValidator(text_or_none)]
Number = Annotated[float | None, BeforeValidator(number_or_none)]
Object = Annotated[dict[str, Any] | None, BeforeValidator(_object)]
Objects = Annotated[tuple[dict[str, Any], ...], BeforeValidator(_objects)]
Flag = Annotated[bool | None, BeforeValidator(_flag)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts)]
Numbers = Annotated[tuple[float, ...] | None, BeforeValidator(_numbers)]


class StatedRecord(Record):
    """A record of a resource that the server computes; ``status`` is the server's text for its progress."""

    status: Text = ""

    @property
    def state(self) -> State:
        """Return the state that the status text means."""
        return parse_state(self.status)
