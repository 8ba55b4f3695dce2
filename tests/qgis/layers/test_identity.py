"""What a style, a copy or a file of ours carries elsewhere never makes another layer ours, nor ours another's."""

from __future__ import annotations

import datetime
import errno
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.downloads.load_folder import LoadFolder
from pixxel_explorer.plugin.downloads.loading import content_name, plain_name
from pixxel_explorer.plugin.host import paths
from pixxel_explorer.plugin.imagery.loaded import LoadedImage
from pixxel_explorer.plugin.layers import builder, identity, provenance, sources
from pixxel_explorer.plugin.layers.keeper import IdentityKeeper
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from qgis.core import (
    QgsLayerDefinition,
    QgsMapLayer,
    QgsMapLayerStyle,
    QgsProject,
    QgsRasterLayer,
    QgsReadWriteContext,
)
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtXml import QDomDocument

from .conftest import MakeImage, key_of, legend

APRIL, JUNE = datetime.date(2025, 4, 12), datetime.date(2025, 6, 1)
FOREST = legend(label="Forest")
Cached = Callable[..., LoadedImage]


@pytest.fixture
def cached(make_image: MakeImage, tmp_path: Path) -> Cached:
    """Return a maker of images that lie in the cache, named by their content."""

    def make(day: datetime.date = JUNE, kind: str = "values", digest: str = "0a1b2c3d", **more: Any) -> LoadedImage:
        image = make_image(day.isoformat(), kind, suffix=f"_{digest}", **more)
        folder = tmp_path / "cache" / image.visualization_id
        folder.mkdir(parents=True, exist_ok=True)
        path = shutil.move(image.path, folder / image.path.name)
        return replace(image, path=Path(path))

    return make


@pytest.fixture
def own(make_image: MakeImage, tmp_path: Path, project_layers: ProjectLayers) -> QgsRasterLayer:
    """Return a raster of the person's, in the project."""
    path = shutil.copy(make_image().path, tmp_path / "mine.tif")
    return _open(Path(path), "mine")


def _open(path: Path, name: str) -> QgsRasterLayer:
    """Add a raster as QGIS does, with the style file beside it."""
    layer = QgsRasterLayer(str(path), name, "gdal")
    QgsProject.instance().addMapLayer(layer)
    return layer


def _add(layers: ProjectLayers, image: LoadedImage) -> QgsRasterLayer:
    return layers.add(image, project_name="Farms", aoi_name="Farm near Raba")


def _paste_text(source: QgsMapLayer, target: QgsMapLayer) -> None:
    """Copy a style as QGIS's Copy Style and Paste Style do."""
    document = QDomDocument()
    assert source.exportNamedStyle(document, QgsReadWriteContext()) == ""
    assert target.importNamedStyle(document)[0]


def _paste_style(source: QgsMapLayer, target: QgsMapLayer) -> None:
    style = QgsMapLayerStyle()
    style.readFromLayer(source)
    style.writeToLayer(target)


def _add_to_manager(source: QgsMapLayer, target: QgsMapLayer) -> None:
    style = QgsMapLayerStyle()
    style.readFromLayer(source)
    target.styleManager().addStyle("theirs", style)
    target.styleManager().setCurrentStyle("theirs")


def _load_file(source: QgsMapLayer, target: QgsMapLayer) -> None:
    file = Path(QgsProject.instance().homePath() or str(Path(source.source()).parent)) / "passed-on.qml"
    source.saveNamedStyle(str(file))
    assert target.loadNamedStyle(str(file))[1]


WAYS = pytest.mark.parametrize("way", [_paste_text, _paste_style, _add_to_manager, _load_file])


def _day_shown(layer: QgsRasterLayer) -> datetime.date:
    found = layer.temporalProperties().fixedTemporalRange()
    assert layer.temporalProperties().isActive()
    assert not found.includeEnd()
    return found.begin().date().toPyDate()


def _labels(layer: QgsRasterLayer) -> list[str]:
    return [label for label, _ in layer.renderer().legendSymbologyItems()]


def _find(layers: ProjectLayers, day: datetime.date) -> list[QgsRasterLayer]:
    return layers.find("Sample data", "viz-1", day, "dynamic", "values")


def _settle() -> None:
    QCoreApplication.processEvents()


def _reopen(path: Path) -> None:
    project = QgsProject.instance()
    assert project.write(str(path))
    project.clear()
    assert project.read(str(path))
    _settle()
    assert not project.isDirty()


