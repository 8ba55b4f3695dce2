"""Parse JSON fast and strictly; the parser is loaded at first use, for it comes with pydantic."""

from __future__ import annotations

from typing import Any


def parse(text: str | bytes) -> Any:
    """Parse JSON text.

    Raises:
        ValueError: not JSON, not UTF-8, nested too deep, or holding NaN.
    """
    from pydantic_core import from_json

    return from_json(text, allow_inf_nan=False)
