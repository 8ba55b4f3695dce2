"""The embedded Pixxel API as an ASGI application."""

from __future__ import annotations

import logging
import threading
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route, Router
from starlette.types import Receive, Scope, Send

from .core import seeding
from .core.middleware import FaultMiddleware, FilesMiddleware, KeyMiddleware
from .core.operations import FILES, OPERATIONS, Handler, Operation
from .core.options import Profile, SandboxOptions
from .core.request import Refused, SandboxRequest
from .core.state import SandboxState

if TYPE_CHECKING:
    from .variants.conversion import Conversion

Endpoint = Callable[[Request], Awaitable[Response]]

_log = logging.getLogger(__name__)


def create_app(options: SandboxOptions) -> Starlette:
    """Build the sandbox application without drawing any scene; scenes are drawn at the first request that needs them.

    The operations beyond sample data, and their initial content, are loaded at the first request for one of them.

    The application's ``state.sandbox`` holds the records and files.
    """
    state = SandboxState(options, seeding.fill)
    conversion = _conversion(options.profile)
    key_form, wrong_key = ("{key}", 403) if conversion is None else (conversion.key_form, conversion.wrong_key)
    app = Starlette(
        routes=[*_routes(state, conversion, (*OPERATIONS, *FILES)), _PlatformRoutes(state, conversion)],
        middleware=[
            Middleware(
                FaultMiddleware, latency_ms=options.latency_ms, fault_rate=options.fault_rate, seed=options.seed
            ),
            Middleware(FilesMiddleware, state=state),
            Middleware(KeyMiddleware, key=key_form.format(key=options.key), status=wrong_key),
        ],
        exception_handlers={HTTPException: _unknown_route},
    )
    app.state.sandbox = state
    return app


class _PlatformRoutes(BaseRoute):
    """All routes, loaded at the first request that no route of sample data takes.

    Those of sample data are among them: a path of theirs with another method is no unknown path.
    """

    def __init__(self, state: SandboxState, conversion: Conversion | None) -> None:
        self._state = state
        self._conversion = conversion
        self._router: Router | None = None
        self._loading = threading.Lock()

    def matches(self, _scope: Scope) -> tuple[Match, Scope]:
        """Take every request that is left, also those for paths that do not exist."""
        return Match.FULL, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to the route for it."""
        if self._router is None:
            await run_in_threadpool(self._load)
        assert self._router is not None
        await self._router(scope, receive, send)

    def _load(self) -> None:
        with self._loading:
            if self._router is None:
                from .platform import operations
                from .platform import seeding as platform_seeding

                platform_seeding.fill(self._state)
                rows = (*OPERATIONS, *FILES, *operations.OPERATIONS, *operations.FILES)
                self._router = Router(routes=_routes(self._state, self._conversion, rows))


def _conversion(profile: Profile) -> Conversion | None:
    """Return the conversion of a profile; ``None`` for the documented one, which needs none loaded."""
    if profile is Profile.DOCUMENTED:
        return None
    from .variants.conversion import Conversion

    return Conversion(profile)


def _routes(state: SandboxState, conversion: Conversion | None, operations: Iterable[Operation]) -> list[Route]:
    return [Route(each.path, _endpoint(state, each, conversion), methods=[each.method]) for each in operations]


def _endpoint(state: SandboxState, operation: Operation, conversion: Conversion | None) -> Endpoint:
    """Run a handler in a thread, so that neither pixels nor files hold up the loop."""
    converted = conversion if conversion is not None and conversion.differs(operation.id) else None

    def respond(call: SandboxRequest, address: str) -> Response:
        if converted is not None:
            return converted.answer(operation, call, address, _answered)
        return _answered(operation.handler, call)

    async def answer(request: Request) -> Response:
        body = await request.body()
        call = SandboxRequest(state, request.path_params, request.query_params, body, str(request.base_url))
        return await run_in_threadpool(respond, call, str(request.url.replace(query="")))

    return answer


def _answered(handler: Handler, call: SandboxRequest) -> Response:
    try:
        return handler(call)
    except Refused as refusal:
        return JSONResponse(refusal.envelope(), status_code=refusal.status)
    except Exception:  # noqa: BLE001 - a thread's border: a fault is an answer too
        _log.exception("the sandbox failed to answer")
        fault = Refused(500, "INTERNAL", "the sandbox failed to answer; its log says why")
        return JSONResponse(fault.envelope(), status_code=500)


def _unknown_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    refusal = Refused(status, "NOT_FOUND" if status == 404 else "NOT_ALLOWED", "there is nothing of this kind here")
    return JSONResponse(refusal.envelope(), status_code=status)
