"""QGIS's layer tree is not painted while layers arrive, and is painted again whatever happens."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
from pixxel_explorer.plugin.integrations import held_updates
from pixxel_explorer.plugin.integrations.held_updates import HeldUpdates
from qgis.core import QgsLayerTree, QgsLayerTreeModel
from qgis.gui import QgsLayerTreeView, QgsLayerTreeViewIndicator
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject
from qgis.PyQt.QtTest import QTest


class Paints(QObject):
    """Counts how often a widget is painted."""

    count = 0

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        self.count += event is not None and event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def tree(qgis_app: object) -> Iterator[QgsLayerTreeView]:
    """Return a layer tree on screen with one group."""
    root = QgsLayerTree()
    root.addGroup("Dates")
    view = QgsLayerTreeView()
    view.setModel(QgsLayerTreeModel(root, view))
    view.root = root  # kept as long as the view
    view.show()
    QTest.qWaitForWindowExposed(view)
    QTest.qWait(50)
    yield view
    if not sip.isdeleted(view):
        sip.delete(view)


def put_a_mark(view: QgsLayerTreeView) -> None:
    """Do what QGIS does for each layer that has a time."""
    view.addIndicator(view.layerTreeModel().rootGroup().children()[0], QgsLayerTreeViewIndicator(view))


def is_painted_again(view: QgsLayerTreeView) -> bool:
    for _ in range(100):
        QTest.qWait(20)
        if view.updatesEnabled():
            return True
    return False


def count_paints(view: QgsLayerTreeView, change: Callable[[], None], number: int = 12) -> int:
    view.viewport().installEventFilter(paints := Paints(view))
    for _ in range(number):
        change()
        put_a_mark(view)
    return paints.count


def test_marks_are_painted_once_after_all_have_come(tree: QgsLayerTreeView) -> None:
    assert count_paints(tree, lambda: None) == 12, "QGIS paints the whole tree for each mark"
    held = HeldUpdates(tree)
    tree.viewport().installEventFilter(paints := Paints(tree))
    assert count_paints(tree, held.hold) == 0
    assert is_painted_again(tree)
    QTest.qWait(20)
    assert paints.count == 1


def test_a_tree_that_is_held_for_long_is_painted_in_between(
    tree: QgsLayerTreeView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_updates, "LONGEST_MS", 40)
    held = HeldUpdates(tree)

    def hold_after_a_while() -> None:
        QTest.qWait(15)
        held.hold()

    assert 2 <= count_paints(tree, hold_after_a_while) <= 6
    assert is_painted_again(tree)


def test_it_comes_back_when_the_holder_is_gone(tree: QgsLayerTreeView) -> None:
    held = HeldUpdates(tree)
    held.hold()
    del held
    gc.collect()
    assert not tree.updatesEnabled()
    assert is_painted_again(tree)


def test_it_comes_back_at_once_on_close(tree: QgsLayerTreeView) -> None:
    held = HeldUpdates(tree)
    held.hold()
    held.close()
    assert tree.updatesEnabled()
    held.close()


def test_a_tree_that_another_user_holds_is_left_alone(tree: QgsLayerTreeView) -> None:
    tree.setUpdatesEnabled(False)
    held = HeldUpdates(tree)
    held.hold()
    QTest.qWait(held_updates.QUIET_MS * 2)
    assert not tree.updatesEnabled()
    held.close()
    assert not tree.updatesEnabled()


def test_a_deleted_tree_is_left_alone(tree: QgsLayerTreeView) -> None:
    held = HeldUpdates(tree)
    held.hold()
    sip.delete(tree)
    held.hold()
    held.close()
