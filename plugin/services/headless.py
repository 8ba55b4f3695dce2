"""What scripts and the Toolbox ask for, in plain values: names for ids, text for numbers. Coroutines, free of Qt."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..api.errors import ApiError
from .aoi import create_aoi
from .creation import create_visualization
from .listing import resolve_project, resolve_satellite
from .problems import SomeCreated

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Aoi, Index, Visualization

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
    """Return what people call a project; empty where the server does not tell."""
    if not project_id:
        return ""
    try:
        project = await client.projects.get(project_id)
    except ApiError as error:
        _logger.info("Project %s could not be read, layers are grouped by AOI only: %s", project_id, error)
        return ""
    return project.title or project.name


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
) -> list[Aoi]:
    """Create an AOI of each polygon; several are numbered in their names. Project and satellite are ids or exact names.

    Raises:
        UnknownName: there is no such project or satellite.
        SomeCreated: one of several could not be created; the error says which were.
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
            created.append(await create_aoi(client, wanted))
        except ApiError as error:
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
    expression_type: str,
    colormap: str,
    rescale: tuple[float, float],
    satellite: str,
) -> Index:
    """Create a custom index; the satellite is an id or exact name.

    Raises:
        UnknownName: there is no such satellite.
    """
    from ..api.models import IndexCreate

    wanted = IndexCreate(
        name=name,
        description=description,
        rescale=rescale,
        expression=expression,
        colormap=colormap,
        satellite_id=(await resolve_satellite(client, satellite)).id,
        expression_type=expression_type,
    )
    return await client.indices.create(wanted)


async def new_visualization(
    client: ApiClient, aoi_id: str, index_id: str, assets: Sequence[str], resolution: float | None
) -> Visualization:
    """Create a visualization; without assets the server takes what the AOI has."""
    from ..api.models import VisualizationCreate

    wanted = VisualizationCreate(index_id=index_id, src_asset_ids=tuple(assets) or None, resolution=resolution)
    return await create_visualization(client, aoi_id, wanted)


def _fits(found: str | None, wanted: str | None) -> bool:
    """Tell whether a field fits a filter that the server may have overlooked; an unknown field does."""
    return not wanted or not found or found.casefold() == wanted.casefold()
