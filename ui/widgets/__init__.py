"""Small widgets and delegates that several panels share.

May import as ``ui`` does.
Start with ``elided_label.py``.
"""
