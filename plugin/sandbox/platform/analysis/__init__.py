"""Blocks of analysis, insights and jobs, computed over the sample rasters.

May import ``core`` and the rest of ``platform``.
Start with ``insights.py``.
"""
