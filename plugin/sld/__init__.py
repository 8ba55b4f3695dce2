"""Raster SLD: documents read and written as colour maps, without QGIS; ``renderers`` converts to QGIS.

May import ``legend``.
Start with ``reader.py`` and ``raster_style.py``.
"""
