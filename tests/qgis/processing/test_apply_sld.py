"""Any raster, any band, drawn by an SLD: as a style file, on the layer of a project, or not at all."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.host import dependencies
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
    QgsRasterRange,
)
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtTest import QSignalSpy

from .conftest import Outcome, Run

RED, GREEN, BLUE = "#d7191c", "#1a9641", "#2b83ba"


@pytest.fixture
def provider(qgis_app: object) -> Iterator[PixxelProvider]:
    """Return the provider where there is no connection at all."""

    def prepare() -> Any:
        raise AssertionError("no connection is needed")

    provider = PixxelProvider(prepare)
    QgsApplication.processingRegistry().addProvider(provider)
    yield provider
    QgsApplication.processingRegistry().removeProvider(provider)


def raster(path: Path, *bands: Sequence[float], kind: int = gdal.GDT_Float32) -> Path:
    """Write a raster one row high."""
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), len(bands[0]), 1, len(bands), kind)
    dataset.SetGeoTransform((0, 1, 0, 1, 0, -1))
    for number, values in enumerate(bands, start=1):
        dataset.GetRasterBand(number).WriteArray(np.array([values]))
    del dataset
    return path


def intervals(name: str = "", channel: str = "", rule: str = "", colours: Sequence[str] = (RED, GREEN, BLUE)) -> str:
    """Return a style of three classes: below 0, below 1, below 2."""
    entries = "".join(f'<ColorMapEntry color="{c}" quantity="{q}" label="to {q}"/>' for q, c in enumerate(colours))
    selection = f"<GrayChannel><SourceChannelName>{channel}</SourceChannelName></GrayChannel>" if channel else ""
    return (
        f"<UserStyle><Name>{name}</Name><FeatureTypeStyle><Rule>{rule}<RasterSymbolizer>"
        f"<ChannelSelection>{selection}</ChannelSelection>"
        f'<ColorMap type="intervals">{entries}</ColorMap></RasterSymbolizer></Rule></FeatureTypeStyle></UserStyle>'
    )


def document(path: Path, *styles: str) -> Path:
    path.write_text(f"<StyledLayerDescriptor><NamedLayer>{''.join(styles)}</NamedLayer></StyledLayerDescriptor>")
    return path


def colours(layer: QgsRasterLayer) -> list[str]:
    block = layer.renderer().block(1, layer.extent(), layer.width(), 1)
    found = [QColor.fromRgba(block.color(0, column)) for column in range(layer.width())]
    return [colour.name() if colour.alpha() else "" for colour in found]


def reopened(path: Path, style: Path) -> QgsRasterLayer:
    """Return the raster as a newcomer sees it with the style file."""
    layer = QgsRasterLayer(str(path), "again", "gdal", QgsRasterLayer.LayerOptions(False))
    _, loaded = layer.loadNamedStyle(str(style))
    assert loaded
    return layer


def apply(run: Run, source: Any, sld: Path, output: Path, **more: Any) -> Outcome:
    return run("applysld", RASTER=str(source), SLD=str(sld), OUTPUT=str(output), **more)


def test_the_style_file_draws_the_raster_by_the_document(run: Run, tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", [-1, 0, 0.5, 1, 2])
    limits = "<MinScaleDenominator>1000</MinScaleDenominator><MaxScaleDenominator>50000</MaxScaleDenominator>"
    sld, output = document(tmp_path / "a.sld", intervals(rule=limits)), tmp_path / "new/a.qml"
    outcome = apply(run, source, sld, output)
    assert outcome.ok, outcome.feedback.errors
    assert outcome.results["OUTPUT"] == str(output)
    layer = reopened(source, output)
    assert colours(layer) == [RED, GREEN, GREEN, BLUE, ""]
    assert [label for label, _ in layer.renderer().legendSymbologyItems()][:3] == ["to 0", "to 1", "to 2"]
    assert (layer.minimumScale(), layer.maximumScale(), layer.hasScaleBasedVisibility()) == (50000, 1000, True)
    (warning,) = outcome.feedback.warnings
    assert warning.startswith("RASTER: 20 % of the pixels lie in no class of the style and are not drawn")
    assert {path.name for path in tmp_path.iterdir()} == {"a.tif", "a.sld", "new"}


def test_a_style_file_changes_nothing_but_the_drawing(run: Run, tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", [0.5])
    assert apply(run, source, document(tmp_path / "a.sld", intervals()), tmp_path / "a.qml").ok
    layer = QgsRasterLayer(str(source), "mine", "gdal", QgsRasterLayer.LayerOptions(False))
    layer.setCustomProperty("mine", 1)
    layer.setCrs(QgsCoordinateReferenceSystem("EPSG:32643"))
    layer.loadNamedStyle(str(tmp_path / "a.qml"))
    assert (layer.name(), layer.crs().authid(), layer.customProperty("mine")) == ("mine", "EPSG:32643", 1)


@pytest.mark.parametrize(
    ("channel", "given", "drawn"),
    [("", {}, RED), ("2", {}, GREEN), ("2", {"BAND": 1}, GREEN), ("2", {"BAND": 3}, BLUE), ("", {"BAND": 2}, GREEN)],
)
def test_the_document_chooses_the_band_unless_somebody_does(
    run: Run, tmp_path: Path, channel: str, given: dict[str, int], drawn: str
) -> None:
    source = raster(tmp_path / "a.tif", [-1], [0.5], [1.5])
    sld = document(tmp_path / "a.sld", intervals(channel=channel))
    outcome = apply(run, source, sld, tmp_path / "a.qml", **given)
    assert outcome.ok, outcome.feedback.errors
    assert colours(reopened(source, tmp_path / "a.qml")) == [drawn]


def test_a_band_chosen_for_a_style_of_three_bands_is_reported_to_be_of_no_use(run: Run, tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", [1], [2], [3], kind=gdal.GDT_Byte)
    channels = "".join(
        f"<{name}Channel><SourceChannelName>{band}</SourceChannelName></{name}Channel>"
        for band, name in enumerate(("Red", "Green", "Blue"), start=1)
    )
    symbolizer = f"<RasterSymbolizer><ChannelSelection>{channels}</ChannelSelection></RasterSymbolizer>"
    sld = document(tmp_path / "a.sld", f"<UserStyle><Rule>{symbolizer}</Rule></UserStyle>")
    outcome = apply(run, source, sld, tmp_path / "a.qml", BAND=2)
    assert outcome.ok, outcome.feedback.errors
    assert [text.partition(":")[0] for text in outcome.feedback.warnings] == ["ChannelSelection", "BAND"]
    assert reopened(source, tmp_path / "a.qml").renderer().type() == "multibandcolor"


def test_a_layer_of_the_project_is_restyled_with_every_style(run: Run, tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", [-1], [0.5])
    layer = QgsRasterLayer(str(source), "Field", "gdal")
    QgsProject.instance().addMapLayer(layer)
    styles = (intervals("plain"), intervals("other", channel="2", colours=("#000000", "#ffffff")))
    outcome = apply(run, layer.id(), document(tmp_path / "a.sld", *styles), tmp_path / "a.qml")
    assert outcome.ok, outcome.feedback.errors
    assert outcome.feedback.warnings == []
    assert colours(layer) == [RED]
    layer.styleManager().setCurrentStyle("other")
    assert colours(layer) == ["#ffffff"]
    assert QgsProject.instance().isDirty()


def test_what_the_layer_alone_is_asked_of_its_named_styles_is_reported_once(run: Run, tmp_path: Path) -> None:
    layer = QgsRasterLayer(str(raster(tmp_path / "a.tif", [0.5])), "Field", "gdal")
    QgsProject.instance().addMapLayer(layer)
    odd = [intervals(name).replace("intervals", "odd") for name in ("plain", "other")]
    warnings = apply(run, layer.id(), document(tmp_path / "a.sld", *odd), tmp_path / "a.qml").feedback.warnings
    assert len(warnings) == len(set(warnings)) == 2
    assert [warning for warning in warnings if warning.startswith("other:")]


def test_a_chosen_band_is_drawn_on_the_layer_too(run: Run, tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", [-1], [0.5])
    layer = QgsRasterLayer(str(source), "Field", "gdal")
    QgsProject.instance().addMapLayer(layer)
    assert apply(run, layer.id(), document(tmp_path / "a.sld", intervals(channel="1")), tmp_path / "a.qml", BAND=2).ok
    assert colours(layer) == [GREEN]


def test_without_a_layer_the_styles_that_have_no_room_in_the_file_are_reported(run: Run, tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", [-1])
    sld = document(tmp_path / "a.sld", intervals("plain"), intervals("other"))
    (warning,) = apply(run, source, sld, tmp_path / "a.qml").feedback.warnings
    assert "2 styles" in warning
    assert "plain" in warning


def test_many_layers_one_after_the_other_as_a_batch_runs_them(run: Run, tmp_path: Path) -> None:
    sld = document(tmp_path / "a.sld", intervals())
    layers = [QgsRasterLayer(str(raster(tmp_path / f"{n}.tif", [n - 1.5])), f"Field {n}", "gdal") for n in range(3)]
    QgsProject.instance().addMapLayers(layers)
    for layer in layers:
        assert apply(run, layer.id(), sld, tmp_path / f"{layer.name()}.qml").ok
    assert [colours(layer) for layer in layers] == [[RED], [RED], [GREEN]]
    assert len(list(tmp_path.glob("*.qml"))) == 3


def test_it_runs_in_the_background_as_the_toolbox_runs_it(provider: PixxelProvider, tmp_path: Path) -> None:
    layer = QgsRasterLayer(str(raster(tmp_path / "a.tif", [-1.0, 0.0, 40.0])), "Field", "gdal")
    QgsProject.instance().addMapLayer(layer)
    sld = tmp_path / "a.sld"
    sld.write_text("<RasterSymbolizer/>")  # grey, so that the values must be measured
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback(False)
    context.setProject(QgsProject.instance())
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("pixxel:applysld")
    given = {"RASTER": layer.id(), "BAND": 1, "SLD": str(sld), "OUTPUT": str(tmp_path / "a.qml")}
    task = QgsProcessingAlgRunnerTask(algorithm, given, context, feedback)
    done = QSignalSpy(task.executed)
    QgsApplication.taskManager().addTask(task)
    assert done.wait(20_000)
    assert done[0][0] is True
    assert layer.renderer().contrastEnhancement().maximumValue() == 40


def refused_documents() -> dict[str, bytes]:
    entry = '<ColorMapEntry color="{}" quantity="1"/>'
    return {
        "empty": b"",
        "web page": b"<!doctype html><html></html>",
        "not XML": b'{"type": "raster"}',
        "damaged": b"<StyledLayerDescriptor><NamedLayer>",
        "vector": b"<StyledLayerDescriptor><PolygonSymbolizer/></StyledLayerDescriptor>",
        "entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><RasterSymbolizer>&b;</RasterSymbolizer>',
        "colour": f"<RasterSymbolizer><ColorMap>{entry.format('mud')}</ColorMap></RasterSymbolizer>".encode(),
        "no such bands": b"<RasterSymbolizer><ChannelSelection><RedChannel><SourceChannelName>9</SourceChannelName>"
        b"</RedChannel></ChannelSelection></RasterSymbolizer>",
    }


@pytest.mark.parametrize("content", refused_documents().values(), ids=refused_documents().keys())
def test_a_refusal_is_one_sentence_and_changes_nothing(run: Run, tmp_path: Path, content: bytes) -> None:
    layer = QgsRasterLayer(str(raster(tmp_path / "a.tif", [0, 1])), "Field", "gdal")
    QgsProject.instance().addMapLayer(layer)
    before = colours(layer), layer.styleManager().styles()
    (tmp_path / "a.sld").write_bytes(content)
    outcome = apply(run, layer.id(), tmp_path / "a.sld", tmp_path / "a.qml")
    assert "\n" not in outcome.error
    assert outcome.error.count(". ") == 0
    assert len(outcome.error.split()) >= 5
    assert "unexpected" not in outcome.error
    assert outcome.feedback.debug == []
    assert (colours(layer), layer.styleManager().styles()) == before
    assert list(tmp_path.glob("*.qml")) == []


def test_tiles_have_no_values_to_draw(run: Run, tmp_path: Path) -> None:
    layer = QgsRasterLayer("type=xyz&url=file:///none/{z}/{x}/{y}.png&zmin=0&zmax=3", "Tiles", "wms")
    QgsProject.instance().addMapLayer(layer)
    outcome = apply(run, layer.id(), document(tmp_path / "a.sld", intervals()), tmp_path / "a.qml")
    assert "no values" in outcome.error
    assert layer.renderer().type() == "singlebandcolordata"


def test_a_file_that_was_there_before_a_refusal_stays(run: Run, tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", [0, 1])
    (tmp_path / "a.qml").write_text("mine")
    (tmp_path / "a.sld").write_text("nothing")
    assert not apply(run, source, tmp_path / "a.sld", tmp_path / "a.qml").ok
    assert (tmp_path / "a.qml").read_text() == "mine"


def test_a_huge_document_is_refused_before_it_takes_memory(run: Run, tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", [0, 1])
    with (tmp_path / "a.sld").open("wb") as file:
        file.truncate(1 << 40)  # sparse: a terabyte that nobody could read
    assert "16 MB" in apply(run, source, tmp_path / "a.sld", tmp_path / "a.qml").error


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_that_nobody_writes_into_is_not_waited_for(run: Run, tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", [0, 1])
    os.mkfifo(tmp_path / "a.sld")
    assert "a.sld" in apply(run, source, tmp_path / "a.sld", tmp_path / "a.qml").error


@pytest.mark.parametrize(
    ("more", "words"),
    [({"BAND": 4}, "no band 4"), ({"OUTPUT": "a.sld"}, "a.sld"), ({"SLD": "none.sld"}, "none.sld")],
)
def test_what_cannot_be_is_reported(run: Run, tmp_path: Path, more: dict[str, Any], words: str) -> None:
    source = raster(tmp_path / "a.tif", [0.5], [0.5])
    sld = document(tmp_path / "a.sld", intervals())
    text = sld.read_text()
    given = {"RASTER": source, "SLD": sld, "OUTPUT": tmp_path / "a.qml"}
    given |= {name: tmp_path / value if isinstance(value, str) else value for name, value in more.items()}
    outcome = run("applysld", **{name: value if name == "BAND" else str(value) for name, value in given.items()})
    assert words in outcome.error
    assert ". " not in outcome.error
    assert sld.read_text() == text
    assert list(tmp_path.glob("*.qml")) == []


def test_only_the_xml_parser_is_needed(provider: PixxelProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    algorithm = QgsApplication.processingRegistry().algorithmById("pixxel:applysld")
    missing = {"httpx", "pydantic"}

    def obstacle(needed: Collection[str]) -> dependencies.PackagesMissing | None:
        names = tuple(sorted(missing & set(needed)))
        return dependencies.PackagesMissing(names) if names else None

    monkeypatch.setattr(dependencies, "obstacle", obstacle)
    assert algorithm.canExecute() == (True, "")
    missing.add("defusedxml")
    possible, text = algorithm.canExecute()
    assert not possible
    assert "defusedxml" in text


def test_real_documents_apply(run: Run, shared: Path, tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", *[[1.0, 50.0, 200.0]] * 3, kind=gdal.GDT_Byte)
    for number, sld in enumerate(sorted((shared / "data/sld").glob("*.sld"))):
        outcome = apply(run, source, sld, tmp_path / f"{number}.qml")
        assert outcome.ok, (sld.name, outcome.feedback.errors)
        assert all(": " in warning and warning.endswith(".") for warning in outcome.feedback.warnings), sld.name
    assert len(list(tmp_path.glob("*.qml"))) == 8


def ramp(path: Path, *quantities: float, kind: str = "ramp") -> Path:
    """Write a style of one band with red, green, blue … at the quantities."""
    entries = "".join(
        f'<ColorMapEntry color="{colour}" quantity="{quantity}"/>'
        for colour, quantity in zip((RED, GREEN, BLUE, "#ffff00"), quantities, strict=False)
    )
    symbolizer = f'<RasterSymbolizer><ColorMap type="{kind}">{entries}</ColorMap></RasterSymbolizer>'
    return document(path, f"<UserStyle><Rule>{symbolizer}</Rule></UserStyle>")


def scaled_raster(path: Path, values: Sequence[float], scale: float, offset: float = 0.0) -> Path:
    raster(path, values, kind=gdal.GDT_Int16)
    dataset = gdal.Open(str(path), gdal.GA_Update)
    dataset.GetRasterBand(1).SetScale(scale)
    dataset.GetRasterBand(1).SetOffset(offset)
    del dataset
    return path


INTEGERS = [-5000, 0, 2500, 5000, 9000]


def test_a_style_that_misses_the_raster_is_drawn_as_asked_and_the_factor_named(run: Run, tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", INTEGERS, kind=gdal.GDT_Int16)
    sld, output = ramp(tmp_path / "a.sld", -1, 0, 1), tmp_path / "a.qml"
    outcome = apply(run, source, sld, output)
    assert outcome.feedback.warnings == [
        "RASTER: 80 % of the pixels lie outside the style's -1 to 1 (the raster has -5000 to 9000); a factor of 10000 "
        "would explain it. Set FACTOR to 10000 to draw it so."
    ]
    assert colours(reopened(source, output)) == [RED, GREEN, BLUE, BLUE, BLUE]


def test_a_factor_draws_as_a_style_of_its_own_units(run: Run, tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", INTEGERS, kind=gdal.GDT_Int16)
    given = apply(run, source, ramp(tmp_path / "a.sld", -1, 0, 1), tmp_path / "a.qml", FACTOR=10000)
    meant = apply(run, source, ramp(tmp_path / "b.sld", -10000, 0, 10000), tmp_path / "b.qml")
    assert given.feedback.warnings == meant.feedback.warnings == []
    assert colours(reopened(source, tmp_path / "a.qml")) == colours(reopened(source, tmp_path / "b.qml"))


def test_a_factor_is_drawn_on_the_layer_of_the_project_too(run: Run, tmp_path: Path) -> None:
    layer = QgsRasterLayer(str(raster(tmp_path / "a.tif", [10, 20, 30], kind=gdal.GDT_Int16)), "Field", "gdal")
    QgsProject.instance().addMapLayer(layer)
    apply(run, layer.id(), ramp(tmp_path / "a.sld", 0.5, 1, 1.5), tmp_path / "a.qml", FACTOR=10, OFFSET=5)
    assert colours(layer) == [RED, BLUE, BLUE]
    apply(run, layer.id(), ramp(tmp_path / "a.sld", 0.5, 1, 1.5), tmp_path / "a.qml", FACTOR=20)
    assert colours(layer) == [RED, GREEN, BLUE]


@pytest.mark.parametrize("given", [{"FACTOR": 0}, {"FACTOR": -1}, {"FACTOR": "nan"}])
def test_a_factor_that_turns_a_style_round_is_refused(run: Run, tmp_path: Path, given: dict[str, float]) -> None:
    source = raster(tmp_path / "a.tif", [1])
    outcome = apply(run, source, ramp(tmp_path / "a.sld", 0, 1), tmp_path / "a.qml", **given)
    assert "FACTOR" in outcome.error
    assert not (tmp_path / "a.qml").exists()


def test_a_scaled_raster_is_compared_by_what_qgis_draws(run: Run, tmp_path: Path) -> None:
    source = scaled_raster(tmp_path / "a.tif", [-10000, 0, 10000], 0.0001)
    outcome = apply(run, source, ramp(tmp_path / "a.sld", -1, 0, 1), tmp_path / "a.qml")
    assert outcome.feedback.warnings == []
    assert colours(reopened(source, tmp_path / "a.qml")) == [RED, GREEN, BLUE]


def test_a_style_for_the_stored_numbers_of_a_scaled_raster_is_explained_by_its_scale(run: Run, tmp_path: Path) -> None:
    source = scaled_raster(tmp_path / "a.tif", [0, 10000, 20000], 0.0001, -1)
    sld = ramp(tmp_path / "a.sld", 0, 10000, 20000)
    (warning,) = apply(run, source, sld, tmp_path / "a.qml").feedback.warnings
    assert warning.endswith("Set FACTOR to 0.0001 and OFFSET to -1 to draw it so.")
    outcome = apply(run, source, sld, tmp_path / "a.qml", FACTOR=0.0001, OFFSET=-1)
    assert outcome.feedback.warnings == []
    assert colours(reopened(source, tmp_path / "a.qml")) == [RED, GREEN, BLUE]


def test_exact_values_are_drawn_on_32_bit_floats(run: Run, tmp_path: Path) -> None:
    numbers = [0, 0.1, 3.45, 10.35, 0.2]
    sld = ramp(tmp_path / "a.sld", 0, 0.1, 3.45, 10.35, kind="values")
    source = raster(tmp_path / "a.tif", numbers)
    outcome = apply(run, source, sld, tmp_path / "a.qml")
    assert outcome.feedback.warnings == []
    layer = reopened(source, tmp_path / "a.qml")
    assert colours(layer) == [RED, GREEN, BLUE, "#ffff00", ""]
    assert [label for label, _ in layer.renderer().legendSymbologyItems()] == ["0", "0.1", "3.45", "10.35"]
    scaled = scaled_raster(tmp_path / "b.tif", [0, 10, 345, 1035, 20], 0.01)
    assert apply(run, scaled, sld, tmp_path / "b.qml").feedback.warnings == []
    assert colours(reopened(scaled, tmp_path / "b.qml")) == [RED, GREEN, BLUE, "#ffff00", ""]


def test_exact_values_that_never_occur_are_counted(run: Run, tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", [0, 0.4, 0.8, 0.9])
    (warning,) = apply(
        run, source, ramp(tmp_path / "a.sld", 0, 1, 2, kind="values"), tmp_path / "a.qml"
    ).feedback.warnings
    assert warning.startswith("RASTER: Only 25 % of the pixels equal a value of the style")
    assert "2 of its 3 values never occur exactly" in warning


def test_likely_no_data_is_named_with_value_share_and_remedy(run: Run, tmp_path: Path) -> None:
    source = raster(tmp_path / "a.tif", [*np.linspace(-1, 1, 399), -9999])
    (warning,) = apply(run, source, ramp(tmp_path / "a.sld", -1, 0, 1), tmp_path / "a.qml").feedback.warnings
    assert warning == (
        "RASTER: 0.2 % of the pixels are -9999, which looks like no-data that the file does not declare; set it in "
        "Layer Properties > Transparency to leave it out."
    )


def test_no_data_a_person_set_on_the_layer_is_not_measured(run: Run, tmp_path: Path) -> None:
    layer = QgsRasterLayer(str(raster(tmp_path / "a.tif", [*np.linspace(-1, 1, 399), -9999])), "Field", "gdal")
    layer.dataProvider().setUserNoDataValue(1, [QgsRasterRange(-9999, -9999)])
    QgsProject.instance().addMapLayer(layer)
    assert apply(run, layer.id(), ramp(tmp_path / "a.sld", -1, 0, 1), tmp_path / "a.qml").feedback.warnings == []


@pytest.mark.parametrize(
    ("kind", "quantities", "remarks"),
    [(gdal.GDT_Int16, (10, 20, 30), 1), (gdal.GDT_Int16, (10.5, 20.5), 0), (gdal.GDT_Float32, (10, 20, 30), 0)],
)
def test_whole_bounds_over_whole_numbers_bring_one_remark(
    run: Run, tmp_path: Path, kind: int, quantities: tuple[float, ...], remarks: int
) -> None:
    source = raster(tmp_path / "a.tif", [9, 10, 11, 19, 20], kind=kind)
    sld = ramp(tmp_path / "a.sld", *quantities, kind="intervals")
    warnings = apply(run, source, sld, tmp_path / "a.qml").feedback.warnings
    assert len(warnings) == remarks
    assert all("a pixel equal to a bound is drawn as the next class" in warning for warning in warnings)


@pytest.mark.parametrize(
    ("name", "texts", "drawn"),
    [
        ("misses_raster", ["a factor of 10000 would explain it"], [RED, "#ffffbf", GREEN, GREEN, GREEN]),
        ("values_float32", [], ["#ff0000", "#00ff00", "#0000ff", "#ffff00"]),
    ],
)
def test_the_cases_are_drawn_as_asked(
    run: Run, tmp_path: Path, shared: Path, name: str, texts: list[str], drawn: list[str]
) -> None:
    folder = shared / "cases/sld"
    outcome = apply(run, folder / f"{name}.tif", folder / f"{name}.sld", tmp_path / "a.qml")
    assert len(outcome.feedback.warnings) == len(texts)
    assert all(part in warning for part, warning in zip(texts, outcome.feedback.warnings, strict=True))
    assert colours(reopened(folder / f"{name}.tif", tmp_path / "a.qml")) == drawn


@pytest.mark.parametrize("contrast", ["", "<ContrastEnhancement><Normalize/></ContrastEnhancement>"])
def test_likely_no_data_does_not_decide_a_stretch(run: Run, tmp_path: Path, contrast: str) -> None:
    source = raster(tmp_path / "a.tif", [*np.linspace(-1, 1, 99), -9999])
    style = f"<UserStyle><Rule><RasterSymbolizer>{contrast}<Opacity>1</Opacity></RasterSymbolizer></Rule></UserStyle>"
    outcome = apply(run, source, document(tmp_path / "a.sld", style), tmp_path / "a.qml")
    assert outcome.ok, outcome.feedback.errors
    shades = colours(reopened(source, tmp_path / "a.qml"))
    assert (shades[0], shades[49], shades[98]) == ("#000000", "#7f7f7f", "#ffffff")
    (named,) = [warning for warning in outcome.feedback.warnings if "-9999" in warning]
    assert named.startswith("RasterSymbolizer: 1.0% of the pixels of band 1 are -9999, which looks like no-data")


@pytest.mark.parametrize("options", [[], ["COMPRESS=DEFLATE"], ["TILED=YES"]], ids=repr)
def test_a_raster_that_is_cut_short_is_refused_before_the_style_is_written(
    run: Run, tmp_path: Path, options: list[str]
) -> None:
    path = tmp_path / "cut.tif"
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 300, 300, 1, gdal.GDT_Float32, options)
    dataset.SetGeoTransform((0, 1, 0, 300, 0, -1))
    dataset.GetRasterBand(1).WriteArray(np.random.default_rng(1).random((300, 300), dtype=np.float32))
    del dataset
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    outcome = apply(run, path, document(tmp_path / "a.sld", intervals()), tmp_path / "out" / "a.qml")
    assert "cut.tif" in outcome.error
    assert "unexpected" not in outcome.error
    assert not (tmp_path / "out").exists()
