"""``pixxel:createindex``."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any, ClassVar

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputString

from ...legend.vocabulary import ExpressionType
from .base import PixxelAlgorithm
from .inputs import add_choice, add_text, choice_of, range_of, text_of


class CreateIndex(PixxelAlgorithm):
    """Creates a custom index."""

    ID: ClassVar[str] = "createindex"
    GROUP: ClassVar[str] = "creation"
    TAGS: ClassVar[tuple[str, ...]] = ("index", "formula", "expression", "create")
    WRITES: ClassVar[bool] = True

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Create Index")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Creates a custom index on the server from an expression of band names, and returns its id. An expression "
            "that is not understood here, or names bands that the satellite does not have, is sent with a warning that "
            "shows the place."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_text(self, "NAME", self.tr("Name"))
        add_text(self, "DESCRIPTION", self.tr("Description"))
        hint = self.tr("Band names, numbers, brackets and arithmetic, as in (B08 - B04) / (B08 + B04).")
        add_text(self, "EXPRESSION", self.tr("Expression"), hint=hint)
        add_choice(self, "EXPRESSION_TYPE", self.tr("Expression type"), ExpressionType)
        add_text(self, "COLORMAP", self.tr("Colour map"), hint=self.tr("As in “List Indices”, for example rplumbho."))
        hint = self.tr("Minimum and maximum of the display range, for example -1,1.")
        add_text(self, "RESCALE", self.tr("Display range"), hint=hint)
        add_text(self, "SATELLITE", self.tr("Satellite"), hint=self.tr("Id or exact name."))
        self.addOutput(QgsProcessingOutputString("INDEX_ID", self.tr("Index id")))

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Create the index."""
        from ...catalog.headless import new_index

        fields = {
            name.lower(): text_of(self, parameters, name, context)
            for name in ("NAME", "DESCRIPTION", "EXPRESSION", "COLORMAP", "SATELLITE")
        }
        kind = ExpressionType.parse(choice_of(self, parameters, "EXPRESSION_TYPE", context))
        rescale = range_of(self, parameters, "RESCALE", context)

        self._warn_of_mistake(fields["expression"], feedback)

        def create(client: Any, _report: Any) -> Any:
            return new_index(
                client,
                **fields,
                expression_type=kind,
                rescale=rescale,
                found=self.warn_of_unconfirmed(feedback),
                bands_known=partial(self._warn_of_bands, fields["expression"], feedback),
            )

        return {"INDEX_ID": self.ask(create, feedback).id}

    def _warn_of_mistake(self, expression: str, feedback: QgsProcessingFeedback) -> None:
        """Show where an expression is not understood."""
        from ...messages.expression_messages import mistake_in

        if (mistake := mistake_in(expression)) is not None:
            sentence, lines = mistake
            feedback.pushWarning(sentence)
            feedback.pushConsoleInfo(lines)

    def _warn_of_bands(self, expression: str, feedback: QgsProcessingFeedback, known: Collection[str]) -> None:
        """Name the bands that the satellite does not have."""
        from ...messages.expression_messages import unknown_bands

        if sentence := unknown_bands(expression, known):
            feedback.pushWarning(sentence)
