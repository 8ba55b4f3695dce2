"""The embedded Pixxel API as an ASGI application."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from . import seeding, variants
from .core import signing
from .core.middleware import FaultMiddleware, FilesMiddleware, KeyMiddleware
from .core.options import SandboxOptions
from .core.request import Refused, SandboxRequest
from .core.state import SandboxState
from .routes import FILES, OPERATIONS, Handler, Operation

Endpoint = Callable[[Request], Awaitable[Response]]

_log = logging.getLogger(__name__)


def create_app(options: SandboxOptions) -> Starlette:
    """Build the sandbox application without drawing any scene; scenes are drawn at the first request that needs them.

    The application's ``state.state`` holds the records and files.
    """
    state = SandboxState(options, seeding.fill)
    key_form, wrong_key = variants.key_form(options.profile)
    app = Starlette(
        routes=[Route(o.path, _endpoint(state, o), methods=[o.method]) for o in (*OPERATIONS, *FILES)],
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


def _endpoint(state: SandboxState, operation: Operation) -> Endpoint:
    """Run a handler in a thread, so that neither pixels nor files hold up the loop."""
    answered = _in_profile if variants.differs(state.options.profile, operation.id) else _documented

    async def answer(request: Request) -> Response:
        body = await request.body()
        call = SandboxRequest(state, request.path_params, request.query_params, body, str(request.base_url))
        return await run_in_threadpool(answered, operation, call, str(request.url.replace(query="")))

    return answer


def _documented(operation: Operation, call: SandboxRequest, _address: str) -> Response:
    return _answered(operation.handler, call)


def _in_profile(operation: Operation, call: SandboxRequest, address: str) -> Response:
    """Answer a request of another generation in that generation's form."""
    profile = call.state.options.profile
    request = variants.VariantRequest(
        operation.id, address, call.query, call.body, _display(call), partial(signing.kept_body_url, call)
    )
    response = _answered(lambda given: operation.handler(_as_documented(given, request)), call)
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    documented = variants.VariantResponse(response.status_code, headers, bytes(response.body))
    answer = variants.from_documented(profile, request, documented)
    return Response(answer.body, answer.status, dict(answer.headers))


def _as_documented(call: SandboxRequest, request: variants.VariantRequest) -> SandboxRequest:
    documented = variants.to_documented(call.state.options.profile, request)
    return replace(call, query=documented.query, body=documented.body)


def _display(call: SandboxRequest) -> tuple[float, float] | None:
    record = call.state.store.get("visualizations", call.path.get("visualization_id", ""))
    return None if record is None else variants.display_of(record)


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
