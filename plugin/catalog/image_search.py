"""The search for images over polygons, by days, satellites and clouds."""

from __future__ import annotations

import datetime
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..api.decoding.decode import day_of, timestamp
from ..host.i18n import translate
from ..worker.progress import Progress
from .errors import NoCollections, SearchTooWide
from .listing import resolve_satellites

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..api.models import Satellite, SearchRequest, SearchSatellite, StacItem
    from ..worker.progress import Report

CLOUDS = "eo:cloud_cover"
MOST_POLYGONS = 25  # each is a search of its own: the documents name one polygon
_PAGE = 500
_STEPS = 1000  # of the progress of one polygon
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ImageSearch:
    """The parameters of an image search.

    Attributes:
        polygons: GeoJSON polygons in longitude and latitude.
        first, last: whole UTC days, both included.
        satellites: ids or exact names.
        most_cloud: the highest cloud cover in per cent, ``None`` for any.
    """

    polygons: tuple[Mapping[str, Any], ...]
    first: datetime.date
    last: datetime.date
    satellites: tuple[str, ...]
    most_cloud: float | None = None


@dataclass(frozen=True, slots=True)
class FoundImage:
    """One image; fields that the server does not provide are ``None``.

    Attributes:
        moment: UTC, as ``2025-05-06T10:12:45Z`` or a day; the server's unchanged text where it cannot be parsed.
        cloud_cover: in per cent, as the server provides it.
        geometry: a GeoJSON geometry in longitude and latitude; that of the bounding box where nothing else is provided.
    """

    item_id: str
    collection: str | None
    satellite: str | None
    moment: str | None
    cloud_cover: float | None
    geometry: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class FoundImages:
    """The images sorted by time, with warnings about missing or doubtful data."""

    images: tuple[FoundImage, ...]
    warnings: tuple[str, ...] = ()


async def search_images(client: ApiClient, wanted: ImageSearch, report: Report) -> FoundImages:
    """Search every polygon to the last page, and return each image once.

    Raises:
        UnknownName: there is no such satellite, or several bear the name.
        NoCollections: a satellite has no images to search.
        SearchTooWide: there are too many polygons.
    """
    if len(wanted.polygons) > MOST_POLYGONS:
        raise SearchTooWide(len(wanted.polygons), MOST_POLYGONS)
    satellites = await resolve_satellites(client, wanted.satellites)
    search = _Search(client, wanted, satellites, report)
    for number in range(len(wanted.polygons)):
        await search.polygon(number)
    return search.result()


