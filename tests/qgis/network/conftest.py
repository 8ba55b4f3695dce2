"""The option that writes what was measured into the documentation."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--write-table``; it is known where this folder is named on the command line."""
    parser.addoption("--write-table", action="store_true", help="write docs/network.md instead of checking it")
