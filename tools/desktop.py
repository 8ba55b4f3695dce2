"""Start a real QGIS desktop with the plugin in a throw-away profile: ``demo`` (scripted) or ``run`` (yours)."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import install  # noqa: E402 (a neighbour in this folder)

SCREEN = "-screen 0 1600x1000x24"
# A desktop paints on a display, finds its own modules, and keeps its byte code as QGIS does by itself.
UNWANTED = ("QT_QPA_PLATFORM", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
EXTRA_ENVIRONMENT: dict[str, str] = {}
# A newcomer should see our plugin first, not QGIS's news or tips.
QUIET_SETTINGS = {
    "app/news-feed/items/httpsfeedqgisorg/disabled": True,
    "qgis/checkVersion": False,
    "qgis/showTips340": False,
    "migration/fileVersion": 2,
    "locale/overrideFlag": True,
    "locale/userLocale": "en_US",
    "locale/globalLocale": "en_US",
}


def has_display() -> bool:
    """Return whether there is a display for a visible window."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def fresh_profile(base: Path) -> Path:
    """Make a profile with the plugin and nothing of an earlier run but the installed packages; return its parent."""
    profile = base / "profiles/default"
    for path in [*profile.glob("*"), *profile.glob("pixxel_explorer/*")]:
        if path.name not in ("pixxel_explorer", "packages"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    install.install(profile)
    quieten(profile)
    return base


def quieten(profile: Path) -> None:
    """Switch off QGIS's dialogs of a first start."""
    from qgis.PyQt.QtCore import QSettings

    settings = QSettings(str(profile / "QGIS/QGIS3.ini"), QSettings.Format.IniFormat)
    for key, value in QUIET_SETTINGS.items():
        settings.setValue(key, value)
    settings.sync()


def qgis_command(profiles_path: Path, script: Path | None) -> list[str]:
    """Return the command line of a desktop, on its own virtual display where there is none."""
    command = ["qgis", "--profiles-path", str(profiles_path), "--nologo", "--noversioncheck"]
    if script is not None:
        command += ["--code", str(script)]
    return command if has_display() else ["xvfb-run", "-a", "-s", SCREEN, *command]


def environment(**extra: str) -> dict[str, str]:
    """Return the environment of a desktop: real display, no offscreen platform, UTC left alone."""
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    return kept | EXTRA_ENVIRONMENT | extra


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a desktop and everything it started."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, sign)
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                continue
    with contextlib.suppress(ProcessLookupError):  # QGIS may outlive the wrapper of its display
        os.killpg(process.pid, signal.SIGKILL)


def run_script(
    script: Path, out: Path, profiles_path: Path, seconds: float, leave_open: bool = False
) -> dict[str, object]:
    """Run a scenario inside QGIS and return its report.

    Raises:
        SystemExit: QGIS ended or took too long without a report.
    """
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    report = out / "report.json"
    extra = {"PIXXEL_DESKTOP_OUT": str(out), "PIXXEL_DESKTOP_SCRIPTS": str(script.parent)}
    with (out / "qgis.log").open("wb") as log:
        process = subprocess.Popen(
            qgis_command(profiles_path, script),
            env=environment(**extra),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait_for(report, process, seconds)
        finally:
            if not leave_open:
                stop(process)
    return dict(json.loads(report.read_text(encoding="utf-8")))


def run_until_exit(
    script: Path, out: Path, profiles_path: Path, seconds: float, sign: signal.Signals | None = None
) -> tuple[dict[str, object], int]:
    """Run a scenario that leaves QGIS in the end, or is ended by a signal after its report; return the exit status.

    Raises:
        SystemExit: QGIS ended or took too long without a report.
        subprocess.TimeoutExpired: it does not end.
    """
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    extra = {"PIXXEL_DESKTOP_OUT": str(out), "PIXXEL_DESKTOP_SCRIPTS": str(script.parent)}
    command = qgis_command(profiles_path, script)
    with (out / "qgis.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment(**extra), stdout=log, stderr=log, start_new_session=True)
        try:
            _wait_for(out / "report.json", process, seconds)
            if sign is not None:  # to QGIS itself: its display's wrapper would end without it
                os.kill(int(json.loads((out / "report.json").read_text(encoding="utf-8"))["pid"]), sign)
            status = process.wait(seconds)
        finally:
            stop(process)
    return dict(json.loads((out / "report.json").read_text(encoding="utf-8"))), status


def _wait_for(report: Path, process: subprocess.Popen[bytes], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not report.is_file():
        if process.poll() is not None:
            raise SystemExit(f"desktop: QGIS ended before the scenario did; see {report.with_name('qgis.log')}")
        if time.monotonic() > end:
            raise SystemExit(f"desktop: no report after {seconds:.0f} s; see {report.with_name('qgis.log')}")
        time.sleep(0.2)


def show(report: dict[str, object], out: Path) -> bool:
    """Print the report as a table and return whether every step held."""
    steps = report["steps"]
    assert isinstance(steps, list)
    for step in steps:
        mark = "held  " if step["held"] else "FAILED"
        print(
            f"  {mark} {step['seconds']:6.1f} s  {step['name']}" + (f"  ({step['problem']})" if step["problem"] else "")
        )
    held = bool(steps) and all(step["held"] for step in steps)
    print(f"demo: {'every step held' if held else 'a step failed'}; see the pictures in {out.relative_to(ROOT)}")
    return held


def demo() -> int:
    """Show the main job in a real desktop; with a display, leave it open on the result."""
    out = ROOT / "build/demo"
    profiles_path = fresh_profile(ROOT / "build/desktop")
    report = run_script(ROOT / "tests/desktop/demo.py", out, profiles_path, 300, leave_open=has_display())
    return 0 if show(report, out) else 1


def run() -> int:
    """Open QGIS with the plugin and wait until it is closed."""
    if not has_display():
        raise SystemExit("run: There is no display to show QGIS on; use `make demo`, which brings a virtual one.")
    profiles_path = fresh_profile(ROOT / "build/desktop")
    return subprocess.run(
        qgis_command(profiles_path, ROOT / "tools/open_dock.py"), env=environment(), check=False
    ).returncode


def main() -> int:
    """Parse the command line and run its command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("demo", "run"))
    return demo() if parser.parse_args().what == "demo" else run()


if __name__ == "__main__":
    sys.exit(main())
