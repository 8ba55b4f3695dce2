"""What the sandbox loads: sample data needs neither the rest of the platform nor other generations of answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Start

SCRIPT = """
import asyncio, sys
from pathlib import Path

import httpx
from plugin.sandbox.core.options import SAMPLE_KEY
from plugin.sandbox.transport import SAMPLE_URL, sample_transport


async def ask(path):
    async with httpx.AsyncClient(transport=sample_transport(Path(sys.argv[1])), base_url=SAMPLE_URL) as client:
        return (await client.get(path, headers={"Authorization": SAMPLE_KEY})).status_code


statuses = [asyncio.run(ask(path)) for path in sys.argv[2:]]
loaded = [name.removeprefix("plugin.sandbox.") for name in sys.modules if name.startswith("plugin.sandbox.")]
print(statuses, sorted({name.partition(".")[0] for name in loaded} & {"platform", "variants"}))
"""


@pytest.mark.parametrize(
    ("paths", "outcome"),
    [
        (["/v0/projects", "/v0/aois", "/v0/satellites", "/v0/indices"], "[200, 200, 200, 200] []"),
        (["/v0/workflows", "/v0/orders"], "[200, 200] ['platform']"),
    ],
)
def test_only_what_is_asked_for_is_loaded(root: Path, tmp_path: Path, paths: list[str], outcome: str) -> None:
    command = [sys.executable, "-c", SCRIPT, str(tmp_path), *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100, cwd=root)
    assert done.stdout.splitlines()[-1] == outcome, done.stderr


def test_other_paths_and_methods_are_refused_as_before(start: Start) -> None:
    sandbox = start()
    for path, method, status in (
        ("/v0/aois", "DELETE", 405),
        ("/v0/workflows", "DELETE", 405),
        ("/v0/nothing", "GET", 404),
        ("/v0/projects", "GET", 200),
    ):
        assert sandbox.client.request(method, path).status_code == status, path
