"""Values over time at one place: the chart, its panel, and the files that it is exported to.

May import as ``ui`` does.
Start with ``series_panel.py``.
"""
