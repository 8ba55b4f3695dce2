"""GDAL's exceptions are off unless a test says otherwise; newer versions warn where nobody has chosen."""

from __future__ import annotations

from osgeo import gdal, ogr, osr

for module in (gdal, ogr, osr):
    module.DontUseExceptions()
