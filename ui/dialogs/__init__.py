"""Dialogs: connection, push comparison, styles, guide.

May import as ``ui`` does.
Start with ``push_dialog.py``.
"""
