"""A push loses nothing: whatever the server does, and whoever else was at work meanwhile."""

from __future__ import annotations

import asyncio
import copy
import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import httpx
import pytest
from pixxel_explorer.plugin.api.errors import OutcomeUnknown, RequestRejected
from pixxel_explorer.plugin.catalog.errors import UnknownDate
from pixxel_explorer.plugin.catalog.listing import get_visualization
from pixxel_explorer.plugin.legend.check import LegendInvalid
from pixxel_explorer.plugin.legend.spec import Colour, ColourMapKind, Legend
from pixxel_explorer.plugin.legend.transparency import Transparency
from pixxel_explorer.plugin.legend.wire import read_classes
from pixxel_explorer.plugin.legend_sync.document import LegendDocument, read_legends
from pixxel_explorer.plugin.legend_sync.errors import (
    BinsRefused,
    NoLegend,
    PushBlocked,
    PushConflict,
    PushUncertain,
    TransparencyLost,
)
from pixxel_explorer.plugin.legend_sync.push import PushRequest, push_legends
from pixxel_explorer.plugin.legend_sync.report import PushReport
from pixxel_explorer.plugin.legend_sync.rollback import rollback_legends
from pixxel_explorer.tests.fake_api import FakeApi, rows

FIRST, SECOND, THIRD = "2025_05_02", "2025_05_12", "2025_05_22"
METADATA = "/v0/aois/a1/visualizations/v1/metadata"


def from_sld(document: str) -> Legend:
    """Read the SLD of the fake server."""
    if "<ColorMap" not in document:
        raise ValueError("no colour map")
    found = re.findall(r'color="#(\w+)" quantity="([^"]+)"(?: label="([^"]*)")?', document)
    classes = [
        {"min": float(below), "max": float(above), "color": colour, "label": label}
        for (_, below, _), (colour, above, label) in pairwise(found)
    ]
    return read_classes(classes)[0]


def server(**options: Any) -> FakeApi:
    dates = {key: {"dynamic": rows(-1, 0, 0.25, 1), "theoretical": rows(-1, 0.1, 1)} for key in (FIRST, SECOND, THIRD)}
    return FakeApi(legends={"v1": dates}, assets=[asset(key) for key in dates], **options)


def asset(key: str) -> dict[str, Any]:
    return {
        "id": f"asset-{key}",
        "aoi_id": "a1",
        "visualization_id": "v1",
        "asset_type": "visualization",
        "date": key.replace("_", "-"),
        "path": "https://storage.test/x.tif",
        "status": "success",
    }


def opened(api: FakeApi, mode: str = "dynamic") -> LegendDocument:
    async def run() -> LegendDocument:
        async with api.client() as client:
            item = await get_visualization(client, "a1", "v1")
            return await read_legends(client, item, mode, from_sld)

    return asyncio.run(run())


def push(api: FakeApi, request: PushRequest, **options: Any) -> PushReport:
    async def run() -> PushReport:
        async with api.client() as client:
            return await push_legends(client, request, from_sld, **options)

    return asyncio.run(run())


def edited(document: LegendDocument, *keys: str, **request: Any) -> PushRequest:
    """Return a push of dates whose second breakpoint moved to 0.3."""
    legends = {key: moved(document.legends[key]) for key in keys}
    return PushRequest(document.item, document.mode, legends, base=document.legends, **request)


def moved(legend: Legend) -> Legend:
    return legend.replacing(0, maximum=0.03).replacing(1, minimum=0.03)


def edges(api: FakeApi, key: str, mode: str = "dynamic") -> list[tuple[float, float]]:
    return [(row["min"], row["max"]) for row in api.legends["v1"][key][mode]]


MOVED = [(-1, 0.03), (0.03, 0.25), (0.25, 1)]


