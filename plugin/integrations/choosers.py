"""Lists to choose from in Processing's dialogs; nothing of QGIS's dialogs is imported before one is opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..services.choices import ChoiceService


def chooser_class(service: ChoiceService) -> type:
    """Return the class for ``widget_wrapper`` in the metadata of parameters, by which Python gives them a widget.

    QGIS calls it with the parameter, the dialog, row and column, and what else is in ``widget_wrapper``.
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
            from ..services.choices import ChoiceList
            from .choice_wrapper import MODELER, ChoiceWrapper, Listing, modeler_widget

            listing = Listing(service, ChoiceList(kind), tuple(within), several)
            if type(dialog).__name__ == MODELER:
                return modeler_widget(listing, parameter, dialog)
            return ChoiceWrapper(parameter, dialog, row, column, listing=listing)

    return Chooser
