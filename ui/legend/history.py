"""Undo and redo of legend edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QUndoCommand, QUndoStack

if TYPE_CHECKING:
    from ..models.legend_session import Changes, LegendSession

_MERGING = 1
Cell = tuple[str, int, int]


class EditHistory(QUndoStack):
    """The edits of one session; successive ones of one cell are undone together."""

    def __init__(self, session: LegendSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def apply(self, changes: Changes, text: str, cell: Cell | None = None) -> None:
        """Give dates other legends; ``cell`` is the date key, row and column where only one cell was edited."""
        self.push(LegendEdit(self._session, changes, text, cell))

    def step_back(self) -> tuple[str, ...]:
        """Undo once and return the date keys that changed."""
        command = self.command(self.index() - 1) if self.canUndo() else None
        self.undo()
        return command.keys if isinstance(command, LegendEdit) else ()

    def step_forward(self) -> tuple[str, ...]:
        """Redo once and return the date keys that changed."""
        command = self.command(self.index()) if self.canRedo() else None
        self.redo()
        return command.keys if isinstance(command, LegendEdit) else ()


class LegendEdit(QUndoCommand):
    """One edit: whole legends before and after, which are cheap and cannot drift."""

    def __init__(self, session: LegendSession, changes: Changes, text: str, cell: Cell | None) -> None:
        super().__init__(text)
        self._session = session
        self._before = session.snapshot(changes)
        self._after = dict(changes)
        self._cell = cell

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the date keys it is about."""
        return tuple(self._after)

    def redo(self) -> None:
        """Do it."""
        self._session.put(self._after)

    def undo(self) -> None:
        """Take it back."""
        self._session.put(self._before)

    def id(self) -> int:
        """Return what lets Qt offer the next edit for merging."""
        return _MERGING if self._cell is not None else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 (Qt)
        """Take up the next edit of the same cell; one that leads back to the beginning was none."""
        if not isinstance(other, LegendEdit) or other._cell != self._cell:
            return False
        self._after = other._after
        now = self._session.snapshot(self._before)
        self.setObsolete(all(now[key].digest() == legend.digest() for key, legend in self._before.items()))
        return True
