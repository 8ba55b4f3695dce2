"""Speed as ratios, measured side by side in one run: start-up, loading dates against curl, lists against bare
transfers, styles against bare XML and renderers set up by hand.

Prints a table and writes ``build/bench.json``. A goal that is missed is said with its figure; the exit code stays 0,
because a slow machine is no fault of the code.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests")]

import desktop  # noqa: E402 (a script of tools/)
import list_server  # noqa: E402 (of tests/)

OUT = ROOT / "build/bench"
DATES = 24
LATENCY_MS = 80
STARTS = 5
AOIS = 10_000
FLOODS = {10_000: 100, 100_000: 250}
"""Records in one page, and the goal for the longest gap of the event loop in milliseconds."""
LOAD_GOALS = {"picture": 1.25, "values": 1.35}


def write_series(folder: Path) -> None:
    """Write index rasters of as many dates as are loaded: a smooth field with noise, drifting with the season."""
    import numpy
    from osgeo import gdal, osr

    gdal.UseExceptions()
    folder.mkdir(parents=True, exist_ok=True)
    crs = osr.SpatialReference()
    crs.ImportFromEPSG(32633)
    noise = numpy.random.default_rng(7)
    rows, columns = numpy.mgrid[0:120, 0:120] / 120
    for number in range(DATES):
        day = date(2024, 1, 5) + timedelta(days=15 * number)
        values = (
            0.4 + 0.4 * numpy.sin(4 * rows + number / 4) * numpy.cos(3 * columns) + noise.normal(0, 0.03, rows.shape)
        )
        raster = gdal.GetDriverByName("GTiff").Create(
            str(folder / f"NDVI_{day:%Y_%m_%d}.tif"), 120, 120, 1, gdal.GDT_Float32
        )
        raster.SetProjection(crs.ExportToWkt())
        raster.SetGeoTransform((500000, 10, 0, 5100000, 0, -10))
        raster.GetRasterBand(1).WriteArray(values.astype("float32"))
        raster.FlushCache()


@contextmanager
def served_sandbox(name: str, *options: str) -> Iterator[tuple[str, str]]:
    """Serve a sandbox over HTTP, with latency; yield its URL and key."""
    command = [sys.executable, str(ROOT / "plugin/sandbox/__main__.py"), "--port", "0"]
    command += ["--state", str(OUT / f"{name}.sqlite"), "--latency-ms", str(LATENCY_MS), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    found: dict[str, str] = {}
    try:
        for line in process.stdout:
            if match := re.match(r"(URL|KEY)\s+(\S+)", line):
                found[match[1]] = match[2]
            if len(found) == 2:
                break
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield found["URL"], found["KEY"]
    finally:
        process.terminate()
        process.wait(10)


def installed() -> Path:
    """Install the plugin into a fresh profile, switched off, and return the profiles' folder."""
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop")
    desktop.install.enable(profiles_path / "profiles/default", enabled=False)
    return profiles_path


def inside(profiles_path: Path, script: str, **words: str) -> dict[str, Any]:
    """Run a measurement inside a real QGIS whose plugin is not loaded yet, and return what it found."""
    desktop.EXTRA_ENVIRONMENT.update(words)
    return dict(desktop.run_script(ROOT / "tests/benchmarks" / script, OUT / Path(script).stem, profiles_path, 400))


def measure_start() -> list[dict[str, Any]]:
    """Measure the plugin's start against the import of httpx and pydantic, each in a fresh QGIS.

    The first start compiles the plugin, as after any installation, and is not counted.
    """
    profiles_path = installed()
    runs = [inside(profiles_path, "measure_start.py") for _ in range(STARTS + 1)][1:]
    start = statistics.median(run["plugin_ms"] for run in runs)
    packages = statistics.median(run["packages_ms"] for run in runs)
    return [
        row("plugin import + initGui", start, "ms", goal=50),
        row("import httpx, pydantic in the same QGIS", packages, "ms"),
        row("start / import httpx, pydantic", start / packages, "x", goal=50 / 110),
    ]


def measure_load() -> list[dict[str, Any]]:
    """Measure loading pictures and values against curl, in parallel and one after another.

    QGIS's folder of temporary files is one of its own: it marks every layer from there in the tree, and nobody's
    profile lies there.
    """
    write_series(OUT / "series")
    temporary = OUT / "temporary"
    temporary.mkdir(exist_ok=True)
    with served_sandbox("series", "--import-series", str(OUT / "series")) as (url, key):
        words = {"PIXXEL_BENCH_URL": url, "PIXXEL_BENCH_KEY": key, "TMPDIR": str(temporary)}
        run = inside(installed(), "measure_load.py", **words)
    del desktop.EXTRA_ENVIRONMENT["TMPDIR"]
    return [line for kind, goal in LOAD_GOALS.items() for line in load_rows(kind, run[kind], goal)]


