"""Profiles: requests and responses of the documented form converted to and from those of another generation.

``VARIANTS`` is the one table of the differences; ``to_documented`` and ``from_documented`` apply its rows in order.
"""

from __future__ import annotations

from ..core.options import Profile
from .exchanged import Variant, VariantRequest, VariantResponse
from .odd_legends import display_of
from .table import VARIANTS

__all__ = [
    "VARIANTS",
    "Variant",
    "VariantRequest",
    "VariantResponse",
    "differs",
    "display_of",
    "from_documented",
    "key_form",
    "to_documented",
]


def differs(profile: Profile, operation: str) -> bool:
    """Return whether a profile has a variant of its own for an operation."""
    return any(_rows(profile, operation))


def to_documented(profile: Profile, asked: VariantRequest) -> VariantRequest:
    """Return a request of a profile in the documented form.

    Raises:
        Refused: the profile does not take it, though the documents would.
    """
    for row in _rows(profile, asked.operation):
        asked = row.request(asked) if row.request is not None else asked
    return asked


def from_documented(profile: Profile, asked: VariantRequest, answer: VariantResponse) -> VariantResponse:
    """Return a documented response in a profile's form."""
    for row in _rows(profile, asked.operation):
        answer = row.response(asked, answer) if row.response is not None else answer
    return answer


def key_form(profile: Profile) -> tuple[str, int]:
    """Return how ``Authorization`` shows the key, with ``{key}`` in its place, and the status of a wrong one."""
    own = (row.key_form for row in VARIANTS if row.profile is profile and row.key_form is not None)
    return next(own, ("{key}", 403))


def _rows(profile: Profile, operation: str) -> tuple[Variant, ...]:
    return tuple(row for row in VARIANTS if row.profile is profile and operation in row.operations)
