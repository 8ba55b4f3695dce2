"""Initial content of a sandbox: projects, satellites, indices, areas of interest and computed visualizations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ...api.status import Word
from ...legend.vocabulary import ExpressionType
from . import packing, presets
from .clock import named_id
from .computing import compute, fill_aoi, items_over
from .drawing.style import Drawing, DrawnGrid, LegendPlace
from .geometry import box, polygon
from .landscape import farm, orchard, scenes
from .options import Behaviour
from .presets import FIREFLY_ID, SAMPLE_SATELLITE_ID, SENTINEL_ID
from .records import new_aoi, new_visualization
from .series import import_series
from .state import SandboxState
from .store import Filter, Record

MADE_AT = "2025-10-06 08:15:00.000000+00:00"
RABA, STUDIES = named_id("project", "raba-valley"), named_id("project", "method-studies")

_STEPS = (Word.QUEUED, Word.PROCESSING, Word.CREATING)
_FARM = ((6, 24), (88, 8), (150, 30), (158, 96), (150, 150), (96, 188), (34, 160), (4, 96))
_LAKE = ((152, 18), (196, 4), (236, 22), (238, 104), (214, 122), (168, 118), (146, 74))
_BLOCK = ((84, 60), (150, 44), (166, 108), (104, 128))
_ORCHARD = ((6, 10), (60, 4), (92, 22), (120, 8), (170, 30), (164, 92), (120, 90), (112, 132), (40, 136), (10, 96))
_VILLAGE = ((170, 122), (234, 122), (234, 176), (170, 176))


def fill(state: SandboxState) -> None:
    """Add the missing parts of the initial content; a part is added once only, also if it was changed since."""
    options = state.options
    add_once(state, "base", _add_base)
    add_once(state, "chip", _add_chip)
    add_once(state, "orchard", _add_orchard)
    if options.aois:
        add_once(state, f"bulk {options.aois}", _add_bulk)
    if Behaviour.UNFINISHED in options.behaviours:
        add_once(state, "unfinished", _add_unfinished)
    if options.import_series is not None:
        add_once(state, f"series {options.import_series.resolve()}", import_series)
    if state.is_first:
        _resume(state)


def add_once(state: SandboxState, part: str, add: Callable[[SandboxState], object]) -> None:
    """Add a part of the initial content, unless it was added before."""
    if state.store.fact(part) is None:
        add(state)
        state.store.remember(part, MADE_AT)


def _resume(state: SandboxState) -> None:
    """Resume the visualizations that were being computed when the sandbox stopped; end those that cannot be resumed."""
    packing.give_up_unfinished(state)
    for record in state.store.all("visualizations"):
        if record["status"] == Word.CREATING and "_sources" in record:
            identifier = str(record["id"])
            state.in_background(lambda identifier=identifier: compute(state, identifier), "visualization")  # type: ignore[misc]


def _add_base(state: SandboxState) -> None:
    _add_projects(state)
    _put(state, "satellites", presets.satellites(farm.WAVELENGTHS))
    _put(state, "indices", presets.preset_indices(farm.WAVELENGTHS, MADE_AT))
    _put(state, "indices", _custom_indices())
    _put(state, "items", scenes.draw_farm(state.folder, state.options.seed))
    _add_farm(state)
    _add_lake(state)
    _add_studies(state)


def _put(state: SandboxState, kind: str, records: Iterable[Record]) -> None:
    state.store.put_all(kind, ((record["id"], record) for record in records))


def _add_projects(state: SandboxState) -> None:
    titles = ((RABA, "raba-valley", "Raba valley 2025", 4), (STUDIES, "method-studies", "Method studies", 2))
    _put(state, "projects", [_project(*fields) for fields in titles])


def _project(identifier: str, name: str, title: str, members: int) -> Record:
    return {
        "id": identifier,
        "name": name,
        "title": title,
        "org_id": named_id("organisation", "sample"),
        "created_at": MADE_AT,
        "updated_at": MADE_AT,
        "metadata": {},
        "members_count": members,
    }


def _custom_indices() -> list[Record]:
    bands = presets.sample_bands(farm.WAVELENGTHS)
    infrared, edge = (presets.nearest(bands, nm) for nm in (842, 743))
    own = SAMPLE_SATELLITE_ID
    return [
        _natural_colour(own, bands),
        _custom(own, "Near infrared", "One band, in grey.", infrared, ExpressionType.GRAYSCALE, [0, 0.6]),
        _custom(
            own, "Edge ratio", "Infrared over red edge, our own.", f"{infrared}/{edge}", ExpressionType.INDEX, [0, 3]
        ),
    ]


def _natural_colour(satellite_id: str, bands: dict[str, float]) -> Record:
    expression = ", ".join(presets.nearest(bands, nm) for nm in (665, 560, 490))
    kind = ExpressionType.COMPOSITE
    return _custom(satellite_id, "Natural colour", "Red, green and blue.", expression, kind, [0, 0.3])


def _custom(
    satellite_id: str, name: str, description: str, expression: str, expression_type: str, rescale: list[float]
) -> Record:
    return {
        "id": presets.index_id(satellite_id, name),
        "name": name,
        "description": description,
        "expression": expression,
        "expression_type": expression_type,
        "type": "custom",
        "bands": sorted(part.strip() for part in expression.replace("/", ",").split(",")),
        "colormap": "greys" if expression_type == ExpressionType.GRAYSCALE else "ylgn",
        "rescale": rescale,
        "satellite_id": satellite_id,
        "created_at": MADE_AT,
        "updated_at": MADE_AT,
    }


def _outline(
    pixels: Iterable[tuple[int, int]], place: tuple[float, float, float] = (farm.LEFT, farm.TOP, farm.PIXEL_M)
) -> dict[str, Any]:
    """Return the polygon of corners given in pixels of a synthetic scene.

    Args:
        place: left and upper edge of the scene and the size of its pixels, in metres.
    """
    left, top, size = place
    corners = [(left + x * size, top - y * size) for x, y in pixels]
    return polygon(list(reversed(corners)), farm.EPSG)


def _add_farm(state: SandboxState) -> None:
    text = "Synthetic: fields through one season, with a maize field whose irrigation failed in June."
    aoi = add_aoi(state, "Farm near Raba", text, RABA, SAMPLE_SATELLITE_ID, _outline(_FARM))
    add_visualization(state, aoi, "NDVI")
    add_visualization(state, aoi, "NDWI", Drawing(DrawnGrid.UTM, LegendPlace.RIGHT))
    add_visualization(state, aoi, "NDRE", Drawing(DrawnGrid.MERCATOR, padding=6))
    add_visualization(state, aoi, "Natural colour", Drawing(DrawnGrid.UTM, LegendPlace.NONE))
    add_visualization(state, aoi, "Near infrared", Drawing(scale=3))


def _add_lake(state: SandboxState) -> None:
    text = "Synthetic: a lake with an algal bloom in August."
    aoi = add_aoi(state, "Lake shore", text, RABA, SAMPLE_SATELLITE_ID, _outline(_LAKE))
    add_visualization(state, aoi, "NDCI", Drawing(DrawnGrid.UTM, LegendPlace.BOTTOM, padding=4))
    _add_unready(state, aoi, "NDWI", Word.CREATING, 40)
    _add_unready(state, aoi, "CI Red Edge", Word.FAILED, 60)
    planned = {"name": "Awaiting survey", "description": "No outline yet.", "project_id": RABA}
    _keep_aoi(state, new_aoi({**planned, "satellite_id": SAMPLE_SATELLITE_ID}, made_at=MADE_AT))


def _add_studies(state: SandboxState) -> None:
    text = "Synthetic: the maize field with the failed irrigation and its neighbours."
    trial = add_aoi(state, "Irrigation trial", text, STUDIES, SAMPLE_SATELLITE_ID, _outline(_BLOCK))
    add_visualization(state, trial, "NDVI", Drawing(DrawnGrid.MERCATOR, scale=6))
    add_aoi(state, "Village edge", "No visualizations yet.", STUDIES, SAMPLE_SATELLITE_ID, _outline(_VILLAGE))


def _add_chip(state: SandboxState) -> None:
    items = scenes.write_chip(state.folder)
    if not items:
        return
    _put(state, "items", items)
    text = "Real Sentinel-2 reflectances of the Python package spyndex; place and day are made up."
    aoi = add_aoi(state, "Sentinel-2 chip", text, STUDIES, SENTINEL_ID, items[0]["geometry"])
    for name in ("NDVI", "NDWI", "GNDVI"):
        add_visualization(state, aoi, name)


def _add_orchard(state: SandboxState) -> None:
    _put(state, "satellites", [presets.firefly()])
    _put(state, "indices", [*presets.firefly_indices(MADE_AT), _natural_colour(FIREFLY_ID, presets.FIREFLY_BANDS)])
    _put(state, "items", scenes.draw_orchard(state.folder, state.options.seed))
    text = "Synthetic, 5 m: fruit and vines with an illness, clouds in May, no scene for seven weeks of summer."
    place = (orchard.LEFT, orchard.TOP, orchard.PIXEL_M)
    aoi = add_aoi(state, "Hillside orchard", text, STUDIES, FIREFLY_ID, _outline(_ORCHARD, place))
    add_visualization(state, aoi, "NDVI", Drawing(DrawnGrid.UTM, LegendPlace.TOP, snapped=True))
    add_visualization(
        state, aoi, "Natural colour", Drawing(DrawnGrid.MERCATOR, LegendPlace.NONE, scale=2, is_smooth=True)
    )


def add_aoi(
    state: SandboxState, name: str, description: str, project_id: str, satellite_id: str, outline: Mapping[str, Any]
) -> Record:
    """Add an area of interest with every scene over it."""
    items = items_over(state, satellite_id, outline)
    return _filled(state, (name, description, project_id, satellite_id), outline, items)


def _filled(
    state: SandboxState, facts: tuple[str, str, str, str], outline: Mapping[str, Any], items: Sequence[Record]
) -> Record:
    name, description, project_id, satellite_id = facts
    fields = {
        "name": name,
        "description": description,
        "project_id": project_id,
        "satellite_id": satellite_id,
        "geometry": outline,
        "eo_bands": items[0]["bands"] if items else [],
    }
    aoi = new_aoi(fields, identifier=named_id("aoi", name), made_at=MADE_AT)
    _keep_aoi(state, aoi)
    return fill_aoi(state, aoi["aoi_id"], items)


def _keep_aoi(state: SandboxState, aoi: Record) -> None:
    state.store.put("aois", aoi["aoi_id"], aoi)


def add_visualization(state: SandboxState, aoi: Record, index_name: str, drawing: Drawing | None = None) -> None:
    """Add a visualization of an index over all mosaics of an area of interest, and compute it.

    Args:
        drawing: style of its pictures, where it is another one than usual.
    """
    record = _begun(state, aoi, index_name)
    if drawing is not None:
        record["_drawing"] = asdict(drawing)
    sources = [mosaic["id"] for mosaic in _assets_of(state, aoi, "mosaic")]
    state.store.put("visualizations", record["id"], {**record, "_sources": sources})
    compute(state, record["id"])


def _begun(state: SandboxState, aoi: Record, index_name: str) -> Record:
    index = state.store.get("indices", presets.index_id(aoi["satellite_id"], index_name)) or {}
    identifier = named_id("visualization", aoi["name"], index_name)
    return new_visualization(aoi["aoi_id"], index, identifier=identifier, made_at=MADE_AT)


def _add_unready(state: SandboxState, aoi: Record, index_name: str, status: str, progress: int) -> None:
    """Add a visualization that stays as it is, for lists to show."""
    record = _begun(state, aoi, index_name)
    state.store.put("visualizations", record["id"], {**record, "status": status, "progress": progress})


def _add_unfinished(state: SandboxState) -> None:
    """Add an AOI whose assets are in four states, and a visualization that is computed while it is listed."""
    states = (Word.SUCCESS, Word.CREATED, Word.IN_PROGRESS, Word.ERROR)
    text = "Synthetic: assets that are finished, not begun, being made and failed."
    outline = _outline(_BLOCK)
    items = items_over(state, SAMPLE_SATELLITE_ID, outline)[: len(states)]
    aoi = _filled(state, ("Work in progress", text, STUDIES, SAMPLE_SATELLITE_ID), outline, items)
    add_visualization(state, aoi, "NDVI")
    queued = {**_begun(state, aoi, "NDWI"), "status": Word.QUEUED, "_steps": _STEPS}
    queued["_sources"] = [asset["id"] for asset in _assets_of(state, aoi, "mosaic")]
    state.store.put("visualizations", queued["id"], queued)
    for kind in ("mosaic", "visualization"):
        for asset, word in zip(_assets_of(state, aoi, kind), states, strict=True):
            state.change("assets", asset["id"], status=word)


def _assets_of(state: SandboxState, aoi: Record, kind: str) -> list[Record]:
    found = state.store.all("assets", Filter(equal={"aoi_id": aoi["aoi_id"], "asset_type": kind}))
    return sorted(found, key=lambda asset: str(asset["date"]))


def _add_bulk(state: SandboxState) -> None:
    projects = (RABA, STUDIES)
    west, south, _, _ = box(_outline(_FARM))
    records = []
    for number in range(state.options.aois):
        x, y = west - 8 + (number % 160) * 0.1, south - 6 + (number // 160 % 120) * 0.1
        outline = {
            "type": "Polygon",
            "coordinates": [[[x, y], [x + 0.02, y], [x + 0.02, y + 0.02], [x, y + 0.02], [x, y]]],
        }
        fields = {
            "name": f"Survey block {number + 1:05d}",
            "description": "Synthetic record without scenes.",
            "project_id": projects[number % 2],
            "satellite_id": SAMPLE_SATELLITE_ID,
            "geometry": outline,
        }
        aoi = new_aoi(fields, identifier=named_id("bulk", str(number)), made_at=MADE_AT)
        records.append((aoi["aoi_id"], {**aoi, "status": Word.SUCCESS, "progress": 100}))
    state.store.put_all("aois", records)
