"""Projects and visualizations are found and joined, whichever generation of answers the server gives."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar

import httpx
import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.errors import Forbidden, NotFound
from pixxel_explorer.plugin.catalog.date_choice import ALL_DATES, choice_of
from pixxel_explorer.plugin.catalog.errors import DateNotUnderstood, UnknownDate, UnknownName
from pixxel_explorer.plugin.catalog.listing import get_visualization, list_visualizations, resolve_project
from pixxel_explorer.plugin.catalog.visualization_item import VisualizationItem, date_text, select_dates
from pixxel_explorer.plugin.legend.vocabulary import ExpressionType
from pixxel_explorer.tests.fake_api import FakeApi, rows

T = TypeVar("T")


def asking(api: FakeApi, work: Callable[[ApiClient], Awaitable[T]]) -> T:
    async def run() -> T:
        async with api.client() as client:
            return await work(client)

    return asyncio.run(run())


def asset(name: str, date: str, kind: str = "visualization", owner: str = "v1") -> dict[str, Any]:
    return {"id": name, "aoi_id": "a1", "visualization_id": owner, "asset_type": kind, "date": date, "path": "s3://b/x"}


def server(**options: Any) -> FakeApi:
    dates = {"2025_05_12": {"dynamic": rows(0, 1)}, "2025_05_02": {"dynamic": rows(0, 1)}}
    options.setdefault("assets", [asset("x1", "2025-05-02"), asset("x2", "2025-05-12")])
    return FakeApi(legends={"v1": dates}, **options)


def only(api: FakeApi) -> VisualizationItem:
    (item,) = asking(api, lambda client: list_visualizations(client, "a1"))
    return item


class TestJoining:
    @pytest.mark.parametrize("lean", [False, True])
    def test_full_and_lean_lists_give_the_same_item(self, lean: bool) -> None:
        item = only(server(lean=lean))
        assert (item.id, item.aoi_id, item.index_id, item.title) == ("v1", "a1", "i1", "NDVI")
        assert item.expression == "(B2-B1)/(B2+B1)"
        assert [date.key for date in item.dates] == ["2025_05_02", "2025_05_12"]
        assert [date.asset.id for date in item.dates if date.asset] == ["x1", "x2"]
        assert item.has_legend

    def test_full_lists_need_no_further_request(self) -> None:
        api = server()
        only(api)
        assert len(api.requests) == 1

    def test_an_index_that_cannot_be_read_leaves_its_id_as_title(self) -> None:
        api = server(lean=True)
        api.answers["/v0/indices"] = [httpx.Response(403, json={})]
        assert only(api).title == "i1"

    def test_other_assets_are_no_dates(self) -> None:
        strange = [asset("m", "2025-06-01", "mosaic"), asset("o", "2025-06-02", owner="v2")]
        item = only(server(lean=True, assets=[asset("x1", "2025-05-02"), *strange]))
        assert [date.key for date in item.dates] == ["2025_05_02"]

    def test_a_legend_key_stays_as_the_server_wrote_it(self) -> None:
        api = server()
        api.legends["v1"] = {"20250502_1": {"dynamic": rows(0, 1)}, "20250502_2": {"dynamic": rows(0, 1)}}
        item = only(api)
        assert [date.key for date in item.dates if date.day == datetime.date(2025, 5, 2)] == [
            "20250502_1",
            "20250502_2",
        ]

    def test_a_composite_without_legend_has_none(self) -> None:
        api = server(visualization={"expression_type": "Composite", "metadata": None})
        item = only(api)
        assert item.drawn_as is ExpressionType.COMPOSITE
        assert not item.has_legend
        assert len(item.dates) == 2

    def test_an_unknown_type_keeps_its_text_and_may_have_a_legend(self) -> None:
        item = only(server(visualization={"expression_type": "hypercube", "metadata": None}))
        assert (item.expression_type, item.drawn_as, item.has_legend) == ("hypercube", None, True)

    def test_a_custom_index_has_the_modes_it_lists(self) -> None:
        assert only(server()).modes == ("dynamic",)
        assert only(server(lean=True)).modes == ("dynamic", "theoretical")

    def test_a_visualization_that_is_not_there(self) -> None:
        with pytest.raises(NotFound):
            asking(server(), lambda client: get_visualization(client, "a1", "v9"))

    def test_a_refused_key_is_not_hidden(self) -> None:
        api = server(lean=True)
        api.answers["/v0/aois/a1/assets"] = [httpx.Response(403, json={})]
        with pytest.raises(Forbidden):
            only(api)


class TestDates:
    BOTH = ["2025_05_02", "2025_05_12"]

    @pytest.mark.parametrize(
        ("given", "keys"),
        [
            (["2025-05-12"], BOTH[1:]),
            (["2025_05_12", "2025-05-02"], BOTH),
            ([datetime.date(2025, 5, 2), "2025-05-02"], BOTH[:1]),
            (["2025-05-02/2025-05-12"], BOTH),
            (["2025-05-02/2025-05-11"], BOTH[:1]),
            (["2025_05_01 / 2025_05_31"], BOTH),
            (["2025-05-03/.."], BOTH[1:]),
            (["../2025-05-02"], BOTH[:1]),
            (["../2025-05-03", "2025-05-12"], BOTH),
        ],
    )
    def test_days_keys_and_intervals(self, given: Any, keys: list[str]) -> None:
        assert [date.key for date in select_dates(only(server()), choice_of(given))] == keys

    def test_all_dates_are_said_to_be_all(self) -> None:
        assert [date.key for date in select_dates(only(server()), ALL_DATES)] == self.BOTH
        with pytest.raises(ValueError, match="at least one"):
            choice_of([])

    def test_an_unknown_day_is_named_with_those_there_are(self) -> None:
        with pytest.raises(UnknownDate) as caught:
            select_dates(only(server()), choice_of(["2025-05-02", "2024-01-01", "2023-01-01/2023-12-31"]))
        assert caught.value.dates == ("2024-01-01", "2023-01-01/2023-12-31")
        assert caught.value.available == ("2025-05-02", "2025-05-12")

    @pytest.mark.parametrize(
        "text",
        [
            "2025-05-02;2025-05-12",
            "2025-05-02 2025-05-12",
            "2025-05-02..2025-05-12",
            "2025-05-02\n2025-05-12",
            "2025-05-02/2025-05-12/2025-05-13",
            "2025-05-12/2025-05-02",
            "2025-05-02/",
            "/2025-05-02",
            "../..",
            "..",
            "/",
            "2025-05-02T10:30:00Z",
            "2025-05-02x",
            "2025-05-02_2",
            "2025-05_02",
            "2025-02-30",
            "2025-05",
            "2025_05_02_2",
            "all",
            "[2025-05-02]",
        ],
    )
    def test_what_is_not_understood_to_its_end_is_named(self, text: str) -> None:
        with pytest.raises(DateNotUnderstood) as caught:
            select_dates(only(server()), choice_of(["2025-05-02", text], "FROM"))
        assert (caught.value.parameter, caught.value.pieces) == ("FROM", (text,))

    def test_a_key_of_the_server_is_taken_as_it_is(self) -> None:
        api = server()
        item = only(api)
        odd = replace(item, dates=tuple(replace(date, key=f"{date.key}/a b;c") for date in item.dates))
        assert [date.key for date in select_dates(odd, choice_of(["2025_05_02/a b;c"]))] == ["2025_05_02/a b;c"]
        assert len(select_dates(odd, choice_of(["2025-05-12"]))) == 1

    @pytest.mark.parametrize(
        ("key", "text"),
        [
            ("2025_05_02", "2025-05-02"),
            ("20250502", "2025-05-02"),
            ("2025_05_02_1", "2025_05_02_1"),
            ("scene", "scene"),
        ],
    )
    def test_keys_are_written_as_days_where_they_are_days(self, key: str, text: str) -> None:
        assert date_text(key) == text


class TestNames:
    PROJECTS: tuple[dict[str, Any], ...] = (
        {"id": "p1", "name": "farm", "title": "The Farm"},
        {"id": "p2", "name": "lake"},
        {"id": "p3", "name": "lake"},
        {"id": "lake", "name": "odd"},
    )

    @pytest.mark.parametrize(("text", "found"), [("p1", "p1"), ("farm", "p1"), (" The Farm ", "p1"), ("lake", "lake")])
    def test_an_id_comes_before_an_exact_name(self, text: str, found: str) -> None:
        api = server(projects=list(self.PROJECTS))
        assert asking(api, lambda client: resolve_project(client, text)).id == found

    @pytest.mark.parametrize(("text", "matches"), [("Farm", ()), ("lake", ("p2", "p3"))])
    def test_none_or_several_are_refused(self, text: str, matches: tuple[str, ...]) -> None:
        api = server(projects=list(self.PROJECTS[:3]))
        with pytest.raises(UnknownName) as caught:
            asking(api, lambda client: resolve_project(client, text))
        assert caught.value.matches == matches
