"""Keeps secrets out of the log lines of the libraries below us."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import Any

_ADDRESSES = "httpx"
_DETAILS = (
    *(f"httpcore.{part}" for part in ("connection", "http11", "http2", "proxy", "socks")),
    *(f"hpack.{part}" for part in ("hpack", "table")),
)


class LogGuard(logging.Filter):
    """Guards while a session is open, whatever level somebody else has set; copies of others are left alone.

    httpx tells addresses with their queries, and a signed address carries its secret there. httpcore and hpack tell,
    at DEBUG, the headers of requests and answers (the key, signed addresses) and the password of a proxy: those lines
    are dropped.
    """

    def __init__(self, httpx_file: str | None) -> None:
        super().__init__()
        self._httpx = str(Path(httpx_file or "").parent)

    def start(self) -> None:
        """Listen to the libraries."""
        for name in (_ADDRESSES, *_DETAILS):
            logging.getLogger(name).addFilter(self)

    def stop(self) -> None:
        """Leave them alone."""
        for name in (_ADDRESSES, *_DETAILS):
            logging.getLogger(name).removeFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop a line, or take the queries off its addresses."""
        if not record.pathname.startswith((self._httpx, *_folders())):
            return True
        if record.name != _ADDRESSES:
            return record.levelno > logging.DEBUG
        if isinstance(record.args, tuple):
            record.args = tuple(_without_query(value) for value in record.args)
        return True


@cache
def _folders() -> tuple[str, ...]:
    """Return the folders of the libraries that httpx uses here, imported by it before they log."""
    import httpcore

    modules = [httpcore]
    try:
        import hpack
    except ImportError:
        pass
    else:
        modules.append(hpack)
    return tuple(str(Path(module.__file__ or "").parent) for module in modules)


def _without_query(value: Any) -> Any:
    is_address = hasattr(value, "copy_with") and hasattr(value, "query")
    return str(value.copy_with(query=None)) if is_address else value
