"""Lists to choose from in Processing's dialogs; nothing of QGIS's dialogs is imported before one is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..catalog.choices import ChoiceService


def chooser_class(service: Callable[[], ChoiceService]) -> type:
    """Return the class for ``widget_wrapper`` in the metadata of parameters, by which QGIS makes their widgets.

    QGIS calls it with the parameter, the dialog, row and column, and the other entries of ``widget_wrapper``.

    Args:
        service: returns the service that fetches lists; called when a dialog is opened.
    """

    class Chooser:
        """Makes the widget that fits the dialog."""

        def __new__(  # type: ignore[misc]  # QGIS wants a class, and each dialog another one
            cls,
            parameter: Any,
            dialog: Any,
            row: int = 0,
            column: int = 0,
            *,
            kind: str,
            within: Sequence[str] = (),
            several: bool = False,
        ) -> Any:
            from ..catalog.choice_list import ChoiceList
            from .choice_wrapper import MODELER, ChoiceWrapper, Listing, modeler_widget

            listing = Listing(service(), ChoiceList(kind), tuple(within), several)
            if type(dialog).__name__ == MODELER:
                return modeler_widget(listing, parameter, dialog)
            return ChoiceWrapper(parameter, dialog, row, column, listing=listing)

    return Chooser
