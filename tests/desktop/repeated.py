"""A server that repeats the key in everything it says, in the dock, the editor, dialogs and forms of Processing."""

from __future__ import annotations

import os
import sys
import traceback
import urllib.request
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["PIXXEL_DESKTOP_SCRIPTS"])))

from dock_page import DockPage
from driver import Driver, drive
from qgis import processing
from qgis.core import QgsApplication, QgsProject, QgsSettings
from qgis.gui import QgsMessageBar
from qgis.PyQt.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractItemView, QApplication, QComboBox, QPushButton, QToolButton, QWidget
from qgis.utils import iface, plugins

URL, NAME = os.environ["PIXXEL_TEST_URL"], "Gateway"
KEY = Path(os.environ["PIXXEL_TEST_KEY_FILE"]).read_text(encoding="utf-8")
ANSWERS = os.environ["PIXXEL_TEST_ANSWERS"].split(",")


def answer_with(name: str) -> None:
    """Have the server answer in one of the ways of the test."""
    urllib.request.urlopen(f"{URL}/__answers/{name}").read()


def texts() -> Iterator[str]:
    """Return all that widgets say: their texts, tooltips, and the cells of their lists."""
    for widget in QApplication.allWidgets():
        for name in ("text", "toolTip", "toPlainText", "windowTitle", "accessibleName", "statusTip", "placeholderText"):
            if hasattr(widget, name):
                found = getattr(widget, name)()
                yield found if isinstance(found, str) else ""
        if isinstance(widget, QAbstractItemView | QComboBox) and widget.model() is not None:
            yield from cells(widget.model(), QModelIndex())


def cells(model: QAbstractItemModel, parent: QModelIndex, depth: int = 3) -> Iterator[str]:
    """Return the texts of a model's rows, and of those under them."""
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
    for row in range(min(model.rowCount(parent), 50)):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)):
            index = model.index(row, column, parent)
            yield from (str(index.data(role)) for role in roles if index.data(role))
        if depth:
            yield from cells(model, model.index(row, 0, parent), depth - 1)


def write_what_is_said(driver: Driver, name: str) -> None:
    """Write all texts of the screen beside the pictures: the test searches them."""
    open_details(driver)
    (driver.out / f"said-{name}.txt").write_text("\n".join(texts()), encoding="utf-8")
    for window in QApplication.topLevelWidgets():
        if window.objectName() == "detailsBox":
            window.close()


def open_details(driver: Driver) -> None:
    """Open the details of each message that is displayed."""
    for button in iface.mainWindow().findChildren(QToolButton, "messageDetailsButton"):
        if button.isVisible():
            button.click()
    driver.pause(0.1)


def sign_in(driver: Driver) -> DockPage:
    """Keep the key in the store, and open the dock."""
    from pixxel_explorer.plugin.api.config import Connection
    from pixxel_explorer.plugin.host import credentials

    page = DockPage(driver)
    password = Path(os.environ["PIXXEL_TEST_PASSWORD"]).read_text(encoding="utf-8")
    assert QgsApplication.authManager().setMasterPassword(password, True)
    plugin = plugins["pixxel_explorer"]
    plugin.settings.save_connection(Connection(NAME, URL, auth_config=credentials.store_key(NAME, KEY)))
    plugin.settings.current_connection = NAME
    page.open_dock()
    return page


def use_connection_again(driver: Driver, page: DockPage) -> None:
    """Open the connection anew, and wait for an end."""
    page.panel.choose_connection(NAME)
    driver.wait(lambda: page.state() in ("error", "failed") or page.aoi_names(), "an end of the waiting")
    driver.pause(0.3)


def refuse_lists(driver: Driver, page: DockPage, name: str) -> None:
    """Refresh the list, and open the connection anew, with an answer that repeats the key."""
    answer_with(name)
    driver.click("refreshButton")
    driver.pause(0.6)
    write_what_is_said(driver, f"refresh-{name}")
    use_connection_again(driver, page)
    write_what_is_said(driver, f"connect-{name}")
    answer_with("nothing")
    use_connection_again(driver, page)
    driver.wait(page.aoi_names, "the AOIs")


def select_farm(page: DockPage) -> None:
    """Select the first visualization of the farm, whatever its name is now."""
    page.select_first(next(aoi for aoi in page.panel.model.aois() if aoi.name.startswith("Farm")))


def open_legend(driver: Driver, page: DockPage) -> None:
    """Open the legend of the farm, with an edit."""
    select_farm(page)
    driver.click("editLegendButton")
    driver.wait(page.legend_rows, "the classes")
    if not page.edit_count():
        page.set_maximum(0, round(page.maximum(0) + 0.01, 4))
        driver.wait(page.edit_count, "the edit")