@WAYS
@pytest.mark.parametrize("name", ["a.qgz", "a.qgs"])
def test_june_stays_june_under_aprils_style(
    project_layers: ProjectLayers, cached: Cached, tmp_path: Path, way: Callable[..., None], name: str
) -> None:
    april, june = _add(project_layers, cached(APRIL)), _add(project_layers, cached(JUNE))
    way(april, june)
    for _ in range(2):
        june = next(layer for layer in QgsProject.instance().mapLayers().values() if layer.name() == "NDVI 2025-06-01")
        assert june.customProperty("pixxel/date") == "2025-06-01"
        assert _find(project_layers, JUNE) == [june]
        assert len(_find(project_layers, APRIL)) == 1
        assert _day_shown(june) == JUNE
        _reopen(tmp_path / name)
    assert _add(project_layers, cached(JUNE, digest="ffffffff")) in _find(project_layers, JUNE)
    assert QgsProject.instance().count() == 2


def test_june_stays_june_under_a_style_without_properties(
    project_layers: ProjectLayers, cached: Cached, own: QgsRasterLayer
) -> None:
    june = _add(project_layers, cached(JUNE))
    _paste_text(own, june)
    assert june.customProperty("pixxel/date") == "2025-06-01"
    assert _day_shown(june) == JUNE
    assert _find(project_layers, JUNE) == [june]


@WAYS
def test_a_persons_raster_is_never_ours(
    project_layers: ProjectLayers, cached: Cached, own: QgsRasterLayer, tmp_path: Path, way: Callable[..., None]
) -> None:
    june = _add(project_layers, cached(JUNE))
    way(june, own)
    assert not [key for key in own.customPropertyKeys() if key.startswith("pixxel/")]
    QgsProject.instance().removeMapLayer(june.id())
    source = own.source()
    _add(project_layers, cached(JUNE, digest="ffffffff"))
    project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(JUNE): FOREST})
    project_layers.restyle("Sample data", "viz-1", "dynamic", {key_of(JUNE): FOREST})
    assert own.source() == source
    assert "Forest" not in _labels(own)
    _reopen(tmp_path / "a.qgz")
    assert len(_find(project_layers, JUNE)) == 1


def test_a_style_file_beside_another_raster_makes_nothing_ours(
    project_layers: ProjectLayers, cached: Cached, make_image: MakeImage, tmp_path: Path
) -> None:
    other = Path(shutil.copy(make_image().path, tmp_path / "other.tif"))
    builder.save_style(builder.build(cached(JUNE)), tmp_path / "other.qml")
    layer = _open(other, "other")
    _settle()
    assert _labels(layer) == ["Water", "Bare soil", "Dense crop"]
    assert identity.of(layer) is None
    assert layer.customProperty("pixxel/date") is None


@pytest.mark.parametrize("gone", [False, True])
def test_a_duplicate_is_the_persons(project_layers: ProjectLayers, cached: Cached, tmp_path: Path, gone: bool) -> None:
    june = _add(project_layers, cached(JUNE))
    copy = june.clone()
    copy.setName("mine now")
    QgsProject.instance().addMapLayer(copy)
    _paste_text(june, copy)  # as Duplicate Layer does
    assert _day_shown(copy) == JUNE
    assert _find(project_layers, JUNE) == [june]
    if gone:
        QgsProject.instance().removeMapLayer(june.id())
    for _ in range(2):
        copy = QgsProject.instance().mapLayersByName("mine now")[0]
        project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(JUNE): FOREST})
        project_layers.restyle("Sample data", "viz-1", "dynamic", {key_of(JUNE): FOREST})
        assert "Forest" not in _labels(copy)
        assert _day_shown(copy) == JUNE
        assert len(_find(project_layers, JUNE)) == (0 if gone else 1)
        _reopen(tmp_path / "a.qgz")
    source = QgsProject.instance().mapLayersByName("mine now")[0].source()
    _add(project_layers, cached(JUNE, digest="ffffffff"))
    assert QgsProject.instance().mapLayersByName("mine now")[0].source() == source
    assert QgsProject.instance().count() == 2