class TestWhatIsSent:
    def test_the_whole_mode_goes_out_once_with_documented_fields_only(self) -> None:
        api = server()
        report = push(api, edited(opened(api), FIRST))
        (body,) = api.sent("PUT")
        assert set(body) == {"visualization_mode", "legend", "dynamic_bins"}
        assert set(body["legend"]) == {FIRST, SECOND, THIRD}
        assert body["legend"][FIRST][0] == {"min": -1, "max": 0.03, "color": "#d7191c", "label": "Class 0"}
        assert report.as_dict() == {"sent": body, "answered": report.answered, "differences": [], "conflicts": []}

    def test_dynamic_mode_tells_the_number_of_classes_and_theoretical_does_not(self) -> None:
        api = server()
        push(api, edited(opened(api), FIRST))
        document = opened(api, "theoretical")
        push(api, PushRequest(document.item, "theoretical", {FIRST: document.legends[FIRST]}, document.legends))
        dynamic, theoretical = api.sent("PUT")
        assert dynamic["dynamic_bins"] == 3
        assert "dynamic_bins" not in theoretical

    def test_whole_numbers_stay_whole(self) -> None:
        api = server()
        push(api, edited(opened(api), FIRST))
        (put,) = (request for request in api.requests if request.method == "PUT")
        assert b'"min":-1,' in put.content.replace(b" ", b"")

    def test_a_date_may_be_spelled_in_any_way(self) -> None:
        api = server()
        document = opened(api)
        legend = moved(document.legends[FIRST])
        base = {"2025-05-02": document.legends[FIRST]}
        push(api, PushRequest(document.item, "dynamic", {"2025-05-02": legend}, base=base))
        assert edges(api, FIRST) == MOVED

    def test_classes_of_other_dates_go_back_as_they_came(self) -> None:
        api = server()
        odd = [{"min": None, "max": 0.5, "color": "chartreuse-ish", "label": None}]
        api.legends["v1"][SECOND]["dynamic"] = copy.deepcopy(odd)
        push(api, edited(opened(api), FIRST))
        assert api.sent("PUT")[0]["legend"][SECOND] == odd

    def test_an_open_end_of_the_server_may_be_kept_in_an_edit(self) -> None:
        api = server()
        api.legends["v1"][FIRST]["dynamic"][0]["min"] = None
        push(api, edited(opened(api), FIRST))
        assert api.sent("PUT")[0]["legend"][FIRST][0]["min"] is None

    def test_a_dry_run_sends_nothing_and_reports_all(self) -> None:
        api = server()
        report = push(api, edited(opened(api), FIRST, dry_run=True))
        assert api.sent("PUT") == []
        assert report.sent is not None
        assert report.sent["legend"][FIRST][0]["max"] == 0.03
        assert report.answered is None


class TestRefusedHere:
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda legend: legend.replacing(0, maximum=float("nan")),
            lambda legend: legend.replacing(0, maximum=float("inf")),
            lambda legend: legend.replacing(0, minimum=2),
            lambda legend: legend.replacing(0, maximum=0.1),
            lambda legend: legend.replacing(0, minimum=None),
            lambda legend: replace(legend, classes=()),
            lambda legend: Legend((replace(legend.classes[0], maximum=-1),), ColourMapKind.RAMP),
        ],
        ids=["nan", "infinite", "min above max", "overlap", "open end", "no classes", "ramp"],
    )
    def test_a_legend_that_is_wrong(self, spoil: Any) -> None:
        api = server()
        document = opened(api)
        request = PushRequest(document.item, "dynamic", {FIRST: spoil(document.legends[FIRST])}, document.legends)
        with pytest.raises(LegendInvalid):
            push(api, request)
        assert api.sent("PUT") == []

    def test_a_date_that_is_not_there(self) -> None:
        api = server()
        document = opened(api)
        with pytest.raises(UnknownDate) as caught:
            push(api, PushRequest(document.item, "dynamic", {"2024-01-01": document.legends[FIRST]}))
        assert caught.value.available == ("2025-05-02", "2025-05-12", "2025-05-22")
        assert api.sent("PUT") == []

    @pytest.mark.parametrize(("bins", "mode"), [(0, "dynamic"), (16, "dynamic"), (5, "theoretical"), (None, "dynamic")])
    def test_bins_that_cannot_be(self, bins: int | None, mode: str) -> None:
        api = server()
        with pytest.raises(BinsRefused):
            push(api, PushRequest(opened(api).item, mode, recompute=(FIRST,), bins=bins))
        assert api.sent("PUT") == []

    def test_more_than_fifteen_classes_in_dynamic_mode(self) -> None:
        api = server()
        legend, _ = read_classes(rows(*range(17)))
        with pytest.raises(BinsRefused):
            push(api, PushRequest(opened(api).item, "dynamic", {FIRST: legend}))

    def test_a_mode_without_legend(self) -> None:
        api = server()
        for modes in api.legends["v1"].values():
            del modes["theoretical"]
        with pytest.raises(NoLegend):
            opened(api, "theoretical")


