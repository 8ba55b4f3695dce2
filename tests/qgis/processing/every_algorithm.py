"""Parameters for every algorithm, as JSON holds them: some that succeed, and some that cannot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal, osr

from .server import classes, sld

Inputs = Mapping[str, Any]
AOI = {"AOI": "a-1"}
ITEM = {**AOI, "VISUALIZATION": "v-1", "MODE": "dynamic"}
_VALUES = {**AOI, "VISUALIZATION": "v-1"}
_PAIR = {"FROM": "2025-04-12", "TO": "2025-05-02"}
_LISTS = ("listprojects", "listaois", "listvisualizations", "listassets", "listindices", "listsatellites")
_DATE = "2025_05_02"
_RING = [[10.0, 50.0], [11.0, 50.0], [11.0, 51.0], [10.0, 51.0], [10.0, 50.0]]
_FIELD = [[75.0001, 12.6638], [75.0005, 12.6638], [75.0005, 12.6641], [75.0001, 12.6641], [75.0001, 12.6638]]
_NEW_AOI = {"NAME": "New field", "DESCRIPTION": "North", "PROJECT": "Farms", "SATELLITE": "Pixxel-TD1"}
_NEW_INDEX = {"NAME": "Salt", "DESCRIPTION": "Salt crust", "EXPRESSION": "B118-B022", "EXPRESSION_TYPE": "index"}
_SEARCH = {"START": "2025-05-01", "END": "2025-05-31", "SATELLITES": "Pixxel-TD1", "EXTENT": "10,11,50,51 [EPSG:4326]"}


def succeeding(folder: Path) -> dict[str, dict[str, Any]]:
    """Return parameters by algorithm; the files they name are made in a folder, those they write go there."""
    files = {kind: str(_written(folder, kind)) for kind in ("polygon", "field", "legend", "document")}
    raster = str(_raster(folder / "stretched.tif"))
    table = {"OUTPUT": str(folder / "rows.csv")}
    return {
        "listprojects": table,
        "listaois": {"OUTPUT": str(folder / "aois.geojson")},
        "listvisualizations": {**AOI, **table},
        "listassets": {**AOI, **table},
        "listindices": table,
        "listsatellites": table,
        "loadvisualization": {**ITEM, "AS": "values", "FOLDER": str(folder / "loaded")},
        "searchimages": {**_SEARCH, "OUTPUT": str(folder / "found.geojson")},
        "downloadassets": {**AOI, "FOLDER": str(folder / "assets")},
        "classareas": {**ITEM, **table},
        "timeseries": {**_VALUES, "POINT": "75.00004,12.66414 [EPSG:4326]", **table},
        "zonalseries": {**_VALUES, "INPUT": files["field"], **table},
        "difference": {**_VALUES, **_PAIR, "OUTPUT": str(folder / "difference.tif")},
        "transitions": {**ITEM, **_PAIR, **table},
        "exportlegend": {**ITEM, "DATES": _DATE, "OUTPUT": str(folder / "legend.qml")},
        "pushlegend": {**ITEM, "INPUT": files["legend"], "OUTPUT": str(folder / "report.json")},
        "rollbacklegend": {**ITEM, "DATES": _DATE, "OUTPUT": str(folder / "report.json")},
        "createaoi": {**_NEW_AOI, "INPUT": files["polygon"], "PROVIDER": "pixxel", "ITEMS": "item-1"},
        "createindex": {**_NEW_INDEX, "COLORMAP": "rplumbho", "RESCALE": "-1,1", "SATELLITE": "s-1"},
        "createvisualization": {**AOI, "INDEX": "i-2"},
        "applysld": {"RASTER": raster, "SLD": files["document"], "OUTPUT": str(folder / "drawn.qml")},
    }


def failing(folder: Path) -> dict[str, dict[str, Any]]:
    """Return parameters by algorithm of which one cannot be used."""
    (folder / "file").write_text("not a folder", encoding="utf-8")
    (folder / "no_style.sld").write_text("<sld", encoding="utf-8")
    blocked = {"OUTPUT": str(folder / "file" / "rows.csv")}
    wrong = {
        **dict.fromkeys(_LISTS, blocked),
        "searchimages": {"EXTENT": "11,10,50,51"},
        "createaoi": {"PROJECT": "nobody's"},
        "createindex": {"RESCALE": "wide"},
        "createvisualization": {"RESOLUTION": "coarse"},
        "applysld": {"SLD": str(folder / "no_style.sld")},
    }
    return {name: {**given, **wrong.get(name, {"AOI": "a-0"})} for name, given in succeeding(folder).items()}


def _written(folder: Path, kind: str) -> Path:
    rows = [{name: row[name] for name in ("min", "max", "color", "label")} for row in classes()]
    contents = {
        "polygon": ("polygon.geojson", _polygon(_RING)),
        "field": ("field.geojson", _polygon(_FIELD)),
        "legend": ("edit.json", json.dumps({_DATE: rows})),
        "document": ("classes.sld", sld(classes())),
    }
    name, text = contents[kind]
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _polygon(ring: list[list[float]]) -> str:
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def _raster(path: Path) -> Path:
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 8, 6, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform((500000, 10, 0, 1400000, 0, -10))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32643)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.GetRasterBand(1).WriteArray(np.linspace(-1, 0.99, 48, dtype=np.float32).reshape(6, 8))
    del dataset
    return path
