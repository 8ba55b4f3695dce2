"""Edits of a legend draw the style that is ours; styles a person made stay as they are."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.layers.project_layers import ProjectLayers
from pixxel_explorer.plugin.messages.style_messages import own_style_shown
from qgis.core import QgsProject, QgsRasterLayer, QgsSingleBandGrayRenderer
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

from .conftest import MakeImage, key_of, legend

MAY = datetime.date(2025, 5, 2)
FOREST = legend(label="Forest")


@pytest.fixture
def layer(project_layers: ProjectLayers, make_image: MakeImage) -> QgsRasterLayer:
    """Return a layer of ours that the person gave a style of their own."""
    added = project_layers.add(make_image(), project_name="Farms", aoi_name="Farm near Raba")
    manager = added.styleManager()
    manager.addStyleFromLayer("Mine")
    manager.setCurrentStyle("Mine")
    added.setRenderer(QgsSingleBandGrayRenderer(added.dataProvider(), 1))
    added.setOpacity(0.25)
    return added


def _labels(layer: QgsRasterLayer) -> list[str]:
    return [label for label, _ in layer.renderer().legendSymbologyItems()]


def _is_mine(layer: QgsRasterLayer) -> bool:
    shown = layer.styleManager().currentStyle()
    return (shown, layer.renderer().type(), layer.opacity()) == ("Mine", "singlebandgray", 0.25)


def test_a_preview_leaves_a_persons_style_alone_and_says_which(
    project_layers: ProjectLayers, layer: QgsRasterLayer
) -> None:
    left = project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(MAY): FOREST})
    assert left == [layer]
    assert _is_mine(layer)
    layer.styleManager().setCurrentStyle("default")
    assert project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(MAY): FOREST}) == []
    assert "Forest" in _labels(layer)
    layer.styleManager().setCurrentStyle("Mine")
    assert _is_mine(layer)


@pytest.mark.parametrize("act", ["restyle", "load again", "redraw"])
@pytest.mark.parametrize("ours", ["default", "renamed", "removed"])
def test_the_servers_answer_is_drawn_into_our_style_in_the_background(
    project_layers: ProjectLayers,
    make_image: MakeImage,
    layer: QgsRasterLayer,
    tmp_path: Path,
    act: str,
    ours: str,
) -> None:
    manager = layer.styleManager()
    if ours == "renamed":
        manager.renameStyle("default", "April look")
    elif ours == "removed":
        manager.removeStyle("default")
    if act == "restyle":
        project_layers.restyle("Sample data", "viz-1", "dynamic", {key_of(MAY): FOREST})
    elif act == "load again":
        image = make_image(suffix="_b", legend=FOREST)
        project_layers.add(image, project_name="Farms", aoi_name="Farm near Raba")
        assert Path(layer.source()) == image.path
    else:
        project_layers.redraw(make_image(legend=FOREST))
    assert _is_mine(layer)
    assert layer.customProperty("pixxel/legend_hash") == FOREST.digest()
    if ours == "renamed":
        manager.setCurrentStyle("April look")
        assert _labels(layer)[-1] == "Dense crop"
    manager.setCurrentStyle("default")
    assert _labels(layer)[-1] == "Forest"
    assert layer.customProperty("pixxel/legend_hash") == FOREST.digest()
    manager.setCurrentStyle("Mine")
    assert _is_mine(layer)
    assert QgsProject.instance().write(str(tmp_path / "a.qgz"))
    QgsProject.instance().clear()
    assert QgsProject.instance().read(str(tmp_path / "a.qgz"))
    (found,) = project_layers.find("Sample data", "viz-1")
    assert _is_mine(found)


class French(QTranslator):
    """QGIS's translation of one word."""

    def translate(self, context: str, text: str, hint: str | None = None, number: int = -1) -> str:
        """Return the French name of the first style of a layer; nothing for any other text."""
        return "défaut" if (context, text) == ("QgsMapLayerStyleManager", "default") else ""

    def isEmpty(self) -> bool:
        """Return that there is a text."""
        return False


@pytest.fixture
def french() -> Iterator[French]:
    """Let QGIS name styles in French."""
    translator = French()
    assert QCoreApplication.installTranslator(translator)
    yield translator
    QCoreApplication.removeTranslator(translator)


def test_the_first_style_is_ours_in_every_language_and_after_a_change_of_language(
    project_layers: ProjectLayers, make_image: MakeImage, french: French
) -> None:
    assert QgsRasterLayer(str(make_image().path), "other").styleManager().currentStyle() == "défaut"
    layer = project_layers.add(make_image(), project_name="Farms", aoi_name="Farm near Raba")
    assert project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(MAY): FOREST}) == []
    assert "Forest" in _labels(layer)
    QCoreApplication.removeTranslator(french)
    assert project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(MAY): legend(label="Water")}) == []
    assert "Water" in _labels(layer)


def test_a_layer_of_an_earlier_version_keeps_following(
    project_layers: ProjectLayers, make_image: MakeImage, french: French
) -> None:
    layer = project_layers.add(make_image(), project_name="Farms", aoi_name="Farm near Raba")
    assert layer.styleManager().renameStyle("default", "défaut")
    assert project_layers.preview("Sample data", "viz-1", "dynamic", {key_of(MAY): FOREST}) == []
    assert "Forest" in _labels(layer)
    project_layers.restyle("Sample data", "viz-1", "dynamic", {key_of(MAY): legend(label="Water")})
    assert layer.styleManager().styles() == ["default"]


def test_one_sentence_says_it() -> None:
    one = own_style_shown([("2025-05-02", "Mine")]).text
    assert "“2025-05-02” shows your style “Mine”" in one
    assert "default" in one
    several = own_style_shown([("2025-05-02", "Mine"), ("2025-06-01", "Mine")]).text
    assert several.startswith("2 layers")
