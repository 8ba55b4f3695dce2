"""Pushes by ``processing.run`` and ``qgis_process``, over HTTP: what may be lost is said before, and compared after.

A second client is the colleague who looks at what the server holds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.models import AoiQuery
from pixxel_explorer.plugin.catalog.listing import list_visualizations
from pixxel_explorer.plugin.legend import tables
from pixxel_explorer.plugin.legend.spec import Legend
from pixxel_explorer.plugin.legend_sync.document import LegendDocument, read_legends
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY, Behaviour
from pixxel_explorer.plugin.sld.reader import read_legend
from pixxel_explorer.tests.sandbox_server import ServedSandbox, served
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingException

from .command_line import installed
from .conftest import Listener

SLD = """<?xml version="1.0" encoding="UTF-8"?>
<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld"><NamedLayer><Name>n</Name><UserStyle>
<FeatureTypeStyle><Rule><RasterSymbolizer><Opacity>0.7</Opacity><ColorMap type="intervals">
<ColorMapEntry color="#ffffff" opacity="0" quantity="-1" label="NODATA"/>
<ColorMapEntry color="#4575b4" opacity="0" quantity="0" label="Water"/>
<ColorMapEntry color="#fee08b" opacity="0.5" quantity="0.3" label="Sparse"/>
<ColorMapEntry color="#1a7837" quantity="1" label="Dense"/>
</ColorMap></RasterSymbolizer></Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>"""


@dataclass
class Farm:
    """The farm's NDVI on one server, with the script that pushes and the colleague who looks."""

    sandbox: ServedSandbox
    document: LegendDocument
    folder: Path

    @property
    def keys(self) -> list[str]:
        return sorted(self.document.legends)

    @property
    def days(self) -> list[str]:
        return [key.replace("_", "-") for key in self.keys]

    @property
    def ids(self) -> dict[str, str]:
        item = self.document.item
        return {"AOI": item.aoi_id, "VISUALIZATION": item.id, "MODE": "dynamic"}

    def held(self) -> dict[str, Legend]:
        """Return what a colleague reads."""
        item = self.document.item
        return dict(self.sandbox.do(lambda client: read_legends(client, item, "dynamic", read_legend)).legends)

    def push(self, **parameters: Any) -> tuple[dict[str, Any], list[str]]:
        """Push by ``processing.run``; return the report and the warnings."""
        import processing

        report, texts = self.folder / "report.json", Listener()
        given = self.ids | {"OUTPUT": str(report)} | parameters
        try:
            processing.run("pixxel:pushlegend", given, context=QgsProcessingContext(), feedback=texts)
        finally:
            self.report = json.loads(report.read_text(encoding="utf-8"))
        return self.report, texts.warnings


async def _ndvi(client: ApiClient) -> LegendDocument:
    async for aoi in client.aois.iterate(AoiQuery(name="Farm near Raba")):
        items = await list_visualizations(client, aoi.aoi_id)
        ndvi = next(item for item in items if item.title == "NDVI")
        return await read_legends(client, ndvi, "dynamic", read_legend)
    raise AssertionError("no farm")


@pytest.fixture
def farm(qgis_app: object, tmp_path: Path) -> Iterator[Callable[..., Farm]]:
    """Return what serves a sandbox with some behaviours and connects the provider to it."""
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    from processing.core.Processing import Processing

    Processing.initialize()
    with ExitStack() as stack:

        def start(*behaviours: Behaviour) -> Farm:
            sandbox = stack.enter_context(served(tmp_path / "state", behaviours=frozenset(behaviours)))
            provider = PixxelProvider(lambda: sandbox.client, lambda: "Sandbox")
            QgsApplication.processingRegistry().addProvider(provider)
            stack.callback(QgsApplication.processingRegistry().removeProvider, provider)
            return Farm(sandbox, sandbox.do(_ndvi), tmp_path)

        yield start


Start = Callable[..., Farm]


def test_bins_for_one_date_name_what_may_change_before_anything_is_sent(farm: Start) -> None:
    ndvi = farm(Behaviour.BINS_OF_MODE)
    report, warnings = ndvi.push(BINS=3, DATES=[ndvi.days[0]], DRY_RUN=True)
    assert report["may_change"] == ndvi.days[1:]
    assert ndvi.days[1] in warnings[0]
    assert ndvi.held() == dict(ndvi.document.legends)


def test_bins_for_one_date_touch_no_other(farm: Start) -> None:
    ndvi = farm(Behaviour.BINS_OF_REQUEST)
    before = ndvi.held()
    report, _ = ndvi.push(BINS=3, DATES=[ndvi.days[0]])
    after = ndvi.held()
    assert len(after[ndvi.keys[0]]) == 3
    assert {key: after[key] for key in ndvi.keys[1:]} == {key: before[key] for key in ndvi.keys[1:]}
    assert "changed_without_being_chosen" not in report


def test_dates_that_changed_are_named_and_the_file_beside_the_report_puts_them_back(farm: Start) -> None:
    ndvi = farm(Behaviour.BINS_OF_MODE)
    before = ndvi.held()
    report, warnings = ndvi.push(BINS=3, DATES=[ndvi.days[0]])
    assert [one["date"] for one in report["changed_without_being_chosen"]] == ndvi.days[1:]
    assert {len(one["now"]) for one in report["changed_without_being_chosen"]} == {3}
    assert any("also changed" in warning and ndvi.days[1] in warning for warning in warnings)

    object.__setattr__(ndvi.sandbox.state.options, "behaviours", frozenset())  # a server that keeps what it is given
    ndvi.push(INPUT=str(ndvi.folder / report["put_back_with"]))
    after = ndvi.held()
    assert {key: after[key].digest() for key in ndvi.keys[1:]} == {key: before[key].digest() for key in ndvi.keys[1:]}
    assert len(after[ndvi.keys[0]]) == 3


