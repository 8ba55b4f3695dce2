"""Click in a whole QGIS at random before a server with faults at random: ``faults.py [seed seconds]``.

What was done, the faults, the longest gaps of the window and every sentence are written to build/faults.txt. The exit
status is 1 where QGIS does not end with status 0, an exception of the plugin is in its log, or a gap passes its limit.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools"), str(ROOT / "tests/desktop"), str(Path(__file__).parent)]

import desktop  # noqa: E402 (a script of tools/)
from leaving import KEY  # noqa: E402 (of the desktop tests)
from soak import sandbox  # noqa: E402 (a neighbour in this folder)

from tests import fault_proxy, random_faults  # noqa: E402

SECONDS = 600.0
SHARE = 0.3  # of the requests that get a fault
LONGEST_GAP = 1.0  # seconds
OUTPUT = ROOT / "build/faults.txt"


def main() -> int:
    """Serve a sandbox behind the faults, click, and write the outcome; 1 where something is not as it should be."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(10_000)
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    faults = random_faults.RandomFaults(seed, SHARE)
    with tempfile.TemporaryDirectory() as state, sandbox(state) as url, fault_proxy.faulty(url) as proxy:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            proxy.on(method, "", faults)
        found, problems = _clicked(proxy.url, seed, seconds)
        requests = len(proxy.requests)
    lines = [f"seed {seed}, {seconds:.0f} s, {requests} requests; faults: {dict(faults.counts)}"]
    lines += [f"{name}: {found[name]}" for name in ("done", "skipped", "gaps")]
    lines += [f"sentence: {sentence}" for sentence in sorted(found["said"])]
    lines += [f"NOT HELD: {problem}" for problem in problems]
    OUTPUT.write_text("\n".join([*lines, ""]), encoding="utf-8")
    print("\n".join([lines[0], *(f"NOT HELD: {problem}" for problem in problems)]))
    print("faults: held" if not problems else f"faults: {len(problems)} not held, see {OUTPUT.relative_to(ROOT)}")
    return 1 if problems else 0


def _clicked(url: str, seed: int, seconds: float) -> tuple[dict[str, Any], list[str]]:
    """Click, leave QGIS, and return the outcome with the problems."""
    desktop.EXTRA_ENVIRONMENT |= {
        "PIXXEL_TEST_URL": url,
        "PIXXEL_TEST_KEY": KEY,
        "PIXXEL_TEST_SEED": str(seed),
        "PIXXEL_TEST_SECONDS": str(seconds),
    }
    out, profiles_path = ROOT / "build/faults", desktop.fresh_profile(ROOT / "build/desktop-faults")
    script = ROOT / "tests/desktop/clicking.py"
    report, status = desktop.run_until_exit(script, out, profiles_path, seconds + 300)
    found = json.loads((out / "clicks.json").read_text(encoding="utf-8"))
    steps: Any = report["steps"]
    problems = [str(step["problem"]) for step in steps if not step["held"]]
    problems += [f"QGIS ended with status {status}"] if status else []
    log = (out / "qgis.log").read_text(encoding="utf-8", errors="replace")
    problems += [f"{log.count('Traceback')} tracebacks in build/faults/qgis.log"] if "Traceback" in log else []
    problems += [f"a gap of {gap} s at {act}" for gap, act in found["gaps"] if gap > LONGEST_GAP]
    return found, problems


if __name__ == "__main__":
    sys.exit(main())
