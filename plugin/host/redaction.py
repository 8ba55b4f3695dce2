"""What must not be read in a log; the one home of it is the API's, where errors are made."""

from __future__ import annotations

from ..api.secrets import HIDDEN, hide, redact, remember

__all__ = ["HIDDEN", "hide", "redact", "remember"]
