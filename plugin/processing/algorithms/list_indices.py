"""``pixxel:listindices``."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from qgis.core import Qgis, QgsProcessingContext, QgsProcessingFeedback

from .base import PixxelAlgorithm
from .inputs import add_text, text_of
from .plain_values import not_understood
from .tables import add_table, texts, write_rows

TYPES = ("preset", "custom")
COLUMNS = texts(
    "index_id", "name", "description", "type", "expression_type", "expression", "satellite_id", "rescale", "colormap"
)


class ListIndices(PixxelAlgorithm):
    """Lists preset and custom indices."""

    ID: ClassVar[str] = "listindices"
    GROUP: ClassVar[str] = "catalogue"
    TAGS: ClassVar[tuple[str, ...]] = ("index", "indices", "formula", "ndvi", "list")

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("List Indices")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr("Lists the preset and custom indices with their expressions, as a table.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        hint = self.tr("Id or exact name; empty means all satellites.")
        add_text(self, "SATELLITE", self.tr("Satellite"), optional=True, hint=hint)
        hint = self.tr("preset or custom; empty means both.")
        add_text(self, "TYPE", self.tr("Type"), optional=True, hint=hint)
        add_table(self, self.tr("Indices"), Qgis.ProcessingSourceType.Vector)

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Fetch and write the table."""
        from ...catalog.headless import list_indices

        satellite = text_of(self, parameters, "SATELLITE", context)
        kind = self._type(parameters, context)
        indices = self.ask(lambda client, _report: list_indices(client, satellite, kind), feedback)
        rows = [(_values(index), None) for index in indices]
        return write_rows(self, parameters, context, feedback, COLUMNS, rows)

    def _type(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        kind = text_of(self, parameters, "TYPE", context)
        if kind and kind.casefold() not in TYPES:
            raise not_understood("TYPE", kind, self.tr("Write preset or custom."))
        return kind.casefold()


def _values(index: Any) -> tuple[Any, ...]:
    return (
        index.id,
        index.name,
        index.description,
        index.type,
        index.expression_type,
        index.expression,
        index.satellite_id,
        _rescale_text(index.rescale),
        index.colormap,
    )


def _rescale_text(rescale: Any) -> str | None:
    """Return ``min,max`` in the format of the API's ``RESCALE`` parameter; anything but a plain range stays JSON."""
    if rescale is None:
        return None
    if isinstance(rescale, list | tuple) and all(isinstance(edge, int | float) for edge in rescale):
        return ",".join(f"{edge:.15g}" for edge in rescale)
    return json.dumps(rescale)
