"""Dates nobody chose: compared after every write, named where they changed, and sent back where they were dropped.

Over real HTTP, against servers that read ``dynamic_bins`` in every way the documents leave open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.models import AoiQuery
from pixxel_explorer.plugin.catalog.listing import list_visualizations
from pixxel_explorer.plugin.legend.edit import split
from pixxel_explorer.plugin.legend.spec import Legend
from pixxel_explorer.plugin.legend_sync.document import LegendDocument, read_legends
from pixxel_explorer.plugin.legend_sync.push import PushRequest, push_legends
from pixxel_explorer.plugin.legend_sync.report import PushReport
from pixxel_explorer.plugin.sandbox.core.options import Behaviour, Profile
from pixxel_explorer.plugin.sld.reader import read_legend
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served

MODE = "dynamic"


@dataclass
class Farm:
    """The farm's NDVI on one server."""

    sandbox: ServedSandbox
    document: LegendDocument

    @property
    def keys(self) -> list[str]:
        return sorted(self.document.legends)

    def read(self) -> dict[str, Legend]:
        """Return the legends as a colleague sees them."""
        item = self.document.item
        return dict(self.sandbox.do(lambda client: read_legends(client, item, MODE, read_legend)).legends)

    def push(self, **request: object) -> PushReport:
        asked = PushRequest(self.document.item, MODE, base=self.document.legends, **request)  # type: ignore[arg-type]
        return self.sandbox.do(lambda client: push_legends(client, asked, read_legend))


async def _ndvi(client: ApiClient) -> LegendDocument:
    async for aoi in client.aois.iterate(AoiQuery(name="Farm near Raba")):
        items = await list_visualizations(client, aoi.aoi_id)
        return await read_legends(client, next(item for item in items if item.title == "NDVI"), MODE, read_legend)
    raise AssertionError("no farm")


@pytest.fixture
def farm(tmp_path: Path) -> Iterator[Callable[..., Farm]]:
    """Return what serves a sandbox that behaves in some way and opens its NDVI."""
    with ExitStack() as stack:

        def start(*behaviours: Behaviour, profile: Profile = Profile.DOCUMENTED) -> Farm:
            folder = tmp_path / "-".join([profile, *behaviours])
            sandbox = stack.enter_context(served(folder, behaviours=frozenset(behaviours), profile=profile))
            return Farm(sandbox, sandbox.do(_ndvi))

        yield start


def digests(legends: dict[str, Legend]) -> dict[str, str]:
    return {key: legend.digest() for key, legend in legends.items()}


@pytest.mark.parametrize("behaviours", [(), (Behaviour.BINS_OF_REQUEST,)], ids=["documented", "bins of the request"])
def test_a_number_of_classes_goes_out_with_its_date_alone(farm: Callable[..., Farm], behaviours: tuple) -> None:
    ndvi = farm(*behaviours)
    chosen, *others = ndvi.keys
    before = ndvi.read()
    report = ndvi.push(bins=3, recompute=(chosen,))
    after = ndvi.read()
    assert len(after[chosen]) == 3
    assert {key: after[key] for key in others} == {key: before[key] for key in others}
    assert report.changed == []
    assert len(report.may_change) == len(others)
    assert set(report.sent["legend"]) == {chosen}


@pytest.mark.parametrize("profile", list(Profile), ids=str)
def test_a_server_that_takes_the_number_for_the_whole_mode_is_found_out(
    farm: Callable[..., Farm], profile: Profile
) -> None:
    ndvi = farm(Behaviour.BINS_OF_MODE, profile=profile)
    chosen, *others = ndvi.keys
    report = ndvi.push(bins=3, recompute=(chosen,))
    assert [change.key for change in report.changed] == others
    noted = report.as_dict()["changed_without_being_chosen"]
    assert [len(one["before"]) for one in noted] == [5] * len(others)
    assert [len(one["now"]) for one in noted] == [3] * len(others)


def test_what_changed_unchosen_can_be_put_back(farm: Callable[..., Farm]) -> None:
    ndvi = farm(Behaviour.BINS_OF_MODE)
    chosen, *others = ndvi.keys
    before = ndvi.read()
    report = ndvi.push(bins=3, recompute=(chosen,))
    # as soon as the server no longer computes what it is given
    object.__setattr__(ndvi.sandbox.state.options, "behaviours", frozenset())
    ndvi.push(legends={change.key: change.before for change in report.changed}, force=True)
    after = ndvi.read()
    assert {key: after[key].digest() for key in others} == {key: before[key].digest() for key in others}
    assert len(after[chosen]) == 3


@pytest.mark.parametrize("profile", list(Profile), ids=str)
def test_a_server_that_drops_what_is_not_named_gets_it_back_at_once(
    farm: Callable[..., Farm], profile: Profile
) -> None:
    ndvi = farm(Behaviour.REPLACES_MODE, profile=profile)
    chosen, *others = ndvi.keys
    before = ndvi.read()
    report = ndvi.push(bins=3, recompute=(chosen,))
    after = ndvi.read()
    assert len(after[chosen]) == 3
    assert {key: after[key].digest() for key in others} == {key: before[key].digest() for key in others}
    assert (len(report.put_back), report.changed) == (len(others), [])


def test_a_server_that_ignores_the_number_differs_for_the_chosen_date_only(farm: Callable[..., Farm]) -> None:
    ndvi = farm(Behaviour.BINS_IGNORED)
    report = ndvi.push(bins=3, recompute=ndvi.keys[:1])
    assert report.changed == []
    assert [(one["field"], one["sent"], one["answered"]) for one in report.differences] == [("classes", 3, 5)]


@pytest.mark.parametrize("behaviour", [Behaviour.BINS_OF_MODE, Behaviour.BINS_OF_REQUEST])
def test_an_edited_legend_that_makes_others_change_says_so(farm: Callable[..., Farm], behaviour: Behaviour) -> None:
    ndvi = farm()
    chosen, other, *_ = ndvi.keys
    edges = ndvi.document.legends[other].classes[0]
    moved = edges.minimum + 0.01  # a colleague's breakpoint
    ndvi.push(legends={other: ndvi.document.legends[other].replacing(0, minimum=moved)})
    object.__setattr__(ndvi.sandbox.state.options, "behaviours", frozenset({behaviour}))
    report = ndvi.push(legends={chosen: ndvi.document.legends[chosen].replacing(0, label="Mine")})
    assert other in [change.key for change in report.changed]


def test_a_dry_run_names_what_may_change(farm: Callable[..., Farm]) -> None:
    ndvi = farm(Behaviour.BINS_OF_MODE)
    chosen, *others = ndvi.keys
    before = ndvi.read()
    report = ndvi.push(bins=3, recompute=(chosen,), dry_run=True)
    assert report.as_dict()["may_change"] == [key.replace("_", "-") for key in others]
    assert ndvi.read() == before


def test_an_edited_legend_of_more_classes_names_dates_of_fewer_before_it_goes_out(farm: Callable[..., Farm]) -> None:
    ndvi = farm()
    chosen, *others = ndvi.keys
    legend = ndvi.document.legends[chosen]
    wider = split(legend, 0)
    assert len(wider) == len(legend) + 1
    report = ndvi.push(legends={chosen: wider}, dry_run=True)
    assert report.as_dict()["may_change"] == [key.replace("_", "-") for key in others]
    same = ndvi.push(legends={chosen: legend.replacing(0, label="Mine")}, dry_run=True)
    assert "may_change" not in same.as_dict()
