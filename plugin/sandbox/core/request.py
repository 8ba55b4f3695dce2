"""A request to the sandbox and the error response that refuses it, as handlers see them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from .state import SandboxState
from .store import Record

T = TypeVar("T")

LARGEST_PAGE = 100
_DEEPEST = 64


class Refused(Exception):
    """An error response in the documented envelope."""

    def __init__(self, status: int, code: str, message: str, details: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def envelope(self) -> dict[str, Any]:
        """Return the body."""
        return {"error": {"code": self.code, "message": self.message, "details": self.details}}


def bad_request(message: str, details: Any = None) -> Refused:
    """Make a 400."""
    return Refused(400, "BAD_REQUEST", message, details)


def not_found(what: str, identifier: str) -> Refused:
    """Make a 404."""
    return Refused(404, "NOT_FOUND", f"{what} not found", {"id": identifier})


def refused_as(status: int, code: str, ask: Callable[[], T]) -> T:
    """Return the result of a function; a refusal gets the status that the contract documents for the operation.

    Raises:
        Refused: the function refused the request.
    """
    try:
        return ask()
    except Refused as refusal:
        raise Refused(status, code, refusal.message, refusal.details) from refusal


@dataclass(frozen=True, slots=True)
class SandboxRequest:
    """A request as handlers see it."""

    state: SandboxState
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    base_url: str

    def json_object(self) -> Record:
        """Return the body.

        Raises:
            Refused: it is no JSON object; NaN and Infinity are no JSON, nor is what overflows to them.
        """
        try:
            content = json.loads(self.body, parse_constant=_no_constant, parse_float=_finite)
            _check_plain(content)
        except (ValueError, RecursionError) as exc:
            raise bad_request("the body is not JSON", str(exc)[:200]) from exc
        if not isinstance(content, dict):
            raise bad_request("the body must be a JSON object")
        return content

    def number(self, name: str, default: int, least: int = 0) -> int:
        """Return a whole number of the query.

        Raises:
            Refused: it is none, or too small.
        """
        text = self.query.get(name, "")
        if not text:
            return default
        if not text.isascii() or not text.isdecimal() or len(text) > 12 or int(text) < least:
            raise bad_request(f"{name} must be a whole number of {least} or more", {name: text[:40]})
        return int(text)

    def window(self) -> tuple[int, int]:
        """Return offset and limit; a limit above the largest page is silently lowered."""
        return self.number("offset", 0), min(self.number("limit", 10, least=1), LARGEST_PAGE)

    def given(self, *names: str) -> dict[str, str]:
        """Return the parameters of the query that are not empty."""
        return {name: self.query[name] for name in names if self.query.get(name)}

    def record(self, kind: str, what: str, identifier: str) -> Record:
        """Return a record.

        Raises:
            Refused: there is none.
        """
        found = self.state.store.get(kind, identifier)
        if found is None:
            raise not_found(what, identifier)
        return found

    def aoi(self) -> Record:
        """Return the area of interest the path names.

        Raises:
            Refused: there is none.
        """
        return self.record("aois", "AOI", self.path["aoi_id"])

    def visualization(self) -> Record:
        """Return the visualization the path names.

        Raises:
            Refused: there is none in that area of interest.
        """
        self.aoi()
        found = self.record("visualizations", "visualization", self.path["visualization_id"])
        if found["aoi_id"] != self.path["aoi_id"]:
            raise not_found("visualization", self.path["visualization_id"])
        return found


def pagination(offset: int, limit: int, total: int) -> dict[str, int]:
    """Return the documented page information."""
    return {"total": total, "offset": offset, "limit": limit}


def texts(body: Mapping[str, Any], name: str) -> list[str]:
    """Return a list of texts of a body.

    Raises:
        Refused: it is missing or something else.
    """
    value = body.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise bad_request(f"{name} must be a list of texts", {"field": name})
    return value


def text(body: Mapping[str, Any], name: str, *, blank: bool = False) -> str:
    """Return a text of a body.

    Raises:
        Refused: it is missing, blank or something else.
    """
    value = body.get(name)
    if not isinstance(value, str) or not (blank or value.strip()):
        raise bad_request(f"{name} is required and must be a text", {"field": name})
    return value


def whole(body: Mapping[str, Any], name: str, default: int, *, least: int = 0, most: int = 10**9) -> int:
    """Return an integer of a body, or the default where it is missing.

    Raises:
        Refused: it is not an integer, too small or too large.
    """
    value = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise bad_request(f"{name} must be a whole number of {least} to {most}", {"field": name})
    return value


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("a number is too large")
    return value


def _check_plain(value: Any, depth: int = 0) -> None:
    """Check that a value can be stored and serialised again: no lone surrogates, no excessive nesting.

    Raises:
        ValueError: it cannot.
    """
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        value.encode()
    for part in (*value, *value.values()) if isinstance(value, dict) else value if isinstance(value, list) else ():
        _check_plain(part, depth + 1)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")
