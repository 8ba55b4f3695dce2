"""The list, the map and the editor as a person uses them: mouse and keys in a whole QGIS, and a network that fails."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QModelIndex, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QTableView,
    QWidget,
)
from qgis.utils import iface, plugins

URL, KEY = os.environ["PIXXEL_TEST_URL"], os.environ["PIXXEL_TEST_KEY"]
FARM, LAKE = "Farm near Raba", "Lake shore"
LEFT = Qt.MouseButton.LeftButton
LABEL = 3


class Network:
    """A way to the sandbox that can be cut and mended."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._port = 0
        self._open: list[socket.socket] = []
        self.mend()

    @property
    def url(self) -> str:
        """Return where the sandbox is reached."""
        return f"http://127.0.0.1:{self._port}"

    def mend(self) -> None:
        """Let requests through."""
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Let nothing through, and break off what is under way."""
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):  # it may have been closed by the other side
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.create_connection((self._target.hostname or "", self._target.port or 0))
            self._open += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


def in_dialog(driver: Driver, opening: str, name: str, act: Callable[[Any], None]) -> None:
    """Press a button that opens a dialog, and do something in it; the dialog blocks until it is closed."""
    failures: list[BaseException] = []

    def within() -> None:
        try:
            act(driver.wait(lambda: driver.visible(name), name, 5))
        except BaseException as error:  # noqa: BLE001 (raised again below, after the dialog is closed)
            failures.append(error)
            for window in QApplication.topLevelWidgets():
                if isinstance(window, QDialog):
                    window.reject()

    QTimer.singleShot(200, within)
    driver.click(opening)
    for failure in failures:
        raise failure


def sign_in(driver: Driver, dialog: QWidget, url: str) -> None:
    """Enter a wrong key, read what is said, and enter the right one."""
    fields = {name: driver.find(QLineEdit, name, dialog) for name in ("name_edit", "url_edit", "key_edit")}
    for name, text in zip(fields, ("Sandbox", url, "wrong-key"), strict=True):
        fields[name].selectAll()
        QTest.keyClicks(fields[name], text)
    QTest.mouseClick(driver.find(QCheckBox, "session_check", dialog), LEFT)
    save = driver.find(QDialogButtonBox, "buttons", dialog).button(QDialogButtonBox.StandardButton.Save)
    QTest.mouseClick(save, LEFT)
    result = driver.find(QLabel, "result_label", dialog)
    driver.wait(lambda: "refused" in result.text(), "the refusal")
    assert dialog.isVisible(), "the dialog stays open"
    driver.picture("a-wrong-key")
    fields["key_edit"].selectAll()
    QTest.keyClicks(fields["key_edit"], KEY)
    QTest.mouseClick(save, LEFT)


def double_click(page: DockPage, index: QModelIndex) -> None:
    """Double-click a row of the list."""
    tree = page.panel.tree
    tree.scrollTo(index)
    place = tree.visualRect(index).center()
    QTest.mouseClick(tree.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseDClick(tree.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)


def aoi_index(page: DockPage, name: str) -> QModelIndex:
    """Return the row of an AOI."""
    return page.panel.model.index_of_aoi(next(aoi.aoi_id for aoi in page.panel.model.aois() if aoi.name == name))


def is_seen(page: DockPage, name: str) -> bool:
    """Return whether the map shows an AOI, and not as a dot."""
    aoi = next(aoi for aoi in page.panel.model.aois() if aoi.name == name)
    return bool(plugins["pixxel_explorer"].application.map._outline.sees(aoi.geometry))


def texts(page: DockPage) -> str:
    """Return what the messages above the list say."""
    return " ".join(label.text() for label in page.panel.message_bar.findChildren(QLabel, "messageText"))


def add_basemap() -> None:
    """Draw the whole world below everything, and show all of it."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326", "world", "memory")
    feature = QgsFeature()
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(-179, -80, 179, 80)))
    layer.dataProvider().addFeature(feature)
    project = QgsProject.instance()
    project.setCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    project.addMapLayer(layer)
    iface.mapCanvas().setExtent(QgsRectangle(-180, -90, 180, 90))


def bring_dates_into_view(driver: Driver, page: DockPage) -> None:
    """Add dates beside a basemap of the world, then some of another place."""
    add_basemap()
    assert not is_seen(page, FARM)
    page.select(FARM, "NDVI")
    page.add("values")
    driver.wait(lambda: len(page.layers("values")) == 8, "the dates", 60)
    page.wait_until_idle()
    assert is_seen(page, FARM), "the first dates of ours bring the map to their AOI"
    extent = iface.mapCanvas().extent()
    page.select(LAKE, "NDCI")
    driver.click("addToMapButton")
    driver.wait(lambda: "of “Lake shore”" in texts(page) or "does not show" in texts(page), "the offer")
    assert iface.mapCanvas().extent() == extent, "the map stays where the person works"
    driver.picture("an-offer-to-zoom")
    driver.click("answerButton0", page.panel.message_bar)
    driver.wait(lambda: is_seen(page, LAKE), "the lake")
    page.wait_until_idle()