def refuse_work(driver: Driver, page: DockPage, name: str) -> None:
    """Load, push and roll back with answers that repeat the key."""
    open_legend(driver, page)
    driver.pause(0.5)
    QgsProject.instance().clear()
    answer_with(name)
    for kind in ("picture", "values"):
        page.add(kind)
        driver.pause(0.3)
        page.wait_until_idle()
        driver.pause(0.5)
    write_what_is_said(driver, f"load-{name}")
    answer_with(f"writes-{name}")
    driver.click_soon("pushButton")
    dialog = driver.wait(page.push_dialog, "the comparison")
    accept = driver.find(QPushButton, "pushAcceptButton", dialog)
    driver.wait(lambda: accept.isEnabled() or driver.visible("keepMineRadio"), "the comparison's end")
    if driver.visible("keepMineRadio"):  # the labels held the key when the edit began
        driver.visible("keepMineRadio").click()
    page.accept_push()
    driver.pause(1.5)
    write_what_is_said(driver, f"push-{name}")
    if page.push_dialog():
        page.push_dialog().reject()
    driver.click_soon("rollBackButton")
    driver.wait(page.rollback_dialog, "the question")
    page.accept_rollback()
    driver.pause(1.5)
    write_what_is_said(driver, f"rollback-{name}")
    answer_with("nothing")
    page.panel.message_bar.clearWidgets()
    driver.find(QgsMessageBar, "legendMessageBar").clearWidgets()


def work(driver: Driver, page: DockPage) -> None:
    """Load what is named by the key, and save it."""
    select_farm(page)
    for kind in ("picture", "values"):
        page.add(kind)
        driver.wait(lambda kind=kind: len(page.layers(kind)) == len(page.dates()), f"each {kind}", 60)
    page.wait_until_idle()
    open_legend(driver, page)
    write_what_is_said(driver, "work")
    driver.pause(0.5)
    assert QgsProject.instance().write(str(driver.out / "project.qgs"))


def run_form(driver: Driver, algorithm: str, name: str) -> None:
    """Run an algorithm in its form: Processing keeps the log in its history."""
    form = processing.createAlgorithmDialog(algorithm, {})
    form.show()
    driver.wait(form.isVisible, "the form")
    QTest.mouseClick(form.runButton(), Qt.MouseButton.LeftButton)
    log = form.findChild(QWidget, "txtLog")
    driver.wait(lambda: "finished" in log.toPlainText() or "failed" in log.toPlainText(), "the end", 60)
    driver.pause(0.3)
    write_what_is_said(driver, name)
    form.close()
    form.deleteLater()


def run_in_console(name: str) -> None:
    """Run an algorithm as a script does, and print what it raises."""
    try:
        processing.run("pixxel:listprojects", {"OUTPUT": "TEMPORARY_OUTPUT"})
        print(f"{name}: it ran")
    except Exception:  # noqa: BLE001 (what it says is what is looked for)
        traceback.print_exc()


def work_through(driver: Driver) -> None:
    """Have the key repeated to reads of the list, loads, pushes, rollbacks, and algorithms."""
    with driver.step("Sign in"):
        page = sign_in(driver)
        driver.wait(page.aoi_names, "the AOIs")
    for name in ANSWERS:
        with driver.step(f"List answered by {name}"):
            refuse_lists(driver, page, name)
    with driver.step("Work with names that hold the key"):
        answer_with("names")
        use_connection_again(driver, page)
        driver.wait(page.aoi_names, "the AOIs")
        write_what_is_said(driver, "names")
    with driver.step("Load, edit, and save a project"):
        work(driver, page)
    for name in ANSWERS:
        with driver.step(f"Load and write answered by {name}"):
            refuse_work(driver, page, name)
    with driver.step("Run algorithms"):
        for name in ANSWERS:
            answer_with(name)
            run_form(driver, "pixxel:listaois", f"form-{name}")
            run_in_console(name)
        answer_with("nothing")


def scenario(driver: Driver) -> None:
    """Do all, and leave QGIS."""
    QgsSettings().setValue("qgis/askToSaveProjectChanges", False)
    messages = (driver.out / "messages.txt").open("w", encoding="utf-8")
    QgsApplication.messageLog().messageReceived.connect(lambda text, *_: print(text, file=messages, flush=True))
    try:
        work_through(driver)
    finally:
        QgsProject.instance().clear()
        QTimer.singleShot(1000, lambda: iface.actionExit().trigger())


drive(scenario)
