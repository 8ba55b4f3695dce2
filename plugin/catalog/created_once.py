"""Creation that never makes a thing twice: where the outcome is not known, the server's list is looked at."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..api.errors import ApiError, OutcomeUnknown, RequestRejected
from .errors import NotCreated

T = TypeVar("T")

PAUSES = (0.0, 1.0, 3.0)  # seconds before each look-up: a server may still be at work when its gateway gives up
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Creation(Generic[T]):
    """A resource to create, with the functions needed to find it again after an unconfirmed request.

    Attributes:
        name: display name.
        create: sends the creation request, once.
        alike: lists the server's resources that look like it.
        known: lists the ids of such resources before the request.
        id_of: returns the id of one.
    """

    name: str
    create: Callable[[], Awaitable[T]]
    alike: Callable[[], Awaitable[list[T]]]
    known: Callable[[], Awaitable[Collection[str]]]
    id_of: Callable[[T], str]


async def create_once(
    wanted: Creation[T],
    found: Callable[[str], object] | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> T:
    """Create a resource and return it; look it up in the server's list where the response was lost.

    Args:
        found: called with the name of a resource found in the list.

    Raises:
        NotCreated: the outcome was not reported, and the server does not list the resource.
        OutcomeUnknown: the outcome was not reported, and the list does not settle it.
    """
    try:
        known: Collection[str] | None = await wanted.known()
    except RequestRejected as error:  # a key may permit creating without listing
        _logger.info("What is there before a creation could not be listed: %s", error)
        known = None
    try:
        return await wanted.create()
    except OutcomeUnknown as error:
        if known is None:
            raise
        made = await _look(wanted, known, error, sleep)
    if found is not None:
        found(wanted.name)
    return made


async def _look(
    wanted: Creation[T], known: Collection[str], error: OutcomeUnknown, sleep: Callable[[float], Awaitable[None]]
) -> T:
    """Return the one thing that is new in the server's list."""
    for pause in PAUSES:
        await sleep(pause)
        try:
            new = [each for each in await wanted.alike() if wanted.id_of(each) not in known]
        except ApiError as failed:
            _logger.warning("The list could not be read after a creation was not confirmed: %s", failed)
            raise error from failed
        if len(new) > 1:  # another user created one at the same time
            raise error
        if new:
            return new[0]
    raise NotCreated(wanted.name, error.method, error.path) from error
