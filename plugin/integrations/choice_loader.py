"""Fetches the list of one field when it is opened, off the main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal, pyqtSlot

from ..host.i18n import translate
from ..messages.explanation import explain

if TYPE_CHECKING:
    from ..catalog.choice_list import ChoiceList
    from ..catalog.choices import Choice, ChoiceService

Values = Callable[[], Sequence[tuple[str, str]]]


class ChoiceLoader(QObject):
    """Loads the choices of a field. A list is kept until the connection or the values it is within change.

    ``loaded(choices)`` or ``noted(sentence)`` follows ``load``, ``noted`` also while the list is under way.

    Args:
        values: returns the label and value of each field that the list is within.
    """

    loaded = pyqtSignal(object)
    noted = pyqtSignal(str)

    def __init__(self, service: ChoiceService, kind: ChoiceList, values: Values, parent: QObject) -> None:
        super().__init__(parent)
        self._service = service
        self._kind = kind
        self._values = values
        self._job: Any = None
        self._source: tuple[str, ...] | None = None  # connection and values of the list that is there or under way

    @pyqtSlot()
    def load(self) -> None:
        """Fetch the list, unless it is there or under way."""
        values = list(self._values())
        empty = next((label for label, value in values if not value), None)
        within = tuple(value for _, value in values)
        if empty is not None:
            self._forget()
            text = translate(
                "ChoiceLoader",
                "This list depends on “{0}”, which has no value here. Choose one first, or type an id in.",
            )
            self.noted.emit(text.format(empty))
        elif (self._service.connection, *within) != self._source:
            self._start(within)

    def _start(self, within: tuple[str, ...]) -> None:
        self._forget()
        source = (self._service.connection, *within)
        self.noted.emit(translate("ChoiceLoader", "Loading…"))
        try:
            job = self._service.job(self._kind, within)
        except Exception as error:  # noqa: BLE001 (the border to the host: keys and settings fail in their own ways)
            self._explain(error)
            return
        self._job, self._source = job, source
        job.succeeded.connect(self._on_succeeded)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        self.destroyed.connect(job.cancel)
        job.start()

    def _forget(self) -> None:
        job, self._job, self._source = self._job, None, None
        if job is not None:
            job.cancel()

    def _explain(self, error: Exception) -> None:
        self.noted.emit(explain(error, doing=translate("ChoiceLoader", "listing the choices")).text)

    @pyqtSlot(object)
    def _on_succeeded(self, choices: list[Choice]) -> None:
        if self.sender() is not self._job:
            return
        self._job = None
        if choices:
            self.loaded.emit(choices)
        else:
            self._source = None
            self.noted.emit(
                translate("ChoiceLoader", "The server lists nothing to choose from here. An id can be typed in.")
            )

    @pyqtSlot(object)
    def _on_failed(self, error: Exception) -> None:
        if self.sender() is self._job:
            self._job = self._source = None
            self._explain(error)

    @pyqtSlot()
    def _on_cancelled(self) -> None:
        if self.sender() is self._job:
            self._job = self._source = None
            self.noted.emit(translate("ChoiceLoader", "The list was stopped. Open it again."))
