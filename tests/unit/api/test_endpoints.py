"""Every operation against the contract: exactly what is documented goes out, and what comes back is read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import yaml
from pixxel_explorer.plugin.api import errors, models
from pixxel_explorer.plugin.api.client import ApiClient

VISUALIZATION = "/v0/aois/a/visualizations/v"
POLYGON = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
CLASS = {"min": 0, "max": 51, "color": "#2b83ba", "label": "Low"}
DAY = "2024_05_06"
XML = "<StyledLayerDescriptor/>"


class Contract:
    """Checks a request against the OpenAPI document: nothing undocumented, nothing missing."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def check(self, request: httpx.Request) -> str:
        operation, shared = self._operation(request)
        known = {each["name"] for each in [*operation.get("parameters", []), *shared] if each["in"] == "query"}
        assert set(request.url.params) <= known
        self._check_body(operation, request)
        wants_key = operation.get("security", True) != []
        assert ("authorization" in request.headers) == wants_key
        return str(operation["operationId"])

    def _operation(self, request: httpx.Request) -> tuple[dict[str, Any], list[Any]]:
        for template, item in self._document["paths"].items():
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, request.url.raw_path.decode().partition("?")[0]):
                return item[request.method.lower()], item.get("parameters", [])
        raise AssertionError(f"no such operation: {request.method} {request.url.path}")

    def _check_body(self, operation: Mapping[str, Any], request: httpx.Request) -> None:
        if "requestBody" not in operation:
            assert request.content == b""
            return
        assert request.headers["content-type"] == "application/json"
        name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        schema = {**self._document["components"]["schemas"][name], "additionalProperties": False}
        jsonschema.validate(json.loads(request.content), {**schema, "components": self._document["components"]})


@pytest.fixture(scope="module")
def contract(shared: Path) -> Contract:
    document = yaml.safe_load((shared / "api" / "pixxel-v0.openapi.yaml").read_text("utf-8"))
    return Contract(document)


Work = Callable[[ApiClient], Any]
NEW_AOI = models.AoiCreate(
    name="n", description="d", satellite_id="s", provider="pixxel", project_id="p", geometry=POLYGON, item_ids=("i",)
)
NEW_INDEX = models.IndexCreate(
    name="n",
    description="",
    rescale=(0, 1.5),
    expression="B04",
    colormap="c",
    satellite_id="s",
    expression_type="index",
)
UPDATE = models.MetadataUpdate(visualization_mode="dynamic", legend={DAY: [CLASS], "2024_05_16": None}, dynamic_bins=5)
ROLLBACK = models.MetadataRollback(index_id="i", dates=(DAY,), visualization_mode="dynamic")
PNG = models.PngRequest(index_id="i", date=DAY, visualization_mode="dynamic")
SLD = models.SldRequest(dates=(DAY,), visualization_modes=("dynamic",))
AOIS = models.AoiQuery(name="x", project_ids=("p", "q"), aoi_id="a")
INDICES = models.IndexQuery(satellite_id="s", type="preset", expression_type="index", index_id="i")
VISUALIZATIONS = models.VisualizationQuery("v", "i", "custom", "index", "u")