class TestOthersAtWork:
    def test_another_date_that_somebody_changed_meanwhile_is_kept(self) -> None:
        api = server()
        request = edited(opened(api), FIRST)
        api.legends["v1"][SECOND]["dynamic"] = rows(-1, 0.6, 1)
        report = push(api, request)
        assert edges(api, SECOND) == [(-1, 0.6), (0.6, 1)]
        assert edges(api, FIRST) == MOVED
        assert report.differences == []

    def test_the_same_date_changed_meanwhile_is_a_conflict_and_nothing_is_sent(self) -> None:
        api = server()
        request = edited(opened(api), FIRST, SECOND)
        api.legends["v1"][FIRST]["dynamic"] = rows(-1, 0.6, 1)
        with pytest.raises(PushConflict) as caught:
            push(api, request)
        assert api.sent("PUT") == []
        report = caught.value.report.as_dict()
        (conflict,) = report["conflicts"]
        assert report["sent"] is None
        assert conflict["date"] == "2025-05-02"
        assert [row["max"] for row in conflict["server"]] == [0.6, 1]
        assert [row["max"] for row in conflict["mine"]] == [0.03, 0.25, 1]
        assert [row["max"] for row in conflict["base"]] == [0, 0.25, 1]

    def test_force_overwrites_the_pushed_dates_only(self) -> None:
        api = server()
        request = edited(opened(api), FIRST, force=True)
        for key in (FIRST, SECOND):
            api.legends["v1"][key]["dynamic"] = rows(-1, 0.6, 1)
        report = push(api, request)
        assert edges(api, FIRST) == MOVED
        assert edges(api, SECOND) == [(-1, 0.6), (0.6, 1)]
        assert [conflict["date"] for conflict in report.conflicts] == ["2025-05-02"]

    def test_the_same_edit_by_another_user_is_no_conflict(self) -> None:
        api = server()
        request = edited(opened(api), FIRST)
        push(api, request)
        assert push(api, request).conflicts == []

    def test_a_date_to_be_recomputed_that_somebody_changed_is_a_conflict(self) -> None:
        api = server()
        document = opened(api)
        api.legends["v1"][FIRST]["dynamic"] = rows(-1, 0.6, 1)
        with pytest.raises(PushConflict):
            push(api, PushRequest(document.item, "dynamic", base=document.legends, recompute=(FIRST,), bins=4))
        assert api.sent("PUT") == []

    def test_without_a_base_nothing_is_a_conflict(self) -> None:
        api = server()
        request = replace(edited(opened(api), FIRST), base=None)
        api.legends["v1"][FIRST]["dynamic"] = rows(-1, 0.6, 1)
        assert push(api, request).conflicts == []
        assert edges(api, FIRST) == MOVED

    def test_a_dry_run_reports_a_conflict(self) -> None:
        api = server()
        request = edited(opened(api), FIRST, dry_run=True)
        api.legends["v1"][FIRST]["dynamic"] = rows(-1, 0.6, 1)
        report = push(api, request)
        assert report.sent is None
        assert len(report.conflicts) == 1


