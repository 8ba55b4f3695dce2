"""The walk through the document: no operation without a method of the client, a route of the sandbox and a test."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.api.config import ClientConfig

from . import calls_analysis, calls_imagery, calls_shop  # noqa: F401 - fill CALLS
from .calls import CALLS
from .check import DOCUMENT, Contract
from .operation_table import Row, keep, table, written


@pytest.fixture(scope="module")
def rows(contract: Contract) -> list[Row]:
    client = ApiClient(ClientConfig(), transport=httpx.MockTransport(lambda _: httpx.Response(500)))
    found = table(contract, client)
    asyncio.run(client.aclose())
    return found


def test_every_operation_is_in_client_sandbox_and_tests(
    rows: list[Row], root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = written(rows)
    keep(text, root)
    with capsys.disabled():
        print(f"\n{text}")
    assert {row.operation: row.missing for row in rows if row.missing} == {}
    assert len(rows) == 55


def test_every_call_is_of_an_operation(contract: Contract) -> None:
    assert set(CALLS) <= {operation.id for operation in contract.operations}


def test_the_document_kept_here_is_the_published_one(root: Path, shared: Path) -> None:
    assert (root / DOCUMENT).read_bytes() == (shared / "api" / "pixxel-v0.openapi.yaml").read_bytes()
