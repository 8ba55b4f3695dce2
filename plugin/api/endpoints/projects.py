"""Projects."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

from ..decoding import decode
from ..models import Project
from ..paging import PAGE_SIZE, Page, walk
from .base import Area, check_page, path_of, read_all

_log = logging.getLogger(__name__)


class Projects(Area):
    """The projects the key can see."""

    async def list(self, page_num: int = 1, page_size: int = PAGE_SIZE) -> Page[Project]:
        """Return one page; ``offset`` and ``next_offset`` of it are page numbers.

        ``ListProjects``, docs.pixxel.space/openapi.json
        """
        check_page(page_num=page_num, page_size=page_size)
        params = {"page_num": page_num, "page_size": min(page_size, self._largest_page or page_size)}
        raw = await self._ask("/v0/projects", params, "page_size")
        items = read_all(Project, decode.page_items(raw, "projects"), "projects")
        total = decode.page_total(raw)
        if page_num == 1 and not items and total:
            _log.info("the first page of projects is number 0")
            return await self.list(0, page_size)
        is_whole = not items or (page_num <= 1 and total is not None and len(items) >= total)
        return Page(items, page_num, total, None if is_whole else page_num + 1)

    def iterate(self) -> AsyncIterator[Project]:
        """Yield every project."""
        return walk(self.list, lambda project: project.id, start=1, ahead=0)

    async def get(self, project_id: str) -> Project:
        """Return one project.

        ``GetProjectById``, docs.pixxel.space/openapi.json
        """
        return await self._get(path_of("projects", project_id), Project, "project")
