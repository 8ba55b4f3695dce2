"""Widgets and item models of the dock, the legend editor and the dialogs.

May import ``catalog``, ``legend_sync``, ``messages``, ``legend`` and ``files`` of ``plugin``, and the API's models.
Start with ``dock.py``.
"""
