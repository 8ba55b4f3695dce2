"""SLD in the raster layer's context menu and on drops: drawn and saved quietly, or refused with nothing done."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.app import style_controller
from pixxel_explorer.plugin.app.style_controller import StyleController, file_name, names_of
from pixxel_explorer.plugin.host.settings import NODE, Settings
from pixxel_explorer.plugin.sld.reader import read_styles
from pixxel_explorer.ui.dialogs import style_dialogs
from qgis.core import (
    Qgis,
    QgsHillshadeRenderer,
    QgsLayerTreeModel,
    QgsProject,
    QgsRasterLayer,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.gui import QgsCustomDropHandler, QgsLayerTreeView, QgsMessageBar
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QDialog, QLabel, QMainWindow, QMessageBox, QPlainTextEdit, QToolButton

SHARE = "Use This Style for All Dates"
RED, GREEN = "#d7191c", "#1a9641"
MAP = f'<ColorMap><ColorMapEntry color="{RED}" quantity="0"/><ColorMapEntry color="{GREEN}" quantity="1"/></ColorMap>'
ENTRIES = MAP.replace("<ColorMap>", '<ColorMap type="values">')
SYMBOLIZER = "<UserStyle><Name>{}</Name><Rule><RasterSymbolizer>{}</RasterSymbolizer></Rule></UserStyle>"
DOCUMENT = "<StyledLayerDescriptor><NamedLayer>{}</NamedLayer></StyledLayerDescriptor>"
THREE_BANDS = "".join(
    f"<{name}Channel><SourceChannelName>{band}</SourceChannelName></{name}Channel>"
    for band, name in enumerate(("Red", "Green", "Blue"), start=1)
)


class Window:
    """As much of QGIS's interface as a controller of styles sees, of real widgets."""

    def __init__(self) -> None:
        self.window = QMainWindow()
        self.bar = QgsMessageBar(self.window)
        self.tree = QgsLayerTreeView(self.window)
        self.model = QgsLayerTreeModel(QgsProject.instance().layerTreeRoot())
        self.tree.setModel(self.model)
        self.actions: list[QAction] = []
        self.sharing: list[str] = []
        self.handlers: list[QgsCustomDropHandler] = []

    def mainWindow(self) -> QMainWindow:
        return self.window

    def messageBar(self) -> QgsMessageBar:
        return self.bar

    def layerTreeView(self) -> QgsLayerTreeView:
        return self.tree

    def activeLayer(self) -> Any:
        return self.tree.currentLayer()

    def addCustomActionForLayerType(self, action: QAction, menu: str, kind: Qgis.LayerType, everyone: bool) -> None:
        assert (menu, kind) == ("", Qgis.LayerType.Raster)
        assert everyone == (action.objectName() != "pixxelShareStyleAction")
        self.actions.append(action)

    def addCustomActionForLayer(self, action: QAction, layer: QgsRasterLayer) -> None:
        assert action.objectName() == "pixxelShareStyleAction"
        self.sharing.append(layer.name())

    def removeCustomActionForLayerType(self, action: QAction) -> bool:
        self.actions.remove(action)
        return True

    def registerCustomDropHandler(self, handler: QgsCustomDropHandler) -> None:
        self.handlers.append(handler)

    def unregisterCustomDropHandler(self, handler: QgsCustomDropHandler) -> None:
        self.handlers.remove(handler)

    # --- what a person sees and does ---

    def select(self, *layers: Any) -> None:
        self.tree.setCurrentLayer(layers[0])
        selection = self.tree.selectionModel()
        for layer in layers[1:]:
            node = QgsProject.instance().layerTreeRoot().findLayer(layer)
            selection.select(self.tree.node2index(node), selection.SelectionFlag.Select)

    def noted(self) -> str:
        return str(self.bar.currentItem().findChild(QLabel, "messageText").text())

    def details(self) -> str:
        self.bar.findChild(QToolButton, "messageDetailsButton").click()
        box = self.bar.window().findChild(QDialog, "detailsBox")
        text = str(box.findChild(QPlainTextEdit, "detailsText").toPlainText())
        box.close()
        return text

    def act(self) -> None:
        self.bar.currentItem().findChild(QToolButton, "messageActionButton").click()

    def question(self) -> QMessageBox | None:
        return self.window.findChild(QMessageBox, "dropStyleBox")

    def drop(self, file: Path) -> bool:
        return self.handlers[0].handleFileDrop(str(file))


