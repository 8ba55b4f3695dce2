"""Cache of the server's last responses about a legend, for servers that do not list legends (unknowns, U1).

An entry is valid for one state of a visualization, identified by its ``updated_at``; when that has changed, the
visualization was written since and the entry is ignored.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from ..legend.spec import Legend
from ..legend.vocabulary import LegendMode
from .records import file_of, legends_of, legends_record, rename_folder, write_record

_logger = logging.getLogger(__name__)


class AnswerCache:
    """Keeps one answer for each connection, visualization and mode under a folder; nothing is touched before use."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(
        self, connection: str, visualization_id: str, mode: LegendMode, updated_at: str, legends: Mapping[str, Legend]
    ) -> None:
        """Keep the legends of a mode as the server answered them; a disk that refuses costs nothing but them."""
        if not updated_at or not legends:
            return
        try:
            record = {"updated_at": updated_at, "legends": legends_record(legends)}
            write_record(self._path(connection, visualization_id, mode), record)
        except OSError as error:
            _logger.warning("The server's answer could not be kept: %s", error)

    def find(
        self, connection: str, visualization_id: str, mode: LegendMode, updated_at: str
    ) -> dict[str, Legend] | None:
        """Return the legends from the last write's response, or ``None`` if the visualization was written since."""
        try:
            record = json.loads(self._path(connection, visualization_id, mode).read_text(encoding="utf-8"))
            return legends_of(record["legends"]) if updated_at and record["updated_at"] == updated_at else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            _logger.info("A kept answer cannot be read and is left: %s", type(error).__name__)
            return None

    def rename_connection(self, former: str, name: str) -> None:
        """Let answers follow a connection to its new name.

        Raises:
            OSError: the disk refuses.
        """
        rename_folder(self._root, former, name)

    def _path(self, connection: str, visualization_id: str, mode: LegendMode) -> Path:
        return file_of(self._root, connection, visualization_id, mode)
