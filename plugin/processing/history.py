"""History of the algorithms' writes: the server's legends before each, kept where the legend editor keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ..host import paths
from ..legend.vocabulary import LegendMode

if TYPE_CHECKING:
    from ..legend.spec import Legend


def history_keeper(
    connection: str, visualization_id: str, mode: LegendMode, reason: str
) -> Callable[[Mapping[str, Legend]], None]:
    """Return a function that stores the legends of a mode on disk; it raises ``OSError`` where that fails.

    Args:
        reason: ``push`` or ``rollback``.
    """
    folder = paths.drafts_folder()

    def keep(legends: Mapping[str, Legend]) -> None:
        from ..legend_sync.drafts import DraftStore

        DraftStore(folder).record_history(connection, visualization_id, mode, legends, reason)

    return keep
