"""Keeps secrets out of the log lines of the library below us."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

_LOGGER = "httpx"


class LogGuard(logging.Filter):
    """A filter of library logs while a session is open, at any log level; other copies of the library are left alone.

    httpx logs addresses with their queries, and a signed address carries its secret there.
    """

    def __init__(self, httpx_file: str | None) -> None:
        super().__init__()
        self._httpx = str(Path(httpx_file or "").parent)

    def start(self) -> None:
        """Listen to the library."""
        logging.getLogger(_LOGGER).addFilter(self)

    def stop(self) -> None:
        """Leave it alone."""
        logging.getLogger(_LOGGER).removeFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the queries off the addresses of a line."""
        if record.pathname.startswith(self._httpx) and isinstance(record.args, tuple):
            record.args = tuple(_without_query(value) for value in record.args)
        return True


def _without_query(value: Any) -> Any:
    is_address = hasattr(value, "copy_with") and hasattr(value, "query")
    return str(value.copy_with(query=None)) if is_address else value
