"""Start QGIS, bring the plugin into a state, leave, and return the exit status; for the test and for the soak."""

from __future__ import annotations

import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]

import desktop  # noqa: E402 (a script of tools/)
from fault_proxy import Exchange, faulty  # noqa: E402 (beside this folder)
from package_index import Index, served, wheel  # noqa: E402 (beside this folder)

KEY = "sample-key"
SECONDS = 120  # of patience with one QGIS
INSTALLATION = "installation"
PACKAGES = {"httpx": "0.28", "pydantic": "2.9", "truststore": "0.10", "defusedxml": "0.8", "starlette": "0.41"}


class Leaving(NamedTuple):
    """How QGIS is left.

    Attributes:
        state: what is under way, a function of ``quitting.py``.
        way: ``action``, ``window`` or ``signal``.
        is_reloaded: whether the plugin was reloaded in the middle of loads before.
        seconds: how long the state lasts.
    """

    state: str
    way: str
    is_reloaded: bool = False
    seconds: float = 0.3


def leave(leaving: Leaving, url: str, name: str) -> tuple[list[str], int]:
    """Return the problems of the steps before QGIS was left, and the exit status.

    Args:
        leaving: how.
        url: of the sandbox.
        name: of the folder of pictures and logs, in ``build``.
    """
    profiles_path = desktop.fresh_profile(ROOT / f"build/desktop-{_profile_of(leaving)}")
    with _words(leaving, url, name, profiles_path) as words:
        desktop.EXTRA_ENVIRONMENT |= words
        sign = signal.SIGTERM if leaving.way == "signal" else None
        script, out = ROOT / "tests/desktop/quitting.py", ROOT / "build" / name
        report, status = desktop.run_until_exit(script, out, profiles_path, SECONDS, sign)
    steps = report["steps"]
    assert isinstance(steps, list)
    return [step["problem"] for step in steps if not step["held"]], status


def _profile_of(leaving: Leaving) -> str:
    return "quitting-bare" if leaving.state == INSTALLATION else "quitting"


@contextmanager
def _words(leaving: Leaving, url: str, name: str, profiles_path: Path) -> Iterator[dict[str, str]]:
    """Serve what the state needs, and return the environment that says where."""
    held = ROOT / "build" / f"{name.replace('/', '-')}.held"
    held.unlink(missing_ok=True)
    words = {
        "PIXXEL_TEST_KEY": KEY,
        "PIXXEL_TEST_STATE": leaving.state,
        "PIXXEL_TEST_QUIT": leaving.way,
        "PIXXEL_TEST_RELOADS": "yes" if leaving.is_reloaded else "no",
        "PIXXEL_TEST_SECONDS": str(leaving.seconds),
        "PIXXEL_TEST_HELD": str(held),
        "PYTHONFAULTHANDLER": "1",  # a crash leaves the stack of each Python thread in the log
    }
    with faulty(url) as proxy, _slow_index(leaving, profiles_path) as index:
        released = threading.Event()

        def hold(exchange: Exchange) -> None:
            held.touch()
            released.wait(SECONDS)
            exchange.drop()

        proxy.on("PUT", "", hold)
        try:
            yield words | {"PIXXEL_TEST_URL": proxy.url, "PIXXEL_TEST_INDEX": index}
        finally:
            released.set()
            held.unlink(missing_ok=True)


@contextmanager
def _slow_index(leaving: Leaving, profiles_path: Path) -> Iterator[str]:
    """Take the packages out of the profile, and serve others that never come."""
    if leaving.state != INSTALLATION:
        yield ""
        return
    shutil.rmtree(profiles_path / "profiles/default/pixxel_explorer/packages", ignore_errors=True)
    wheels = {
        f"{name}-{version}-py3-none-any.whl": wheel(name, version, padding=3_000_000)
        for name, version in PACKAGES.items()
    }
    released = threading.Event()
    with served(Index(wheels, slowly=released)) as index:
        try:
            yield f"{index.url}/simple"
        finally:
            released.set()
