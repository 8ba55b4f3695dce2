"""Shares of area as servers give them: in per cent, or as parts of one."""

from __future__ import annotations

from collections.abc import Iterable

_ABOUT_ONE = 1.1


def are_fractions(shares: Iterable[float | None]) -> bool:
    """Return whether the shares of one date are parts of one: only their sum shows it, which may fall short of one."""
    known = [share for share in shares if share is not None]
    return any(known) and sum(known) <= _ABOUT_ONE
