"""``pixxel:listsatellites``."""

from __future__ import annotations

from typing import Any, ClassVar

from qgis.core import Qgis, QgsProcessingContext, QgsProcessingFeedback

from .base import PixxelAlgorithm
from .tables import add_table, texts, write_rows

COLUMNS = texts("satellite_id", "name", "bands", "wavelengths")


class ListSatellites(PixxelAlgorithm):
    """Lists the satellites and their bands."""

    ID: ClassVar[str] = "listsatellites"
    GROUP: ClassVar[str] = "catalogue"
    TAGS: ClassVar[tuple[str, ...]] = ("satellite", "band", "wavelength", "sensor", "list")
    ICON: ClassVar[str] = "satellite"

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("List Satellites")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Lists the satellites with their bands, as a table. The wavelengths are in nanometres, in the order of the "
            "bands; a wavelength the server does not give is left empty between its commas."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_table(self, self.tr("Satellites"), Qgis.ProcessingSourceType.Vector)

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Fetch and write the table."""
        satellites = self.ask(lambda client, _report: client.aois.satellites(), feedback)
        return write_rows(self, parameters, context, feedback, COLUMNS, [(_values(s), None) for s in satellites])


def _values(satellite: Any) -> tuple[Any, ...]:
    known = ["" if length is None else f"{length:.15g}" for length in satellite.wavelengths]
    return satellite.id, satellite.name, ",".join(satellite.band_names), ",".join(known) if any(known) else None
