"""The health check."""

from __future__ import annotations

from .base import Area


class External(Area):
    """Operations that need no key."""

    async def ping(self) -> str:
        """Return the server's greeting; a success proves nothing about the key.

        ``Ping``, docs.pixxel.space/openapi.json
        """
        body = await self._session.read("GET", "/ping", with_key=False)
        return body[:200].decode("utf-8", "replace").strip().strip('"')
