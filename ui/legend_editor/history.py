"""Undo and redo: every change to the displayed legends, also by server responses, is a step that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import QObject

try:  # Qt 6 moved the undo framework to QtGui, and QGIS's shim serves it from there only
    from qgis.PyQt.QtGui import QUndoCommand, QUndoStack
except ImportError:
    from qgis.PyQt.QtWidgets import QUndoCommand, QUndoStack

if TYPE_CHECKING:
    from ...plugin.legend.spec import Legend
    from ..models.edit_acts import Acts
    from ..models.legend_model import LegendEdit
    from ..models.legend_session import LegendSession

_MERGING = 1


class LegendCommand(QUndoCommand):
    """Puts whole legends in place of others; commands with the same ``merge_key`` in a row become one.

    ``acts`` are the acts of editing, by date, that the command does or takes back.
    """

    def __init__(
        self,
        session: LegendSession,
        after: Mapping[str, Legend],
        text: str,
        merge_key: tuple[object, ...] | None = None,
        acts: Acts | None = None,
    ) -> None:
        super().__init__(text)
        self._acts = acts or {}
        self._session = session
        self._before = {key: session.mine(key) for key in after}
        self.after = dict(after)
        self.merge_key = merge_key

    def id(self) -> int:
        """Return one number for all commands that may merge."""
        return _MERGING if self.merge_key is not None else -1

    def redo(self) -> None:
        """Show the legends after the edit."""
        self._session.put(self.after, self._acts)

    def undo(self) -> None:
        """Show the legends before the edit."""
        self._session.put(self._before, self._acts)

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 (Qt)
        """Take over a later command on the same cell; a pair that leads nowhere is dropped."""
        if not isinstance(other, LegendCommand) or other.merge_key != self.merge_key:
            return False
        self.after = other.after
        if all(self.after[key].digest() == legend.digest() for key, legend in self._before.items()):
            self._session.put(self._before, self._acts)  # with the areas that the way there and back has blanked
            self.setObsolete(True)
        return True


class LegendHistory(QObject):
    """The undo stack of one session."""

    def __init__(self, session: LegendSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.stack = QUndoStack(self)

    def edit(self, edit: LegendEdit) -> None:
        """Make an edit of one date."""
        acts = {} if self._will_merge(edit.merge_key) else {edit.key: self._session.new_act()}
        self.stack.push(LegendCommand(self._session, {edit.key: edit.legend}, edit.text, edit.merge_key, acts))

    def replace(self, legends: Mapping[str, Legend], text: str) -> None:
        """Put other legends in place of those of some dates, as far as they differ: one act of editing."""
        act = self._session.new_act()
        self._push(legends, text, lambda _key: act)

    def show_answer(self, legends: Mapping[str, Legend], text: str) -> None:
        """Show the server's result of a write, as far as it differs: no edit, but it can be undone."""
        self._push(legends, text, lambda _key: frozenset())

    def give_up(self, legends: Mapping[str, Legend], text: str) -> None:
        """Show the server's legends instead of edits, which come back when it is undone."""
        self._push(legends, text, self._session.acts)

    def _push(self, legends: Mapping[str, Legend], text: str, acts: Callable[[str], frozenset[int]]) -> None:
        changed = {
            key: legend for key, legend in legends.items() if legend.digest() != self._session.mine(key).digest()
        }
        if changed:
            acts_by_key = {key: acts(key) for key in changed}
            self.stack.push(LegendCommand(self._session, changed, text, acts=acts_by_key))

    def _will_merge(self, merge_key: tuple[object, ...] | None) -> bool:
        last = self.stack.command(self.stack.index() - 1) if self.stack.canUndo() else None
        return merge_key is not None and isinstance(last, LegendCommand) and last.merge_key == merge_key

    def undo(self) -> tuple[str, ...]:
        """Take the last step back and return the dates it was about."""
        command = self.stack.command(self.stack.index() - 1) if self.stack.canUndo() else None
        self.stack.undo()
        return tuple(command.after) if isinstance(command, LegendCommand) else ()

    def redo(self) -> tuple[str, ...]:
        """Do the step taken back again and return the dates it is about."""
        command = self.stack.command(self.stack.index()) if self.stack.canRedo() else None
        self.stack.redo()
        return tuple(command.after) if isinstance(command, LegendCommand) else ()

    def end_merging(self) -> None:
        """Let the next edit be a step of its own, though it may be of the same cell."""
        last = self.stack.command(self.stack.count() - 1) if self.stack.count() else None
        if isinstance(last, LegendCommand):
            last.merge_key = None
