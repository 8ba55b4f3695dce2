"""Whatever a server answers, every method of the client ends in a result or in an ``ApiError``."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixxel_explorer.plugin.api import models
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.decoding import decode
from pixxel_explorer.plugin.api.errors import ApiError, BadAnswer
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.tests.unit.contract.check import Contract, contract_at

from .fuzzing import ODD, broken, documents, profile

ROOT = Path(__file__).resolve().parents[3]
MOST_ITEMS = 200
SQUARE = {"type": "Polygon", "coordinates": [[[10.0, 50.0], [11.0, 50.0], [11.0, 51.0], [10.0, 50.0]]]}
AREA = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": SQUARE}]}

# What a request is made of, by the name of its model.
REQUESTS: Mapping[str, Callable[[], Any]] = {
    "AoiCreate": lambda: models.AoiCreate(
        name="n", satellite_id="s", provider="pixxel", project_id="p", geometry=SQUARE, item_ids=("i",)
    ),
    "IndexCreate": lambda: models.IndexCreate(
        name="n", rescale=(0, 1), expression="B1", colormap="c", satellite_id="s", expression_type="index"
    ),
    "VisualizationCreate": lambda: models.VisualizationCreate(index_id="i"),
    "MetadataUpdate": lambda: models.MetadataUpdate(visualization_mode="theoretical", legend={"2024_05_06": []}),
    "MetadataRollback": lambda: models.MetadataRollback(index_id="i", dates=("d",), visualization_mode="dynamic"),
    "PngRequest": lambda: models.PngRequest(index_id="i", date="d", visualization_mode="dynamic"),
    "SldRequest": lambda: models.SldRequest(dates=("d", "e"), visualization_modes=("dynamic",)),
    "SearchRequest": lambda: models.SearchRequest(
        start_date="2025-01-01",
        end_date="2025-02-01",
        satellites=(models.SearchSatellite(collection_id="c", satellite_id="s"),),
        geometry=SQUARE,
    ),
    "StacSearch": lambda: models.StacSearch(ids=("i",)),
    "CatalogSearch": lambda: models.CatalogSearch(ids=("i",)),
    "InsightCreate": lambda: models.InsightCreate(block=models.BlockChoice(version="1"), input={"layer": "NDVI"}),
    "OrderCreate": lambda: models.OrderCreate(
        order_items=(models.OrderItemCreate(project_id="p", usecase="u", geometry=AREA, item_ids=("i",)),)
    ),
    "StoreCreate": lambda: models.StoreCreate(
        name="n", type="S3", configs=models.StoreConfigs(bucket="b", region="r"), secrets={"k": "v"}
    ),
    "DeliveryCreate": lambda: models.DeliveryCreate(
        deliveries=(models.NewDelivery(catalog_ids=("c",), cloud_info=models.CloudDelivery(config="s")),)
    ),
    "CatalogDownloadCreate": lambda: models.CatalogDownloadCreate(catalog_ids=("c",)),
    "Sequence[str]": lambda: ["a"],
}


class Bench:
    """One client in one loop, whose server says what it is told to."""

    def __init__(self) -> None:
        self.body, self.status = b"", 200
        self._runner = asyncio.Runner()
        self.client = ApiClient(
            ClientConfig(base_url="https://api.example.com"),
            Credentials.from_key("secret-key"),
            transport=httpx.MockTransport(lambda _: httpx.Response(self.status, content=self.body)),
            sleep=self._no_wait,
        )

    async def _no_wait(self, _: float) -> None:
        return

    def ends_well(self, area: str, name: str) -> None:
        """Call a method; let nothing but an ``ApiError`` pass in silence."""
        try:
            self._runner.run(self._called(getattr(getattr(self.client, area), name)))
        except ApiError as error:
            assert str(error)

    async def _called(self, method: Callable[..., Any]) -> None:
        begun = method(*arguments(method))
        if inspect.isawaitable(begun):
            await begun
        else:
            await _some_of(begun)

    def close(self) -> None:
        self._runner.run(self.client.aclose())
        self._runner.close()


async def _some_of(items: AsyncIterator[Any]) -> None:
    count = 0
    async for _ in items:
        count += 1
        if count >= MOST_ITEMS:
            break


def arguments(method: Callable[..., Any]) -> list[Any]:
    """Return what a method needs, by the annotations of what has no default."""
    needed = [p for p in inspect.signature(method).parameters.values() if p.default is p.empty]
    return ["an-id" if p.annotation == "str" else REQUESTS[str(p.annotation)]() for p in needed]


def all_methods() -> list[tuple[str, str]]:
    """Return every public method of every area; files have tests of their own, as they are no JSON."""
    client = ApiClient(ClientConfig(), transport=httpx.MockTransport(lambda _: httpx.Response(500)))
    asyncio.run(client.aclose())
    return [
        (area, name)
        for area, held in vars(client).items()
        if not area.startswith("_") and area not in ("config", "files")
        for name, _ in inspect.getmembers(type(held), inspect.isfunction)
        if not name.startswith("_")
    ]


def answers_of(contract: Contract, method: Callable[..., Any]) -> st.SearchStrategy[Any]:
    """Return what the contract lets an operation answer, or any answer where a method names no operation."""
    named = [o for o in contract.operations if f"``{o.id}``" in (method.__doc__ or "")]
    schemas = [
        content["schema"]
        for operation in named or contract.operations[:20]
        for response in operation.responses.values()
        for kind, content in response.get("content", {}).items()
        if kind in ("application/json", "*/*")
    ]
    return st.one_of([documents(contract, schema) for schema in schemas]) if schemas else ODD


@pytest.fixture(scope="module")
def harness() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.close()


@pytest.mark.parametrize(("area", "name"), all_methods())
def test_a_method_ends_in_a_result_or_an_api_error(harness: Bench, area: str, name: str) -> None:
    whole = answers_of(contract_at(ROOT), getattr(getattr(harness.client, area), name))

    @profile(40)
    @given(broken(whole), st.sampled_from([200, 200, 200, 201, 204, 400, 404, 429, 500, 503]))
    def answering(document: Any, status: int) -> None:
        harness.body, harness.status = written(document), status
        harness.ends_well(area, name)

    answering()


@pytest.mark.parametrize(("area", "name"), all_methods())
def test_bytes_that_are_no_answer_end_in_an_api_error_or_nothing(harness: Bench, area: str, name: str) -> None:
    @profile(15)
    @given(BODIES, st.sampled_from([200, 201, 400, 500]))
    def answering(body: bytes, status: int) -> None:
        harness.body, harness.status = body, status
        harness.ends_well(area, name)

    answering()


def written(document: Any) -> bytes:
    return json.dumps(document).encode()


BODIES = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [
            b"",
            b"\x00" * 50,
            b"\xff\xfe{\x00}\x00",
            b"\xef\xbb\xbf{}",
            b"[" * 200_000,
            b'{"a":' * 200_000,
            b"1" * 10_000,
            b"1e999",
            b"-Infinity",
            b"NaN",
            b'"\\ud800"',
            b"<html><body>Log in</body></html>",
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            b"\x89PNG\r\n\x1a\n",
            b"PK\x03\x04" + b"\x00" * 40,
            b"\x1f\x8b\x08\x00",
            b"%PDF-1.7",
        ]
    ),
    st.tuples(st.sampled_from([b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"{", b"<"]), st.binary()).map(
        b"".join
    ),
)


def test_whatever_bytes_come_decoding_gives_a_value_or_a_bad_answer() -> None:
    readers: list[Callable[[bytes], Any]] = [
        decode.json_value,
        decode.png,
        decode.kind_of,
        decode.link,
        decode.error_facts,
        decode.error_envelope,
        lambda body: decode.sld_documents(body, ["dynamic", "theoretical"], ["2024_05_06"]),
    ]

    @profile(400)
    @given(BODIES)
    def reading(body: bytes) -> None:
        for reader in readers:
            try:
                reader(body)
            except BadAnswer as error:
                assert error.detail

    reading()


def test_whatever_value_comes_decoding_gives_a_value_or_a_bad_answer() -> None:
    readers: list[Callable[[Any], Any]] = [
        decode.legends,
        decode.number,
        decode.timestamp,
        decode.page_total,
        decode.record,
        lambda value: decode.page_items(value, "aois"),
        lambda value: decode.day_of(str(value)),
    ]
    contract = contract_at(ROOT)
    schemas = contract.document["components"]["schemas"]
    whole = st.one_of([documents(contract, schemas[name]) for name in ("VisualizationMetadata", "AOIList", "Error")])

    @profile(400)
    @given(broken(whole) | ODD)
    def reading(value: Any) -> None:
        for reader in readers:
            try:
                reader(value)
            except BadAnswer as error:
                assert error.detail

    reading()