def load_rows(kind: str, run: dict[str, list[Any]], goal: float) -> list[dict[str, Any]]:
    """Return what was measured of one kind of layer; ratios are those of each round."""
    ours, parallel, serial = run["ours_s"], run["curl_parallel_s"], run["curl_serial_s"]
    gaps = [gap for gaps in run["gaps_ms"] for gap in gaps]
    return [
        row(f"{kind}: {DATES} dates onto the map, {LATENCY_MS} ms latency", statistics.median(ours), "s"),
        row(f"{kind}: until they are drawn", statistics.median(run["drawn_s"]), "s"),
        row(f"{kind}: curl --parallel-max 6, same files", statistics.median(parallel), "s"),
        row(f"{kind}: ours / curl in parallel", ratio(ours, parallel), "x", goal=goal),
        row(f"{kind}: one after another / ours", ratio(serial, ours), "x", floor=4),
        row(f"{kind}: longest gap of the GUI's event loop", max(gaps), "ms", goal=35),
        row(f"{kind}: 99th percentile of the gaps", statistics.quantiles(gaps, n=100)[98], "ms", goal=16),
    ]


def ratio(values: list[float], others: list[float]) -> float:
    """Return the median of the ratios of pairs that were measured one after the other."""
    return statistics.median(value / other for value, other in zip(values, others, strict=True))


def measure_lists() -> list[dict[str, Any]]:
    """Measure lists of AOIs against bare transfers of the same pages, and reading records against bare JSON."""
    with served_sandbox("aois", "--aois", str(AOIS)) as (url, key):
        page = inside(installed(), "measure_page.py", PIXXEL_BENCH_URL=url, PIXXEL_BENCH_KEY=key)
        every = outside("measure_aois.py", PIXXEL_BENCH_URL=url, PIXXEL_BENCH_KEY=key)
    first, bare_first = statistics.median(page["page_s"]), statistics.median(page["bare_s"])
    ours, bare, parsed, text = (statistics.median(every[k]) for k in ("ours_s", "bare_s", "records_s", "json_s"))
    return [
        row("first page of AOIs painted in the dock", first, "s"),
        row("the same page by httpx and json", bare_first, "s"),
        row("first page / bare", first / bare_first, "x", goal=1.1),
        row(f"{AOIS:,} AOIs listed, four pages at a time", ours, "s"),
        row("the same pages by httpx and json", bare, "s"),
        row("all AOIs / bare", ours / bare, "x", goal=1.3),
        row("AOI records read a second, JSON included", AOIS / parsed, "/s", floor=20_000),
        row("reading records / json.loads", parsed / text, "x"),
        row("memory of 1,000 AOIs", every["kb_per_1000"], "kB"),
    ]


def measure_floods() -> list[dict[str, Any]]:
    """Measure how long a server's huge page of AOIs keeps the event loop while the dock lists it."""
    rows = []
    for count, goal in FLOODS.items():
        with list_server.serving("whole", count) as server:
            searches = inside(installed(), "measure_floods.py", PIXXEL_BENCH_URL=server.url)["searches"]
        seconds, longest = (statistics.median(each[name] for each in searches) for name in ("s", "gap_ms"))
        rows += [
            row(f"{count:,} AOIs in one page: until all rows are there", seconds, "s"),
            row(f"{count:,} AOIs in one page: longest gap", longest, "ms", goal=goal),
        ]
    return rows


def measure_styles() -> list[dict[str, Any]]:
    """Measure an SLD of 256 entries until it is a renderer, and drawing by it, against what one would do by hand."""
    found = outside("measure_sld.py", QT_QPA_PLATFORM="offscreen")
    rows = []
    for kind, times in found.items():
        xml, whole, ours, hand = (statistics.median(times[name]) for name in ("xml", "whole", "ours", "hand"))
        rows += [
            row(f"SLD {kind}: 256 entries to a renderer", whole * 1000, "ms", goal=5),
            row(f"SLD {kind}: that / bare XML parsing", whole / xml, "x", goal=4),
            row(f"SLD {kind}: drawn / drawn by hand", ours / hand, "x", goal=1.05),
        ]
    return rows


def measure_dates() -> list[dict[str, Any]]:
    """Measure how long acts on a visualization of 400 dates keep the event loop."""
    found = outside("measure_dates.py", QT_QPA_PLATFORM="offscreen")
    names = {
        "open": "400 dates: legend opened",
        "edit": "400 dates: one edit, with its draft",
        "date": "400 dates: another date shown",
        "list": "400 dates: listed in the dock",
    }
    rows = [row(name, statistics.median(found[key]), "ms", goal=50) for key, name in names.items()]
    return [*rows, row("400 dates: one legend given to all", statistics.median(found["all"]), "ms")]


def measure_classes() -> list[dict[str, Any]]:
    """Measure the classes of pictures of 4096 × 4096 pixels against GDAL's decoding and writing of them."""
    names = {"plain": "classes of a large picture", "smooth": "classes of one with mixed edges"}
    found = outside("measure_classes.py")
    return [
        row(f"{name} / GDAL's copy of it", ratio(found[key]["ours"], found[key]["gdal"]), "x", goal=1.5)
        for key, name in names.items()
    ]


