"""The sample farm: fields, phenology and spectra, drawn as band rasters.

May import the rest of ``core``.
Start with ``scenes.py``.
"""
