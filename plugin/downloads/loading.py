"""Dates of a visualization, brought to disk as georeferenced rasters.

A picture is the server's PNG laid over the AOI's extent; values are the asset's raster with the style that belongs to
it. Each file appears whole or not at all, and a load that is stopped leaves no pieces behind.
"""

from __future__ import annotations

import asyncio
import datetime
import hashlib
import logging
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..api.decoding.decode import moment_of
from ..api.errors import ApiError, RequestRejected
from ..catalog.date_labels import file_label
from ..catalog.errors import NotReady, ServiceProblem, UnknownDate
from ..catalog.style_documents import style_texts
from ..catalog.visualization_item import AcquisitionDate, VisualizationItem, available_labels, listed_legend
from ..files.file_lock import open_locked
from ..files.image_cache import files_of, is_whole, note_use
from ..files.names import scene_name
from ..files.shown_names import shown_name
from ..files.whole import sweep_parts, write_bytes
from ..imagery.budget import check_stopped
from ..imagery.errors import ClassesRefused, RasterUnreadable
from ..imagery.hand_places import chosen_place
from ..imagery.loaded import LoadedImage, Placement
from ..imagery.outlines import extent_of
from ..imagery.picture_place import Clues, PicturePlace
from ..imagery.picture_raster import place_picture
from ..imagery.place_finder import PlaceFinder
from ..imagery.placement import raster_placement
from ..imagery.png_file import PictureUnreadable, read_structure
from ..imagery.wrapping import wrap_picture
from ..layer_kinds.table import LayerKind
from ..legend.units import display_range
from ..legend.vocabulary import LegendMode, Units
from ..worker.background import in_stoppable_thread
from ..worker.progress import Progress
from .errors import DateRefused, NoPlace, OnePictureADay
from .values import PARTS, ValueSource

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Aoi
    from ..imagery.budget import IsStopped
    from ..imagery.earth import Extent
    from ..worker.progress import Report

    Styles = asyncio.Task[dict[str, str]]
    NameOf = Callable[["LoadRequest", AcquisitionDate, str], str]

