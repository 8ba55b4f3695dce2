"""Lists to choose from in QGIS's own Processing dialogs, against a server on loopback."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig
from pixxel_explorer.plugin.api.transport.auth import Credentials
from pixxel_explorer.plugin.catalog.choices import ChoiceService
from pixxel_explorer.plugin.catalog.errors import NotConnected
from pixxel_explorer.plugin.integrations.choice_combo import ChoiceCombo
from pixxel_explorer.plugin.integrations.choosers import chooser_class
from pixxel_explorer.plugin.processing.algorithms.inputs import file_of
from pixxel_explorer.plugin.processing.errors import InputRefused
from pixxel_explorer.plugin.processing.provider import PixxelProvider
from pixxel_explorer.plugin.worker.runner import Runner
from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsProcessingContext,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelParameter,
    QgsProcessingParameterString,
    QgsProperty,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QWheelEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QDialog

from ..processing.server import KEY, State, serve

FARM = "Farm near Raba — a-1"


class Forms:
    """The provider as the desktop has it, and a server."""

    def __init__(self, server: State) -> None:
        self.server = server
        self.runner = Runner()
        self.problem: Exception | None = None
        self.is_running = False
        self.connection = "Test server"
        self.service = ChoiceService(self.start, self.prepare, lambda: self.connection)
        self.provider = PixxelProvider(self.prepare, lambda: "Test server", chooser_class(lambda: self.service))
        QgsApplication.processingRegistry().addProvider(self.provider)
        self.dialogs: list[QDialog] = []

    def start(self) -> Runner:
        self.is_running = True
        return self.runner

    def prepare(self) -> Callable[[], ApiClient]:
        if self.problem is not None:
            raise self.problem
        return lambda: ApiClient(ClientConfig(base_url=self.server.url), Credentials.from_key(KEY))

    def open(self, name: str) -> QDialog:
        """Open the dialog of an algorithm."""
        from processing.gui.AlgorithmDialog import AlgorithmDialog

        return self.shown(AlgorithmDialog(self.algorithm(name), False, None))

    def batch(self, name: str) -> QDialog:
        """Open the batch dialog of an algorithm."""
        from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

        return self.shown(BatchAlgorithmDialog(self.algorithm(name)))

    def modeler(self, name: str, model: QgsProcessingModelAlgorithm) -> QDialog:
        """Open the dialog of an algorithm in a model."""
        from processing.modeler.ModelerParametersDialog import ModelerParametersDialog

        return self.shown(ModelerParametersDialog(self.algorithm(name), model))

    @staticmethod
    def algorithm(name: str) -> Any:
        return QgsApplication.processingRegistry().createAlgorithmById(f"pixxel:{name}")

    def shown(self, dialog: QDialog) -> QDialog:
        self.dialogs.append(dialog)
        dialog.show()
        QCoreApplication.processEvents()
        return dialog

    def close(self) -> None:
        self.service.close()
        for dialog in self.dialogs:
            if not sip.isdeleted(dialog):
                dialog.close()
                dialog.deleteLater()
        self.dialogs.clear()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QgsApplication.processingRegistry().removeProvider(self.provider)
        assert self.runner.stop(5000)


@pytest.fixture
def forms(qgis_app: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forms]:
    sys.path.append(str(Path(QgsApplication.pkgDataPath()) / "python" / "plugins"))
    from processing.core.Processing import Processing
    from processing.gui import AlgorithmDialog, BatchPanel, ParametersPanel
    from processing.modeler import ModelerParametersDialog

    Processing.initialize()
    for module in (AlgorithmDialog, BatchPanel, ParametersPanel, ModelerParametersDialog):
        monkeypatch.setattr(module, "iface", None, raising=False)  # there is no QGIS window around the dialogs
    state = State()
    running, state.url = serve(state)
    state.visualizations = [state.visualization("v-1", "i-1")]
    forms = Forms(state)
    yield forms
    forms.close()
    running.shutdown()
    running.server_close()


def until(holds: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it did not come"
        QCoreApplication.processEvents()
        time.sleep(0.005)


def combo_of(dialog: QDialog, name: str) -> ChoiceCombo:
    (found,) = [combo for combo in dialog.findChildren(ChoiceCombo) if combo.objectName() == name]
    return found


def rows(combo: ChoiceCombo) -> list[str]:
    return [combo.itemText(row).replace("\n", " ") for row in range(combo.count())]


def open_list(combo: ChoiceCombo) -> None:
    """Click the arrow, and wait for the list or a sentence."""
    combo.setFocus()
    QTest.mouseClick(combo, Qt.MouseButton.LeftButton, pos=QPoint(combo.width() - 8, combo.height() // 2))
    until(lambda: combo.count() and rows(combo) != ["Loading…"])
    assert combo.view().isVisible()


def pick(combo: ChoiceCombo, label: str) -> None:
    """Open the list and click a row of it."""
    open_list(combo)
    index = combo.model().index(rows(combo).index(label), 0)
    view = combo.view()
    QTest.qWait(QApplication.doubleClickInterval() + 100)  # until then the release may still belong to the first click
    view.scrollTo(index)
    QTest.mouseMove(view.viewport(), view.visualRect(index).center())
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())
    until(lambda: not view.isVisible())


def typed(combo: ChoiceCombo, text: str) -> None:
    combo.lineEdit().selectAll()
    QTest.keyClicks(combo.lineEdit(), text)


def parameters(dialog: Any) -> dict[str, Any]:
    return dict(dialog.createProcessingParameters())


def test_a_name_is_chosen_and_its_id_runs(forms: Forms) -> None:
    dialog = forms.open("listvisualizations")
    combo = combo_of(dialog, "AOI")
    pick(combo, FARM)
    assert combo.currentText() == FARM
    assert parameters(dialog)["AOI"] == "a-1"


def test_nothing_is_fetched_before_a_list_is_opened(forms: Forms) -> None:
    dialog = forms.open("createaoi")
    QTest.qWait(100)
    assert forms.server.requests == []
    assert not forms.is_running
    open_list(combo_of(dialog, "PROJECT"))
    assert rows(combo_of(dialog, "PROJECT")) == ["Farms — p-1", "Lakes — p-2"]
    assert [request[1] for request in forms.server.requests] == ["/v0/projects"]


def test_an_id_can_be_typed(forms: Forms) -> None:
    dialog = forms.open("listvisualizations")
    typed(combo_of(dialog, "AOI"), " a-77 ")
    assert parameters(dialog)["AOI"] == "a-77"
    assert forms.server.requests == []


def test_what_was_typed_stays_when_the_list_comes(forms: Forms) -> None:
    dialog = forms.open("listvisualizations")
    combo = combo_of(dialog, "AOI")
    typed(combo, "a-77")
    open_list(combo)
    assert combo.currentText() == "a-77"
    typed(combo, "a-2")
    combo.hidePopup()
    assert parameters(dialog)["AOI"] == "a-2"


def test_visualizations_are_those_of_the_aoi(forms: Forms) -> None:
    other = {**forms.server.visualization("v-2", "i-2"), "aoi_id": "a-2", "index_name": "Salinity"}
    forms.server.visualizations.append(other)
    dialog = forms.open("exportlegend")
    aoi, visualization = combo_of(dialog, "AOI"), combo_of(dialog, "VISUALIZATION")
    pick(aoi, FARM)
    pick(visualization, "NDVI, preset — v-1")
    typed(aoi, "a-2")
    assert parameters(dialog)["VISUALIZATION"] == "v-1"
    open_list(visualization)
    assert rows(visualization) == ["Salinity, preset — v-2"]
    assert visualization.currentText() == "NDVI, preset — v-1", "a choice stays until another one is made"


def test_without_an_aoi_a_sentence_says_what_is_needed(forms: Forms) -> None:
    combo = combo_of(forms.open("exportlegend"), "VISUALIZATION")
    open_list(combo)
    (text,) = rows(combo)
    assert "“AOI”" in text
    QTest.keyClick(combo.view(), Qt.Key.Key_Return)
    assert not combo.model().item(0).isEnabled()
    assert combo.value() == ""
    assert forms.server.requests == []


def test_without_a_connection_a_sentence_says_so(forms: Forms) -> None:
    forms.problem = NotConnected()
    combo = combo_of(forms.open("listvisualizations"), "AOI")
    open_list(combo)
    assert rows(combo) == ["No server is connected. Choose a connection first."]
    combo.hidePopup()
    forms.problem = None
    pick(combo, FARM)
    assert combo.value() == "a-1"


def test_a_list_is_fetched_once_for_a_connection(forms: Forms) -> None:
    combo = combo_of(forms.open("listvisualizations"), "AOI")
    for _ in range(2):
        open_list(combo)
        combo.hidePopup()
    assert len(forms.server.requests) == 1
    forms.connection = "Another server"
    forms.server.aois.pop()
    open_list(combo)
    until(lambda: rows(combo) == [FARM])


def test_a_refused_key_is_a_sentence(forms: Forms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{State.__module__}.KEY", "another")
    combo = combo_of(forms.open("listvisualizations"), "AOI")
    open_list(combo)
    assert "key was refused" in rows(combo)[0]


def test_several_are_chosen_one_after_another(forms: Forms) -> None:
    dialog = forms.open("exportlegend")
    typed(combo_of(dialog, "AOI"), "a-1")
    typed(combo_of(dialog, "VISUALIZATION"), "v-1")
    combo = combo_of(dialog, "DATES")
    pick(combo, "2025-06-01")
    pick(combo, "2025-04-12")
    pick(combo, "2025-06-01")
    assert parameters(dialog)["DATES"] == "2025-06-01, 2025-04-12"


def test_the_wheel_changes_nothing(forms: Forms) -> None:
    combo = combo_of(forms.open("listvisualizations"), "AOI")
    pick(combo, FARM)
    place, none = QPointF(5, 5), Qt.MouseButton.NoButton
    turn = QWheelEvent(
        place,
        place,
        QPoint(),
        QPoint(0, -120),
        none,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QCoreApplication.sendEvent(combo, turn)
    assert combo.value() == "a-1"


def test_a_given_id_is_shown_by_its_name_once_that_is_known(forms: Forms) -> None:
    dialog = forms.open("createvisualization")
    dialog.mainWidget().setParameters({"AOI": "a-1"})
    combo = combo_of(dialog, "AOI")
    assert combo.currentText() == "a-1"
    open_list(combo)
    assert combo.currentText() == FARM
    assert combo.value() == "a-1"


def test_the_rows_of_a_batch_are_on_their_own(forms: Forms) -> None:
    dialog = forms.batch("exportlegend")
    panel = dialog.mainWidget()
    panel.addRow(1)
    first, second = [combo for combo in dialog.findChildren(ChoiceCombo) if combo.objectName() == "AOI"]
    typed(first, "a-1")
    typed(second, "a-2")
    of_first, of_second = [c for c in dialog.findChildren(ChoiceCombo) if c.objectName() == "VISUALIZATION"]
    pick(of_first, "NDVI, preset — v-1")
    open_list(of_second)
    assert "nothing to choose from" in rows(of_second)[0]
    column = panel.parameter_to_column["VISUALIZATION"]
    assert panel.wrappers[0][column].parameterValue() == "v-1"


def test_a_batch_filled_by_expressions_shows_what_each_row_got(forms: Forms) -> None:
    """Fill rows as “Calculate by Expression” does; what is nothing does not look like a field left empty."""
    panel: Any = forms.batch("exportlegend").mainWidget()
    context = QgsProcessingContext()
    expected = {
        "'2025-05-02'": "2025-05-02",
        "array('2025-05-02')": "2025-05-02",
        "to_date('2025-05-02')": "2025-05-02",
        "array(to_date('2025-04-12'), '2025-06-01')": "2025-04-12, 2025-06-01",
        "NULL": "NULL",
        "array()": "[]",
        "array('2025-05-02', NULL)": "2025-05-02, NULL",
        "''": "",
    }
    filler = panel.tblParameters.cellWidget(0, panel.parameter_to_column["DATES"])
    for row, expression in enumerate(expected):
        filler.setRowValue(row, QgsExpression(expression).evaluate(), context)
    rows = [panel.parametersForRow(row=row, context=context, warnOnInvalid=False)[0] for row in range(len(expected))]
    assert [row["DATES"] for row in rows] == list(expected.values())


def test_the_modeler_has_the_lists_and_its_own_sources(forms: Forms) -> None:
    model = QgsProcessingModelAlgorithm()
    model.addModelParameter(QgsProcessingParameterString("which", "Which"), QgsProcessingModelParameter("which"))
    dialog: Any = forms.modeler("exportlegend", model)
    gc.collect()
    wrappers = dialog.widget.widget.wrappers
    pick(combo_of(dialog, "AOI"), FARM)
    assert combo_of(dialog, "AOI").currentText() == FARM
    assert wrappers["AOI"].value().staticValue() == "a-1"
    pick(combo_of(dialog, "VISUALIZATION"), "NDVI, preset — v-1")

    of_input = QgsProcessingModelChildParameterSource.fromModelParameter("which")
    wrappers["VISUALIZATION"].setWidgetValue(of_input)
    assert wrappers["VISUALIZATION"].value() == of_input
    wrappers["VISUALIZATION"].setWidgetValue(QgsProcessingModelChildParameterSource.fromExpression("'v' || '-1'"))
    assert wrappers["VISUALIZATION"].value().expression() == "'v' || '-1'"
    wrappers["VISUALIZATION"].setWidgetValue(QgsProcessingModelChildParameterSource.fromStaticValue("v-9"))
    assert combo_of(dialog, "VISUALIZATION").value() == "v-9"

    wrappers["AOI"].setWidgetValue(of_input)
    open_list(combo_of(dialog, "VISUALIZATION"))
    assert "“AOI”" in rows(combo_of(dialog, "VISUALIZATION"))[0]


def test_a_list_that_comes_after_its_dialog_is_dropped(forms: Forms) -> None:
    forms.server.delay = 0.3
    dialog = forms.open("listvisualizations")
    combo = combo_of(dialog, "AOI")
    QTest.mouseClick(combo, Qt.MouseButton.LeftButton, pos=QPoint(combo.width() - 8, combo.height() // 2))
    assert rows(combo) == ["Loading…"]
    dialog.close()
    sip.delete(dialog)
    until(lambda: not forms.runner.running)


def test_a_dialog_that_outlives_the_plugin_says_so(forms: Forms) -> None:
    combo = combo_of(forms.open("listvisualizations"), "AOI")
    forms.service.close()
    assert forms.runner.stop(5000)
    open_list(combo)
    assert rows(combo) == ["No server is connected. Choose a connection first."]
    assert forms.runner.running == frozenset()


def test_scripts_give_plain_texts(forms: Forms) -> None:
    import processing

    found = processing.run("pixxel:listvisualizations", {"AOI": "a-1", "OUTPUT": "memory:"})
    assert found["OUTPUT"].featureCount() == 1


def test_nothing_stays_after_fifty_reloads(forms: Forms) -> None:
    registry = QgsApplication.processingRegistry()
    for _ in range(50):
        registry.removeProvider(forms.provider)
        forms.provider = PixxelProvider(forms.prepare, str, chooser_class(lambda: forms.service))
        registry.addProvider(forms.provider)
        for dialog in (forms.open("exportlegend"), forms.modeler("exportlegend", QgsProcessingModelAlgorithm())):
            dialog.close()
            sip.delete(dialog)
        forms.dialogs.clear()
    del dialog
    for _ in range(3):  # QGIS's dialogs are cycles of several layers
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
    of_plugin = "chooser_class.<locals>.Chooser"
    classes = [found for found in gc.get_objects() if issubclass(type(found), type)]  # a dead proxy has no __class__
    kept = [found for found in classes if found.__qualname__ == of_plugin]
    assert len(kept) == 1, "that of the provider there is now"
    combos = [found for found in gc.get_objects() if issubclass(type(found), ChoiceCombo)]
    assert all(sip.isdeleted(combo) for combo in combos)
    assert len(combos) <= 6, "QGIS's last two dialogs may not be collected yet"


def test_file_fields_left_empty_in_a_dialog_are_not_given(forms: Forms) -> None:
    dialog = forms.open("pushlegend")
    for name in ("AOI", "VISUALIZATION"):
        typed(combo_of(dialog, name), "x-1")
    found = parameters(dialog)
    algorithm, context = forms.algorithm("pushlegend"), QgsProcessingContext()
    assert {"INPUT", "BASE"} <= set(found), "QGIS hands empty fields over"
    assert [file_of(algorithm, found, name, context) for name in ("INPUT", "BASE")] == [None, None]
    with pytest.raises(InputRefused, match="BASE is NULL"):
        file_of(algorithm, {"BASE": QgsProperty.fromExpression("NULL")}, "BASE", context)
