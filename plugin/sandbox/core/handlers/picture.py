"""Pictures and styles of a visualization, made when asked for."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from ....api.status import parse_state
from ....legend.vocabulary import ExpressionType, LegendMode
from ....sld import writer
from .. import legends
from ..clock import day_of_key, key_of_asset
from ..computing import ensured_file
from ..drawing.render import Sheet, picture, place_of
from ..drawing.sheet_place import SheetPlace
from ..drawing.style import Drawing
from ..request import SandboxRequest, bad_request, not_found, text, texts
from ..state import SandboxState
from ..store import Record
from .legend import checked_index, checked_mode, modes_of


def index_png(call: SandboxRequest) -> Response:
    """Answer ``GenerateIndexPng``: the date coloured by its legend, which is painted beside it or into a corner."""
    record, body = call.visualization(), call.json_object()
    checked_index(record, body)
    key = text(body, "date")
    raster = _raster(call, record, key)
    classes: legends.Classes = []
    if record["expression_type"] == ExpressionType.INDEX:
        mode = checked_mode(record, body)
        classes = _classes(record, mode, key)
    sheet = _sheet(call.state, record, key, classes)
    return Response(picture(ensured_file(call.state, raster), sheet), media_type="image/png")


def picture_place(state: SandboxState, visualization_id: str, key: str, mode: LegendMode | None = None) -> SheetPlace:
    """Return where the picture of a date lies: the truth for tests, which no response contains.

    Args:
        mode: of the painted legend; ``None`` for composites and grey pictures.

    Raises:
        KeyError: there is no such visualization, date or legend.
        OSError: the raster cannot be read.
    """
    record = state.store.get("visualizations", visualization_id)
    if record is None:
        raise KeyError(visualization_id)
    assets = {key_of_asset(asset): asset for asset in state.assets_of(visualization_id)}
    classes = record["metadata"]["legend"][key][mode] if mode else []
    return place_of(ensured_file(state, assets[key]), _sheet(state, record, key, classes))


def _sheet(state: SandboxState, record: Record, key: str, classes: legends.Classes) -> Sheet:
    aoi = state.store.get("aois", record["aoi_id"])
    if aoi is None:
        raise not_found("aoi", record["aoi_id"])
    drawing = state.options.drawing or Drawing.parse(record.get("_drawing", {}))
    return Sheet(record["index_name"], day_of_key(key), aoi["geometry"], classes, tuple(record["rescale"]), drawing)


def _raster(call: SandboxRequest, record: Record, key: str) -> Record:
    if not parse_state(record["status"]).is_usable:
        raise bad_request(f"the visualization is {record['status']}", {"status": record["status"]})
    found = {key_of_asset(asset): asset for asset in call.state.assets_of(record["id"])}
    if key not in found:
        raise not_found("date", key[:40])
    return found[key]


def visualization_sld(call: SandboxRequest) -> Response:
    """Answer ``GenerateVisualizationSLD``; a mode the visualization has no legend in is left out."""
    record, body = call.visualization(), call.json_object()
    keys, modes = texts(body, "dates"), texts(body, "visualization_modes")
    if not keys or not modes or not set(modes) <= set(LegendMode):
        raise bad_request("dates and visualization_modes must name something known", {"modes": modes[:5]})
    for key in keys:
        _raster(call, record, key)
    known = [LegendMode.parse(mode) for mode in dict.fromkeys(modes) if mode in modes_of(record)]
    listed = record["metadata"]["legend"]
    documents = {mode: {key: _document(record, mode, key) for key in keys if mode in listed[key]} for mode in known}
    return JSONResponse({"sld": documents})


def _classes(record: Record, mode: LegendMode, key: str) -> legends.Classes:
    classes: legends.Classes | None = record["metadata"]["legend"][key].get(mode)
    if classes is None:
        raise not_found("legend", key)
    return classes


def _document(record: Record, mode: LegendMode, key: str) -> str:
    legend = legends.as_legend(record["metadata"]["legend"][key][mode])
    return writer.write(legend, f"{record['index_name']} {day_of_key(key)} {mode}")