def test_the_command_line_reports_them_too(farm: Start, tmp_path: Path) -> None:
    ndvi = farm(Behaviour.BINS_OF_MODE)
    shell = installed(tmp_path / "profile", ndvi.sandbox.url, SAMPLE_KEY)
    report = tmp_path / "shell.json"
    ended = shell.run("pushlegend", **ndvi.ids, BINS=3, DATES=[ndvi.days[0]], OUTPUT=str(report))
    assert ended.code == 0, ended.output
    noted = json.loads(report.read_text(encoding="utf-8"))
    assert [one["date"] for one in noted["changed_without_being_chosen"]] == ndvi.days[1:]
    assert (tmp_path / noted["put_back_with"]).is_file()
    assert "also changed" in ended.output


def test_dates_that_a_server_drops_are_put_back(farm: Start) -> None:
    ndvi = farm(Behaviour.REPLACES_MODE)
    before = ndvi.held()
    report, warnings = ndvi.push(BINS=3, DATES=[ndvi.days[0]])
    after = ndvi.held()
    assert {key: after[key].digest() for key in ndvi.keys[1:]} == {key: before[key].digest() for key in ndvi.keys[1:]}
    assert report["put_back"] == ndvi.days[1:]
    assert any("put back" in warning for warning in warnings)


@pytest.fixture
def style(tmp_path: Path) -> str:
    """Return a style with an invisible, a half transparent and an opaque class."""
    path = tmp_path / "opacity.sld"
    path.write_text(SLD, encoding="utf-8")
    return str(path)


def test_transparency_is_not_lost_without_a_word(farm: Start, style: str) -> None:
    ndvi = farm()
    with pytest.raises(QgsProcessingException, match=r"Water \(0 % opaque\), Sparse \(50 % opaque\)"):
        ndvi.push(INPUT=style, DATES=ndvi.days[0])
    assert ndvi.report["sent"] is None
    assert [one["label"] for one in ndvi.report["transparency_lost"]] == ["Water", "Sparse", None]
    assert ndvi.held() == dict(ndvi.document.legends)


def test_a_dry_run_says_what_transparency_would_be_lost(farm: Start, style: str) -> None:
    ndvi = farm()
    report, warnings = ndvi.push(INPUT=style, DATES=ndvi.days[0], DRY_RUN=True)
    assert len(report["transparency_lost"]) == 3
    assert "Sparse (50 % opaque)" in warnings[0]
    assert "the legend as a whole (70 % opaque)" in warnings[0]


@pytest.mark.parametrize(
    ("choice", "labels"), [("opaque", ["Water", "Sparse", "Dense"]), ("leave_out", ["Sparse", "Dense"])]
)
def test_it_is_pushed_as_chosen(farm: Start, style: str, choice: str, labels: list[str]) -> None:
    ndvi = farm()
    report, warnings = ndvi.push(INPUT=style, DATES=ndvi.days[0], TRANSPARENCY=choice)
    assert [entry.label for entry in ndvi.held()[ndvi.keys[0]].classes] == labels
    assert "Sparse (50 % opaque)" in warnings[0]
    assert report["differences"] == []


def test_the_command_line_refuses_and_takes_the_choice(farm: Start, style: str, tmp_path: Path) -> None:
    ndvi = farm()
    shell = installed(tmp_path / "profile", ndvi.sandbox.url, SAMPLE_KEY)
    given = ndvi.ids | {"INPUT": style, "DATES": [ndvi.days[0]], "OUTPUT": str(tmp_path / "r.json")}
    refused = shell.run("pushlegend", **given)
    assert refused.code != 0
    assert "Sparse (50 % opaque)" in refused.output
    assert ndvi.held() == dict(ndvi.document.legends)
    assert shell.run("pushlegend", **given, TRANSPARENCY="leave_out").code == 0
    assert [entry.label for entry in ndvi.held()[ndvi.keys[0]].classes] == ["Sparse", "Dense"]


def test_the_shared_case(farm: Start, shared: Path) -> None:
    ndvi = farm()
    with pytest.raises(QgsProcessingException, match="Sparse"):
        ndvi.push(INPUT=str(shared / "cases" / "sld" / "push_opacity.sld"), DATES=ndvi.days[0])


def test_a_qml_with_transparent_classes_is_refused_too(farm: Start, style: str, tmp_path: Path) -> None:
    from pixxel_explorer.plugin.layers import style_files

    ndvi, path = farm(), tmp_path / "opacity.qml"
    style_files.write(read_legend(SLD), path)
    with pytest.raises(QgsProcessingException, match=r"Sparse \(50 % opaque\)"):
        ndvi.push(INPUT=str(path), DATES=ndvi.days[0])


def test_one_legend_for_several_dates_says_what_would_not_be_drawn(farm: Start, tmp_path: Path) -> None:
    ndvi = farm()
    path = tmp_path / "one.json"
    path.write_text(tables.to_json({ndvi.keys[0]: ndvi.document.legends[ndvi.keys[0]]}), encoding="utf-8")
    report, warnings = ndvi.push(INPUT=str(path), DATES=ndvi.days[1:], DRY_RUN=True)
    assert {one["date"] for one in report["outside"]} <= set(ndvi.days[1:])
    assert "outside this legend" in warnings[0]
    alone, _ = ndvi.push(INPUT=str(path), DATES=ndvi.days[1], DRY_RUN=True)
    assert "outside" not in alone
