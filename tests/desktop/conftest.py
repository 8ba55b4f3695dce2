"""What several tests of a whole desktop need."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def behaviours(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Return what the sandbox does that no document rules out."""
    return tuple(getattr(request, "param", ()))


@pytest.fixture
def sandbox(tmp_path: Path, behaviours: tuple[str, ...], request: pytest.FixtureRequest) -> Iterator[str]:
    """Serve a sandbox that is slow enough to be interrupted, in the profile of the test, and give its URL.

    It serves the rasters of a fixture ``series``, too, where the test has one.
    """
    command = [sys.executable, str(ROOT / "plugin/sandbox/__main__.py"), "--port", "0", "--latency-ms", "120"]
    command += ["--profile", getattr(request, "param", "documented")]
    command += [word for behaviour in behaviours for word in ("--behaviour", behaviour)]
    if "series" in request.fixturenames:
        command += ["--import-series", str(request.getfixturevalue("series"))]
    process = subprocess.Popen([*command, "--state", str(tmp_path / "state")], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        address = re.match(r"URL\s+(\S+)", process.stdout.readline())
        assert address is not None
        yield address[1]
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
