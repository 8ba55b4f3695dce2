"""Errors of algorithms."""

from __future__ import annotations


class InputRefused(Exception):
    """Input that cannot be used; its text is the message to the user."""