def test_a_duplicates_old_style_does_not_make_it_ours_later(project_layers: ProjectLayers, cached: Cached) -> None:
    june = _add(project_layers, cached(JUNE))
    june.styleManager().addStyleFromLayer("second")
    copy = june.clone()
    QgsProject.instance().addMapLayer(copy)
    QgsProject.instance().removeMapLayer(june.id())
    copy.styleManager().setCurrentStyle("second")
    identity.settle(QgsProject.instance())
    assert _find(project_layers, JUNE) == []
    assert copy.customProperty("pixxel/date") is None


def test_a_layer_copied_while_the_plugin_was_off_is_a_copy(
    project_layers: ProjectLayers, cached: Cached, tmp_path: Path
) -> None:
    june = _add(project_layers, cached(JUNE))
    june_id = june.id()
    project = QgsProject.instance()
    project.blockSignals(True)
    project.addMapLayer(june.clone())
    project.blockSignals(False)
    _reopen(tmp_path / "a.qgz")
    assert [layer.id() for layer in _find(project_layers, JUNE)] == [june_id]


def _make_former(*layers: QgsMapLayer) -> None:
    """Take away what earlier versions of the plugin did not write."""
    QgsProject.instance().removeEntry("pixxel", "/layers")
    for layer in layers:
        layer.removeCustomProperty("pixxel/layer_id")


def test_a_project_of_an_earlier_version_is_ours(project_layers: ProjectLayers, cached: Cached, tmp_path: Path) -> None:
    layers = [_add(project_layers, cached(day)) for day in (APRIL, JUNE)]
    _make_former(*layers)
    _reopen(tmp_path / "former.qgz")
    assert [layer.name() for layer in project_layers.find("Sample data", "viz-1")] == [
        "NDVI 2025-04-12",
        "NDVI 2025-06-01",
    ]
    _reopen(tmp_path / "now.qgz")
    assert len(project_layers.find("Sample data", "viz-1")) == 2


def test_what_an_earlier_version_let_claim_another_day_is_put_right(
    project_layers: ProjectLayers, cached: Cached, own: QgsRasterLayer, tmp_path: Path
) -> None:
    april, june = _add(project_layers, cached(APRIL)), _add(project_layers, cached(JUNE))
    april.setName("2025-04-12")  # as earlier versions named them
    june.setName("2025-06-01")
    copy = june.clone()
    copy.setName("2025-06-01 copy")
    QgsProject.instance().addMapLayer(copy)
    texts = provenance.values(april)
    for layer in (june, own, copy):
        layer.blockSignals(True)
        provenance.replace_values(layer, texts if layer is not copy else texts | {"date": "2025-06-01"})
        if layer is not copy:
            builder.time_stack.set_range(layer, APRIL)
    _make_former(april, june, own, copy)
    _reopen(tmp_path / "former.qgz")
    (found,) = _find(project_layers, JUNE)
    assert found.name() == "2025-06-01"
    assert found.customProperty("pixxel/date") == "2025-06-01"
    assert _day_shown(found) == JUNE
    assert len(_find(project_layers, APRIL)) == 1
    assert QgsProject.instance().mapLayersByName("mine")[0].customProperty("pixxel/date") is None


def test_a_layer_that_was_pointed_elsewhere_is_not_ours_until_it_is_pointed_back(
    project_layers: ProjectLayers, cached: Cached, own: QgsRasterLayer
) -> None:
    image = cached(JUNE)
    june = _add(project_layers, image)
    june.setDataSource(own.source(), june.name(), "gdal")
    assert _find(project_layers, JUNE) == []
    project_layers.restyle("Sample data", "viz-1", "dynamic", {key_of(JUNE): FOREST})
    assert "Forest" not in _labels(june)
    june.setDataSource(str(image.path), june.name(), "gdal")
    assert _find(project_layers, JUNE) == [june]


def test_a_project_moved_with_its_files_keeps_its_layers(
    project_layers: ProjectLayers, cached: Cached, tmp_path: Path
) -> None:
    _add(project_layers, cached(JUNE))
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "a.qgz"))
    project.clear()
    moved = tmp_path / "one" / "deeper"
    moved.mkdir(parents=True)
    shutil.move(tmp_path / "cache", moved / "cache")
    shutil.move(tmp_path / "a.qgz", moved / "a.qgz")
    assert project.read(str(moved / "a.qgz"))
    (layer,) = _find(project_layers, JUNE)
    assert layer.isValid()
    assert str(moved) in layer.source()


