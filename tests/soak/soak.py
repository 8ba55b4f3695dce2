"""Run QGIS for long and leave it often, and print what grew: ``soak.py [cycles reloads quits]``."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import desktop  # noqa: E402 (a script of tools/)

SIZES = (300, 50, 50)
SECONDS_A_ROUND = 30
KEY = "sample-key"


def main() -> int:
    """Serve a sandbox, go through all rounds, and print the figures; 1 where a step or a quit failed."""
    cycles, reloads, quits = map(int, sys.argv[1:4]) if len(sys.argv) > 3 else SIZES
    with tempfile.TemporaryDirectory() as state:
        command = [sys.executable, str(ROOT / "plugin/sandbox/__main__.py"), "--port", "0", "--latency-ms", "20"]
        server = subprocess.Popen(
            [*command, "--state", state], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            assert server.stdout is not None
            address = re.match(r"URL\s+(\S+)", server.stdout.readline())
            assert address is not None
            desktop.EXTRA_ENVIRONMENT |= {"PIXXEL_TEST_URL": address[1], "PIXXEL_TEST_KEY": KEY}
            held = _rounds(cycles, reloads)
            statuses = [_quit(number) for number in range(quits)]
        finally:
            server.terminate()
            server.wait(10)
    print(f"soak: {statuses.count(0)} of {quits} quits ended with status 0")
    return 0 if held and statuses.count(0) == quits else 1


def _rounds(cycles: int, reloads: int) -> bool:
    desktop.EXTRA_ENVIRONMENT |= {"PIXXEL_SOAK_CYCLES": str(cycles), "PIXXEL_SOAK_RELOADS": str(reloads)}
    out, profiles_path = ROOT / "build/soak", desktop.fresh_profile(ROOT / "build/desktop-soak")
    seconds = 120 + SECONDS_A_ROUND * (cycles + reloads)
    report = desktop.run_script(Path(__file__).with_name("inside.py"), out, profiles_path, seconds)
    steps = report["steps"]
    assert isinstance(steps, list)
    problems = [step["problem"] for step in steps if not step["held"]]
    if problems:
        print("soak:", *problems)
        return False
    _print_table(json.loads((out / "figures.json").read_text(encoding="utf-8")))
    return True


def _print_table(found: list[tuple[str, dict[str, int]]]) -> None:
    print("| after |", " | ".join(name for name, _ in found), "|")
    print("| --- |", " | ".join("---:" for _ in found), "|")
    for figure in found[0][1]:
        print(f"| {figure} |", " | ".join(str(values[figure]) for _, values in found), "|")


def _quit(number: int) -> int:
    """Leave QGIS in the middle of loads, and return its exit status."""
    words = {
        "PIXXEL_TEST_QUIT": ("action", "window")[number % 2],
        "PIXXEL_TEST_RELOADS": ("no", "yes")[number // 2 % 2],
    }
    desktop.EXTRA_ENVIRONMENT |= words | {"PIXXEL_TEST_SECONDS": str(number % 5 / 4)}
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-soak")
    _, status = desktop.run_until_exit(
        ROOT / "tests/desktop/quitting.py", ROOT / f"build/soak-quits/{number}", profiles_path, 120
    )
    return status


if __name__ == "__main__":
    sys.exit(main())