class TestRecompute:
    def test_dates_are_sent_as_null_with_bins(self) -> None:
        api = server()
        document = opened(api)
        report = push(api, PushRequest(document.item, "dynamic", recompute=(FIRST,), bins=4))
        (body,) = api.sent("PUT")
        assert body["dynamic_bins"] == 4
        assert body["legend"] == {FIRST: None}
        assert report.differences == []
        assert report.document is not None
        assert len(report.document.legends[FIRST]) == 4

    def test_a_server_that_refuses_null_gets_classes_without_edges_once(self) -> None:
        api = server(refuses_null=True)
        report = push(api, PushRequest(opened(api).item, "dynamic", recompute=(FIRST,), bins=4))
        null, edgeless = api.sent("PUT")
        assert null["legend"][FIRST] is None
        assert [(row["min"], row["max"]) for row in edgeless["legend"][FIRST]] == [(None, None)] * 4
        assert edgeless["legend"][FIRST][0]["color"] == "#d7191c"
        assert report.sent == edgeless
        assert len(api.legends["v1"][FIRST]["dynamic"]) == 4

    def test_a_refusal_of_something_else_is_not_tried_again(self) -> None:
        api = server()
        api.answers[METADATA] = [httpx.Response(400, json={"error": {"code": "x", "message": "no"}})]
        with pytest.raises(RequestRejected):
            push(api, edited(opened(api), FIRST))
        assert len(api.sent("PUT")) == 1


class TestWhatTheServerMadeOfIt:
    def test_a_server_that_replaces_keeps_all_dates_because_all_were_sent(self) -> None:
        api = server(replaces=True)
        report = push(api, edited(opened(api), FIRST))
        assert report.differences == []
        assert edges(api, SECOND) == [(-1, 0), (0, 0.25), (0.25, 1)]

    def test_a_date_that_vanished_although_it_was_sent_is_reported(self) -> None:
        api = server(drops=THIRD)
        found = push(api, edited(opened(api), FIRST)).differences
        assert found == [
            {"date": "2025-05-22", "class_index": None, "field": "date", "sent": "present", "answered": "missing"}
        ]

    def test_recomputed_edges_are_reported(self) -> None:
        api = server(recomputes=True)
        found = push(api, edited(opened(api), FIRST)).differences
        assert {"date": "2025-05-02", "class_index": 0, "field": "min", "sent": -1, "answered": 0.0} in found

    def test_the_other_mode_is_not_touched(self) -> None:
        api = server()
        before = copy.deepcopy({key: modes["theoretical"] for key, modes in api.legends["v1"].items()})
        push(api, edited(opened(api), FIRST))
        assert {key: modes["theoretical"] for key, modes in api.legends["v1"].items()} == before

    def test_a_change_of_the_other_mode_is_reported(self) -> None:
        api = server()

        def spoil() -> None:
            api.legends["v1"][SECOND]["theoretical"] = rows(0, 1)

        request = edited(opened(api), FIRST)
        api.before_put = spoil
        found = push(api, request).differences
        assert [(each["date"], each["field"]) for each in found] == [("2025-05-12", "theoretical")]

    def test_an_answer_of_the_pushed_date_alone_is_completed_by_a_look(self) -> None:
        api = server()
        request = edited(opened(api), FIRST)
        sent = [
            {"min": c.minimum, "max": c.maximum, "color": c.colour.hex, "label": c.label}
            for c in request.legends[FIRST].classes
        ]
        api.answers[METADATA] = [httpx.Response(200, json={"legend": {FIRST: {"dynamic": sent}}})]
        api.legends["v1"][FIRST]["dynamic"] = sent
        report = push(api, replace(request, base=None))
        assert report.differences == []
        assert report.document is not None
        assert set(report.document.legends) == {FIRST, SECOND, THIRD}


