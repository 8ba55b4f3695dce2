"""``pixxel:loadvisualization``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingParameterFolderDestination,
    QgsProject,
)

from ...layer_kinds.table import LayerKind
from ...legend.vocabulary import LegendMode, Units
from ..errors import InputRefused
from .base import PixxelAlgorithm
from .inputs import add_choice, add_dates, add_mode, add_visualization, choice_of, dates_of, mode_of, target_of, text_of

if TYPE_CHECKING:
    from ...catalog.date_choice import DateChoice
    from ...catalog.visualization_item import AcquisitionDate
    from ...downloads.load_folder import LoadFolder
    from ...downloads.loading import LoadRequest, LoadResult
    from ..work import Report


class LoadVisualization(PixxelAlgorithm):
    """Loads dates of a visualization as georeferenced, styled rasters."""

    ID: ClassVar[str] = "loadvisualization"
    GROUP: ClassVar[str] = "images"
    TAGS: ClassVar[tuple[str, ...]] = ("visualization", "index map", "time series", "download", *LayerKind)
    ICON: ClassVar[str] = "picture"

    def __init__(self, access: Any) -> None:
        super().__init__(access)
        self._loaded: Sequence[Any] = ()

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Load Visualization")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        text = self.tr(
            "Loads dates of a visualization into a folder, one georeferenced raster per date with its style file "
            "beside it, and a manifest of what was loaded. Choose {}. In QGIS the layers are added to the project."
        )
        return text.format(_kinds())

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_visualization(self)
        add_dates(self, optional=True)
        add_mode(self)
        add_choice(self, "AS", self.tr("Load as"), LayerKind, hint=f"{_kinds()}.")
        self.addParameter(QgsProcessingParameterFolderDestination("FOLDER", self.tr("Folder")))
        self.addOutput(QgsProcessingOutputMultipleLayers("LAYERS", self.tr("Rasters")))

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Load the files, write their styles and the manifest."""
        from ...downloads.load_folder import LoadFolder
        from ...messages.place_messages import uncertain_places

        ids = [text_of(self, parameters, name, context) for name in ("AOI", "VISUALIZATION")]
        dates = dates_of(self, parameters, "DATES", context)
        mode = mode_of(self, parameters, context)
        kind = LayerKind.parse(choice_of(self, parameters, "AS", context))
        folder = target_of(self, parameters, "FOLDER", context)
        target = LoadFolder(folder, _save_style)
        target.check()

        async def load(client: Any, report: Report) -> tuple[LoadRequest, LoadResult]:
            request = await self._request(client, ids, dates, mode, kind)
            return request, await _load_into(folder, target, client, request, report)

        request, result = self.ask(load, feedback)
        for image in result.images:
            for warning in image.warnings:
                feedback.pushWarning(f"{image.label}: {warning}")
            _report_units(image, feedback)
        if doubt := uncertain_places([image.placement for image in result.images]):
            feedback.pushWarning(doubt)
        self._report_problems(request, result, feedback)
        self._loaded = result.images
        return {"FOLDER": str(folder), "LAYERS": [str(image.path) for image in result.images]}

    def finish(self, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> None:
        """Add the layers to the project, on the desktop only."""
        project = context.project()
        if self._loaded and _on_desktop() and project is not None:
            self.in_project(partial(_add_layers, project, self._loaded))

    async def _request(
        self, client: Any, ids: list[str], dates: DateChoice, mode: LegendMode, kind: LayerKind
    ) -> LoadRequest:
        """Return the load request; its folder is still to be set."""
        from ...catalog.headless import project_title
        from ...catalog.listing import get_visualization
        from ...catalog.visualization_item import select_dates
        from ...downloads.loading import LoadRequest, check_dates

        aoi = await client.aois.get(ids[0])
        item = await get_visualization(client, *ids)
        project = await project_title(client, aoi.project_id) if _on_desktop() else ""
        wanted = select_dates(item, dates)
        request = LoadRequest(aoi, project, item, wanted, mode, kind, Path(), self._connection, Units.FITTING)
        check_dates(request)
        return request

    def _report_problems(self, request: LoadRequest, result: LoadResult, feedback: QgsProcessingFeedback) -> None:
        """Raise an error for dates that failed to load; on the desktop report them, and continue with the others."""
        from ...messages.explanation import explain

        if not result.problems:
            return
        messages = [(date.label, explain(error, doing=self.title())) for date, error in result.problems]
        for day, message in messages:
            feedback.pushDebugInfo(f"{day}: {message.details}")
        text = self.tr("{0} of {1} dates could not be loaded: {2}. {3}").format(
            len(messages),
            len(request.dates),
            ", ".join(_with_state(*each) for each in result.problems),
            messages[0][1].text,
        )
        if not result.images or not _on_desktop():
            raise InputRefused(text)
        feedback.reportError(text)


def _kinds() -> str:
    """Return what each kind of layer is for."""
    return ", ".join(kind.row.purpose() for kind in LayerKind)


def _with_state(date: AcquisitionDate, error: Exception) -> str:
    """Return a day, with the state of its raster where that is why it did not come."""
    word = getattr(error, "word", "")
    return f"{date.label} ({word})" if word else date.label


def _on_desktop() -> bool:
    return str(QgsApplication.platform()) == "desktop"


def _add_layers(project: QgsProject, images: Sequence[Any]) -> None:
    from ...host.settings import Settings
    from ...layers.project_layers import ProjectLayers

    layers = ProjectLayers(project, Settings().connection_names)
    for image in images:
        layers.add(image, project_name=image.project_name, aoi_name=image.aoi_name)


def _report_units(image: Any, feedback: QgsProcessingFeedback) -> None:
    """Report a legend that is not, or may not be, in the raster's units, and the share of the raster it misses."""
    from ...layers import value_style
    from ...messages.fit_messages import units_fitted

    if not image.kind.row.holds_values:
        return
    reading, day, misses = value_style.reading_of(image), image.label, _misses(image, feedback)
    if reading is not None and reading.units is not Units.VALUES:
        feedback.pushWarning(" ".join([units_fitted(day, reading.units), *misses]))
    elif misses:
        feedback.pushWarning(f"{day}: {misses[0]}")


def _misses(image: Any, feedback: QgsProcessingFeedback) -> list[str]:
    """Return the sentence on a style that misses the values it is drawn over."""
    from ...layers import value_style
    from ...layers.measuring import file_source, fit
    from ...messages.fit_messages import style_misses

    found = fit(value_style.legend_drawn(image), file_source(image.path), feedback.isCanceled)
    return [style_misses(found)] if found is not None and found.misses else []


def _save_style(image: Any, path: Path) -> None:
    """Write the style of an image."""
    from ...layers import builder

    builder.write_style(image, path)


async def _load_into(folder: Path, target: LoadFolder, client: Any, request: LoadRequest, report: Report) -> LoadResult:
    """Load into a folder, each date put in its place with style and record as soon as it has come."""
    from ...downloads.loading import load_dates, unfinished_folder
    from ...downloads.values import PARTS

    placed: dict[str, Any] = {}

    def place(image: Any) -> None:
        placed[image.date_key] = target.add(image)

    folder.mkdir(parents=True, exist_ok=True)
    with unfinished_folder(folder) as unfinished:
        request = replace(request, folder=unfinished)
        result = await load_dates(client, request, report, place, parts=folder / PARTS)
    return replace(result, images=tuple(placed[image.date_key] for image in result.images))