OPERATIONS: dict[str, tuple[str, str, Work, Any]] = {
    "Ping": ("GET", "/ping", lambda c: c.external.ping(), "pong"),
    "ListProjects": (
        "GET", "/v0/projects?page_num=2&page_size=50", lambda c: c.projects.list(2), {"projects": [{"id": "p"}]},
    ),
    "GetProjectById": ("GET", "/v0/projects/p", lambda c: c.projects.get("p"), {"project": {"id": "p"}}),
    "ListAOIs": (
        "GET",
        "/v0/aois?aoi_name=x&project_ids=p%2Cq&aoi_id=a&offset=5&limit=50",
        lambda c: c.aois.list(AOIS, offset=5),
        {"aois": []},
    ),
    "AOICreateAOI": ("POST", "/v0/aois", lambda c: c.aois.create(NEW_AOI), {"aoi_id": "a"}),
    "GetAoiById": ("GET", "/v0/aoi/a", lambda c: c.aois.get("a"), {"aoi_id": "a"}),
    "ListSatellites": ("GET", "/v0/satellites", lambda c: c.aois.satellites(), {"satellites": [{"id": "s"}]}),
    "ListIndices": (
        "GET",
        "/v0/indices?satellite_id=s&type=preset&expression_type=index&index_id=i&offset=0&limit=7",
        lambda c: c.indices.list(INDICES, limit=7),
        {"indices": []},
    ),
    "CreateIndex": ("POST", "/v0/indices", lambda c: c.indices.create(NEW_INDEX), {"id": "i"}),
    "ListVisualizations": (
        "GET",
        "/v0/aois/a/visualizations?visualization_id=v&index_id=i&type=custom&expression_type=index&user_id=u"
        "&offset=0&limit=50",
        lambda c: c.visualizations.list("a", VISUALIZATIONS),
        {"visualization": []},
    ),
    "CreateVisualization": (
        "POST",
        "/v0/aois/a/visualizations",
        lambda c: c.visualizations.create("a", models.VisualizationCreate(index_id="i")),
        {"id": "v"},
    ),
    "UpdateVisualizationMetadata": (
        "PUT",
        f"{VISUALIZATION}/metadata",
        lambda c: c.visualizations.update_metadata("a", "v", UPDATE), {"legend": {}},
    ),
    "RollbackVisualizationMetadata": (
        "PATCH",
        f"{VISUALIZATION}/metadata",
        lambda c: c.visualizations.rollback_metadata("a", "v", ROLLBACK), {"id": "v"},
    ),
    "GenerateVisualizationSLD": (
        "POST", f"{VISUALIZATION}/sld", lambda c: c.visualizations.sld("a", "v", SLD), {"sld": {"dynamic": {DAY: XML}}},
    ),
    "ListAssets": ("GET", "/v0/aois/a/assets?offset=0&limit=50", lambda c: c.assets.list("a"), {"assets": []}),
    "AOICreateDownload": (
        "POST", "/v0/aois/a/downloads", lambda c: c.downloads.create("a", ["x", "y"]), {"download_id": "d"},
    ),
    "GetDownloadStatus": (
        "GET",
        "/v0/aois/a/downloads/d",
        lambda c: c.downloads.status("a", "d"),
        {"download_id": "d", "status": "SUCCESS"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_sends_what_the_contract_names(lab: Any, contract: Contract, operation: str) -> None:
    method, address, work, answer = OPERATIONS[operation]
    lab.run(lab.answering(httpx.Response(200, json=answer)), work)
    request = lab.requests[0]
    assert (request.method, request.url.raw_path.decode()) == (method, address)
    assert contract.check(request) == operation


def test_a_picture_is_asked_for_by_the_contract(lab: Any, contract: Contract, picture: bytes) -> None:
    answer = httpx.Response(200, content=picture, headers={"Content-Type": "image/png"})
    assert lab.run(lab.answering(answer), lambda c: c.visualizations.png("a", "v", PNG)) == picture
    assert contract.check(lab.requests[0]) == "GenerateIndexPng"
    assert json.loads(lab.requests[0].content) == {"index_id": "i", "date": DAY, "visualization_mode": "dynamic"}


def test_bodies_are_exact(lab: Any) -> None:
    def body(work: Work, answer: Any) -> Any:
        lab.run(lab.answering(httpx.Response(201, json=answer)), work)
        return json.loads(lab.requests[-1].content)

    new = models.VisualizationCreate(index_id="i", src_asset_ids=("x",), resolution=10)
    assert body(lambda c: c.visualizations.create("a", new), {"id": "v"}) == {
        "index_id": "i", "src_asset_ids": ["x"], "resolution": 10,
    }  # fmt: skip
    assert body(OPERATIONS["CreateVisualization"][2], {"id": "v"}) == {"index_id": "i"}
    assert body(OPERATIONS["CreateIndex"][2], {"id": "i"})["rescale"] == [0, 1.5]
    assert body(OPERATIONS["UpdateVisualizationMetadata"][2], {}) == {
        "visualization_mode": "dynamic", "legend": {DAY: [CLASS], "2024_05_16": None}, "dynamic_bins": 5,
    }  # fmt: skip
    theoretical = models.MetadataUpdate(visualization_mode="theoretical", legend={DAY: [{**CLASS, "min": None}]})
    assert body(lambda c: c.visualizations.update_metadata("a", "v", theoretical), {}) == {
        "visualization_mode": "theoretical", "legend": {DAY: [{**CLASS, "min": None}]},
    }  # fmt: skip


def test_whole_numbers_stay_whole_on_the_wire(lab: Any) -> None:
    lab.run(lab.answering(httpx.Response(200, json={"id": "i"})), OPERATIONS["CreateIndex"][2])
    assert b'"rescale": [0, 1.5]' in lab.requests[0].content


@pytest.mark.parametrize(
    "answer",
    [
        {"legend": {DAY: {"dynamic": [CLASS]}}},
        {"metadata": {"legend": {DAY: {"dynamic": [CLASS]}}}},
        {"id": "v", "metadata": {"legend": {"dynamic": {DAY: [CLASS]}}}},
        {"visualization": {"legend": {DAY: [CLASS]}}},
        {DAY: [CLASS]},
    ],
)
def test_the_answer_to_an_update_is_read_in_any_shape(lab: Any, answer: Any) -> None:
    work = OPERATIONS["UpdateVisualizationMetadata"][2]
    assert lab.run(lab.answering(httpx.Response(200, json=answer)), work) == {DAY: {"dynamic": [CLASS]}}


def test_a_rollback_returns_the_full_record(lab: Any) -> None:
    answer = {
        "id": "v",
        "metadata": {"legend": {DAY: {"dynamic": [CLASS], "theoretical": []}}},
        "assets": [{"id": "x", "date": "2024-05-06"}, {"no": "id"}],
    }
    found = lab.run(lab.answering(httpx.Response(200, json=answer)), OPERATIONS["RollbackVisualizationMetadata"][2])
    assert found.legends == {DAY: {"dynamic": [CLASS]}}
    assert [asset.date for asset in found.assets] == ["2024-05-06"]


def test_styles_that_come_one_at_a_time_are_asked_for_so(lab: Any) -> None:
    both = models.SldRequest(dates=(DAY, "2024_05_16"), visualization_modes=("dynamic",))
    found = lab.run(
        lab.answering(httpx.Response(200, text=XML, headers={"Content-Type": "application/xml"})),
        lambda c: c.visualizations.sld("a", "v", both),
    )
    assert found == {"dynamic": {DAY: XML, "2024_05_16": XML}}
    assert len(lab.requests) == 3


def test_a_style_behind_an_address_is_fetched_without_the_key(lab: Any) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, text=XML)
        return httpx.Response(200, json={"sld": {"dynamic": {DAY: {"url": "https://api.example.com/x.sld"}}}})

    assert lab.run(handler, lambda c: c.visualizations.sld("a", "v", SLD)) == {"dynamic": {DAY: XML}}
    assert "authorization" not in lab.requests[1].headers


def test_a_picture_behind_an_address_is_fetched(lab: Any, picture: bytes) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, content=picture)
        return httpx.Response(200, json={"url": "https://store.example.com/x.png?sig=1"})

    assert lab.run(handler, lambda c: c.visualizations.png("a", "v", PNG)) == picture
    assert "authorization" not in lab.requests[1].headers


def test_one_visualization_is_found_in_the_filtered_list(lab: Any) -> None:
    answer = httpx.Response(200, json={"visualization": [{"id": "other"}, {"id": "v", "progress": "80%"}]})
    found = lab.run(lab.answering(answer), lambda c: c.visualizations.get("a", "v"))
    assert (found.id, found.progress) == ("v", 80.0)
    assert lab.requests[0].url.params["visualization_id"] == "v"


def test_a_visualization_that_is_not_in_the_list_is_not_found(lab: Any) -> None:
    answer = httpx.Response(200, json={"visualization": [], "pagination": {"total": 0}})
    with pytest.raises(errors.NotFound):
        lab.run(lab.answering(answer), lambda c: c.visualizations.get("a", "v"))


def test_a_record_without_id_is_a_bad_answer_that_names_the_place(lab: Any) -> None:
    answer = httpx.Response(200, json={"aois": [{"aoi_id": "a"}, {"name": "x"}]})
    with pytest.raises(errors.BadAnswer) as caught:
        lab.run(lab.answering(answer), lambda c: c.aois.list())
    assert caught.value.path == "aois[1].aoi_id"