@pytest.fixture
def settings(qgis_app: object) -> Iterator[Settings]:
    QgsSettings().remove(f"plugins/{NODE}")
    settings = Settings()
    settings.register()
    yield settings
    settings.unregister()
    QgsSettings().remove(f"plugins/{NODE}")


@pytest.fixture
def window(qgis_app: object) -> Iterator[Window]:
    QgsProject.instance().clear()
    window = Window()
    yield window
    window.window.deleteLater()
    QgsProject.instance().clear()


@pytest.fixture
def opened() -> list[bool]:
    return []


@pytest.fixture
def controller(window: Window, settings: Settings, opened: list[bool]) -> Iterator[StyleController]:
    controller = StyleController(window, settings, lambda: opened.append(True))
    yield controller
    if window.actions:
        controller.close()
    controller.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Answer file dialogs by what is in the list, and keep how they were asked in ``asked``."""
    given: list[tuple[str, str]] = []
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(style_dialogs.QFileDialog, name, lambda *asked: given.pop(0) if given else ("", ""))
    return given


def add_layer(folder: Path, name: str = "Field", bands: Sequence[Sequence[float]] = ((0, 1),)) -> QgsRasterLayer:
    path = folder / f"{name}.tif"
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), len(bands[0]), 1, len(bands), gdal.GDT_Byte)
    dataset.SetGeoTransform((0, 1, 0, 1, 0, -1))
    for number, values in enumerate(bands, start=1):
        dataset.GetRasterBand(number).WriteArray(np.array([values]))
    del dataset
    layer = QgsRasterLayer(str(path), name, "gdal")
    assert layer.isValid()
    QgsProject.instance().addMapLayer(layer)
    return layer


def write(path: Path, *insides: str) -> Path:
    styles = (
        SYMBOLIZER.format(name, inside) for name, inside in zip(("first", "second", "third"), insides, strict=False)
    )
    path.write_text(DOCUMENT.format("".join(styles)), encoding="utf-8")
    return path


def colours(layer: QgsRasterLayer) -> list[str]:
    block = layer.renderer().block(1, layer.extent(), layer.width(), 1)
    return [QColor.fromRgba(block.color(0, column)).name() for column in range(layer.width())]


def test_it_comes_and_goes_without_a_trace(window: Window, controller: StyleController) -> None:
    assert [action.text() for action in window.actions] == ["Load SLD Style…", "Save as SLD…", SHARE]
    assert all(not action.icon().isNull() for action in window.actions)
    assert len(window.handlers) == 1
    controller.close()
    assert (window.actions, window.handlers) == ([], [])


def test_all_selected_raster_layers_are_drawn_and_it_is_said(
    window: Window, controller: StyleController, settings: Settings, answers: list[tuple[str, str]], tmp_path: Path
) -> None:
    layers = [add_layer(tmp_path, name) for name in ("a", "b", "c")]
    before = colours(layers[2])
    window.select(*layers[:2])
    QgsProject.instance().setDirty(False)
    answers.append((str(write(tmp_path / "x.sld", MAP)), ""))
    window.actions[0].trigger()
    assert [colours(layer) for layer in layers] == [[RED, GREEN], [RED, GREEN], before]
    assert window.noted() == "2 layers are drawn by “x.sld”."
    assert window.bar.currentItem().level() == Qgis.MessageLevel.Success
    assert window.bar.currentItem().duration() > 0
    assert settings.style_folder == str(tmp_path)
    assert QgsProject.instance().isDirty()


def test_further_styles_are_named_in_the_message_and_the_menu(
    window: Window, controller: StyleController, tmp_path: Path
) -> None:
    layer = add_layer(tmp_path)
    controller.draw(write(tmp_path / "x.sld", MAP, ENTRIES, MAP.replace(RED, "#000000")), [layer])
    assert window.noted() == "“Field” is drawn by “x.sld”; further styles are in its Styles menu: second, third."
    assert {"second", "third"} <= set(layer.styleManager().styles())
    assert colours(layer) == [RED, GREEN]


def test_notes_are_one_quiet_message_with_details(window: Window, controller: StyleController, tmp_path: Path) -> None:
    layer = add_layer(tmp_path)
    controller.draw(
        write(tmp_path / "x.sld", MAP.replace("<ColorMap>", '<ColorMap type="odd">') + "<ShadedRelief/>"), [layer]
    )
    assert window.noted() == "“Field” is drawn by “x.sld”, with 2 notes in the details."
    assert window.bar.currentItem().level() == Qgis.MessageLevel.Info
    assert window.bar.currentItem().duration() == 0
    lines = window.details().splitlines()
    assert [line.partition(":")[0] for line in lines] == ["ColorMap", "RasterSymbolizer"]


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (MAP.replace("ColorMap", "sld:ColorMap"), "the prefix sld is not declared"),
        (MAP.replace("<ColorMap>", '<ColorMap><ColorMapEntry color="#fff" opacity="0" quantity="NaN"/>'), "NaN"),
    ],
)
def test_the_small_faults_of_other_programs_are_noted(
    window: Window, controller: StyleController, answers: list[tuple[str, str]], tmp_path: Path, inside: str, words: str
) -> None:
    layer = add_layer(tmp_path)
    window.select(layer)
    answers.append((str(write(tmp_path / "x.sld", inside)), ""))
    window.actions[0].trigger()
    assert colours(layer) == [RED, GREEN]
    assert words in window.details()


@pytest.mark.parametrize(("name", "words"), [("undeclared_prefix.sld", "prefix sld"), ("nan_entry.sld", "NaN")])
def test_the_documents_that_failed_once(
    window: Window,
    controller: StyleController,
    answers: list[tuple[str, str]],
    shared: Path,
    tmp_path: Path,
    name: str,
    words: str,
) -> None:
    layer = add_layer(tmp_path)
    window.select(layer)
    answers.append((str(shared / "cases/sld" / name), ""))
    window.actions[0].trigger()
    assert colours(layer) == ["#ffffbf", GREEN]
    assert words in window.details()


def test_a_layer_keeps_the_band_it_shows_where_the_document_names_none(
    window: Window, controller: StyleController, tmp_path: Path
) -> None:
    layer = add_layer(tmp_path, bands=([0, 0], [1, 0]))
    controller.draw(write(tmp_path / "x.sld", MAP), [layer])
    assert colours(layer) == [RED, RED]
    layer.renderer().setInputBand(2)
    controller.draw(tmp_path / "x.sld", [layer])
    assert colours(layer) == [GREEN, RED]


@pytest.mark.parametrize("content", ["nonsense", "<RasterSymbolizer><ColorMap/></RasterSymbolizer>"])
def test_a_refused_document_changes_nothing(
    window: Window, controller: StyleController, tmp_path: Path, content: str
) -> None:
    layer = add_layer(tmp_path)
    before = colours(layer)
    (tmp_path / "x.sld").write_text(content)
    controller.draw(tmp_path / "x.sld", [layer])
    assert colours(layer) == before
    assert window.noted().endswith(".")
    assert ". " not in window.noted()
    assert window.bar.currentItem().level() == Qgis.MessageLevel.Warning


def test_a_file_that_is_gone_is_reported(window: Window, controller: StyleController, tmp_path: Path) -> None:
    controller.draw(tmp_path / "gone.sld", [add_layer(tmp_path)])
    assert "gone.sld" in window.noted()
    assert window.bar.findChild(QToolButton, "messageActionButton") is None


def test_a_layer_the_style_does_not_fit_is_named_and_the_others_are_drawn(
    window: Window, controller: StyleController, tmp_path: Path
) -> None:
    three, one = add_layer(tmp_path, "three", [[1, 2]] * 3), add_layer(tmp_path, "one")
    controller.draw(write(tmp_path / "x.sld", f"<ChannelSelection>{THREE_BANDS}</ChannelSelection>"), [three, one])
    assert three.renderer().type() == "multibandcolor"
    assert one.renderer().type() != "multibandcolor"
    assert window.noted() == "1 of 2 layers could not be drawn by “x.sld”; the details say why."
    assert "one:\n" in window.details()


def test_a_drawing_is_taken_back_with_all_that_came_with_it(
    window: Window, controller: StyleController, tmp_path: Path
) -> None:
    layer = add_layer(tmp_path)
    layer.renderer().setOpacity(0.4)
    layer.brightnessFilter().setBrightness(30)
    layer.setScaleBasedVisibility(True)
    layer.setMinimumScale(5000)
    before, renderer = colours(layer), layer.renderer().type()
    controller.draw(write(tmp_path / "x.sld", MAP, ENTRIES), [layer])
    assert colours(layer) == [RED, GREEN]
    window.act()
    assert (colours(layer), layer.renderer().type(), layer.renderer().opacity()) == (before, renderer, 0.4)
    assert layer.brightnessFilter().brightness() == 30
    assert (layer.hasScaleBasedVisibility(), layer.minimumScale()) == (True, 5000)
    assert layer.styleManager().styles() == ["default"]
    assert window.noted() == "“Field” is drawn as before."


def test_what_was_drawn_beside_a_failure_can_be_taken_back(
    window: Window, controller: StyleController, tmp_path: Path
) -> None:
    three, one = add_layer(tmp_path, "three", [[1, 2]] * 3), add_layer(tmp_path, "one")
    before = three.renderer().type()
    controller.draw(write(tmp_path / "x.sld", f"<ChannelSelection>{THREE_BANDS}</ChannelSelection>"), [three, one])
    three.setRenderer(three.renderer().clone())
    window.act()
    assert three.renderer().type() == before
    assert window.noted() == "“three” is drawn as before."


def test_a_layer_restyled_since_is_left_alone_and_one_that_is_gone_is_not_missed(
    window: Window, controller: StyleController, tmp_path: Path
) -> None:
    layers = [add_layer(tmp_path, name) for name in ("a", "b", "c")]
    before = colours(layers[2])
    controller.draw(write(tmp_path / "x.sld", MAP), layers)
    QgsProject.instance().removeMapLayer(layers[0].id())
    layers[1].renderer().setOpacity(0.5)
    window.act()
    assert layers[1].renderer().opacity() == 0.5
    assert layers[1].renderer().type() == "singlebandpseudocolor"
    assert colours(layers[2]) == before
    assert window.noted() == "“b” was restyled since, so it is left as it is; use its Styles menu."


def test_several_layers_restyled_since_are_named(window: Window, controller: StyleController, tmp_path: Path) -> None:
    layers = [add_layer(tmp_path, name) for name in ("a", "b", "c")]
    controller.draw(write(tmp_path / "x.sld", MAP), layers)
    for layer in layers[:2]:
        layer.renderer().setOpacity(0.5)
    window.act()
    assert window.noted() == "“a”, “b” were restyled since, so they are left as they are; use their Styles menus."


def test_nothing_can_be_taken_back_where_nothing_was_done(
    window: Window, controller: StyleController, tmp_path: Path
) -> None:
    controller.draw(
        write(tmp_path / "x.sld", f"<ChannelSelection>{THREE_BANDS}</ChannelSelection>"), [add_layer(tmp_path)]
    )
    assert window.bar.currentItem().findChild(QToolButton, "messageActionButton") is None


def test_an_open_message_goes_with_the_plugin(window: Window, controller: StyleController, tmp_path: Path) -> None:
    controller.draw(write(tmp_path / "x.sld", MAP), [add_layer(tmp_path)])
    controller.close()
    assert window.bar.currentItem() is None


def test_without_a_raster_layer_nothing_is_asked(
    window: Window, controller: StyleController, answers: list[tuple[str, str]], tmp_path: Path
) -> None:
    vector = QgsVectorLayer("Point?crs=EPSG:4326", "points", "memory")
    QgsProject.instance().addMapLayer(vector)
    window.select(vector)
    answers.append(("never", ""))
    for action in window.actions:
        action.trigger()
        assert "raster layer" in window.noted()
        window.bar.clearWidgets()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert answers == [("never", "")]


@pytest.mark.parametrize(("kind", "version"), [("SLD 1.0.0", "1.0.0"), ("Symbology", "1.1.0")])
def test_a_layer_is_saved_in_the_version_its_type_of_file_names(
    window: Window,
    controller: StyleController,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    kind: str,
    version: str,
) -> None:
    layer = add_layer(tmp_path)
    controller.draw(write(tmp_path / "x.sld", MAP), [layer])
    window.bar.clearWidgets()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    window.select(layer)
    asked: list[Any] = []

    def answer(_parent: Any, title: str, suggestion: str, types: str, chosen: str) -> tuple[str, str]:
        asked.extend((title, suggestion, chosen))
        return str(tmp_path / "saved"), next(name for name in types.split(";;") if name.startswith(kind))

    monkeypatch.setattr(style_dialogs.QFileDialog, "getSaveFileName", answer)
    window.actions[1].trigger()
    assert asked[:2] == ["Save as SLD", str(tmp_path / "Field.sld")]
    assert asked[2].startswith("SLD 1.0.0")
    text = (tmp_path / "saved.sld").read_text(encoding="utf-8")
    assert f'version="{version}"' in text
    assert [entry.colour.hex for entry in read_styles(text)[0].legend.classes] == [RED, GREEN]
    assert window.noted().startswith("The style of “Field” is saved as “saved.sld”")
    assert (settings.sld_version, settings.style_folder) == (version, str(tmp_path))


def test_several_layers_are_saved_under_their_names(
    window: Window, controller: StyleController, answers: list[tuple[str, str]], tmp_path: Path
) -> None:
    layers = [add_layer(tmp_path, name) for name in ("a", "b")]
    layers[1].setName("b/c")
    window.select(*layers)
    answers.append((str(tmp_path / "out.sld"), ""))
    window.actions[1].trigger()
    assert {path.name for path in tmp_path.glob("*.sld")} == {"out_a.sld", "out_b_c.sld"}
    assert window.noted().startswith(f"The styles of 2 layers are saved in “{tmp_path.name}”")


def test_what_sld_cannot_say_is_reported_and_saved_no_further(
    window: Window, controller: StyleController, answers: list[tuple[str, str]], tmp_path: Path
) -> None:
    layer = add_layer(tmp_path)
    layer.setRenderer(QgsHillshadeRenderer(layer.dataProvider(), 1, 315, 45))
    window.select(layer)
    answers.append((str(tmp_path / "out.sld"), ""))
    window.actions[1].trigger()
    assert "hillshade" in window.noted()
    assert not (tmp_path / "out.sld").exists()


def test_only_the_current_of_several_styles_is_saved_and_that_is_said(
    window: Window, controller: StyleController, answers: list[tuple[str, str]], tmp_path: Path
) -> None:
    layer = add_layer(tmp_path)
    layer.styleManager().addStyleFromLayer("night")
    layer.styleManager().setCurrentStyle("night")
    window.select(layer)
    answers.append((str(tmp_path / "out.sld"), ""))
    window.actions[1].trigger()
    assert "“night”" in window.details()


@pytest.mark.parametrize("agreed", [True, False])
def test_files_the_dialog_did_not_ask_about_are_not_replaced_unasked(
    window: Window,
    controller: StyleController,
    answers: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    agreed: bool,
) -> None:
    window.select(add_layer(tmp_path))
    (tmp_path / "out.sld").write_text("mine")
    answers.append((str(tmp_path / "out"), ""))  # the ending is added here, so the dialog has not seen that file
    asked: list[Any] = []
    monkeypatch.setattr(style_dialogs, "ask_replace", lambda _parent, files: asked.append(files) or agreed)
    window.actions[1].trigger()
    assert asked == [[tmp_path / "out.sld"]]
    assert ((tmp_path / "out.sld").read_text() == "mine") is not agreed


def test_a_dropped_document_is_asked_about_and_applied(
    window: Window, controller: StyleController, tmp_path: Path
) -> None:
    layer = add_layer(tmp_path)
    before = colours(layer)
    window.select(layer)
    assert window.drop(write(tmp_path / "X.SLD", MAP))
    box = window.question()
    assert box is not None
    assert box.text() == "Draw “Field” by the style in “X.SLD”?"
    assert box.defaultButton() is box.button(QMessageBox.StandardButton.Apply)
    assert colours(layer) == before
    box.defaultButton().click()
    assert colours(layer) == [RED, GREEN]
    assert window.noted() == "“Field” is drawn by “X.SLD”."


def test_a_declined_drop_does_nothing(window: Window, controller: StyleController, tmp_path: Path) -> None:
    layers = [add_layer(tmp_path, name) for name in ("a", "b")]
    before = [colours(layer) for layer in layers]
    window.select(*layers)
    assert window.drop(write(tmp_path / "x.sld", MAP))
    box = window.question()
    assert box is not None
    assert box.text() == "Draw 2 layers by the style in “x.sld”?"
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert [colours(layer) for layer in layers] == before


def test_a_layer_that_goes_while_the_question_is_open_is_not_missed(
    window: Window, controller: StyleController, tmp_path: Path
) -> None:
    layer = add_layer(tmp_path)
    window.select(layer)
    window.drop(write(tmp_path / "x.sld", MAP))
    QgsProject.instance().removeMapLayer(layer.id())
    box = window.question()
    assert box is not None
    box.defaultButton().click()
    assert "raster layer" in window.noted()


def test_other_drops_are_qgis_own(window: Window, controller: StyleController, tmp_path: Path) -> None:
    layer = add_layer(tmp_path)
    vector = QgsVectorLayer("Point?crs=EPSG:4326", "points", "memory")
    QgsProject.instance().addMapLayer(vector)
    sld = write(tmp_path / "x.sld", MAP)
    window.select(layer)
    (tmp_path / "x.xml").write_text("<a/>")
    (tmp_path / "folder.sld").mkdir()
    for other in ("Field.tif", "x.xml", "gone.sld", "folder.sld"):
        assert not window.drop(tmp_path / other)
    window.select(vector)
    assert not window.drop(sld)
    assert window.question() is None


def test_an_open_question_goes_with_the_plugin(window: Window, controller: StyleController, tmp_path: Path) -> None:
    window.select(add_layer(tmp_path))
    window.drop(write(tmp_path / "x.sld", MAP))
    controller.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.question() is None


def test_without_the_xml_parser_the_way_to_it_is_shown(
    window: Window, controller: StyleController, monkeypatch: pytest.MonkeyPatch, opened: list[bool], tmp_path: Path
) -> None:
    monkeypatch.setattr(
        style_controller.dependencies, "obstacle", lambda names: style_controller.dependencies.PackagesMissing(names)
    )
    window.select(add_layer(tmp_path))
    window.actions[0].trigger()
    assert "defusedxml" in window.noted()
    window.bar.findChild(QToolButton, "messageActionButton").click()
    assert opened == [True]
    assert window.drop(write(tmp_path / "x.sld", MAP))
    assert window.question() is None


def test_dialogs_start_where_the_last_one_ended_else_beside_the_raster(
    window: Window, controller: StyleController, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        style_dialogs.QFileDialog, "getOpenFileName", lambda _w, _t, folder, _f: asked.append(folder) or ("", "")
    )
    window.select(add_layer(tmp_path))
    window.actions[0].trigger()
    (tmp_path / "last").mkdir()
    settings.style_folder = str(tmp_path / "last")
    window.actions[0].trigger()
    settings.style_folder = str(tmp_path / "gone")
    window.actions[0].trigger()
    assert asked == [str(tmp_path), str(tmp_path / "last"), str(tmp_path)]


def test_names_of_layers_become_names_of_files() -> None:
    assert file_name('NDVI 2025/05: "a"?') == "NDVI 2025_05_ _a"
    assert file_name("../..") == "style"
    assert [path.name for path in names_of(Path("/x/s.sld"), ["a", "a", "b:", "a"])] == [
        "s_a.sld",
        "s_a_2.sld",
        "s_b.sld",
        "s_a_3.sld",
    ]


def test_a_controller_loads_neither_the_parser_nor_the_renderers_before_it_is_used(root: Path) -> None:
    script = f"""
