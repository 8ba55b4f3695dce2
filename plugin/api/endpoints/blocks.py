"""Blocks: the analyses on offer."""

from __future__ import annotations

import builtins

from ..decoding import decode
from ..models import Block
from .base import Area, path_of, read_all


class Blocks(Area):
    """Analyses that insights and workflows are made of."""

    async def list(self, mode: str | None = None) -> builtins.list[Block]:
        """Return all blocks; ``mode`` is ``insight`` or ``workflow``.

        ``ListBlocks``, docs.pixxel.space/openapi.json
        """
        raw = await self._session.json("GET", "/v0/blocks", params={"mode": mode or None})
        return builtins.list(read_all(Block, decode.page_items(raw, "blocks"), "blocks"))

    async def versions(self, name: str) -> builtins.list[Block]:
        """Return a block in each of its versions.

        ``GetBlockVersions``, docs.pixxel.space/openapi.json
        """
        raw = await self._session.json("GET", path_of("blocks", name))
        return builtins.list(read_all(Block, decode.page_items(raw, "blocks"), "blocks"))

    async def get(self, name: str, version: str) -> Block:
        """Return a block in one version.

        ``GetBlockByVersion``, docs.pixxel.space/openapi.json
        """
        return await self._get(path_of("blocks", name, "versions", version), Block, "block")
