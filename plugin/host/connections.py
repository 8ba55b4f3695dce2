"""The options as people manage them: a connection that is removed takes its key along."""

from __future__ import annotations

from ..api.config import Connection
from .credentials import SessionKeys, remove_own_key
from .settings import Settings


class ConnectionBook:
    """Connections with their keys, the limit of pictures and the choices about the cache, for the options page."""

    def __init__(self, settings: Settings, session_keys: SessionKeys) -> None:
        self._settings = settings
        self._session_keys = session_keys

    def connections(self) -> list[Connection]:
        """Return the connections, the sample data first."""
        return self._settings.connections()

    @property
    def largest_picture(self) -> int:
        """Return how many million pixels a picture may have."""
        return self._settings.largest_picture

    @largest_picture.setter
    def largest_picture(self, megapixels: int) -> None:
        self._settings.largest_picture = megapixels

    @property
    def cache_limit(self) -> int | None:
        """Return how many gigabytes the cache of images may have; ``None`` where it has no limit."""
        return self._settings.cache_limit

    @cache_limit.setter
    def cache_limit(self, gigabytes: int | None) -> None:
        self._settings.cache_limit = gigabytes

    @property
    def keeps_beside_project(self) -> bool:
        """Return whether new images are kept beside the saved project instead of in the profile."""
        return self._settings.keeps_beside_project

    @keeps_beside_project.setter
    def keeps_beside_project(self, wanted: bool) -> None:
        self._settings.keeps_beside_project = wanted

    def remove_connection(self, name: str) -> None:
        """Forget a connection, and the key that was stored for it, unless another connection uses that."""
        gone = {known.auth_config for known in self.connections() if known.name == name}
        self._settings.remove_connection(name)
        self._session_keys.remove(name)
        for auth_config in gone - {known.auth_config for known in self.connections()} - {""}:
            remove_own_key(auth_config)
