"""The picture of a date with the places that it may have, for a user who chooses one."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from ..imagery.hand_places import Candidate, candidates
from ..imagery.loaded import PlaceMethod
from ..imagery.png_file import read_structure
from .loading import Load, LoadRequest, Watch, content_name
from .values import ValueSource

if TYPE_CHECKING:
    from ..api.client import ApiClient
    from ..catalog.visualization_item import AcquisitionDate
    from ..worker.progress import Report


class PlaceStudy(NamedTuple):
    """A picture and its possible places, the present one first."""

    png: bytes
    candidates: tuple[Candidate, ...]
    size: tuple[int, int]

    @property
    def is_chosen(self) -> bool:
        """Return whether the user chose the present place."""
        return self.candidates[0].place.placement.method is PlaceMethod.BY_HAND


async def study_place(client: ApiClient, request: LoadRequest, date: AcquisitionDate, report: Report) -> PlaceStudy:
    """Load the picture of a date, and return the places that it may have."""
    source = ValueSource(client, request.item, request.folder)
    load = Load(client, request, request.folder, content_name, False, source, asyncio.Semaphore(1))
    png, present = await load.drawing(date, Watch(1, report))
    file = read_structure(png)
    others = await load.converted(partial(candidates, png, load.clues(date)))
    first = Candidate(present, (present.window.width, present.window.height) != (file.width, file.height))
    known = (present.placement.crs, present.placement.extent, present.window)
    further = [
        each for each in others if (each.place.placement.crs, each.place.placement.extent, each.place.window) != known
    ]
    return PlaceStudy(png, (first, *further), (file.width, file.height))
