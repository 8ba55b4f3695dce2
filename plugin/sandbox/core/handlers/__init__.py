"""Operations on AOIs, assets, visualizations, legends and pictures.

May import the rest of ``core``.
Start with ``aoi.py``.
"""
