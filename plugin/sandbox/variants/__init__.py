"""Profiles: requests and responses of the documented form converted to and from those of another generation.

``VARIANTS`` is the one table of the differences; ``heard`` and ``spoken`` apply its rows, in their order.
"""

from __future__ import annotations

from ..core.options import Profile
from .exchanged import Answer, Asked, Variant
from .odd_legends import display_of
from .table import VARIANTS

__all__ = ["VARIANTS", "Answer", "Asked", "Variant", "display_of", "heard", "key_form", "speaks", "spoken"]


def speaks(profile: Profile, operation: str) -> bool:
    """Return whether a profile has a variant of its own for an operation."""
    return any(_rows(profile, operation))


def heard(profile: Profile, asked: Asked) -> Asked:
    """Return a request in a profile's own words as the documented one.

    Raises:
        Refused: the profile does not take it, though the documents would.
    """
    for row in _rows(profile, asked.operation):
        asked = row.hears(asked) if row.hears is not None else asked
    return asked


def spoken(profile: Profile, asked: Asked, answer: Answer) -> Answer:
    """Return a documented answer in a profile's own words."""
    for row in _rows(profile, asked.operation):
        answer = row.says(asked, answer) if row.says is not None else answer
    return answer


def key_form(profile: Profile) -> tuple[str, int]:
    """Return how ``Authorization`` shows the key, with ``{key}`` in its place, and the status of a wrong one."""
    own = (row.key_form for row in VARIANTS if row.profile is profile and row.key_form is not None)
    return next(own, ("{key}", 403))


def _rows(profile: Profile, operation: str) -> tuple[Variant, ...]:
    return tuple(row for row in VARIANTS if row.profile is profile and operation in row.operations)
