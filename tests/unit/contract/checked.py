"""A transport that lets the contract judge everything that passes."""

from __future__ import annotations

from typing import NamedTuple

import httpx

from .check import Contract


class Passed(NamedTuple):
    """One request and its answer."""

    operation: str
    method: str
    path: str
    status: int


class CheckedTransport(httpx.AsyncBaseTransport):
    """Pass requests on, judge them and their answers.

    Attributes:
        faults: what the contract does not allow, of either side.
        passed: what went through, in order. Files of other origins are no operations and are not judged.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, contract: Contract, origin: str) -> None:
        self._inner = inner
        self._contract = contract
        self._origin = httpx.URL(origin)
        self.faults: list[str] = []
        self.passed: list[Passed] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Judge the request, send it, judge its answer."""
        if (request.url.host, request.url.port) != (self._origin.host, self._origin.port):
            return await self._inner.handle_async_request(request)
        body = await request.aread()
        found = self._contract.faults_of_request(request.method, str(request.url), request.headers, body)
        self._note(request, found)
        answer = await self._inner.handle_async_request(request)
        content = await answer.aread()
        self._check(request, answer, content)
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)

    def _check(self, request: httpx.Request, answer: httpx.Response, content: bytes) -> None:
        path = request.url.raw_path.partition(b"?")[0].decode()
        operation = self._contract.operation(request.method, path)
        kind = answer.headers.get("content-type", "")
        self._note(request, self._contract.faults_of_answer(operation, answer.status_code, kind, content))
        self.passed.append(Passed(operation.id, request.method, path, answer.status_code))

    def _note(self, request: httpx.Request, faults: list[str]) -> None:
        self.faults += [f"{request.method} {request.url.path}: {fault}" for fault in faults]

    async def aclose(self) -> None:
        """Close what is behind."""
        await self._inner.aclose()
