"""Images of a project whose files were removed: fetched again under the same layers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixxel_explorer.plugin.host import paths
from pixxel_explorer.plugin.layers import identity, provenance
from pixxel_explorer.tests.held_requests import HeldRequests
from pixxel_explorer.tests.sandbox_server import SAMPLE_KEY, ServedSandbox, served
from qgis.core import QgsDateTimeRange, QgsProject, QgsRasterLayer, QgsRasterRange
from qgis.PyQt.QtCore import QDate, QDateTime, Qt, QTime, QTimeZone
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QLabel, QToolButton

from .opened_dock import Interface, OpenedDock, add_connection, opened, shown_interface, start, until
from .test_troubled_disks import fill

MISSING = "6 images of this project are missing, because their files were deleted, moved or damaged."


@pytest.fixture
def server() -> HeldRequests:
    return HeldRequests("/png$")


@pytest.fixture
def sandbox(tmp_path_factory: pytest.TempPathFactory, server: HeldRequests) -> Iterator[ServedSandbox]:
    with served(tmp_path_factory.mktemp("state"), server.around) as found:
        yield found
        server.is_held = False


def layers() -> list[QgsRasterLayer]:
    return list(QgsProject.instance().mapLayers().values())


def messages(interface: Interface) -> list[str]:
    """Return the messages above the map."""
    return [item.findChild(QLabel, "messageText").text() for item in interface.bar.items()]


def press(interface: Interface, text: str) -> None:
    """Press a button of a message above the map."""
    buttons = interface.bar.findChildren(QAbstractButton)
    QTest.mouseClick(next(each for each in buttons if each.text() == text), Qt.MouseButton.LeftButton)


def tree() -> list[tuple[str, bool, bool, str]]:
    """Return the layers in the order of the tree, with their visibility, folding and groups."""
    nodes = QgsProject.instance().layerTreeRoot().findLayers()
    return [(node.layerId(), node.isVisible(), node.isExpanded(), node.parent().name()) for node in nodes]


def drawn() -> dict[str, tuple[object, ...]]:
    """Return how the layers are drawn: style, opacity, name and times."""
    found = {}
    for layer in layers():
        span = layer.temporalProperties().fixedTemporalRange()
        times = (span.begin(), span.end(), span.includeEnd(), layer.temporalProperties().isActive())
        renderer = layer.renderer()
        legend = [(item[0], item[1].name()) for item in renderer.legendSymbologyItems()]
        assert layer.metadata().history(), "metadata of a layer without a file stay"
        style = layer.styleManager().style(layer.styleManager().currentStyle()).xmlData()
        assert style
        found[layer.id()] = (layer.name(), layer.opacity(), renderer.type(), tuple(legend), times)
    return found


def saved_without_files(dock: OpenedDock, kind: str, project_file: Path) -> None:
    """Add six dates, change how one of them is drawn, save the project, and remove the cache."""
    dock.add(kind, 6)
    dock.wait_until_idle()
    changed = layers()[2]
    changed.setOpacity(0.4)
    changed.setName("Mine")
    node = QgsProject.instance().layerTreeRoot().findLayer(layers()[3].id())
    node.setItemVisibilityChecked(not node.itemVisibilityChecked())
    assert QgsProject.instance().write(str(project_file))
    before = tree(), drawn()
    QgsProject.instance().clear()
    shutil.rmtree(paths.cache_folder())
    assert QgsProject.instance().read(str(project_file))
    assert [layer.isValid() for layer in layers()] == [False] * 6
    until(lambda: messages(dock.interface) == [MISSING])
    press(dock.interface, "Fetch Again")
    until(lambda: messages(dock.interface) == ["6 missing images were fetched again."])
    assert [layer.isValid() and Path(layer.source()).is_file() for layer in layers()] == [True] * 6
    assert (tree(), drawn()) == before
    assert QgsProject.instance().write()
    text = project_file.read_text(encoding="utf-8")
    assert SAMPLE_KEY not in text
    assert "signature=" not in text.lower()


@pytest.mark.parametrize("kind", ["picture", "values", "classes"])
def test_a_project_whose_files_are_gone_is_as_before_when_they_were_fetched(
    profile: Path, sandbox: ServedSandbox, kind: str, tmp_path: Path
) -> None:
    with opened(sandbox.url) as dock:
        saved_without_files(dock, kind, tmp_path / "season.qgs")


def test_a_project_is_healed_before_the_dock_was_opened(profile: Path, sandbox: ServedSandbox, tmp_path: Path) -> None:
    project_file = tmp_path / "season.qgs"
    with opened(sandbox.url) as dock:
        dock.add("picture", 6)
        dock.wait_until_idle()
        assert QgsProject.instance().write(str(project_file))
    shutil.rmtree(paths.cache_folder())
    with shown_interface() as interface:
        plugin = start(interface)
        try:
            add_connection(plugin, "Server", sandbox.url)
            plugin.settings.current_connection = "Server"
            assert QgsProject.instance().read(str(project_file))
            until(lambda: messages(interface) == [MISSING])
            assert plugin.application is None
            press(interface, "Fetch Again")
            until(lambda: messages(interface) == ["6 missing images were fetched again."])
            assert all(layer.isValid() for layer in layers())
        finally:
            plugin.unload()


def test_files_that_are_removed_while_qgis_runs(profile: Path, sandbox: ServedSandbox) -> None:
    with opened(sandbox.url) as dock:
        dock.add("picture", 6)
        dock.wait_until_idle()
        shutil.rmtree(paths.cache_folder())
        until(lambda: messages(dock.interface) == [MISSING])
        press(dock.interface, "Fetch Again")
        until(lambda: messages(dock.interface) == ["6 missing images were fetched again."])
        assert all(Path(layer.source()).is_file() for layer in layers())
        shutil.rmtree(paths.cache_folder())
        until(lambda: MISSING in messages(dock.interface))


def test_the_picture_below_a_vrt_is_missed_too(profile: Path, sandbox: ServedSandbox) -> None:
    with opened(sandbox.url) as dock:
        dock.add("picture", 6)
        dock.wait_until_idle()
        Path(layers()[0].source()).with_suffix(".png").unlink()
        until(lambda: len(messages(dock.interface)) == 1)
        press(dock.interface, "Fetch Again")
        until(lambda: messages(dock.interface) == ["The missing image was fetched again."])


def test_images_of_another_connection(profile: Path, sandbox: ServedSandbox) -> None:
    with opened(sandbox.url) as dock:
        dock.add("picture", 6)
        dock.wait_until_idle()
        dock.panel.choose_connection("Sample data")
        dock.wait_until_idle()
        shutil.rmtree(paths.cache_folder())
        until(lambda: messages(dock.interface) == [MISSING])
        press(dock.interface, "Fetch Again")
        other = "The missing images came from the connection “Server”, but “Sample data” is open: "
        until(lambda: messages(dock.interface) == [f"{other}connect to “Server” to fetch them."])
        press(dock.interface, "Connect and Fetch")
        until(lambda: messages(dock.interface) == ["6 missing images were fetched again."])


def test_failures_are_named_once_and_the_rest_is_fetched(
    profile: Path, sandbox: ServedSandbox, server: HeldRequests
) -> None:
    with opened(sandbox.url) as dock:
        dock.add("picture", 6)
        dock.wait_until_idle()
        shutil.rmtree(paths.cache_folder())
        until(lambda: messages(dock.interface) == [MISSING])
        server.fault = (422, b'{"detail": "no"}')
        press(dock.interface, "Fetch Again")
        until(lambda: messages(dock.interface))
        (text,) = messages(dock.interface)
        assert text.startswith("6 of 6 missing images could not be fetched: ")
        server.fault = None
        press(dock.interface, "Fetch Again")
        until(lambda: messages(dock.interface) == ["6 missing images were fetched again."])


def test_stopping_keeps_what_came_and_offers_the_rest(
    profile: Path, sandbox: ServedSandbox, server: HeldRequests
) -> None:
    with opened(sandbox.url) as dock:
        dock.add("picture", 6)
        dock.wait_until_idle()
        shutil.rmtree(paths.cache_folder())
        until(lambda: messages(dock.interface) == [MISSING])
        server.is_held, server.let_through = True, 2
        press(dock.interface, "Fetch Again")
        until(lambda: sum(Path(layer.source()).is_file() for layer in layers()) == 2)
        QTest.mouseClick(dock.panel.jobs.findChild(QToolButton, "stopButton"), Qt.MouseButton.LeftButton)
        until(lambda: messages(dock.interface) == [MISSING.replace("6", "4")])
        server.is_held = False
        press(dock.interface, "Fetch Again")
        until(lambda: messages(dock.interface) == ["4 missing images were fetched again."])


def test_a_project_that_is_closed_meanwhile_gets_nothing(
    profile: Path, sandbox: ServedSandbox, server: HeldRequests
) -> None:
    with opened(sandbox.url) as dock:
        dock.add("picture", 6)
        dock.wait_until_idle()
        shutil.rmtree(paths.cache_folder())
        until(lambda: messages(dock.interface) == [MISSING])
        server.is_held = True
        press(dock.interface, "Fetch Again")
        until(lambda: server.waiting)
        QgsProject.instance().clear()
        server.is_held = False
        dock.wait_until_idle()
        assert messages(dock.interface) == []
        assert layers() == []


def saved_layers(dock: OpenedDock, project_file: Path) -> None:
    """Add pictures, and save and close the project."""
    dock.add("picture", 6)
    dock.wait_until_idle()
    assert QgsProject.instance().write(str(project_file))
    QgsProject.instance().clear()


def test_files_that_come_back_need_no_server(profile: Path, sandbox: ServedSandbox, tmp_path: Path) -> None:
    with opened(sandbox.url) as dock:
        saved_layers(dock, tmp_path / "season.qgs")
        folder = next(paths.cache_folder().glob("server*"))
        away = folder.rename(tmp_path / "away")
        assert QgsProject.instance().read(str(tmp_path / "season.qgs"))
        until(lambda: messages(dock.interface) == [MISSING])
        away.rename(folder)
        QgsProject.instance().addMapLayer(QgsRasterLayer("", "any change of the project"))
        until(lambda: messages(dock.interface) == [])
        assert sum(layer.isValid() for layer in layers()) == 6


@pytest.mark.parametrize(("suffix", "content"), [(".png", b""), (".vrt", b"damaged")])
def test_a_damaged_file_is_replaced(
    profile: Path, sandbox: ServedSandbox, tmp_path: Path, suffix: str, content: bytes
) -> None:
    with opened(sandbox.url) as dock:
        saved_layers(dock, tmp_path / "season.qgs")
        for file in paths.cache_folder().rglob(f"*{suffix}"):
            file.write_bytes(content)
        assert QgsProject.instance().read(str(tmp_path / "season.qgs"))
        until(lambda: messages(dock.interface) == [MISSING])
        press(dock.interface, "Fetch Again")
        until(lambda: messages(dock.interface) == ["6 missing images were fetched again."])
        assert all(layer.isValid() for layer in layers())


def test_pictures_stay_where_only_what_shows_them_is_gone_and_the_server_refuses(
    profile: Path, sandbox: ServedSandbox, server: HeldRequests, tmp_path: Path
) -> None:
    with opened(sandbox.url) as dock:
        saved_layers(dock, tmp_path / "season.qgs")
        pictures = {file: file.read_bytes() for file in paths.cache_folder().rglob("*.png")}
        for file in paths.cache_folder().rglob("*.vrt"):
            file.unlink()
        assert QgsProject.instance().read(str(tmp_path / "season.qgs"))
        until(lambda: messages(dock.interface) == [MISSING])
        server.fault = (422, b'{"detail": "no"}')
        press(dock.interface, "Fetch Again")
        until(lambda: any("could not be fetched" in text for text in messages(dock.interface)))
        assert {file: file.read_bytes() for file in pictures} == pictures
        server.fault = None
        press(dock.interface, "Fetch Again")
        until(lambda: messages(dock.interface) == ["6 missing images were fetched again."])


def test_a_disk_that_is_full_is_one_sentence(
    sandbox: ServedSandbox, small_disk: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "profile_folder", lambda: small_disk)
    with opened(sandbox.url) as dock:
        dock.add("picture", 6)
        dock.wait_until_idle()
        shutil.rmtree(paths.cache_folder())
        until(lambda: messages(dock.interface) == [MISSING])
        fill(small_disk)
        press(dock.interface, "Fetch Again")
        until(lambda: messages(dock.interface))
        (text,) = messages(dock.interface)
        assert text == (
            "6 of 6 missing images could not be fetched: The disk is full. Free some space, then try again."
        )


def test_files_that_came_back_unnoticed_are_opened_and_not_removed(
    profile: Path, sandbox: ServedSandbox, server: HeldRequests, tmp_path: Path
) -> None:
    with opened(sandbox.url) as dock:
        saved_layers(dock, tmp_path / "season.qgs")
        folder = next(paths.cache_folder().glob("server*"))
        away = folder.rename(tmp_path / "away")
        assert QgsProject.instance().read(str(tmp_path / "season.qgs"))
        until(lambda: messages(dock.interface) == [MISSING])
        away.rename(folder)
        server.fault = (422, b'{"detail": "no"}')
        press(dock.interface, "Fetch Again")
        until(lambda: messages(dock.interface) == [])
        dock.wait_until_idle()
        assert [layer.isValid() for layer in layers()] == [True] * 6
        assert messages(dock.interface) == []


@pytest.mark.parametrize("kind", ["picture", "classes"])
def test_the_record_of_a_healed_layer_is_new_where_a_style_of_the_person_is_shown(
    profile: Path, sandbox: ServedSandbox, kind: str
) -> None:
    with opened(sandbox.url) as dock:
        dock.add(kind, 6)
        dock.wait_until_idle()
        layer = layers()[0]
        identity.update(layer, loaded_at="2020-01-01T00:00:00+00:00")
        layer.styleManager().addStyleFromLayer("Mine")
        layer.styleManager().setCurrentStyle("Mine")
        shutil.rmtree(paths.cache_folder())
        until(lambda: messages(dock.interface) == [MISSING])
        press(dock.interface, "Fetch Again")
        until(lambda: messages(dock.interface) == ["6 missing images were fetched again."])
        assert layer.styleManager().currentStyle() == "Mine"
        assert not identity.of(layer).loaded_at.startswith("2020")
        assert provenance.values(layer)["loaded_at"] == identity.of(layer).loaded_at


@pytest.mark.parametrize("comes_back", [False, True])
@pytest.mark.parametrize("kind", ["picture", "values"])
def test_values_that_the_person_hid_stay_hidden(
    profile: Path, sandbox: ServedSandbox, tmp_path: Path, kind: str, comes_back: bool
) -> None:
    with opened(sandbox.url) as dock:
        dock.add(kind, 6)
        dock.wait_until_idle()
        for layer in layers():
            layer.dataProvider().setUserNoDataValue(1, [QgsRasterRange(0.5, 0.625)])
            layer.dataProvider().setUseSourceNoDataValue(1, False)
        assert QgsProject.instance().write(str(tmp_path / "season.qgs"))
        QgsProject.instance().clear()
        away = paths.cache_folder().rename(tmp_path / "away")
        assert QgsProject.instance().read(str(tmp_path / "season.qgs"))
        until(lambda: messages(dock.interface) == [MISSING])
        if comes_back:
            away.rename(paths.cache_folder())
        press(dock.interface, "Fetch Again")
        until(lambda: all(layer.isValid() for layer in layers()))
        providers = [layer.dataProvider() for layer in layers()]
        assert [[(each.min(), each.max()) for each in found.userNoDataValues(1)] for found in providers] == [
            [(0.5, 0.625)]
        ] * 6
        assert not any(found.useSourceNoDataValue(1) for found in providers)


@pytest.mark.parametrize("is_active", [True, False])
@pytest.mark.parametrize("kind", ["picture", "values", "classes"])
def test_times_that_the_person_chose_stay(profile: Path, sandbox: ServedSandbox, kind: str, is_active: bool) -> None:
    days = [QDateTime(QDate(2025, month, 1), QTime(0, 0), QTimeZone.utc()) for month in (1, 12)]
    chosen = QgsDateTimeRange(*days, True, False)
    with opened(sandbox.url) as dock:
        dock.add(kind, 6)
        dock.wait_until_idle()
        layers()[0].temporalProperties().setFixedTemporalRange(chosen)
        layers()[0].temporalProperties().setIsActive(is_active)
        shutil.rmtree(paths.cache_folder())
        until(lambda: messages(dock.interface) == [MISSING])
        press(dock.interface, "Fetch Again")
        until(lambda: messages(dock.interface) == ["6 missing images were fetched again."])
        assert layers()[0].temporalProperties().fixedTemporalRange() == chosen
        assert layers()[0].temporalProperties().isActive() == is_active