# The client itself has at most six requests on their way; while some dates are converted, the next ones travel.
AT_ONCE = 12
_CONVERTED_AT_ONCE = 2
_UNFINISHED = ".unfinished-"
_IN_USE = ".in-use"
_SECONDS_TO_LOCK = 60
# Status codes of a server for a date it does not have.
_UNKNOWN = (400, 404, 422)
_ONE_DATE = (ApiError, ServiceProblem, PictureUnreadable, RasterUnreadable, ClassesRefused, OSError)
_PIECE = 16 * 1024 * 1024
_logger = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """A request to load dates of an item in one mode and kind into a folder.

    ``units`` holds the known units of the legend's breakpoints, as in ``LoadedImage``; ``places`` the places
    of pictures that the user chose (``hand_places``).
    """

    aoi: Aoi
    project_name: str
    item: VisualizationItem
    dates: tuple[AcquisitionDate, ...]
    mode: LegendMode
    kind: LayerKind
    folder: Path
    connection: str
    units: Units = Units.UNCHOSEN
    places: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The images that came, in order of date, and the dates that did not, each with its reason."""

    images: tuple[LoadedImage, ...] = ()
    problems: tuple[tuple[AcquisitionDate, Exception], ...] = ()

    @property
    def is_failure(self) -> bool:
        """Return whether none of the dates came."""
        return bool(self.problems) and not self.images


def plain_name(request: LoadRequest, date: AcquisitionDate, _digest: str) -> str:
    """Return ``<YYYY-MM-DD>_<mode>_<kind>.tif``; of several scenes of one day the label says which it is."""
    return f"{file_label(date.label)}_{request.mode}_{request.kind}.tif"


def content_name(request: LoadRequest, date: AcquisitionDate, digest: str) -> str:
    """Return a name that changes with the content, so that a file that is open is never written again."""
    return f"{scene_name(date.day, date.key)}_{request.mode}_{request.kind}_{digest[:8]}.tif"


async def load_dates(
    client: ApiClient,
    request: LoadRequest,
    report: Report,
    on_image: Callable[[LoadedImage], None],
    *,
    on_problem: Callable[[AcquisitionDate, Exception], None] | None = None,
    limit: int = AT_ONCE,
    name_of: NameOf = plain_name,
    keep_original: bool = False,
    parts: Path | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> LoadResult:
    """Load the dates of a request, newest first, several at once; a date that fails does not stop the others.

    Args:
        on_image, on_problem: called on the loop as each date ends; a disk error raised by ``on_image`` becomes the
            problem of that date.
        limit: number of dates loaded at once.
        keep_original: keep the server's PNG beside the raster made from it.
        parts: folder for the part files of an interrupted load; by default one in the request's folder.

    Raises:
        NotReady, UnknownDate: there is no date to load.
        OSError: the folder cannot be created.
    """
    check_dates(request)
    request.folder.mkdir(parents=True, exist_ok=True)
    with unfinished_folder(request.folder) as scratch:
        load = Load(
            client,
            request,
            scratch,
            name_of,
            keep_original,
            ValueSource(client, request.item, parts or request.folder / PARTS, sleep),
            asyncio.Semaphore(_CONVERTED_AT_ONCE),
        )
        styles = asyncio.create_task(load.styles())
        try:
            return await _Dates(load, styles, Watch(len(request.dates), report), on_image, on_problem).all(limit)
        finally:
            await _stopped(styles)


@dataclass
class Watch:
    """Counts dates and bytes for the progress report."""

    total: int
    report: Report
    done: int = 0
    bytes_done: dict[str, int] = field(default_factory=dict)

    def ended(self, date: AcquisitionDate) -> None:
        self.done += 1
        self.announce(date.label)

    def bytes_of(self, date: AcquisitionDate) -> Callable[[int, int | None], None]:
        def received(done: int, _total: int | None) -> None:
            self.bytes_done[date.key] = done
            self.announce(date.label)

        return received

    def announce(self, text: str) -> None:
        self.report(Progress(self.done, self.total, text, sum(self.bytes_done.values())))


@dataclass(frozen=True)
class Load:
    """One load under way, with the steps that kinds of layer are made of."""

    client: ApiClient
    request: LoadRequest
    scratch: Path
    name_of: NameOf
    keep_original: bool
    source: ValueSource
    converting: asyncio.Semaphore
    places: PlaceFinder = field(default_factory=PlaceFinder)

    async def styles(self) -> dict[str, str]:
        """Return the style of each date, if the kind wants one; where the server returns an error, legends are used."""
        if not self.request.kind.row.wants_styles:
            return {}
        keys = [*dict.fromkeys(date.legend_key for date in self.request.dates)]
        try:
            return await style_texts(self.client, self.request.item, self.request.mode, keys)
        except ApiError as error:
            _logger.warning("No styles came, layers are drawn by the legend: %s", error)
            return {}

    async def style(self, date: AcquisitionDate, styles: Styles) -> str | None:
        """Return the style of a date, once the styles have come; ``None`` where it has none."""
        return (await asyncio.shield(styles)).get(date.legend_key)

    async def picture(self, date: AcquisitionDate, watch: Watch) -> tuple[Path, Placement]:
        """Load the picture of a date and give it its place."""
        png, place = await self.drawing(date, watch)
        where = repr((place.placement.crs, place.placement.extent, place.window))
        target = self._target(date, hashlib.sha256(png + where.encode()).hexdigest())
        return await self.converted(partial(self._place, png, place, target)), place.placement

    async def drawing(self, date: AcquisitionDate, watch: Watch) -> tuple[bytes, PicturePlace]:
        """Load the PNG of a date, and return it with its place."""
        from ..api.models import PngRequest

        item = self.request.item
        if date.legend_key != date.key and moment_of(date.key) is None:
            raise OnePictureADay(date.label)
        extent = extent_of(self.request.aoi.geometry)
        if extent is None:
            raise NoPlace(self.request.aoi.aoi_id)
        asked = PngRequest(index_id=item.index_id, date=date.key, visualization_mode=self.request.mode)
        try:
            png = await self.client.visualizations.png(item.aoi_id, item.id, asked)
        except RequestRejected as error:
            if error.status in _UNKNOWN and date.key not in (item.visualization.legends or {}):
                raise DateRefused(date.label, date.key) from error
            raise
        watch.bytes_of(date)(len(png), len(png))
        return png, await self.converted(partial(self._placed, png, extent, date))

    async def converted(self, function: Callable[[IsStopped], _T]) -> _T:
        """Run a slow function in one of the few threads of this load: each more would keep the window waiting."""
        async with self.converting:
            return await in_stoppable_thread(function)

    def _placed(self, png: bytes, extent: Extent, date: AcquisitionDate, is_stopped: IsStopped) -> PicturePlace:
        chosen = self.request.places and chosen_place(self.request.places, read_structure(png), date.key)
        return chosen or self.places.place(png, self.clues(date), extent, is_stopped)

    def _place(self, png: bytes, place: PicturePlace, target: Path, is_stopped: IsStopped) -> Path:
        """Lay a picture down in its place: with its original kept, by a VRT beside that; else as a GeoTIFF."""
        wrapper = target.with_suffix(".vrt")
        for finished in (wrapper, target):
            if self.name_of is content_name and all(map(is_whole, files_of(finished))):
                return finished
        original, wrapped = self.scratch / f"{target.stem}.png", self.scratch / wrapper.name
        where = (place.placement.extent, place.placement.crs)
        if not (self.keep_original and wrap_picture(png, original, wrapped, *where, window=place.window)):
            place_picture(png, self.scratch / target.name, *where, window=place.window, is_stopped=is_stopped)
            wrapper = target
            if self.keep_original:
                write_bytes(original, png, durable=False)
        if self.keep_original:
            self._settle(original, target.with_suffix(".png"))
        self._settle(self.scratch / wrapper.name, wrapper)
        return wrapper

    def clues(self, date: AcquisitionDate) -> Clues:
        """Return the known facts about the picture of a date."""
        legend, _ = listed_legend(self.request.item, date.legend_key, self.request.mode)
        colours = (each.colour for each in legend.classes) if legend is not None else ()
        rgb = tuple((colour.red, colour.green, colour.blue) for colour in colours)
        asset, values = date.asset, self.values_at_hand(date)
        if asset is None:
            return Clues(self.request.aoi.geometry, colours=rgb, values=values)
        return Clues(self.request.aoi.geometry, asset.geometry, float(asset.resolution or 0.0), rgb, values)

    async def raster(self, date: AcquisitionDate, watch: Watch) -> tuple[Path, Placement]:
        """Load the raster of the index of a date."""
        folder = Path(tempfile.mkdtemp(dir=self.scratch))
        raster = await self.source.fetch(date, folder, watch.bytes_of(date))
        return await self.converted(partial(self._keep_raster, date, raster, folder))

    def _keep_raster(
        self, date: AcquisitionDate, raster: Path, folder: Path, is_stopped: IsStopped
    ) -> tuple[Path, Placement]:
        """Move a raster to its place, and remove what it was made of: it would fill the disk until the last date."""
        try:
            placement = raster_placement(raster)
            target = self._target(date, _digest_of(raster, is_stopped))
            self._settle(raster, target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return target, placement

    def values_at_hand(self, date: AcquisitionDate) -> Path | None:
        """Return the values of a date that a former load left in the folder, if there are any."""
        return cached_values(self.request.folder, self.request.item, (date.key,)).get(date.key)

    async def made(self, date: AcquisitionDate, digest: str, make: Callable[[Path, IsStopped], None]) -> Path:
        """Return the file of a date that a slow function makes, unless one of the same content is there.

        Args:
            digest: of all that the content depends on.
        """
        target = self._target(date, digest)

        def settled(is_stopped: IsStopped) -> Path:
            if not (self.name_of is content_name and is_whole(target)):
                make(self.scratch / target.name, is_stopped)
                self._settle(self.scratch / target.name, target)
            return target

        return await self.converted(settled)

    def _target(self, date: AcquisitionDate, digest: str) -> Path:
        return self.request.folder / self.name_of(self.request, date, digest)

    def _settle(self, new: Path, target: Path) -> None:
        """Move a finished file to its place; one of the same content is left alone, since it may be open."""
        if self.name_of is content_name and is_whole(target):
            return
        try:
            new.replace(target)
        except PermissionError:  # Windows replaces no open file: another QGIS was faster
            if not is_whole(target):
                raise

    def image(self, date: AcquisitionDate, path: Path, placement: Placement, sld: str | None = None) -> LoadedImage:
        """Return a finished file with what its layer has to know."""
        request, item = self.request, self.request.item
        note_use(path)
        legend, warnings = listed_legend(item, date.legend_key, request.mode)
        return LoadedImage(
            path=path,
            kind=request.kind,
            mode=request.mode,
            day=date.day,
            date_key=date.key,
            date_label=date.label,
            connection=request.connection,
            project_name=request.project_name,
            aoi_id=item.aoi_id,
            aoi_name=shown_name(request.aoi.name),
            visualization_id=item.id,
            visualization_title=item.title,
            index_id=item.index_id,
            placement=placement,
            loaded_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            legend=legend,
            sld=sld,
            display=display_range(item.rescale),
            units=request.units,
            warnings=warnings,
        )


@dataclass
class _Dates:
    """The dates of one load, with the result or error of each."""

    load: Load
    styles: Styles
    watch: Watch
    on_image: Callable[[LoadedImage], None]
    on_problem: Callable[[AcquisitionDate, Exception], None] | None
    images: dict[str, LoadedImage] = field(default_factory=dict)
    problems: dict[str, Exception] = field(default_factory=dict)

    async def all(self, limit: int) -> LoadResult:
        self.watch.announce("")
        slots = asyncio.Semaphore(limit)
        dates = self.load.request.dates
        async with asyncio.TaskGroup() as group:
            for date in sorted(dates, key=_day, reverse=True):  # a map that shows the newest is drawn once
                group.create_task(self._one(date, slots))
        return LoadResult(
            tuple(self.images[date.key] for date in dates if date.key in self.images),
            tuple((date, self.problems[date.key]) for date in dates if date.key in self.problems),
        )

    async def _one(self, date: AcquisitionDate, slots: asyncio.Semaphore) -> None:
        async with slots:
            try:
                image = await self.load.request.kind.row.load(self.load, date, self.styles, self.watch)
                self.on_image(image)
                self.images[date.key] = image
            except _ONE_DATE as error:
                self._note(date, error)
        self.watch.ended(date)

    def _note(self, date: AcquisitionDate, error: Exception) -> None:
        _logger.warning("%s was not loaded: %s", date.key, error)
        self.problems[date.key] = error
        if self.on_problem is not None:
            self.on_problem(date, error)


def _digest_of(file: Path, is_stopped: IsStopped) -> str:
    found = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(_PIECE):
            check_stopped(is_stopped)
            found.update(piece)
    return found.hexdigest()


def _day(date: AcquisitionDate) -> datetime.date:
    return date.day


def check_dates(request: LoadRequest) -> None:
    """Check that there is a date to load.

    Raises:
        NotReady, UnknownDate: there is none.
    """
    if request.dates:
        return
    item = request.item
    if not item.state.is_usable:
        raise NotReady(item.state, item.id, item.status)
    raise UnknownDate((), available_labels(item))


def cached_values(folder: Path, item: VisualizationItem, keys: Collection[str] | None = None) -> dict[str, Path]:
    """Return the newest value raster of each date in a folder that ``content_name`` names, by date key.

    Args:
        keys: the dates to look for; all without it.
    """
    by_scene: dict[str, list[Path]] = {}
    for file in folder.glob(f"*_{LayerKind.VALUES}_*.tif"):
        by_scene.setdefault(file.name.partition("_")[0], []).append(file)
    wanted = (date for date in item.dates if keys is None or date.key in keys)
    found = {date.key: by_scene.get(scene_name(date.day, date.key), []) for date in wanted}
    return {key: max(files, key=lambda file: file.stat().st_mtime) for key, files in found.items() if files}


@contextmanager
def unfinished_folder(folder: Path) -> Iterator[Path]:
    """Make a folder for unfinished files beside the finished ones, and clear it away in any case.

    Those of a process that was killed are cleared away, too.
    """
    _sweep(folder)
    scratch = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
    lock = open_locked(scratch / _IN_USE)
    try:
        if lock is not None:
            lock.write(b"1")  # from now on, whoever can lock it knows that its process is dead
        yield scratch
    finally:
        if lock is not None:
            lock.close()  # Windows removes no file that is open
        shutil.rmtree(scratch, ignore_errors=True)


def sweep_cache(root: Path) -> None:
    """Remove the files that loads of killed processes left in the folders of a cache."""
    for depth in ("", "*/", "*/*/"):
        _sweep(root, depth)


def _sweep(folder: Path, depth: str = "") -> None:
    sweep_parts(folder)
    for scratch in folder.glob(f"{depth}{_UNFINISHED}*"):
        with suppress(OSError):
            lock = open_locked(scratch / _IN_USE) if _may_be_dead(scratch) else None
            if lock is not None:
                lock.close()
                shutil.rmtree(scratch, ignore_errors=True)


def _may_be_dead(scratch: Path) -> bool:
    """Return whether a folder of unfinished files had a lock, or has been without one for too long to be a new one."""
    try:
        was_locked = (scratch / _IN_USE).stat().st_size > 0
    except FileNotFoundError:
        was_locked = False
    return was_locked or scratch.stat().st_mtime < time.time() - _SECONDS_TO_LOCK


async def _stopped(styles: Styles) -> None:
    styles.cancel()
    with suppress(asyncio.CancelledError):
        await styles