class TestLostAnswers:
    def test_a_push_that_took_effect_is_a_success_told_by_a_look(self) -> None:
        api = server(loses="after")
        report = push(api, edited(opened(api), FIRST))
        assert len(api.sent("PUT")) == 1
        assert report.differences == []
        assert report.document is not None
        assert report.document.legends[FIRST].classes[0].maximum == 0.03

    def test_a_push_that_did_not_arrive_is_reported(self) -> None:
        api = server(loses="before")
        with pytest.raises(PushUncertain) as caught:
            push(api, edited(opened(api), FIRST))
        assert caught.value.state == "unchanged"
        assert len(api.sent("PUT")) == 1
        assert caught.value.report.document is not None
        assert caught.value.report.document.legends[FIRST].classes[0].maximum == 0

    def test_a_server_that_now_holds_something_else_is_reported(self) -> None:
        api = server(loses="after", recomputes=True)
        with pytest.raises(PushUncertain) as caught:
            push(api, edited(opened(api), FIRST))
        assert caught.value.state == "other"
        assert caught.value.report.differences

    def test_a_recompute_whose_answer_is_lost_is_seen_by_its_effect(self) -> None:
        api = server(loses="after")
        report = push(api, PushRequest(opened(api).item, "dynamic", recompute=(FIRST,), bins=4))
        assert report.document is not None
        assert len(report.document.legends[FIRST]) == 4

    def test_where_even_the_look_fails_the_loss_is_reported(self) -> None:
        api = server(loses="after")
        request = edited(opened(api), FIRST)

        def gone() -> None:
            api.answers["/v0/aois/a1/visualizations"] = [httpx.Response(500, json={})]

        api.before_put = gone
        with pytest.raises(OutcomeUnknown):
            push(api, request)
        assert len(api.sent("PUT")) == 1


class TestLeanServers:
    def test_a_legend_is_rebuilt_from_styles_and_says_so(self) -> None:
        document = opened(server(lean=True))
        assert document.source == "sld"
        assert document.warnings
        assert [c.maximum for c in document.legends[FIRST].classes] == [0, 0.25, 1]
        assert set(document.legends) == {FIRST, SECOND, THIRD}

    def test_a_push_carries_the_rebuilt_legends_of_all_dates(self) -> None:
        api = server(lean=True, replaces=True)
        report = push(api, edited(opened(api), FIRST))
        assert set(api.sent("PUT")[0]["legend"]) == {FIRST, SECOND, THIRD}
        assert edges(api, SECOND) == [(-1, 0), (0, 0.25), (0.25, 1)]
        assert report.differences == []

    def test_other_dates_that_cannot_be_rebuilt_block_the_push(self) -> None:
        api = server(lean=True)
        request = edited(opened(api), FIRST)

        def ramps(document: str) -> Legend:
            return replace(from_sld(document), kind=ColourMapKind.RAMP)

        async def run() -> None:
            async with api.client() as client:
                await push_legends(client, replace(request, base=None), ramps)

        with pytest.raises(PushBlocked):
            asyncio.run(run())
        assert api.sent("PUT") == []


class TestHistory:
    def test_the_servers_legends_are_handed_over_before_the_write(self) -> None:
        api = server()
        seen: list[tuple[int, float | None]] = []

        def remember(legends: Mapping[str, Legend]) -> None:
            seen.append((len(api.sent("PUT")), legends[FIRST].classes[0].maximum))

        push(api, edited(opened(api), FIRST), before_write=remember)
        assert seen == [(0, 0)]

    def test_no_write_without_history(self) -> None:
        api = server()

        def full(_legends: Mapping[str, Legend]) -> None:
            raise OSError(28, "No space left on device")

        with pytest.raises(OSError, match="No space"):
            push(api, edited(opened(api), FIRST), before_write=full)
        assert api.sent("PUT") == []


class TestRollback:
    @pytest.mark.parametrize("lean", [False, True])
    def test_it_reports_what_was_there_and_what_is_now(self, lean: bool) -> None:
        api = server(lean=lean)
        document = opened(api)
        seen: list[float | None] = []

        async def run() -> Any:
            async with api.client() as client:
                return await rollback_legends(
                    client,
                    document.item,
                    "dynamic",
                    ("2025-05-02",),
                    from_sld,
                    before_write=lambda legends: seen.append(legends[FIRST].classes[0].maximum),
                )

        report = asyncio.run(run())
        assert api.sent("PATCH") == [{"index_id": "i1", "dates": [FIRST], "visualization_mode": "dynamic"}]
        assert report.rolled_back == ["2025-05-02"]
        assert [row["max"] for row in report.before[FIRST]] == [0, 0.25, 1]
        assert [row["max"] for row in report.answered[FIRST]] == [0.5, 1]
        assert len(report.document.legends[SECOND]) == 3
        assert seen == [0]


