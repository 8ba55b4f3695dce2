"""The API as an object: one attribute per area."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from .config import ClientConfig
from .endpoints.aois import Aois
from .endpoints.archives import Archives
from .endpoints.assets import Assets
from .endpoints.blocks import Blocks
from .endpoints.catalogs import Catalogs
from .endpoints.downloads import Downloads
from .endpoints.external import External
from .endpoints.files import Files
from .endpoints.indices import Indices
from .endpoints.insights import Insights
from .endpoints.orders import Bandsets, Orders, Reports
from .endpoints.projects import Projects
from .endpoints.search import Search
from .endpoints.stores import Stores
from .endpoints.visualizations import Visualizations
from .endpoints.workflows import Jobs, Tasks, Workflows
from .transport.auth import Credentials
from .transport.session import Session


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
        self.search = Search(session)
        self.archives = Archives(session)
        self.blocks = Blocks(session)
        self.insights = Insights(session)
        self.workflows = Workflows(session)
        self.jobs = Jobs(session)
        self.tasks = Tasks(session)
        self.bandsets = Bandsets(session)
        self.orders = Orders(session)
        self.reports = Reports(session)
        self.stores = Stores(session)
        self.catalogs = Catalogs(session)
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