import importlib.util, sys
root = {str(root)!r}
spec = importlib.util.spec_from_file_location("p", root + "/__init__.py", submodule_search_locations=[root])
module = importlib.util.module_from_spec(spec)
sys.modules["p"] = module
spec.loader.exec_module(module)
import p.plugin.app.style_controller
print(sorted({{"httpx", "pydantic", "defusedxml", "xml.etree", "p.plugin.sld", "p.ui"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def add_integers(folder: Path, values: Sequence[float], name: str = "Index", kind: int = gdal.GDT_Int16) -> Any:
    path = folder / f"{name}.tif"
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), len(values), 1, 1, kind)
    dataset.SetGeoTransform((0, 1, 0, 1, 0, -1))
    dataset.GetRasterBand(1).WriteArray(np.array([values]))
    del dataset
    layer = QgsRasterLayer(str(path), name, "gdal")
    QgsProject.instance().addMapLayer(layer)
    return layer


def wait_for(window: Window, words: str) -> str:
    """Wait until the message bar says something."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        if window.bar.currentItem() is not None and words in window.noted():
            return window.noted()
        time.sleep(0.005)  # a loop that never rests keeps the interpreter's lock from the task's thread
    raise AssertionError(window.noted())


def offer(window: Window) -> QToolButton:
    return window.bar.currentItem().findChild(QToolButton, "answerButton0")


INTEGERS = (0, 5000, 10000)


def test_a_style_that_misses_is_said_a_moment_later_and_its_factor_offered(
    window: Window, controller: StyleController, tmp_path: Path
) -> None:
    layer = add_integers(tmp_path, INTEGERS)
    controller.draw(write(tmp_path / "x.sld", MAP), [layer])
    assert colours(layer) == [RED, GREEN, GREEN]
    assert wait_for(window, "outside") == (
        "“Index”: 66.7 % of the pixels lie outside the style's 0 to 1 (the raster has 0 to 10000); a factor of 10000 "
        "would explain it."
    )
    assert window.bar.currentItem().level() == Qgis.MessageLevel.Warning
    assert offer(window).text() == "Apply Factor 10000"
    QTest.mouseClick(offer(window), Qt.MouseButton.LeftButton)
    assert window.noted() == "“Index” is drawn by “x.sld × 10000”."
    mixed = colours(layer)
    assert (mixed[0], mixed[2]) == (RED, GREEN)
    assert mixed[1] not in (RED, GREEN)
    window.act()
    assert colours(layer) == [RED, GREEN, GREEN]
    assert window.noted() == "“Index” is drawn as before."


def test_one_offer_serves_all_layers_it_explains(window: Window, controller: StyleController, tmp_path: Path) -> None:
    layers = [add_integers(tmp_path, INTEGERS, name) for name in ("a", "b")]
    fitting = add_layer(tmp_path)
    controller.draw(write(tmp_path / "x.sld", MAP), [*layers, fitting])
    assert wait_for(window, "outside").startswith("In 2 layers values and style do not match")
    assert [line[:3] for line in window.details().splitlines()] == ["“a”", "“b”"]
    offer(window).click()
    assert window.noted() == "2 layers are drawn by “x.sld × 10000”."
    assert [colours(layer)[2] for layer in layers] == [GREEN, GREEN]
    assert colours(layers[0])[1] not in (RED, GREEN)


def test_likely_no_data_is_named(window: Window, controller: StyleController, tmp_path: Path) -> None:
    layer = add_integers(tmp_path, [*np.linspace(0, 1, 99), -9999], kind=gdal.GDT_Float32)
    controller.draw(write(tmp_path / "x.sld", MAP), [layer])
    assert wait_for(window, "-9999").startswith("“Index”: 1 % of the pixels are -9999, which looks like no-data")
    assert offer(window) is None


def test_nothing_more_is_said_where_style_and_raster_meet(
    window: Window, controller: StyleController, tmp_path: Path
) -> None:
    controller.draw(write(tmp_path / "x.sld", MAP), [add_layer(tmp_path)])
    task = controller.findChild(QObject, "styleFits").running()
    wait_until_done(task)
    assert window.noted() == "“Field” is drawn by “x.sld”."


def test_nothing_is_said_of_a_layer_that_was_taken_back_or_is_gone(
    window: Window, controller: StyleController, tmp_path: Path
) -> None:
    for end in ("undo", "remove"):
        layer = add_integers(tmp_path, INTEGERS)
        controller.draw(write(tmp_path / "x.sld", MAP), [layer])
        task = controller.findChild(QObject, "styleFits").running()
        if end == "undo":
            window.act()
        else:
            QgsProject.instance().removeMapLayer(layer.id())
        wait_until_done(task)
        assert "outside" not in window.noted()


def test_measuring_ends_with_the_plugin(window: Window, controller: StyleController, tmp_path: Path) -> None:
    controller.draw(write(tmp_path / "x.sld", MAP), [add_integers(tmp_path, INTEGERS)])
    task = controller.findChild(QObject, "styleFits").running()
    controller.close()
    wait_until_done(task)
    assert window.bar.currentItem() is None


def wait_until_done(task: Any) -> None:
    end = time.monotonic() + 10
    while not sip.isdeleted(task) and task.status() not in (task.Complete, task.Terminated):
        assert time.monotonic() < end, task.status()
        time.sleep(0.005)
        QCoreApplication.processEvents()
    QCoreApplication.processEvents()