def test_a_colour_edit_is_sent_as_plain_hexadecimal() -> None:
    api = server()
    document = opened(api)
    legend = document.legends[FIRST].replacing(0, colour=Colour(1, 2, 255, 128))
    request = PushRequest(document.item, "dynamic", {FIRST: legend}, document.legends)
    push(api, replace(request, transparency=Transparency.OPAQUE))
    assert api.sent("PUT")[0]["legend"][FIRST][0]["color"] == "#0102ff"


class TestTransparency:
    def faded(self, document: LegendDocument, **request: Any) -> PushRequest:
        """Return a push of a date whose first class is invisible, and the second half transparent."""
        legend = document.legends[FIRST].replacing(0, colour=Colour(1, 2, 3, 0), label="")
        legend = legend.replacing(1, colour=Colour(4, 5, 6, 128))
        return PushRequest(document.item, "dynamic", {FIRST: replace(legend, opacity=0.7)}, **request)

    def test_it_is_not_lost_without_a_word(self) -> None:
        api = server()
        with pytest.raises(TransparencyLost) as caught:
            push(api, self.faded(opened(api)))
        assert api.sent("PUT") == []
        assert caught.value.report.as_dict()["transparency_lost"] == [
            {"date": "2025-05-02", "class_index": 0, "label": "", "opacity": 0.0},
            {"date": "2025-05-02", "class_index": 1, "label": "Class 1", "opacity": 0.5},
            {"date": "2025-05-02", "class_index": None, "label": None, "opacity": 0.7},
        ]

    def test_a_dry_run_names_it(self) -> None:
        api = server()
        report = push(api, self.faded(opened(api), dry_run=True))
        assert len(report.transparency_lost) == 3
        assert report.sent is not None

    def test_it_is_said_before_it_is_sent(self) -> None:
        api = server()
        texts: list[tuple[int, int]] = []
        request = self.faded(opened(api), transparency=Transparency.OPAQUE)
        push(api, request, announce=lambda plan: texts.append((len(api.sent("PUT")), len(plan.transparency_lost))))
        assert texts == [(0, 3)]
        assert [row["color"] for row in api.sent("PUT")[0]["legend"][FIRST]] == ["#010203", "#040506", "#ffffbf"]

    def test_invisible_classes_are_left_out_on_request(self) -> None:
        api = server()
        report = push(api, self.faded(opened(api), transparency=Transparency.LEAVE_OUT))
        (body,) = api.sent("PUT")
        assert [row["color"] for row in body["legend"][FIRST]] == ["#040506", "#ffffbf"]
        assert body["dynamic_bins"] == 2
        assert report.differences == []

    def test_the_opacity_of_the_whole_alone_is_said_and_stops_nothing(self) -> None:
        api = server()
        document = opened(api)
        legends = {FIRST: replace(moved(document.legends[FIRST]), opacity=0.7)}
        report = push(api, PushRequest(document.item, "dynamic", legends))
        assert [one["opacity"] for one in report.transparency_lost] == [0.7]
        assert len(api.sent("PUT")) == 1

    def test_colours_of_other_dates_that_have_an_alpha_go_back_as_they_came(self) -> None:
        api = server()
        api.legends["v1"][SECOND]["dynamic"][0]["color"] = "rgba(1, 2, 3, 0.5)"
        report = push(api, edited(opened(api), FIRST))
        assert api.sent("PUT")[0]["legend"][SECOND][0]["color"] == "rgba(1, 2, 3, 0.5)"
        assert (report.differences, report.transparency_lost) == ([], [])
