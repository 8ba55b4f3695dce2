"""One package name for all tests: the checkout, whatever its folder is called, is ``pixxel_explorer``."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def _register_checkout() -> None:
    spec = importlib.util.spec_from_file_location(
        "pixxel_explorer", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pixxel_explorer"] = module
    spec.loader.exec_module(module)


_register_checkout()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--write-table`` for the tests that make tables of the documentation."""
    parser.addoption("--write-table", action="store_true", help="write tables of docs/ instead of checking them")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the repository's root, which is the plugin package."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real test data and the API contract, or skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared with real test data is not here")
    return SHARED


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of 256 kB of its own; skips where this user may not mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("this user may not mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Callable[[str, str, str], None]:
    """Return what compares a row of the table in docs/robustness.md: its section, the scenario, what came of it."""
    from pixxel_explorer.tests.robustness import check

    test = request.path.relative_to(ROOT).as_posix()
    is_writing = bool(request.config.getoption("--write-table"))
    return lambda section, name, outcome: check(section, name, outcome, test, is_writing)
