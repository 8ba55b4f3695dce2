"""Scenes and collections of the sandbox as STAC 1.0 (stacspec.org), the format of the archive."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from ...imagery.raster_io import gdal_quiet, open_raster
from ..core.geometry import box, crs_of
from ..core.state import SandboxState
from ..core.store import Record

_VERSION = "1.0.0"
_EXTENSIONS = tuple(
    f"https://stac-extensions.github.io/{name}/schema.json"
    for name in ("eo/v1.1.0", "projection/v2.0.0", "raster/v1.1.0", "view/v1.0.0")
)
_TAKEN_AT = "T10:12:45Z"
_MOST_CLOUDS = 36
_NM_PER_MICROMETRE = 1000


def moment_of(scene: Mapping[str, Any]) -> str:
    """Return when a scene was taken, in RFC 3339."""
    return f"{scene['day']}{scene.get('taken_at', _TAKEN_AT)}"


def cloud_cover(scene: Mapping[str, Any]) -> float:
    """Return the clouds of a scene in percent: as drawn, else made up, but the same at every question."""
    known = scene.get("cloud_cover")
    return _drawn(scene, "clouds") % _MOST_CLOUDS if known is None else float(known)


def _drawn(scene: Mapping[str, Any], what: str) -> int:
    digest = hashlib.sha256(f"{scene['id']} {what}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def collection_id(state: SandboxState, scene: Mapping[str, Any]) -> str:
    """Return the collection a scene is in: the first of its satellite."""
    return str(_satellite(state, scene)["collections"][0]["id"])


def _satellite(state: SandboxState, scene: Mapping[str, Any]) -> Record:
    found = state.store.get("satellites", str(scene["satellite_id"]))
    if found is None:
        raise KeyError(scene["satellite_id"])
    return found


def _resolution(satellite: Mapping[str, Any]) -> float:
    """Return the ground resolution of a satellite's bands in metres."""
    return float(satellite["bands"][0]["spatial_resolution"])


def item(state: SandboxState, base_url: str, scene: Mapping[str, Any]) -> Record:
    """Return a scene as a STAC item whose asset is its file on this server."""
    satellite = _satellite(state, scene)
    collection = collection_id(state, scene)
    here = f"{base_url.rstrip('/')}/v0/archives/collections"
    return {
        "type": "Feature",
        "stac_version": _VERSION,
        "stac_extensions": list(_EXTENSIONS),
        "id": scene["id"],
        "collection": collection,
        "geometry": scene["geometry"],
        "bbox": list(box(scene["geometry"])),
        "properties": _properties(state, scene, satellite),
        "assets": {"image": _asset(base_url, scene, satellite)},
        "links": [
            _link("self", f"{here}/{collection}/items/{scene['id']}", "application/geo+json"),
            _link("parent", f"{here}/{collection}"),
            _link("collection", f"{here}/{collection}"),
            _link("root", f"{here}/{collection}"),
        ],
    }


def _properties(state: SandboxState, scene: Mapping[str, Any], satellite: Mapping[str, Any]) -> Record:
    made = moment_of(scene)
    return {
        "datetime": made,
        "created": made,
        "updated": made,
        "title": f"{satellite['name']} {scene['day']}",
        "description": "Sample data.",
        "platform": satellite["name"],
        "constellation": satellite["name"].split()[0].lower(),
        "instruments": ["VNIR"],
        "license": "proprietary",
        "gsd": _resolution(satellite),
        "eo:cloud_cover": cloud_cover(scene),
        "view:off_nadir": _drawn(scene, "off nadir") % 20,
        "view:sun_azimuth": 140 + _drawn(scene, "azimuth") % 40,
        "view:sun_elevation": 30 + _drawn(scene, "elevation") % 35,
        "rd:product_level": "L2A",
        "rd:type": "Reflectance",
        **_grid(state, scene),
    }


def _crs(raster: Any) -> Record:
    crs = crs_of(raster)
    return {"proj:code": f"EPSG:{crs}"} if isinstance(crs, int) else {"proj:code": None, "proj:wkt2": crs}


def _grid(state: SandboxState, scene: Mapping[str, Any]) -> Record:
    """Return the pixels' CRS, shape (rows, columns) and affine transform (projection extension)."""
    with gdal_quiet():
        raster = open_raster(state.path_of(dict(scene)))
        left, width, skew_x, top, skew_y, height = raster.GetGeoTransform()
        return {
            **_crs(raster),
            "proj:shape": [raster.RasterYSize, raster.RasterXSize],
            "proj:transform": [width, skew_x, left, skew_y, height, top],
        }


def _asset(base_url: str, scene: Mapping[str, Any], satellite: Mapping[str, Any]) -> Record:
    known = {band["name"]: band for band in satellite["bands"]}
    bands = [known[name] for name in scene["bands"]]
    nm = satellite.get("_width_nm")
    width = {} if nm is None else {"full_width_half_max": nm / _NM_PER_MICROMETRE}
    return {
        "href": f"{base_url.rstrip('/')}/files/scenes/{scene['id']}.tif",
        "type": "image/tiff; application=geotiff",
        "title": "Reflectance",
        "roles": ["data", "reflectance"],
        "eo:bands": [
            {"name": band["name"], "center_wavelength": round(band["wavelength"] / _NM_PER_MICROMETRE, 4), **width}
            for band in bands
        ],
        "raster:bands": [
            {
                "nodata": 0,
                "scale": band["scale"],
                "offset": band["offset"],
                "spatial_resolution": band["spatial_resolution"],
            }
            for band in bands
        ],
    }


def collection(state: SandboxState, base_url: str, satellite: Mapping[str, Any], listed: Mapping[str, Any]) -> Record:
    """Return one collection of a satellite, with the extent of the scenes in it."""
    scenes = scenes_of(state, str(satellite["id"]))
    here = f"{base_url.rstrip('/')}/v0/archives/collections"
    days = sorted(moment_of(scene) for scene in scenes)
    boxes = [box(scene["geometry"]) for scene in scenes]
    whole = [*(min(each[side] for each in boxes) for side in (0, 1)), *(max(b[side] for b in boxes) for side in (2, 3))]
    return {
        "type": "Collection",
        "stac_version": _VERSION,
        "stac_extensions": [],
        "id": listed["id"],
        "title": listed["name"],
        "description": f"Scenes of {satellite['name']}. Sample data.",
        "license": "proprietary",
        "providers": [{"name": listed["provider"], "roles": ["producer", "host"]}],
        "extent": {"spatial": {"bbox": [whole]}, "temporal": {"interval": [[days[0], days[-1]]]}},
        "summaries": {"gsd": [_resolution(satellite)], "platform": [satellite["name"]]},
        "links": [
            _link("self", f"{here}/{listed['id']}"),
            _link("root", f"{here}/{listed['id']}"),
            _link("items", f"{here}/{listed['id']}/items", "application/geo+json"),
        ],
        "created_at": days[0],
        "updated_at": days[-1],
    }


def scenes_of(state: SandboxState, satellite_id: str) -> list[Record]:
    """Return the scenes of a satellite, newest first, as archives list them."""
    found = [scene for scene in state.store.all("items") if scene["satellite_id"] == satellite_id]
    return sorted(found, key=lambda scene: (str(scene["day"]), str(scene["id"])), reverse=True)


def _link(rel: str, href: str, kind: str = "application/json") -> Record:
    return {"rel": rel, "href": href, "type": kind}
