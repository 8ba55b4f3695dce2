"""Lists to choose from in forms that want an id: its label for people beside the value that runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from qgis.PyQt.QtCore import QObject

from ..files.shown_names import shown_name
from ..host.i18n import translate
from ..messages.numbers import natural_key
from .choice_list import ChoiceList
from .errors import NotConnected
from .listing import get_visualization, list_assets, list_projects, list_visualizations
from .visualization_item import day_text

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..worker.job import Job
    from ..worker.runner import Report, Runner
    from .visualization_item import AcquisitionDate


class Choice(NamedTuple):
    """A value with its display label."""

    value: str
    label: str


class ChoiceService(QObject):
    """A factory of jobs that fetch choice lists over the connection used by Processing.

    Args:
        runner: returns the job runner; called at the first list.
        prepare: as ``Access.prepare``.
        connection_name: as ``Access.connection_name``.
    """

    def __init__(
        self,
        runner: Callable[[], Runner],
        prepare: Callable[[], Callable[[], Any]],
        connection_name: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._prepare = prepare
        self._connection_name = connection_name
        self._is_closed = False

    @property
    def connection(self) -> str:
        """Return the name of the connection that lists come from now."""
        return self._connection_name()

    def job(self, kind: ChoiceList, within: Sequence[str] = ()) -> Job:
        """Return a job, not started, whose result is a list of choices.

        Raises:
            NotConnected, ApiError, CredentialsUnavailable: there is no connection, no address or no key.
        """
        if self._is_closed:
            raise NotConnected
        make_client = self._prepare()
        work = partial(_fetch, make_client, kind, tuple(within))
        return self._runner().job(work, f"Listing {kind}", visible=False)

    def close(self) -> None:
        """Fetch nothing from now on, also for dialogs that stay open."""
        self._is_closed = True


async def _fetch(
    make_client: Callable[[], Any], kind: ChoiceList, within: tuple[str, ...], _report: Report
) -> list[Choice]:
    async with make_client() as client:
        return await list_choices(client, kind, within)


async def list_choices(client: ApiClient, kind: ChoiceList, within: Sequence[str] = ()) -> list[Choice]:
    """Return the choices of a list, each value once.

    Args:
        within: the AOI's id for its assets and visualizations, that and the visualization's id for its dates.
    """
    found = await _LISTS[kind](client, *within)
    return list({choice.value: choice for choice in found}.values())


def labelled(value: str, *words: str | None) -> Choice:
    """Return a choice read as ``words — value``; where there are no words, the value stands alone."""
    text = ", ".join(filter(None, (shown_name(word or "") for word in words)))
    return Choice(value, f"{text} — {value}" if text and text != value else value)


async def _projects(client: ApiClient) -> list[Choice]:
    return [labelled(project.id, project.title or project.name) for project in await list_projects(client)]


async def _aois(client: ApiClient) -> list[Choice]:
    return [labelled(aoi.aoi_id, aoi.name) async for aoi in client.aois.iterate()]


async def _satellites(client: ApiClient) -> list[Choice]:
    return [labelled(satellite.id, satellite.name) for satellite in await client.aois.satellites()]


async def _indices(client: ApiClient) -> list[Choice]:
    return [labelled(index.id, index.name, index.type) async for index in client.indices.iterate()]


async def _colour_maps(client: ApiClient) -> list[Choice]:
    names = {index.colormap async for index in client.indices.iterate() if index.colormap}
    return [Choice(name, name) for name in sorted(names, key=natural_key)]


async def _providers(_client: ApiClient) -> list[Choice]:
    return [
        labelled("pixxel", translate("Choices", "Pixxel's own satellites")),
        labelled("planetary", translate("Choices", "Open data")),
    ]


async def _assets(client: ApiClient, aoi_id: str) -> list[Choice]:
    found = await list_assets(client, aoi_id)
    return [labelled(asset.id, day_text(asset.date), asset.name or asset.asset_type) for asset in found]


async def _visualizations(client: ApiClient, aoi_id: str) -> list[Choice]:
    return [labelled(item.id, item.title, item.type) for item in await list_visualizations(client, aoi_id)]


async def _dates(client: ApiClient, aoi_id: str, visualization_id: str) -> list[Choice]:
    item = await get_visualization(client, aoi_id, visualization_id)
    return [labelled(_date_value(date), date.label) for date in item.dates]


def _date_value(date: AcquisitionDate) -> str:
    """Return what ``DATES`` understands as this date alone: the day, or the server's key where it has other scenes."""
    return date.day.isoformat() if date.scenes == 1 else date.key


_LISTS: dict[ChoiceList, Callable[..., Awaitable[list[Choice]]]] = {
    ChoiceList.PROJECTS: _projects,
    ChoiceList.AOIS: _aois,
    ChoiceList.SATELLITES: _satellites,
    ChoiceList.INDICES: _indices,
    ChoiceList.COLOUR_MAPS: _colour_maps,
    ChoiceList.PROVIDERS: _providers,
    ChoiceList.ASSETS: _assets,
    ChoiceList.VISUALIZATIONS: _visualizations,
    ChoiceList.DATES: _dates,
}
