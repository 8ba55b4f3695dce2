"""Lists of projects, satellites and visualizations, searched and joined. Plain coroutines, free of Qt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from ..api.errors import ApiError
from .errors import UnknownName
from .visualization_item import VisualizationItem, join

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Asset, Index, Project, Satellite, Visualization

_logger = logging.getLogger(__name__)
_Named = TypeVar("_Named", "Project", "Satellite")


async def list_projects(client: ApiClient) -> list[Project]:
    """Return all projects the key has access to."""
    return [project async for project in client.projects.iterate()]


async def resolve_project(client: ApiClient, text: str) -> Project:
    """Return the project of an id or an exact name.

    Raises:
        UnknownName: there is none, or several bear the name.
    """
    return _only(await list_projects(client), "project", text)


async def resolve_satellite(client: ApiClient, text: str) -> Satellite:
    """Return the satellite of an id or an exact name.

    Raises:
        UnknownName: there is none, or several bear the name.
    """
    return _only(await client.aois.satellites(), "satellite", text)


async def resolve_satellites(client: ApiClient, texts: Sequence[str]) -> list[Satellite]:
    """Return the satellites of ids or exact names, each once.

    Raises:
        UnknownName: one is not there, or several bear its name.
    """
    known = await client.aois.satellites()
    found = [_only(known, "satellite", text) for text in texts]
    return list({satellite.id: satellite for satellite in found}.values())


async def list_assets(client: ApiClient, aoi_id: str) -> list[Asset]:
    """Return all assets of an AOI."""
    return [asset async for asset in client.assets.iterate(aoi_id)]


async def list_visualizations(client: ApiClient, aoi_id: str) -> list[VisualizationItem]:
    """Return the visualizations of an AOI, joined with indices and assets where the list is lean."""
    from ..api.models import VisualizationQuery

    records = [record async for record in client.visualizations.iterate(aoi_id, VisualizationQuery())]
    return await _joined(client, aoi_id, records)


async def get_visualization(client: ApiClient, aoi_id: str, visualization_id: str) -> VisualizationItem:
    """Return one visualization as the server has it now.

    Raises:
        NotFound: it is not there.
    """
    record = await client.visualizations.get(aoi_id, visualization_id)
    return (await _joined(client, aoi_id, [record]))[0]


async def _joined(client: ApiClient, aoi_id: str, records: Sequence[Visualization]) -> list[VisualizationItem]:
    indices, assets = await asyncio.gather(_indices(client, records), _assets(client, aoi_id, records))
    items = [join(record, indices.get(record.index_id or ""), assets.get(record.id, ())) for record in records]
    return [_of_aoi(item, aoi_id) for item in items]


def _of_aoi(item: VisualizationItem, aoi_id: str) -> VisualizationItem:
    return item if item.aoi_id else replace(item, aoi_id=aoi_id)


async def _indices(client: ApiClient, records: Iterable[Visualization]) -> dict[str, Index]:
    lean = {record.index_id for record in records if record.index_id and not _names_its_index(record)}
    found = await asyncio.gather(*(_index(client, index_id) for index_id in sorted(lean)))
    return {index.id: index for index in found if index is not None}


def _names_its_index(record: Visualization) -> bool:
    return bool(record.index_name and record.expression and record.expression_type)


async def _index(client: ApiClient, index_id: str) -> Index | None:
    from ..api.models import IndexQuery

    try:
        page = await client.indices.list(IndexQuery(index_id=index_id))
    except ApiError as error:
        _logger.warning("Index %s could not be read, its id stands for its name: %s", index_id, error)
        return None
    return next((index for index in page.items if index.id == index_id), None)


async def _assets(client: ApiClient, aoi_id: str, records: Iterable[Visualization]) -> dict[str, list[Asset]]:
    if all(record.assets is not None for record in records):
        return {}
    grouped: dict[str, list[Asset]] = {}
    async for asset in client.assets.iterate(aoi_id):
        if asset.visualization_id:
            grouped.setdefault(asset.visualization_id, []).append(asset)
    return grouped


def _only(records: Sequence[_Named], kind: str, text: str) -> _Named:
    wanted = text.strip()
    by_id = [record for record in records if record.id == wanted]
    found = by_id or [record for record in records if wanted in _names(record)]
    if len(found) != 1:
        raise UnknownName(kind, wanted, tuple(record.id for record in found))
    return found[0]


def _names(record: Project | Satellite) -> set[str]:
    return {record.name or "", getattr(record, "title", None) or ""} - {""}
