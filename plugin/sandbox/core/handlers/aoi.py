"""Ping, projects, satellites and areas of interest."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from ..clock import now
from ..computing import fill_aoi, items_over
from ..geometry import overlap, polygon_problem
from ..records import new_aoi, shown
from ..request import Refused, SandboxRequest, bad_request, pagination, refused_as, text, texts
from ..store import Filter, Record

_PROVIDERS = ("pixxel", "planetary")
_LARGEST_PROJECT_PAGE = 100


def ping(call: SandboxRequest) -> Response:
    """Answer ``Ping``."""
    return JSONResponse("pong")


def list_projects(call: SandboxRequest) -> Response:
    """Answer ``ListProjects``."""
    number = call.number("page_num", 1, least=1)
    size = min(call.number("page_size", 10, least=1), _LARGEST_PROJECT_PAGE)
    found, total = call.state.store.page("projects", Filter(), (number - 1) * size, size)
    return JSONResponse({"count": total, "projects": [shown(project) for project in found]})


def get_project(call: SandboxRequest) -> Response:
    """Answer ``GetProjectById``."""
    project = call.record("projects", "project", call.path["id"])
    return JSONResponse({"project": {k: v for k, v in shown(project).items() if k != "members_count"}})


def list_satellites(call: SandboxRequest) -> Response:
    """Answer ``ListSatellites``."""
    return JSONResponse({"satellites": [shown(satellite) for satellite in call.state.store.all("satellites")]})


def list_aois(call: SandboxRequest) -> Response:
    """Answer ``ListAOIs``; a name filters by substring. The contract has no status 400 for it."""
    offset, limit = refused_as(404, "NOT_FOUND", call.window)
    names = call.given("aoi_name")
    projects = [part.strip() for part in call.query.get("project_ids", "").split(",") if part.strip()]
    wanted = Filter(
        equal=call.given("aoi_id"),
        contains={**({"name": names["aoi_name"]} if names else {}), **call.given("created_at", "updated_at")},
        among={"project_id": projects} if projects else {},
    )
    found, total = call.state.store.page("aois", wanted, offset, limit)
    return JSONResponse({"aois": [shown(aoi) for aoi in found], "pagination": pagination(offset, limit, total)})


def get_aoi(call: SandboxRequest) -> Response:
    """Answer ``GetAoiById``."""
    return JSONResponse(shown(call.aoi()))


def create_aoi(call: SandboxRequest) -> Response:
    """Answer ``AOICreateAOI``: the record at once, its images soon after."""
    fields = _checked(call, call.json_object())
    items = _wanted_items(call, fields)
    if items:
        fields = {**fields, "eo_bands": items[0]["bands"]}
    aoi = new_aoi(fields, made_at=now())
    with call.state.store.transaction():
        if call.state.store.page("aois", Filter(equal={"name": fields["name"]}), 0, 1)[1]:
            raise Refused(409, "CONFLICT", "an AOI of this name exists", {"field": "name", "value": fields["name"]})
        call.state.store.put("aois", aoi["aoi_id"], aoi)
    call.state.in_background(lambda: _fill(call, aoi, items), "area of interest")
    return JSONResponse(shown(aoi), status_code=201)


def _fill(call: SandboxRequest, aoi: Record, items: list[Record]) -> None:
    fill_aoi(call.state, aoi["aoi_id"], items)


def _checked(call: SandboxRequest, body: Record) -> Record:
    fields = {name: text(body, name) for name in ("name", "satellite_id", "provider", "project_id")}
    fields["description"] = text(body, "description", blank=True)
    problem = polygon_problem(body.get("geometry"))
    if problem:
        raise bad_request(problem, {"field": "geometry"})
    if fields["provider"] not in _PROVIDERS:
        raise bad_request(f"provider must be one of {', '.join(_PROVIDERS)}", {"field": "provider"})
    for kind, name in (("satellites", "satellite_id"), ("projects", "project_id")):
        if call.state.store.get(kind, fields[name]) is None:
            raise bad_request(f"{name} is not known", {"field": name, "value": fields[name]})
    return {**fields, "geometry": body["geometry"], "item_ids": texts(body, "item_ids")}


def _wanted_items(call: SandboxRequest, fields: Record) -> list[Record]:
    """Return the scenes asked for, or every scene over the area where none is named."""
    if not fields["item_ids"]:
        return items_over(call.state, fields["satellite_id"], fields["geometry"])
    items = [call.state.store.get("items", identifier) for identifier in fields["item_ids"]]
    for identifier, item in zip(fields["item_ids"], items, strict=True):
        if item is None or item["satellite_id"] != fields["satellite_id"]:
            raise bad_request("no such item of this satellite", {"field": "item_ids", "value": identifier})
        if not overlap(item["geometry"], fields["geometry"]):
            raise bad_request("an item does not lie over the geometry", {"field": "item_ids", "value": identifier})
    return [item for item in items if item is not None]
