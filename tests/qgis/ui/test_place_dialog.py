"""The dialog about the place of an image: one of several places, and a shift from it."""

from __future__ import annotations

from pixxel_explorer.ui.dialogs.place_dialog import PlaceDialog
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest


def test_another_place_begins_without_a_shift(qgis_app: object) -> None:
    dialog = PlaceDialog("NDVI 2025-05-02 picture")
    changes: list[tuple[int, tuple[float, float]]] = []
    dialog.place_changed.connect(lambda: changes.append((dialog.row, dialog.shift)))
    dialog.show_candidates(["Degrees", "UTM"], is_chosen=False)
    dialog.show()
    dialog.move_by(1.5, -2)
    dialog.right.setFocus()
    QTest.keyClick(dialog.right, Qt.Key.Key_Up)
    dialog.candidates.setFocus()
    QTest.keyClick(dialog.candidates, Qt.Key.Key_Down)
    assert changes == [(0, (0.0, 0.0)), (0, (1.5, -2.0)), (0, (2.5, -2.0)), (1, (0.0, 0.0))]
    assert not dialog.forget_button.isVisible()
    dialog.close()


def test_a_chosen_place_can_be_forgotten(qgis_app: object) -> None:
    dialog = PlaceDialog("NDVI 2025-05-02 picture")
    asked: list[bool] = []
    dialog.forget_requested.connect(lambda: asked.append(True))
    dialog.show_candidates(["By hand"], is_chosen=True)
    dialog.show()
    QTest.mouseClick(dialog.forget_button, Qt.MouseButton.LeftButton)
    assert asked == [True]
    dialog.close()
