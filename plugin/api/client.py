"""The API as an object: one attribute per area."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from .auth import Credentials
from .config import ClientConfig
from .endpoints.aois import Aois
from .endpoints.assets import Assets
from .endpoints.downloads import Downloads
from .endpoints.external import External
from .endpoints.files import Files
from .endpoints.indices import Indices
from .endpoints.projects import Projects
from .endpoints.visualizations import Visualizations
from .session import Session


class ApiClient:
    """A client of one API; close it when done. Further arguments go to ``Session``."""

    def __init__(self, config: ClientConfig, credentials: Credentials | None = None, **session_arguments: Any) -> None:
        session = Session(config, credentials, **session_arguments)
        self._session = session
        self.config = config
        self.external = External(session)
        self.projects = Projects(session)
        self.aois = Aois(session)
        self.indices = Indices(session)
        self.visualizations = Visualizations(session)
        self.assets = Assets(session)
        self.downloads = Downloads(session)
        self.files = Files(session)

    async def __aenter__(self) -> ApiClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._session.aclose()