def measure_values() -> list[dict[str, Any]]:
    """Measure values over time, and a difference, against bare reads and one pass of numpy."""
    names = {
        "point": ("67 dates at a point / bare reads", 2.0),
        "polygon": ("67 dates of a polygon of a million pixels / one pass of numpy", 1.5),
        "difference": ("difference of two large dates / numpy and GDAL at once", None),
    }
    found = outside("measure_values.py", QT_QPA_PLATFORM="offscreen")
    return [
        row(name, ratio(found[key]["ours"], found[key]["bare"]), "x", goal=goal) for key, (name, goal) in names.items()
    ]


def measure_redraw() -> list[dict[str, Any]]:
    """Measure redraws of pictures from the PNG against the form that large ones are kept in."""
    found = outside("measure_redraw.py", QT_QPA_PLATFORM="offscreen")
    rows = []
    for side in ("1024", "2048", "4096", "10000"):
        raw, kept, floor = found[side]["raw"], found[side]["kept"], 10 if side == "10000" else None
        whole, middle = (ratio(raw[view], kept[view]) for view in ("whole", "middle"))
        rows += [
            row(f"picture of {side} pixels a side: PNG / GeoTIFF redrawn", whole, "x", floor=floor),
            row(f"picture of {side} pixels a side: the same zoomed in", middle, "x"),
            row(f"picture of {side} pixels a side: GeoTIFF made", kept["made"] * 1000, "ms"),
        ]
    return rows


def measure_transport() -> list[dict[str, Any]]:
    """Measure QGIS's network against httpx's own sockets and curl: a large file, many small answers, cancelling."""
    found = outside("measure_transport.py", QT_QPA_PLATFORM="offscreen", PIXXEL_BENCH_FOLDER=str(OUT))
    return [line for name in ("host", "own") for line in transport_rows(name, found[name], found["curl"])]


def transport_rows(name: str, runs: dict[str, Any], curl: dict[str, list[float]]) -> list[dict[str, Any]]:
    """Return what was measured of one transport; only QGIS's has goals, the other is there to compare."""
    title, is_ours = ("QGIS's network", True) if name == "host" else ("httpx's sockets", False)
    goals: dict[str, float | None] = {"download": 1.25, "pictures": 1.25} if is_ours else {}
    rows = []
    for what, words in (("download", "a file of 200 MB"), ("pictures", "24 answers by POST, 80 ms latency")):
        seconds = [run["s"] for run in runs[what]]
        gaps = [gap for run in runs[what] for gap in run["gaps_ms"]]
        rows += [
            row(f"{title}: {words} / curl", ratio(seconds, curl[what]), "x", goal=goals.get(what)),
            row(f"{title}: {words}, processor", statistics.median(run["cpu_s"] for run in runs[what]), "s"),
            row(f"{title}: {words}, 99th percentile of gaps", statistics.quantiles(gaps, n=100)[98], "ms"),
        ]
    cancel = statistics.median(run["result"] for run in runs["cancel"])
    return [*rows, row(f"{title}: a download cancelled", cancel * 1000, "ms", goal=50 if is_ours else None)]


def outside(script: str, **words: str) -> dict[str, Any]:
    """Run a measurement that needs no QGIS, in a process of its own, and return what it found."""
    command = [sys.executable, str(ROOT / "tests/benchmarks" / script)]
    done = subprocess.run(
        command, env={**os.environ, **words}, capture_output=True, text=True, check=False, timeout=400
    )
    if done.returncode:
        raise SystemExit(f"{script} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout))


def row(name: str, value: float, unit: str, *, goal: float | None = None, floor: float | None = None) -> dict[str, Any]:
    """Return a line of the table; ``goal`` is the most it may be, ``floor`` the least."""
    met = (goal is None or value <= goal) and (floor is None or value >= floor)
    return {"name": name, "value": round(value, 3), "unit": unit, "at_most": goal, "at_least": floor, "met": met}


def show(rows: list[dict[str, Any]]) -> None:
    """Print the table."""
    for line in rows:
        bound = f"at most {line['at_most']:.2f}" if line["at_most"] is not None else ""
        bound = f"at least {line['at_least']:.2f}" if line["at_least"] is not None else bound
        verdict = ("met" if line["met"] else "MISSED") if bound else ""
        print(f"  {line['name']:<48} {line['value']:>10.2f} {line['unit']:<3} {bound:<15} {verdict}")


def main() -> None:
    """Measure everything, print and save it."""
    OUT.mkdir(parents=True, exist_ok=True)
    rows = measure_start() + measure_load() + measure_lists() + measure_floods() + measure_styles() + measure_dates()
    rows += measure_classes() + measure_values() + measure_redraw() + measure_transport()
    (ROOT / "build/bench.json").write_text(json.dumps(rows, indent=2), encoding="utf-8")
    show(rows)


if __name__ == "__main__":
    main()
