"""Errors of loading images and downloading files. Facts only; ``messages`` makes the sentences.

ServiceProblem
 +- DateRefused        a date whose key the server did not list, in the form that was derived for it
 +- AssetNotReady      an asset whose file the server has not finished, or never will
 +- NoPlace            an AOI without geometry: a picture cannot be placed on the map
 +- NoValues           no value raster for a date
 |   +- NotComputable  nor can its values be computed from the image of that date
 +- ManifestUnreadable a folder's list of loaded layers is damaged or another program's
 +- NoAssets           an AOI without assets that could be downloaded
 +- DownloadFailed     the server could not create the files
 +- ArchiveRefused     a package of files that is unsafe or contains nothing of use
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..catalog.errors import ServiceProblem

if TYPE_CHECKING:
    from ..api.status import State


class DateRefused(ServiceProblem):
    """A date the server does not recognise in the form that had to be derived, since it lists no key for it (U9).

    Attributes:
        day: as ``YYYY-MM-DD``.
        form: the form used in the request.
    """

    def __init__(self, day: str, form: str) -> None:
        super().__init__(f"{day} as {form}")
        self.day = day
        self.form = form


class OnePictureADay(ServiceProblem):
    """A scene of a day with several, which the server lists no key for, so that its picture cannot be asked for."""

    def __init__(self, day: str) -> None:
        super().__init__(day)
        self.day = day


class AssetNotReady(ServiceProblem):
    """An asset whose file does not exist: it is not finished, or never will be.

    Attributes:
        asset_id: its id.
        state: the reason.
        word: the server's status value.
        day: of a visualization's date, as ``YYYY-MM-DD``.
    """

    def __init__(self, asset_id: str, state: State, word: str, day: str = "") -> None:
        super().__init__(f"asset {asset_id}: {word or state}")
        self.asset_id = asset_id
        self.state = state
        self.word = word
        self.day = day


class NoPlace(ServiceProblem):
    """An AOI without geometry, so that a picture has no place on the map."""

    def __init__(self, aoi_id: str) -> None:
        super().__init__(f"AOI {aoi_id} has no geometry")
        self.aoi_id = aoi_id


class NoValues(ServiceProblem):
    """There is no value raster for a date (``day`` as ``YYYY-MM-DD``)."""

    def __init__(self, day: str) -> None:
        super().__init__(f"no value raster for {day}")
        self.day = day


class NotComputable(NoValues):
    """There is no value raster for a date, and its image cannot be made one.

    Attributes:
        reason: ``expression`` where the formula is not understood, ``band`` where the image lacks one.
        detail: the formula, or the name of the band.
    """

    def __init__(self, day: str, reason: str, detail: str) -> None:
        super().__init__(day)
        self.reason = reason
        self.detail = detail


class ManifestUnreadable(ServiceProblem):
    """The ``manifest.json`` of a folder is damaged or another program's, so layers cannot be added to it."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class NoAssets(ServiceProblem):
    """None of the assets asked for has a file; ``unready`` are those the AOI has, which are not finished."""

    def __init__(self, aoi_id: str, unready: tuple[AssetNotReady, ...] = ()) -> None:
        super().__init__(f"AOI {aoi_id}: no assets with files, {'; '.join(map(str, unready)) or 'none at all'}")
        self.aoi_id = aoi_id
        self.unready = unready


class DownloadFailed(ServiceProblem):
    """The server could not create the files.

    Attributes:
        status: the server's status value, or one of the plugin: ``timeout``, ``unnamed`` (the request was accepted
            without an id of the package), ``unanswered`` (the response was lost), ``address`` (files at a URL that
            cannot be opened), ``refused`` (fresh URLs were refused, too).
        download_id: the package's id, as far as there is one.
    """

    def __init__(self, status: str, download_id: str) -> None:
        super().__init__(f"download {download_id}: {status}")
        self.status = status
        self.download_id = download_id


class ArchiveRefused(ServiceProblem):
    """A package of files cannot be used.

    Attributes:
        reason: ``unreadable``, ``too-big``, ``too-many``, ``path``, ``link``, ``twice``,
            ``empty``, ``no-raster`` or ``foreign`` (neither a raster nor a package).
        subject: the member or figure concerned; for ``foreign`` the file type, as ``content.kind_of`` names it.
    """

    def __init__(self, reason: str, subject: str = "") -> None:
        super().__init__(f"{reason}: {subject}")
        self.reason = reason
        self.subject = subject
