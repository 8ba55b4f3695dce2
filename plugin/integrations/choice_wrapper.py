"""The widgets of parameters with a list to choose from, in QGIS's dialogs; imported when the first one is opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from processing.gui.wrappers import WidgetWrapper
from qgis.core import NULL, QgsProcessingParameterDefinition
from qgis.gui import (
    QgsAbstractProcessingParameterWidgetWrapper,
    QgsGui,
    QgsProcessingGui,
    QgsProcessingModelerParameterWidget,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt
from qgis.PyQt.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from ..catalog.choice_list import ChoiceList
from ..catalog.choices import ChoiceService
from .choice_combo import ChoiceCombo
from .choice_loader import ChoiceLoader, Values

# Fields in a widget that is QGIS's own: Python would collect its half of them while they are shown.
_kept: set[ChoiceCombo] = set()
NOTHING = "NULL"
MODELER = "ModelerParametersDialog"  # QGIS itself knows it by this name


class Listing(NamedTuple):
    """The content of a field's list.

    Attributes:
        within: the names of the parameters whose values the list is within.
        several: whether the parameter takes several values.
    """

    service: ChoiceService
    kind: ChoiceList
    within: tuple[str, ...] = ()
    several: bool = False


class ChoiceWrapper(WidgetWrapper):
    """A parameter in the dialog of an algorithm, or in a row of its batch."""

    def createWidget(self, listing: Listing) -> QWidget:  # noqa: N802 (QGIS's name)
        """Return the field with its list."""
        self._within = listing.within
        self._siblings: dict[str, QgsAbstractProcessingParameterWidgetWrapper] = {}
        combo = _combo(listing, self.parameterDefinition(), self._values_within)
        combo.editTextChanged.connect(lambda _text: self.widgetValueHasChanged.emit(self))
        return combo

    def postInitialize(self, wrappers: Sequence[QgsAbstractProcessingParameterWidgetWrapper]) -> None:  # noqa: N802
        """Keep the fields of the same form or row that the list is within."""
        named = {wrapper.parameterDefinition().name(): wrapper for wrapper in wrappers}
        self._siblings = {name: named[name] for name in self._within if name in named}

    def value(self) -> str:
        """Return the value that runs."""
        return str(self.widget.value())

    def setValue(self, value: Any) -> None:  # noqa: N802 (QGIS's name)
        """Show a value.

        A batch fills its rows by an expression, whose NULL is not to look like a field that was left empty.
        """
        is_filled = self.dialogType == QgsProcessingGui.WidgetType.Batch
        self.widget.set_value(NOTHING if is_filled and _is_null(value) else _text(value))

    def _values_within(self) -> list[tuple[str, str]]:
        return [(_label(sibling), _text(sibling.parameterValue())) for sibling in self._siblings.values()]


def modeler_widget(
    listing: Listing, parameter: QgsProcessingParameterDefinition, dialog: Any
) -> QgsProcessingModelerParameterWidget:
    """Return QGIS's own widget for a parameter in the modeler, where a typed value has the list, too.

    Model inputs, outputs of other algorithms and expressions stay QGIS's. Its line of text is read by QGIS, so it
    stays and always holds the value; the field with the list lies over it.
    """
    registry = QgsGui.processingGuiRegistry()
    widget = registry.createModelerParameterWidget(dialog.model, dialog.childId, parameter, dialog.context)
    widget.setDialog(dialog)
    stack = widget.findChild(QStackedWidget)
    pages = [stack.widget(number) for number in range(stack.count())] if stack is not None else []
    line = next((page for page in pages if isinstance(page, QLineEdit)), None)
    if line is not None:
        _cover(line, listing, parameter)
    return widget


def _cover(line: QLineEdit, listing: Listing, parameter: QgsProcessingParameterDefinition) -> None:
    def values_within() -> list[tuple[str, str]]:
        found = {each.objectName(): each for each in line.window().findChildren(ChoiceCombo)}
        fields = [found[name] for name in listing.within if name in found]
        return [(each.toolTip(), each.value() if each.isVisible() else "") for each in fields]

    combo = _combo(listing, parameter, values_within)
    _kept.add(combo)
    combo.destroyed.connect(partial(_kept.discard, combo))
    combo.setToolTip(parameter.description())
    layout = QVBoxLayout(line)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(combo)
    line.setMinimumHeight(combo.sizeHint().height())
    line.setFocusProxy(combo)
    combo.set_value(line.text())
    combo.editTextChanged.connect(lambda _text: line.setText(combo.value()))
    line.textChanged.connect(combo.take_value)


def _combo(listing: Listing, parameter: QgsProcessingParameterDefinition, values: Values) -> ChoiceCombo:
    combo = ChoiceCombo(several=listing.several)
    combo.setObjectName(parameter.name())
    loader = ChoiceLoader(listing.service, listing.kind, values, combo)
    combo.opened.connect(loader.load)
    loader.loaded.connect(combo.show_choices)
    loader.noted.connect(combo.show_note)
    return combo


def _label(wrapper: QgsAbstractProcessingParameterWidgetWrapper) -> str:
    return str(wrapper.parameterDefinition().description())


def _text(value: Any) -> str:
    """Return a value as the text that stands for it; several with commas between.

    A list of nothing, and NULL in a list, stay to be seen: they are not an empty field, which may mean all.
    """
    if isinstance(value, list | tuple):
        return ", ".join(_text(part) or NOTHING for part in value) or "[]"
    if isinstance(value, QDate | QDateTime):
        return str(value.toString(Qt.DateFormat.ISODate))
    return "" if _is_null(value) else str(value)


def _is_null(value: Any) -> bool:
    return value is None or value == NULL
