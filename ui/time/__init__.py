"""The time bar: acquisition dates to scale on an axis, and the controls that move the map through them.

May import as ``ui`` does.
Start with ``time_bar.py``.
"""
