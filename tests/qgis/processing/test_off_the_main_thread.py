"""No algorithm lets Python meet a QObject that dies in the algorithm's own thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.processing.provider import ALGORITHMS, PixxelProvider
from pixxel_explorer.tests.late_marks import LateMarks
from qgis.core import QgsRasterLayer
from qgis.PyQt import sip

from .background import in_background
from .every_algorithm import failing, succeeding
from .server import State

NAMES = [algorithm.ID for algorithm in ALGORITHMS]
_STRETCH = {
    "normalised": "<ContrastEnhancement><Normalize/></ContrastEnhancement>",
    "histogram": "<ContrastEnhancement><Histogram/></ContrastEnhancement>",
    "plain": "",
}


@pytest.fixture
def late_marks(qgis_app: object) -> Iterator[LateMarks]:
    marks = LateMarks()
    yield marks
    marks.end()


def test_the_check_sees_a_data_provider_met_in_a_thread(late_marks: LateMarks, server: State, tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(server.raster)

    def meet() -> None:
        layer = QgsRasterLayer(str(tmp_path / "a.tif"), "a", "gdal")
        layer.dataProvider()
        sip.delete(layer)

    thread = threading.Thread(target=meet)
    thread.start()
    thread.join()
    assert late_marks.end() == 1


def test_the_parameters_are_of_every_algorithm(tmp_path: Path) -> None:
    differing = set(succeeding(tmp_path)) ^ set(NAMES)
    assert not differing, f"give each parameters in succeeding() of every_algorithm.py: {differing}"


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"downloadassets"}))  # the server here has no files of an AOI
def test_a_run_that_succeeds(provider: PixxelProvider, late_marks: LateMarks, tmp_path: Path, name: str) -> None:
    ((ok, texts),) = in_background((name, succeeding(tmp_path)[name]))
    assert ok, texts.errors
    assert late_marks.end() == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_run_that_fails(provider: PixxelProvider, late_marks: LateMarks, tmp_path: Path, name: str) -> None:
    ((ok, texts),) = in_background((name, failing(tmp_path)[name]))
    assert not ok, "give it a value that cannot be used in failing() of every_algorithm.py"
    assert len(texts.errors) == 1, texts.errors
    assert late_marks.end() == 0


@pytest.mark.parametrize("kind", ["picture", "values"])
def test_loads(provider: PixxelProvider, late_marks: LateMarks, tmp_path: Path, kind: str) -> None:
    given = succeeding(tmp_path)["loadvisualization"]
    ((ok, texts),) = in_background(("loadvisualization", {**given, "AS": kind}))
    assert ok, texts.errors
    assert late_marks.end() == 0


@pytest.mark.parametrize("suffix", [".json", ".csv", ".sld", ".qml"])
def test_legends_in_every_format(provider: PixxelProvider, late_marks: LateMarks, tmp_path: Path, suffix: str) -> None:
    given = succeeding(tmp_path)
    file = str(tmp_path / f"legend{suffix}")
    exported = {**given["exportlegend"], "OUTPUT": file}
    pushed = {**given["pushlegend"], "INPUT": file, "DATES": exported["DATES"]}
    for run in (("exportlegend", exported), ("pushlegend", pushed)):
        ((ok, texts),) = in_background(run)
        assert ok, texts.errors
    assert late_marks.end() == 0


@pytest.mark.parametrize("stretch", sorted(_STRETCH))
def test_a_stretch_that_is_measured(
    provider: PixxelProvider, late_marks: LateMarks, tmp_path: Path, stretch: str
) -> None:
    given = succeeding(tmp_path)["applysld"]
    (tmp_path / "grey.sld").write_text(
        '<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld"><NamedLayer><Name>a</Name>'
        "<UserStyle><FeatureTypeStyle><Rule><RasterSymbolizer><ChannelSelection><GrayChannel>"
        f"<SourceChannelName>1</SourceChannelName>{_STRETCH[stretch]}</GrayChannel></ChannelSelection>"
        "</RasterSymbolizer></Rule></FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>",
        encoding="utf-8",
    )
    ((ok, texts),) = in_background(("applysld", {**given, "SLD": str(tmp_path / "grey.sld")}))
    assert ok, texts.errors
    assert late_marks.end() == 0
