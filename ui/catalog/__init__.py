"""The dock's lists: connection, filters, AOIs and visualizations, dates, running jobs.

May import as ``ui`` does.
Start with ``catalog_panel.py``.
"""
