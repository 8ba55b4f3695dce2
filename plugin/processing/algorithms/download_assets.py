"""``pixxel:downloadassets``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFolderDestination,
)

from ..errors import InputRefused
from .base import PixxelAlgorithm
from .inputs import add_aoi, add_text, ids_of, target_of, text_of

if TYPE_CHECKING:
    from ...downloads.assets import DownloadResult
    from ..work import Report

_MOST_NAMED = 10


class DownloadAssets(PixxelAlgorithm):
    """Downloads the files of an area of interest's assets."""

    ID: ClassVar[str] = "downloadassets"
    GROUP: ClassVar[str] = "images"
    TAGS: ClassVar[tuple[str, ...]] = ("asset", "file", "raster", "scene", "package", "download", "zip")

    def title(self) -> str:
        """Return the name people see."""
        return self.tr("Download Assets")

    def help(self) -> str:
        """Return the help text of the algorithm."""
        return self.tr(
            "Downloads the files of an area of interest into a folder, checked and unpacked. If it is stopped or the "
            "connection breaks, run it again with the same folder: it continues where it stopped, and keeps what "
            "is there already. A file that was changed since is not overwritten; the new one gets a number."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802
        """Declare the parameters."""
        add_aoi(self)
        hint = self.tr("Ids of assets with commas between; empty means all of the AOI.")
        add_text(self, "ASSETS", self.tr("Asset ids"), optional=True, hint=hint)
        self.addParameter(QgsProcessingParameterFolderDestination("FOLDER", self.tr("Folder")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", self.tr("Number of files")))

    def execute(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Download the files, and report the assets that could not be downloaded."""
        from ...downloads.assets import download_assets

        aoi_id = text_of(self, parameters, "AOI", context)
        asset_ids = ids_of(self, parameters, "ASSETS", context)
        folder = target_of(self, parameters, "FOLDER", context)

        async def download(client: Any, report: Report) -> DownloadResult:
            return await download_assets(client, aoi_id, asset_ids, folder, report)

        result = self.ask(download, feedback)
        unready = self._unready_text(result)
        if unready and not asset_ids:
            feedback.pushWarning(unready)
        self._report_problems(result, feedback)
        if unready and asset_ids:
            raise InputRefused(unready)
        return {"FOLDER": str(folder), "COUNT": len(result.files)}

    def _unready_text(self, result: DownloadResult) -> str:
        """Return which assets have no file, each with its state, or nothing."""
        from ...messages.download_sentences import assets_text

        if not result.unready:
            return ""
        text = self.tr("{0} assets have no file, because the server has not finished them: {1}.")
        return text.format(len(result.unready), assets_text(result.unready))

    def _report_problems(self, result: DownloadResult, feedback: QgsProcessingFeedback) -> None:
        """Fail for assets that did not come; the files of the others stay.

        Raises:
            InputRefused: some did not.
        """
        from ...messages.explanation import explain

        if not result.problems:
            return
        messages = [explain(error, doing=self.title()) for _, error in result.problems]
        for (asset_ids, _), message in zip(result.problems, messages, strict=True):
            feedback.pushDebugInfo(f"{', '.join(asset_ids)}: {message.details}")
        missing = result.missing
        text = self.tr("{0} assets could not be downloaded: {1}. {2}")
        raise InputRefused(text.format(len(missing), _named(missing), messages[0].text))


def _named(asset_ids: tuple[str, ...]) -> str:
    shown = ", ".join(asset_ids[:_MOST_NAMED])
    return shown if len(asset_ids) <= _MOST_NAMED else f"{shown}, …"
