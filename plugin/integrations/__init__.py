"""QGIS's own surfaces: canvas, temporal controller, print layouts, Processing's forms, dropped files.

May import ``catalog``, ``layers``, ``messages`` and ``host``.
Start with ``canvas.py``.
"""
