"""Images of a project that are missing on this machine, fetched again in one act."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..api.errors import ApiError
from ..catalog.errors import ServiceProblem, UnknownDate
from ..catalog.listing import get_visualization
from ..catalog.visualization_item import available_labels
from ..imagery.png_file import PictureUnreadable, read_structure
from ..layer_kinds.table import LayerKind
from ..legend.vocabulary import LegendMode, Units
from ..worker.background import in_thread
from ..worker.progress import Progress
from .loading import LoadRequest, content_name, load_dates

if TYPE_CHECKING:
    import datetime
    from pathlib import Path

    from ..api.client import ApiClient
    from ..api.models import Aoi
    from ..catalog.session import SessionService
    from ..catalog.visualization_item import AcquisitionDate, VisualizationItem
    from ..imagery.loaded import LoadedImage
    from ..worker.job import Job
    from ..worker.progress import Report

_OF_STACK = (ApiError, ServiceProblem, OSError)


@dataclass(frozen=True, slots=True)
class WantedDate:
    """A date of a stack: its day, the server's key where that is known, and the layers that show it.

    Attributes:
        damaged: files of these layers that are there but cannot be opened.
    """

    day: datetime.date
    key: str
    layer_ids: tuple[str, ...]
    damaged: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class WantedStack:
    """The dates of a visualization, in one mode and kind, that are missing."""

    aoi_id: str
    visualization_id: str
    mode: LegendMode
    kind: LayerKind
    dates: tuple[WantedDate, ...]
    folder: Path
    connection: str
    units: Units = Units.UNCHOSEN
    places: Mapping[str, Any] = field(default_factory=dict)


Found = Callable[[WantedDate, "LoadedImage"], None]
Refused = Callable[[WantedDate, Exception], None]


async def fetch_again(
    client: ApiClient, stacks: Sequence[WantedStack], report: Report, on_image: Found, on_problem: Refused
) -> None:
    """Fetch missing dates, stack by stack; one that fails does not stop the others.

    Args:
        on_image, on_problem: called on the loop as each date ends.
    """
    done, total = 0, sum(len(stack.dates) for stack in stacks)
    for stack in stacks:
        progress = partial(_report_of_all, report, done, total)
        try:
            await _fetch_stack(client, stack, progress, on_image, on_problem)
        except _OF_STACK as error:
            for wanted in stack.dates:
                on_problem(wanted, error)
        done += len(stack.dates)


async def _fetch_stack(
    client: ApiClient, stack: WantedStack, report: Report, on_image: Found, on_problem: Refused
) -> None:
    aoi = await client.aois.get(stack.aoi_id)
    item = await get_visualization(client, stack.aoi_id, stack.visualization_id)
    known: dict[str, tuple[AcquisitionDate, list[WantedDate]]] = {}
    absent = []
    for wanted in stack.dates:
        if (date := _date_of(item, wanted)) is None:
            absent.append(wanted)
        else:
            known.setdefault(date.key, (date, []))[1].append(wanted)
    if known:
        await in_thread(_remove_damaged, stack)
        await _load(client, stack, (aoi, item), known, report, on_image, on_problem)
    for wanted in absent:
        on_problem(wanted, UnknownDate((wanted.key or wanted.day.isoformat(),), available_labels(item)))


async def _load(
    client: ApiClient,
    stack: WantedStack,
    subject: tuple[Aoi, VisualizationItem],
    known: Mapping[str, tuple[AcquisitionDate, Sequence[WantedDate]]],
    report: Report,
    on_image: Found,
    on_problem: Refused,
) -> None:
    """Load dates, each of which may be wanted twice: by layers that know its key, and by those that know its day."""

    def end_all(key: str, end: Callable[[WantedDate], None]) -> None:
        for wanted in known[key][1]:
            end(wanted)

    await load_dates(
        client,
        LoadRequest(
            aoi=subject[0],
            project_name="",
            item=subject[1],
            dates=tuple(date for date, _ in known.values()),
            mode=stack.mode,
            kind=stack.kind,
            folder=stack.folder,
            connection=stack.connection,
            units=stack.units,
            places=stack.places,
        ),
        report,
        lambda image: end_all(image.date_key, lambda wanted: on_image(wanted, image)),
        on_problem=lambda date, error: end_all(date.key, lambda wanted: on_problem(wanted, error)),
        name_of=content_name,
        keep_original=True,
    )


def _remove_damaged(stack: WantedStack) -> None:
    """Remove damaged files where the fetched ones are going to be: those would not replace them.

    A picture that is whole stays, since only the VRT that shows it is damaged or gone, and the server may refuse.
    """
    for file in (file for wanted in stack.dates for file in wanted.damaged if file.parent == stack.folder):
        if not _is_whole_picture(file):
            file.unlink(missing_ok=True)


def _is_whole_picture(file: Path) -> bool:
    try:
        read_structure(file.read_bytes())
    except (OSError, PictureUnreadable):
        return False
    return True


def _date_of(item: VisualizationItem, wanted: WantedDate) -> AcquisitionDate | None:
    """Return the date of a key; a layer of an earlier version knows its day alone."""
    fitting = [date for date in item.dates if date.key == wanted.key or (not wanted.key and date.day == wanted.day)]
    return fitting[0] if len(fitting) == 1 else None


def _report_of_all(report: Report, before: int, total: int, progress: Progress) -> None:
    report(Progress(before + progress.done, total, progress.text, progress.bytes_done))


class RefetchService(QObject):
    """A service that fetches missing images into the permanent cache.

    ``image_fetched(WantedDate, LoadedImage)`` is emitted for each date as it ends, and
    ``date_failed(WantedDate, Exception)`` for each that could not be had.
    """

    image_fetched = pyqtSignal(object, object)
    date_failed = pyqtSignal(object, object)

    def __init__(self, session: SessionService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def job(self, stacks: Sequence[WantedStack], label: str) -> Job:
        """Return a job, not started, that fetches stacks."""
        return self._session.job(partial(self._fetch, stacks), label)

    async def _fetch(self, stacks: Sequence[WantedStack], client: ApiClient, report: Report) -> None:
        """Run on the worker's loop; the signals cross over to the main thread by themselves."""
        await fetch_again(client, stacks, report, self.image_fetched.emit, self.date_failed.emit)