def add_them_again(driver: Driver, page: DockPage) -> None:
    """Double-click a visualization whose dates are all there."""
    page.select(FARM, "NDVI")
    driver.click("allDatesButton")
    before = set(QgsProject.instance().mapLayers())
    driver.wait(lambda: page.panel.tree.item is not None, "the visualization")
    double_click(page, page.panel.tree.currentIndex())
    driver.wait(lambda: "on the map already" in texts(page), "the sentence")
    assert set(QgsProject.instance().mapLayers()) == before
    assert not page.panel.jobs.isVisible(), "nothing is loaded"
    driver.wait(lambda: is_seen(page, FARM), "the farm")


def edit_what_is_seen(driver: Driver, page: DockPage) -> None:
    """Show an older date in the layer tree, then edit the legend."""
    root = QgsProject.instance().layerTreeRoot()
    farm = [
        each for each in page.layers("values") if each.customProperty("pixxel/aoi_id") == page.panel.tree.aoi.aoi_id
    ]
    for layer in farm:
        root.findLayer(layer.id()).setItemVisibilityChecked(layer is farm[2])
    driver.click("editLegendButton")
    driver.wait(page.legend_rows, "the classes")
    assert page.legend_day() == str(farm[2].customProperty("pixxel/date"))


def push_by_keys(driver: Driver, page: DockPage) -> None:
    """Write a label, compare and push, without the mouse."""
    iface.mainWindow().activateWindow()
    table = driver.find(QTableView, "legendTable")
    table.setFocus()
    table.setCurrentIndex(table.model().index(0, LABEL))
    QTest.keyClick(table, Qt.Key.Key_Return)
    editor = driver.wait(lambda: table.findChild(QLineEdit), "the field")
    editor.selectAll()
    QTest.keyClicks(editor, "By keys")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    driver.wait(lambda: page.edit_count() == 1, "the edit")
    button = driver.find(QWidget, "pushButton")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    dialog = driver.wait(lambda: driver.visible("pushDialog"), "the comparison")
    comparison = driver.find(QTableView, "pushComparison", dialog)
    comparison.setFocus()
    comparison.setCurrentIndex(comparison.model().index(0, 0))
    QTest.keyClick(comparison, Qt.Key.Key_Down)
    assert comparison.currentIndex().row() == 1
    driver.picture("the-comparison")
    accept = driver.find(QWidget, "pushAcceptButton", dialog)
    accept.setFocus()
    QTest.keyClick(accept, Qt.Key.Key_Space)
    driver.wait(lambda: page.edit_count() == 0, "the push")
    driver.wait(lambda: not driver.visible("pushDialog"), "the comparison to close")


def refresh(driver: Driver, page: DockPage, network: Network) -> None:
    """Press F5 with and without a network."""
    chosen = page.panel.tree.item.id
    press_refresh(driver, page)
    driver.wait(lambda: page.aoi_names() and page.panel.tree.item is not None, "the list")
    assert page.panel.tree.item.id == chosen
    network.cut()
    press_refresh(driver, page)
    driver.wait(lambda: driver.visible("staleLine"), "the age of the list", 60)
    assert driver.find(QLabel, "staleLabel").text().startswith("Offline: list of ")
    assert FARM in page.aoi_names()
    assert page.panel.tree.item.id == chosen
    driver.picture("offline")
    network.mend()
    driver.click("staleRetryButton")
    driver.wait(lambda: not driver.visible("staleLine"), "the list to be new", 60)


def press_refresh(driver: Driver, page: DockPage) -> None:
    """Press F5 in the list."""
    page.panel.tree.setFocus()
    QTest.keyClick(page.panel.tree, Qt.Key.Key_F5)
    driver.pause(0.2)


def scenario(driver: Driver) -> None:
    """Go from a wrong key to a list that is old."""
    page, network = DockPage(driver), Network(URL)
    with driver.step("A wrong key is said in the dialog"):
        page.open_dock()
        in_dialog(driver, "signInButton", "connectionDialog", lambda dialog: sign_in(driver, dialog, network.url))
        driver.wait(page.is_connected, "the connection")
        driver.wait(page.aoi_names, "the AOIs")
    with driver.step("A double-click on an AOI shows the map"):
        assert not iface.mapCanvas().isVisible(), "QGIS's welcome page covers the map"
        double_click(page, aoi_index(page, FARM))
        driver.wait(iface.mapCanvas().isVisible, "the map", 5)
        assert is_seen(page, FARM)
    with driver.step("Dates come into view beside a basemap"):
        bring_dates_into_view(driver, page)
    with driver.step("What is there already is said and shown"):
        add_them_again(driver, page)
    with driver.step("The editor opens on the date that is seen"):
        edit_what_is_seen(driver, page)
    with driver.step("A legend is pushed by keys"):
        push_by_keys(driver, page)
    with driver.step("A refresh keeps what is chosen and offline the list"):
        refresh(driver, page, network)


drive(scenario)
