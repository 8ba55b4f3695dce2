"""Style documents of a visualization's dates."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..api.decoding.decode import day_of
from ..api.errors import BadAnswer, Forbidden, NotAuthorised, RateLimited, RequestRejected, ServerFailed
from ..legend.vocabulary import LegendMode

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from .visualization_item import VisualizationItem

_AT_ONCE = 4
_logger = logging.getLogger(__name__)


async def style_texts(
    client: ApiClient, item: VisualizationItem, mode: LegendMode, keys: Sequence[str]
) -> dict[str, str]:
    """Return the style document of each date key the server has one for.

    All are asked for in one request; where that is refused, each for itself, so that one date without a style does
    not take the others along.
    """
    if not keys:
        return {}
    try:
        return await _asked(client, item, mode, keys)
    except (NotAuthorised, Forbidden, RateLimited):
        raise
    except (RequestRejected, ServerFailed, BadAnswer) as error:
        if len(keys) == 1:
            return _none_for(keys[0], error)
        _logger.info("Styles were refused together and are asked for one by one: %s", error)
    return await _one_by_one(client, item, mode, keys)


async def _one_by_one(
    client: ApiClient, item: VisualizationItem, mode: LegendMode, keys: Sequence[str]
) -> dict[str, str]:
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(key: str) -> dict[str, str]:
        async with slots:
            return await style_texts(client, item, mode, [key])

    found: dict[str, str] = {}
    for texts in await asyncio.gather(*(one(key) for key in keys)):
        found.update(texts)
    return found


async def _asked(client: ApiClient, item: VisualizationItem, mode: LegendMode, keys: Sequence[str]) -> dict[str, str]:
    from ..api.models import SldRequest

    request = SldRequest(dates=tuple(keys), visualization_modes=(mode,))
    documents = (await client.visualizations.sld(item.aoi_id, item.id, request)).get(mode, {})
    days = Counter(map(day_of, (date.legend_key for date in item.dates)))
    by_day = {day: text for key, text in documents.items() if days[day := day_of(key)] == 1}
    found = {key: documents.get(key) or by_day.get(day_of(key)) for key in keys}
    return {key: text for key, text in found.items() if text}


def _none_for(key: str, error: Exception) -> dict[str, str]:
    _logger.warning("The server gives no style for %s: %s", key, error)
    return {}