def test_a_project_without_its_files_still_knows_its_layers(
    project_layers: ProjectLayers, cached: Cached, tmp_path: Path
) -> None:
    _add(project_layers, cached(JUNE))
    project = QgsProject.instance()
    assert project.write(str(tmp_path / "a.qgz"))
    project.clear()
    shutil.rmtree(tmp_path / "cache")
    project.read(str(tmp_path / "a.qgz"))
    (layer,) = _find(project_layers, JUNE)
    assert not layer.isValid()
    again = _add(project_layers, cached(JUNE))
    assert again is layer
    assert layer.isValid()


def test_layers_pasted_into_another_project_are_ours_there(
    project_layers: ProjectLayers, cached: Cached, tmp_path: Path
) -> None:
    project = QgsProject.instance()
    _add(project_layers, cached(JUNE))
    definition = str(tmp_path / "copied.qlr")
    assert QgsLayerDefinition.exportLayerDefinition(definition, project.layerTreeRoot().children())[0]
    project.clear()
    assert QgsLayerDefinition.loadLayerDefinition(definition, project, project.layerTreeRoot())[0]
    _settle()
    (layer,) = _find(project_layers, JUNE)
    assert _day_shown(layer) == JUNE


def test_two_visualizations_in_one_folder_are_distinguished(
    project_layers: ProjectLayers, make_image: MakeImage, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    folder = LoadFolder(tmp_path / "out", lambda image, style: builder.save_style(builder.build(image), style))
    day, found = datetime.date(2025, 5, 2), []
    for visualization_id in ("viz-1", "viz-2"):
        path = folder.add(make_image(visualization_id=visualization_id)).path
        found.append(_open(path, path.name))
    _settle()
    assert found[0].name() != found[1].name()
    for layer, visualization_id in zip(found, ("viz-1", "viz-2"), strict=True):
        assert project_layers.find("Sample data", visualization_id, day) == [layer]


@pytest.mark.parametrize("free", range(0, 44_000, 4_096))
def test_on_a_full_disk_each_raster_has_its_whole_style_and_record_or_is_not_there(
    project_layers: ProjectLayers, make_image: MakeImage, small_disk: Path, free: int
) -> None:
    out, scratch = small_disk / "out", small_disk / "scratch"
    for folder in (out, scratch):
        folder.mkdir()
    target = LoadFolder(out, builder.write_style)
    images = []
    for day in ("2025-05-02", "2025-05-12", "2025-05-22"):
        image = make_image(day)
        images.append(replace(image, path=Path(shutil.copy(image.path, scratch))))
    filler = small_disk / "filler"
    filler.write_bytes(b"")
    filler.write_bytes(bytes(max(0, shutil.disk_usage(small_disk).free - free)))
    failed = 0
    for image in images:
        try:
            target.add(image)
        except OSError as error:
            assert error.errno == errno.ENOSPC
            failed += 1
    assert failed or free > 30_000
    manifest = out / sources.MANIFEST
    listed = json.loads(manifest.read_text("utf-8"))["layers"] if manifest.exists() else []
    assert sorted(each["file"] for each in listed) == sorted(path.name for path in out.glob("*.tif"))
    assert sorted(each["style"] for each in listed) == sorted(path.name for path in out.glob("*.qml"))
    for each in listed:
        assert (out / each["style"]).read_text("utf-8").rstrip().endswith("</qgis>")
    assert not list(out.glob(".*.part*"))


@pytest.mark.parametrize("identifier", ["../../../outside", "/abs/outside", "V1", "CON", "x" * 300])
def test_images_of_any_id_stay_in_the_cache_and_are_known_by_it(identifier: str, make_image: MakeImage) -> None:
    folder = paths.images_folder("Sample data", identifier)
    assert folder.parent.parent == paths.cache_folder()
    for other in ("sample data", "Sample Data", "Sample data "):
        assert paths.images_folder(other, identifier).parent != folder.parent
    image = make_image()
    assert sources.Source(folder / image.path.name, JUNE, "dynamic", "values").is_of(identifier)
    former = paths.cache_folder() / "V1" / image.path.name  # as version 0.1 named it
    assert sources.Source(former, JUNE, "dynamic", "values").is_of("V1")


def _load_folder(make_image: MakeImage, folder: Path, visualization_id: str = "viz-1") -> Path:
    """Lay down a raster with style file and manifest, as the algorithm does."""
    folder.mkdir()
    image = make_image()
    image = replace(image, path=Path(shutil.move(image.path, folder / image.path.name)))
    builder.save_style(builder.build(image), image.path.with_suffix(".qml"))
    manifest = f'{{"visualization_id": "{visualization_id}", "layers": [{{"file": "{image.path.name}"}}]}}'
    (folder / sources.MANIFEST).write_text(manifest, encoding="utf-8")
    return image.path


def test_a_raster_an_algorithm_wrote_is_ours_when_it_is_opened_with_its_style_file(
    project_layers: ProjectLayers, make_image: MakeImage, tmp_path: Path
) -> None:
    layer = _open(_load_folder(make_image, tmp_path / "out"), "from the browser")
    day = datetime.date(2025, 5, 2)
    _settle()
    assert _day_shown(layer) == day
    assert _find(project_layers, day) == [layer]
    second = _open(Path(layer.source()), "once more")
    _settle()
    assert _find(project_layers, day) == [layer]
    assert second.customProperty("pixxel/date") is None


@pytest.mark.parametrize("other", ["visualization", "manifest"])
def test_a_style_file_beside_a_raster_of_the_same_name_is_not_believed(
    project_layers: ProjectLayers, make_image: MakeImage, tmp_path: Path, other: str
) -> None:
    path = _load_folder(make_image, tmp_path / "out", "viz-2" if other == "visualization" else "viz-1")
    if other == "manifest":
        (path.parent / sources.MANIFEST).write_text("[]", encoding="utf-8")
    layer = _open(path, "from the browser")
    _settle()
    assert project_layers.find("Sample data", "viz-1") == []
    assert (layer.customProperty("pixxel/date") is None) == (other == "visualization")


def test_a_failed_file_leaves_the_layer_ours(project_layers: ProjectLayers, cached: Cached) -> None:
    june = _add(project_layers, cached(JUNE))
    broken = cached(JUNE, digest="ffffffff")
    broken.path.write_bytes(b"no raster")
    with pytest.raises(builder.RasterUnreadable):
        _add(project_layers, broken)
    assert _find(project_layers, JUNE) == [june]


def test_records_go_with_their_layers(project_layers: ProjectLayers, cached: Cached) -> None:
    project = QgsProject.instance()
    june = _add(project_layers, cached(JUNE))
    assert len(project.entryList("pixxel", "/layers")) == 1
    project.removeMapLayer(june.id())
    assert project.entryList("pixxel", "/layers") == []


@pytest.mark.parametrize("text", ["", "[]", "{", '{"file": 1}', "null"])
def test_a_record_that_cannot_be_read_makes_nothing_ours(
    project_layers: ProjectLayers, make_image: MakeImage, text: str
) -> None:
    layer = project_layers.add(make_image(), project_name="", aoi_name="a")
    QgsProject.instance().writeEntry("pixxel", f"/layers/id_{layer.id()}", text)
    assert identity.of(layer) is None
    identity.settle(QgsProject.instance())
    assert identity.of(layer) is None


def test_a_keeper_that_is_closed_leaves_layers_alone(qgis_app: object, cached: Cached) -> None:
    project = QgsProject.instance()
    project.clear()
    layers = ProjectLayers(project, tuple)
    april, june = _add(layers, cached(APRIL)), _add(layers, cached(JUNE))
    IdentityKeeper(project).close()
    _paste_text(april, june)
    assert june.customProperty("pixxel/date") == "2025-04-12"
    assert layers.find("Sample data", "viz-1", JUNE) == [june]
    project.clear()


@pytest.mark.parametrize("name_of", [plain_name, content_name])
def test_the_names_of_files_are_read_as_they_are_given(tmp_path: Path, name_of: Callable[..., str]) -> None:
    class Date:
        def __init__(self, key: str) -> None:
            self.key, self.day, self.label = key, JUNE, f"2025-06-01 {key[-2:]}:00"

    class Request:
        mode, kind = "theoretical", "picture"

        class item:  # noqa: N801
            dates = (Date("2025_06_01T10"), Date("2025_06_01T12"))

    for date in Request.item.dates:
        file = tmp_path / name_of(Request, date, "0123456789abcdef")
        shutil.copy(Path(__file__), file)
        source = sources.read(QgsRasterLayer(str(file), "x", "gdal"))
        assert source is not None
        assert (source.day, source.mode, source.kind) == (JUNE, "theoretical", "picture")
