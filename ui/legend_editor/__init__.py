"""The legend editor: class table, drafts, preview, push and rollback.

May import as ``ui`` does.
Start with ``panel.py`` and ``editor.py``.
"""
