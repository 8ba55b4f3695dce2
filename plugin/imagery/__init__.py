"""Rasters by numpy and GDAL: placement, index expressions, evaluation by blocks, statistics. No Qt.

May import ``files``, ``api.decoding.content`` and the legend's ``spec``, ``intervals`` and ``scaling``.
Start with ``place_finder.py`` (where a picture lies) and ``evaluate.py``.
"""
