"""Redaction of log records; the rules are the API's, where errors are made."""

from __future__ import annotations

from ..api.secrets import HIDDEN, hide, redact, remember

__all__ = ["HIDDEN", "hide", "redact", "remember"]
