"""The request and response that a profile's transforms convert, and the form of a row of their table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ..core.options import Profile

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class VariantRequest:
    """A request.

    Attributes:
        address: absolute, without query.
        display: the display range of the visualization the path names, if it names one.
        park: keeps a body of a media type elsewhere, and returns its address.
    """

    operation: str
    address: str
    query: Mapping[str, str]
    body: bytes
    display: tuple[float, float] | None = None
    keep: Callable[[bytes, str], str] | None = None

    def kept_url(self, body: bytes, media_type: str) -> str:
        """Keep a body elsewhere and return its address."""
        assert self.keep is not None, "whoever serves the profile gives a place"
        return self.keep(body, media_type)

    def json(self) -> Any:
        """Return the body; ``None`` where it is no JSON, which handlers refuse themselves."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def with_json(self, content: Any) -> VariantRequest:
        """Return the request with another body."""
        return replace(self, body=json.dumps(content).encode())


@dataclass(frozen=True, slots=True)
class VariantResponse:
    """A response; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        """Return whether the response is not an error."""
        return 200 <= self.status < 300

    @property
    def is_json(self) -> bool:
        """Return whether the body is JSON."""
        return self.headers.get("content-type") == _JSON

    def json(self) -> Any:
        """Return the body."""
        return json.loads(self.body)

    def with_body(self, body: bytes, media_type: str) -> VariantResponse:
        """Return the answer with another body."""
        return replace(self, headers={**self.headers, "content-type": media_type}, body=body)

    def with_json(self, content: Any) -> VariantResponse:
        """Return the answer with another body of JSON."""
        return self.with_body(json.dumps(content).encode(), _JSON)


RequestChange = Callable[[VariantRequest], VariantRequest]
ResponseChange = Callable[[VariantRequest, VariantResponse], VariantResponse]


class Variant(NamedTuple):
    """One difference of a profile from the documentation.

    Attributes:
        unknown: the unknown that it is a case of: ``U1`` to ``U18``, a general ``rule``, or a ``generation`` of the
            documents.
        operations: ids of the operations concerned; empty for the form of the key.
        hears: converts a request back to the documented form.
        says: converts a documented response to the profile's form.
        key_form: the form of the key, and the status for a wrong one.
    """

    unknown: str
    name: str
    profile: Profile
    operations: tuple[str, ...] = ()
    response: ResponseChange | None = None
    request: RequestChange | None = None
    key_form: tuple[str, int] | None = None


def good_json(change: Callable[[Any], Any]) -> ResponseChange:
    """Return a transform that changes the JSON of successful responses."""

    def response(_asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
        return answer.with_json(change(answer.json())) if answer.is_good and answer.is_json else answer

    return response


def records(content: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    """Return JSON in which every object is changed, inner ones first."""
    if isinstance(content, list):
        return [records(item, change) for item in content]
    if isinstance(content, dict):
        return change({name: records(value, change) for name, value in content.items()})
    return content


def good_records(change: Callable[[dict[str, Any]], dict[str, Any]]) -> ResponseChange:
    """Return a transform that changes every object in successful responses."""
    return good_json(lambda content: records(content, change))
