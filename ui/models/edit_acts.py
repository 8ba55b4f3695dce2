"""Acts of editing, counted as a person does them: whatever one undo takes back is one, on however many dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Acts = Mapping[str, frozenset[int]]


class EditActs:
    """Count of the edits of each date since it was as the server holds it.

    An act that is undone is none any more; one that is undone after it was pushed is an act again, the other way.
    """

    def __init__(self) -> None:
        self._of: dict[str, frozenset[int]] = {}

    def of(self, key: str) -> frozenset[int]:
        """Return the acts of a date."""
        return self._of.get(key, frozenset())

    def toggle(self, acts: Acts) -> None:
        """Do acts, or undo those that are done."""
        for key, changed in acts.items():
            self._of[key] = self.of(key) ^ changed

    def restart(self, key: str, acts: Iterable[int] = ()) -> None:
        """Reset a date's edits to the given ones, which were made on top of its new state."""
        self._of[key] = frozenset(acts)

    def count(self, keys: Iterable[str]) -> int:
        """Count the acts of dates that are edited, each once; a date of which none is known counts as one."""
        found = [self.of(key) for key in keys]
        return len(frozenset[int]().union(*found)) + found.count(frozenset())

    @property
    def newest(self) -> int:
        """Return the greatest number of an act."""
        return max((act for acts in self._of.values() for act in acts), default=0)
