"""Errors of use cases besides the API's own errors. Facts only; ``messages`` makes the sentences.

ServiceProblem
 +- NotConnected       no connection is open
 +- UnknownName        no project or satellite has that name or id, or several have
 +- NoCollections      a satellite without images to search
 +- SearchTooWide      more separate polygons than can be searched at once
 +- UnknownDate        a date that the visualization does not have
 +- DateNotUnderstood  a text among the requested dates that names no date
 +- NotReady           a visualization that is still being computed, failed, or took too long
 +- AssetNotReady      an asset whose file the server has not finished, or never will
 +- NoPlace            an AOI without geometry: a picture cannot be placed on the map
 +- DateRefused        a date whose key the server did not list, in the form that was derived for it
 +- NoLegend           a visualization without classes in that mode
 +- NoClasses          a legend that is a colour ramp has no classes to measure
 +- NoValues           no value raster for a date
 +- ManifestUnreadable a folder's list of loaded layers is damaged or another program's
 +- NoAssets           an AOI without assets that could be downloaded
 +- DownloadFailed     the server could not create the files
 +- ArchiveRefused     a package of files that is unsafe or contains nothing of use
 +- SomeCreated        one of several AOIs could not be created, after others were
 +- BinsRefused        a number of classes outside 1 to 15, or bins where none can be computed
 +- PushBlocked        other dates of the mode are not known well enough to be sent along unchanged
 +- TransparencyLost   transparent classes would become opaque, and the user did not agree; nothing was sent
 +- PushConflict       another user changed a date that was to be pushed; nothing was sent
 +- PushUncertain      a push was not confirmed, and the server does not hold the legends sent
 +- RollbackUncertain  a rollback was not confirmed, and the server's legend is the same as before
 +- WriteRefused       the server refused to write a legend because of the state it is in; nothing was changed
 +- NotCreated         a creation was not confirmed, and the server does not list the resource
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..api.status import State
    from .legend_report import PushReport


class ServiceProblem(Exception):
    """The base class of errors that stop a use case."""


class NotConnected(ServiceProblem):
    """No connection is open."""


class UnknownName(ServiceProblem):
    """An error: a name or id has no match, or several.

    Attributes:
        kind: ``project``, ``satellite`` or ``asset``.
        text: the requested name or id.
        matches: the ids of those that have that name.
    """

    def __init__(self, kind: str, text: str, matches: tuple[str, ...] = ()) -> None:
        super().__init__(f"{kind} {text!r}: {len(matches)} matches")
        self.kind = kind
        self.text = text
        self.matches = matches


class NoCollections(ServiceProblem):
    """A satellite without collections, so that there are no images of it to search."""

    def __init__(self, satellite: str) -> None:
        super().__init__(f"satellite {satellite} has no collections")
        self.satellite = satellite


class SearchTooWide(ServiceProblem):
    """More separate polygons than can be searched at once."""

    def __init__(self, count: int, most: int) -> None:
        super().__init__(f"{count} polygons, at most {most}")
        self.count = count
        self.most = most


class UnknownDate(ServiceProblem):
    """Dates that a visualization does not have.

    Attributes:
        dates: the requested dates.
        available: the existing days, as ``YYYY-MM-DD``.
    """

    def __init__(self, dates: tuple[str, ...], available: tuple[str, ...]) -> None:
        super().__init__(f"{', '.join(dates)} not among {', '.join(available)}")
        self.dates = dates
        self.available = available


class DateNotUnderstood(ServiceProblem):
    """Texts among the dates asked for that are neither a day, an interval nor a key of the server.

    Attributes:
        parameter: where they were given.
        pieces: the texts.
        available: the days there are, as ``YYYY-MM-DD``.
    """

    def __init__(self, parameter: str, pieces: tuple[str, ...], available: tuple[str, ...]) -> None:
        super().__init__(f"{parameter}: {', '.join(pieces)}")
        self.parameter = parameter
        self.pieces = pieces
        self.available = available


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


class NotReady(ServiceProblem):
    """A visualization cannot be used.

    Attributes:
        state: the reason.
        word: the server's status value.
        has_waited: whether the longest sensible time was waited for it.
    """

    def __init__(self, state: State, visualization_id: str, word: str = "", *, has_waited: bool = False) -> None:
        super().__init__(f"visualization {visualization_id}: {word or state}")
        self.state = state
        self.visualization_id = visualization_id
        self.word = word
        self.has_waited = has_waited


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


class NoLegend(ServiceProblem):
    """A visualization without classes in a mode."""

    def __init__(self, visualization_id: str, mode: str) -> None:
        super().__init__(f"visualization {visualization_id}: no legend in mode {mode}")
        self.visualization_id = visualization_id
        self.mode = mode


class NoClasses(ServiceProblem):
    """A legend that is a colour ramp: it has no classes to measure."""


class NoValues(ServiceProblem):
    """There is no value raster for a date (``day`` as ``YYYY-MM-DD``)."""

    def __init__(self, day: str) -> None:
        super().__init__(f"no value raster for {day}")
        self.day = day


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


class SomeCreated(ServiceProblem):
    """One of several AOIs could not be created, after others were.

    Attributes:
        name: of the one that was not.
        created: the names of those that were.
    """

    def __init__(self, name: str, created: tuple[str, ...]) -> None:
        super().__init__(f"{name}, after {', '.join(created)}")
        self.name = name
        self.created = created


class BinsRefused(ServiceProblem):
    """A number of classes cannot be used.

    Attributes:
        reason: ``range``, ``mode`` or ``missing``; ``legend`` where the legends that are sent have ``classes``, and
            ``legend-mode`` where they are sent in a mode that has no number of classes.
    """

    def __init__(self, reason: str, bins: int | None = None, classes: int | None = None) -> None:
        super().__init__(f"{reason}: {bins}")
        self.reason = reason
        self.bins = bins
        self.classes = classes


class PushBlocked(ServiceProblem):
    """Dates that were not edited cannot be sent along unchanged, so a push might lose them."""

    def __init__(self, dates: tuple[str, ...]) -> None:
        super().__init__(f"not writable: {', '.join(dates)}")
        self.dates = dates


class TransparencyLost(ServiceProblem):
    """Transparent classes would become opaque on the server, and the user did not agree; nothing was sent."""

    def __init__(self, report: PushReport) -> None:
        super().__init__(f"{len(report.transparency_lost)} transparent")
        self.report = report


class PushConflict(ServiceProblem):
    """Another user changed a date that was to be pushed; nothing was sent."""

    def __init__(self, report: PushReport) -> None:
        super().__init__(f"conflicts: {', '.join(str(conflict['date']) for conflict in report.conflicts)}")
        self.report = report


class PushUncertain(ServiceProblem):
    """The response to a push was lost; the report contains the server's current legends.

    Attributes:
        state: ``unchanged`` (the push did not arrive) or ``other`` (neither the old legends nor those sent).
    """

    def __init__(self, report: PushReport, state: str) -> None:
        super().__init__(f"push answer lost, server {state}")
        self.report = report
        self.state = state


class RollbackUncertain(ServiceProblem):
    """A rollback was not confirmed, and the server's legend is as before: it did not happen, or changed nothing."""

    def __init__(self, days: tuple[str, ...]) -> None:
        super().__init__(f"rollback not confirmed, unchanged: {', '.join(days)}")
        self.days = days


class WriteRefused(ServiceProblem):
    """The server refused to write a legend because of the state it is in; nothing was changed.

    Attributes:
        report: with the dates that changed meanwhile under ``conflicts``, and the server's legends where they could be
            read again.
        act: ``push`` or ``rollback``.
        status, message: the server's response.
        who: the user who changed the dates, as far as the server states it.
        fields: the changed fields of their classes: ``min``, ``max``, ``color``, ``label``, ``classes`` or ``date``.
    """

    def __init__(
        self, report: PushReport, act: str, status: int, message: str, *, who: str = "", fields: tuple[str, ...] = ()
    ) -> None:
        super().__init__(f"{act} refused: {status} {message}".strip())
        self.report = report
        self.act = act
        self.status = status
        self.message = message
        self.who = who
        self.fields = fields


class NotCreated(ServiceProblem):
    """A creation was not confirmed, and the server does not list the resource.

    Attributes:
        name: the resource to create; method, path: the request.
    """

    def __init__(self, name: str, method: str, path: str) -> None:
        super().__init__(f"{method} {path}: {name!r} not confirmed and not listed")
        self.name = name
        self.method = method
        self.path = path
