"""Run QGIS for long and leave it often, write what grew to build/soak.txt: ``soak.py [cycles reloads quits]``.

The exit status is 1 where a step fails, a quit does not end with status 0, or a figure passes its limit.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests/desktop")]

import desktop  # noqa: E402 (a script of tools/)
from leaving import INSTALLATION, KEY, Leaving, leave  # noqa: E402 (of the desktop tests)

SIZES = (300, 50, 50)
SECONDS_A_ROUND = 30
STATES = ("loads", "draft", "push", "animation", "dialog", "task", INSTALLATION)
OUTPUT = ROOT / "build/soak.txt"

Row = tuple[str, dict[str, int]]


class Limit(NamedTuple):
    """How much a figure may grow between the second tenth of the rounds and the last.

    The first two warm up: the caches of Python's typing module take ten reloads to fill.
    """

    at_all: float
    per_round: float


# Threads come and go in the pools of Qt and QGIS. A cycle leaves records of eight layers in caches of 4096, and
# indicators in QGIS's layer tree, see docs/design/0033.
LIMITS = {
    "cycles": {
        "memory (MB)": Limit(15, 0.15),
        "descriptors": Limit(4, 0),
        "threads": Limit(4, 0),
        "cache (kB)": Limit(64, 0),
    },
    "reloads": {
        "memory (MB)": Limit(15, 0.1),
        "descriptors": Limit(4, 0),
        "threads": Limit(4, 0),
        "cache (kB)": Limit(64, 0),
    },
}


def main() -> int:
    """Serve a sandbox, go through all rounds, and write the figures; 1 where something is not as it should be."""
    cycles, reloads, quits = map(int, sys.argv[1:4]) if len(sys.argv) > 3 else SIZES
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text("", encoding="utf-8")
    with tempfile.TemporaryDirectory() as state, sandbox(state) as url:
        problems = _rounds(url, cycles, reloads) if cycles or reloads else []
        problems += _quits(url, quits)
    for problem in problems:
        _say(f"NOT HELD: {problem}")
    _say("soak: held" if not problems else f"soak: {len(problems)} not held")
    return 1 if problems else 0


@contextmanager
def sandbox(state: str) -> Iterator[str]:
    """Serve a sandbox until the block ends, and yield its URL."""
    command = [sys.executable, str(ROOT / "plugin/sandbox/__main__.py"), "--port", "0", "--latency-ms", "20"]
    server = subprocess.Popen(
        [*command, "--state", state], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert server.stdout is not None
        address = re.match(r"URL\s+(\S+)", server.stdout.readline())
        assert address is not None
        yield address[1]
    finally:
        server.terminate()
        server.wait(10)


def _rounds(url: str, cycles: int, reloads: int) -> list[str]:
    """Load and remove, reload, write the table, and return what is not as it should be."""
    desktop.EXTRA_ENVIRONMENT |= {
        "PIXXEL_TEST_URL": url,
        "PIXXEL_TEST_KEY": KEY,
        "PIXXEL_SOAK_CYCLES": str(cycles),
        "PIXXEL_SOAK_RELOADS": str(reloads),
    }
    out, profiles_path = ROOT / "build/soak", desktop.fresh_profile(ROOT / "build/desktop-soak")
    seconds = 120 + SECONDS_A_ROUND * (cycles + reloads)
    report = desktop.run_script(Path(__file__).with_name("inside.py"), out, profiles_path, seconds)
    steps = report["steps"]
    assert isinstance(steps, list)
    found: dict[str, list[Row]] = json.loads((out / "figures.json").read_text(encoding="utf-8"))
    for rows in found.values():
        _write_table(rows)
    problems = [str(step["problem"]) for step in steps if not step["held"]]
    return problems + [problem for kind, rows in found.items() for problem in _too_much(kind, rows)]


def _write_table(rows: list[Row]) -> None:
    names = list(rows[0][1])
    width = max(len(label) for label, _ in rows)
    _say("  ".join([" " * width, *names]))
    for label, values in rows:
        cells = [str(values[name]).rjust(len(name)) for name in names]
        _say("  ".join([label.ljust(width), *cells]))
    _say("")


def _too_much(kind: str, rows: list[Row]) -> Iterator[str]:
    """Yield which figures grew by more than their limits."""
    if len(rows) < 4:
        return
    (_, warm), (_, end) = rows[2], rows[-1]
    rounds = end["round"] - warm["round"]
    for name, limit in LIMITS[kind].items():
        grown, allowed = end[name] - warm[name], limit.at_all + limit.per_round * rounds
        if grown > allowed:
            yield f"{name} grew by {grown} in {rounds} {kind}, {allowed:.0f} are allowed"


def _quits(url: str, quits: int) -> list[str]:
    """Leave QGIS in each state in turn, in both ways, with and without a reload before it."""
    problems, began = [], time.monotonic()
    for number in range(quits):
        state = STATES[number % len(STATES)]
        turn = number // len(STATES)
        is_reloaded = state != INSTALLATION and turn // 2 % 2 == 0
        leaving = Leaving(state, ("action", "window")[turn % 2], is_reloaded, number % 5 / 4)
        try:
            failed, status = leave(leaving, url, f"soak-quits/{number}")
        except (SystemExit, subprocess.TimeoutExpired) as error:
            failed, status = [str(error)], -1
        if failed or status != 0:
            problems.append(f"quit {number}, {leaving}: status {status} {failed}, see build/soak-quits/{number}")
    _say(f"{quits - len(problems)} of {quits} quits ended with status 0, in {time.monotonic() - began:.0f} s")
    return problems


def _say(line: str) -> None:
    print(line, flush=True)
    with OUTPUT.open("a", encoding="utf-8") as file:
        file.write(line.rstrip() + "\n")


if __name__ == "__main__":
    sys.exit(main())