@dataclass
class _Search:
    """One search under way."""

    client: ApiClient
    wanted: ImageSearch
    satellites: Sequence[Satellite]
    report: Report
    found: dict[str, StacItem] = field(default_factory=dict)
    missing: int = 0

    async def polygon(self, number: int) -> None:
        """Fetch all pages of one polygon."""
        received, total = 0, None
        async for page in self.client.search.pages(self._request(number)):
            received += len(page.items)
            total = page.total if page.total is not None else total
            self.found.update((item.id, item) for item in page.items)
            self._report(number, received / total if total else 0.0)
        self.missing += max((total or 0) - received, 0)
        self._report(number, 1.0)

    def result(self) -> FoundImages:
        """Return the received images that match the search, with the warnings about them."""
        items = [item for item in self.found.values() if self._fits(item)]
        images = sorted((self._image(item) for item in items), key=lambda image: (image.moment or "", image.item_id))
        return FoundImages(tuple(images), tuple(self._warnings(items)))

    def _report(self, number: int, share: float) -> None:
        done, total = round((number + min(share, 1.0)) * _STEPS), len(self.wanted.polygons) * _STEPS
        self.report(Progress(done, total, translate("Messages", "Images found: {0}").format(len(self.found))))

    def _request(self, number: int) -> SearchRequest:
        from ..api.models import SearchFilter, SearchRequest

        cloud = self.wanted.most_cloud
        return SearchRequest(
            start_date=f"{self.wanted.first.isoformat()}T00:00:00.000Z",
            end_date=f"{self.wanted.last.isoformat()}T23:59:59.999Z",
            satellites=self._collections(),
            geometry=dict(self.wanted.polygons[number]),
            filters=None if cloud is None else (SearchFilter(id=CLOUDS, min=0, max=math.ceil(cloud)),),
            limit=_PAGE,
        )

    def _collections(self) -> tuple[SearchSatellite, ...]:
        from ..api.models import SearchSatellite

        empty = next((satellite for satellite in self.satellites if not satellite.collection_ids), None)
        if empty is not None:
            raise NoCollections(empty.name or empty.id)
        return tuple(
            SearchSatellite(collection_id=collection, satellite_id=satellite.id)
            for satellite in self.satellites
            for collection in satellite.collection_ids
        )

    def _fits(self, item: StacItem) -> bool:
        """Return whether an item matches the search, for servers that ignore some filters; unknown values match."""
        day, cloud = day_of(item.moment or ""), item.cloud_cover
        in_time = day is None or self.wanted.first <= day <= self.wanted.last
        in_cloud = cloud is None or self.wanted.most_cloud is None or cloud <= self.wanted.most_cloud
        if not in_time:
            _logger.info("an image outside of the days that were asked for was left out: %s", item.id)
        return in_time and in_cloud

    def _image(self, item: StacItem) -> FoundImage:
        geometry = item.geometry or _box(item.bbox)
        satellite = item.platform or self._satellite_of(item.collection)
        return FoundImage(item.id, item.collection, satellite, _moment(item.moment), item.cloud_cover, geometry)

    def _satellite_of(self, collection: str | None) -> str | None:
        names = {satellite.name for satellite in self.satellites if collection in satellite.collection_ids}
        return names.pop() or None if len(names) == 1 else None

    def _warnings(self, items: Sequence[StacItem]) -> list[str]:
        found = [] if not self.missing else [_incomplete(self.missing)]
        clouds = [item.cloud_cover for item in items]
        known = [cloud for cloud in clouds if cloud is not None]
        limit = self.wanted.most_cloud
        if limit is not None and len(known) < len(clouds):
            found.append(_cloud_unknown(len(clouds) - len(known)))
        if any(known) and max(known) <= 1 and (limit is None or limit > 1):
            found.append(_cloud_as_share())
        without = sum(item.geometry is None and item.bbox is not None for item in items)
        return found if not without else [*found, _boxes_only(without)]


def _moment(text: str | None) -> str | None:
    moment = timestamp(text) if text is not None and ":" in text else None
    if moment is not None:
        return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")
    day = day_of(text or "")
    return text if day is None else day.isoformat()


def _box(bbox: Sequence[float] | None) -> Mapping[str, Any] | None:
    """Return a bounding box as a polygon; one across the 180th meridian (west above east) goes on beyond it."""
    if bbox is None or len(bbox) not in (4, 6):
        return None
    west, south, east, north = bbox[0], bbox[1], bbox[len(bbox) // 2], bbox[len(bbox) // 2 + 1]
    east = east + 360 if west > east else east
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _incomplete(count: int) -> str:
    text = translate(
        "Messages", "The server has {0} more images than it lists at once. Search fewer days or a smaller area."
    )
    return text.format(count)


def _cloud_unknown(count: int) -> str:
    text = translate("Messages", "Images without cloud cover, kept regardless of MAX_CLOUD: {0}.")
    return text.format(count)


def _cloud_as_share() -> str:
    return translate(
        "Messages",
        "The cloud cover runs from 0 to 1 only, so the server may give fractions instead of per cent. It is listed as "
        "given, and MAX_CLOUD may let more images through than intended.",
    )


def _boxes_only(count: int) -> str:
    text = translate("Messages", "Images without footprint, drawn with their bounding boxes: {0}.")
    return text.format(count)
