"""The judge finds what it is there to find."""

from __future__ import annotations

import json
from typing import Any

import pytest

from .check import EXCUSES, PNG, Contract

HEADERS = {"content-type": "application/json"}
VISUALIZATION = "http://h/v0/aois/a/visualizations/v"


def faults(contract: Contract, method: str, address: str, body: Any = None) -> str:
    content = b"" if body is None else json.dumps(body).encode()
    return "; ".join(contract.faults_of_request(method, address, HEADERS, content))


def test_a_request_as_documented_passes(contract: Contract) -> None:
    assert faults(contract, "GET", "http://h/v0/aois?offset=0&limit=50&project_ids=a,b") == ""
    assert faults(contract, "GET", "http://h/v0/aoi/a%2Fb") == ""
    body = {"index_id": "i", "date": "2024_05_06", "visualization_mode": "dynamic"}
    assert faults(contract, "POST", f"{VISUALIZATION}/png", body) == ""


@pytest.mark.parametrize(
    ("method", "address", "body", "noted"),
    [
        ("GET", "http://h/v0/aoi", None, "is no operation"),
        ("DELETE", "http://h/v0/aois/a", None, "is no operation"),
        ("GET", "http://h/v0/aois?page=1", None, "page is not documented"),
        ("GET", "http://h/v0/aois?limit=ten", None, "is not of type 'integer'"),
        ("GET", "http://h/v0/aois?limit=1&limit=2", None, "comes twice"),
        ("GET", "http://h/v0/workflows/w", None, "project_id is required"),
        ("GET", "http://h/v0/aois", {}, "takes no body"),
        ("POST", f"{VISUALIZATION}/png", None, "needs a body"),
        ("POST", f"{VISUALIZATION}/png", {"index_id": "i", "date": "d"}, "'visualization_mode' is a required"),
        ("POST", f"{VISUALIZATION}/sld", {"dates": ["d"], "visualization_modes": ["odd"]}, "is not one of"),
        ("POST", f"{VISUALIZATION}/sld", {"dates": [], "visualization_modes": [], "index_id": "i"}, "not documented"),
    ],
)
def test_a_request_not_as_documented_is_reported(
    contract: Contract, method: str, address: str, body: Any, noted: str
) -> None:
    assert noted in faults(contract, method, address, body)


def test_a_body_needs_its_type(contract: Contract) -> None:
    body = b'{"asset_ids": ["a"]}'
    assert contract.faults_of_request("POST", "http://h/v0/aois/a/downloads", {}, body) == ["a body of no type"]


@pytest.mark.parametrize(
    ("method", "path", "status", "kind", "body", "noted"),
    [
        ("GET", "/v0/aois", 200, "application/json", b'{"aois": []}', ""),
        ("GET", "/v0/aois", 200, "application/json", b'{"aois": {}}', "is not of type 'array'"),
        ("GET", "/v0/aois", 200, "application/json", b"{", "is not of type 'object'"),
        ("GET", "/v0/aois", 200, "text/html", b"{}", "text/html is not documented"),
        ("GET", "/v0/aois", 418, "application/json", b"{}", "418 is not documented"),
        ("GET", "/v0/aois", 403, "application/json", b"{}", ""),
        ("POST", "/v0/aois/a/visualizations/v/png", 200, "image/png", PNG, ""),
        ("POST", "/v0/aois/a/visualizations/v/png", 200, "image/png", b"GIF", "no PNG"),
        ("DELETE", "/v0/stores/s", 204, "", b"", ""),
        ("DELETE", "/v0/stores/s", 204, "", b"{}", "has no body"),
    ],
)
def test_answers_are_judged(
    contract: Contract, method: str, path: str, status: int, kind: str, body: bytes, noted: str
) -> None:
    operation = contract.operation(method, path)
    found = "; ".join(contract.faults_of_answer(operation, status, kind, body))
    assert noted in found
    assert bool(noted) == bool(found)


def test_a_fixed_path_comes_before_one_with_names(contract: Contract) -> None:
    assert contract.operation("GET", "/v0/catalogs/deliveries").id == "ListDeliveries"
    assert contract.operation("GET", "/v0/catalogs/c").id == "GetCatalogById"


def test_every_excuse_has_a_reason() -> None:
    assert all(excuse.reason for excuse in EXCUSES)
