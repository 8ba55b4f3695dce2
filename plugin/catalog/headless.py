"""Use cases for scripts and the Toolbox in plain values: names for ids, text for numbers. Coroutines, free of Qt."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..api.errors import ApiError
from ..files.shown_names import shown_name
from ..host.i18n import translate
from ..legend.vocabulary import ExpressionType
from .aoi_creation import create_aoi
from .created_once import Creation, create_once
from .creation import create_visualization
from .errors import NotCreated, SomeCreated
from .listing import resolve_project, resolve_satellite

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Aoi, AoiCreate, Index, IndexCreate, Visualization, VisualizationCreate

Found = Callable[[str], object]

_logger = logging.getLogger(__name__)


async def list_aois(client: ApiClient, project: str = "", name: str = "") -> list[Aoi]:
    """Return the AOIs of a project (id or exact name; empty: all) whose name contains a text.

    Raises:
        UnknownName: there is no such project.
    """
    from ..api.models import AoiQuery

    projects = ((await resolve_project(client, project)).id,) if project.strip() else ()
    query = AoiQuery(name=name.strip() or None, project_ids=projects)
    return [aoi async for aoi in client.aois.iterate(query)]


async def list_indices(client: ApiClient, satellite: str = "", kind: str = "") -> list[Index]:
    """Return the indices of a satellite (id or exact name; empty: all) and type (``preset``, ``custom``; empty: all).

    Raises:
        UnknownName: there is no such satellite.
    """
    from ..api.models import IndexQuery

    satellite_id = (await resolve_satellite(client, satellite)).id if satellite.strip() else None
    query = IndexQuery(satellite_id=satellite_id, type=kind.strip() or None)
    found = [index async for index in client.indices.iterate(query)]
    return [index for index in found if _fits(index.satellite_id, satellite_id) and _fits(index.type, query.type)]


async def project_title(client: ApiClient, project_id: str | None) -> str:
    """Return the display name of a project; empty where the server does not return one."""
    if not project_id:
        return ""
    try:
        project = await client.projects.get(project_id)
    except ApiError as error:
        _logger.info("Project %s could not be read, layers are grouped by AOI only: %s", project_id, error)
        return ""
    return shown_name(project.title or "") or shown_name(project.name or "")


async def new_aois(
    client: ApiClient,
    polygons: Sequence[Mapping[str, Any]],
    *,
    name: str,
    description: str,
    project: str,
    satellite: str,
    provider: str,
    items: Sequence[str],
    found: Found | None = None,
) -> list[Aoi]:
    """Create an AOI of each polygon; several are numbered in their names. Project and satellite are ids or exact names.

    Args:
        found: called with the name of an AOI whose creation was not confirmed but which the server lists.

    Raises:
        UnknownName: there is no such project or satellite.
        NotCreated: the creation was not confirmed, and the server does not list the AOI.
        SomeCreated: one of several could not be created; the error lists those that were.
    """
    from ..api.models import AoiCreate

    satellite_id = (await resolve_satellite(client, satellite)).id
    project_id = (await resolve_project(client, project)).id
    created: list[Aoi] = []
    for number, polygon in enumerate(polygons, start=1):
        wanted = AoiCreate(
            name=name if len(polygons) == 1 else f"{name} ({number})",
            description=description,
            satellite_id=satellite_id,
            provider=provider,
            project_id=project_id,
            geometry=dict(polygon),
            item_ids=tuple(items),
        )
        try:
            created.append(await create_once(_aoi_creation(client, wanted), found))
        except (ApiError, NotCreated) as error:
            if not created:
                raise
            raise SomeCreated(wanted.name, tuple(aoi.name for aoi in created)) from error
    return created


async def new_index(
    client: ApiClient,
    *,
    name: str,
    description: str,
    expression: str,
    expression_type: ExpressionType,
    colormap: str,
    rescale: tuple[float, float],
    satellite: str,
    found: Found | None = None,
    bands_known: Callable[[Collection[str]], None] | None = None,
) -> Index:
    """Create a custom index; the satellite is an id or exact name.

    Args:
        bands_known: called with the names of the satellite's bands before the index is sent.

    Raises:
        NotCreated: it was not confirmed, and the server does not list it.
        UnknownName: there is no such satellite.
    """
    from ..api.models import IndexCreate

    chosen = await resolve_satellite(client, satellite)
    if bands_known is not None:
        bands_known(chosen.band_names)
    wanted = IndexCreate(
        name=name,
        description=description,
        rescale=rescale,
        expression=expression,
        colormap=colormap,
        satellite_id=chosen.id,
        expression_type=expression_type,
    )
    return await create_once(_index_creation(client, wanted), found)


async def new_visualization(
    client: ApiClient,
    aoi_id: str,
    index_id: str,
    assets: Sequence[str],
    resolution: float | None,
    found: Found | None = None,
) -> Visualization:
    """Create a visualization; without assets the server uses those of the AOI.

    Raises:
        NotCreated: the creation was not confirmed, and the server does not list the visualization.
    """
    from ..api.models import VisualizationCreate

    wanted = VisualizationCreate(index_id=index_id, src_asset_ids=tuple(assets) or None, resolution=resolution)
    return await create_once(_visualization_creation(client, aoi_id, wanted), found)


def _aoi_creation(client: ApiClient, wanted: AoiCreate) -> Creation[Aoi]:
    from ..api.models import AoiQuery

    async def known() -> list[str]:  # one page: the name may be among thousands
        page = await client.aois.list(AoiQuery(name=wanted.name, project_ids=(wanted.project_id,)))
        return [aoi.aoi_id for aoi in page.items if aoi.name == wanted.name]

    async def alike() -> list[Aoi]:
        query = AoiQuery(name=wanted.name, project_ids=(wanted.project_id,))
        return [aoi async for aoi in client.aois.iterate(query) if aoi.name == wanted.name]

    return Creation(f"“{wanted.name}”", lambda: create_aoi(client, wanted), alike, known, lambda aoi: aoi.aoi_id)


def _index_creation(client: ApiClient, wanted: IndexCreate) -> Creation[Index]:
    from ..api.models import IndexQuery

    async def alike() -> list[Index]:
        query = IndexQuery(satellite_id=wanted.satellite_id)
        return [index async for index in client.indices.iterate(query) if index.name == wanted.name]

    async def known() -> list[str]:
        return [index.id for index in await alike()]

    return Creation(f"“{wanted.name}”", lambda: client.indices.create(wanted), alike, known, lambda index: index.id)


def _visualization_creation(client: ApiClient, aoi_id: str, wanted: VisualizationCreate) -> Creation[Visualization]:
    from ..api.models import VisualizationQuery

    async def alike() -> list[Visualization]:
        items = client.visualizations.iterate(aoi_id, VisualizationQuery(index_id=wanted.index_id))
        return [item async for item in items if item.index_id == wanted.index_id]

    async def known() -> list[str]:
        return [item.id for item in await alike()]

    def create() -> Awaitable[Visualization]:
        return create_visualization(client, aoi_id, wanted)

    name = translate("Messages", "the visualization of index {0}").format(wanted.index_id)
    return Creation(name, create, alike, known, lambda item: item.id)


def _fits(found: str | None, wanted: str | None) -> bool:
    """Return whether a field matches a filter that the server may have ignored; a missing field matches."""
    return not wanted or not found or found.casefold() == wanted.casefold()
