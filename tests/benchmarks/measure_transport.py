"""The host's network against httpx's own sockets and curl, in turn: a large file, many small answers, cancelling.

Runs in a process of its own with a headless QGIS; its server is another process. Prints what it found as JSON.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import multiprocessing
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, MEGABYTES, DATES, LATENCY, AT_ONCE = 5, 200, 24, 0.08, 6
PIECE, PICTURE = os.urandom(1024 * 1024), os.urandom(60_000)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer requests on one connection: ``/file`` is large, ``/endless`` has no end, the rest is small and late."""
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = next((int(line[15:]) for line in head.splitlines() if line.startswith("content-length:")), 0)
            await reader.readexactly(length)
            await send(head.split()[1], writer)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def send(path: str, writer: asyncio.StreamWriter) -> None:
    """Send one answer."""
    pieces = {"/file": MEGABYTES, "/endless": 1_000_000}.get(path, 0)
    if not pieces:
        await asyncio.sleep(LATENCY)
    size = pieces * len(PIECE) or len(PICTURE)
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode())
    for _ in range(pieces):
        writer.write(PIECE)
        await writer.drain()
    if not pieces:
        writer.write(PICTURE)
    await writer.drain()


def serve(noted: Any) -> None:
    """Serve until the process is ended."""

    async def main() -> None:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        noted.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def by_curl(*words: str) -> float:
    """Run curl; return seconds."""
    started = time.perf_counter()
    subprocess.run(["curl", "--silent", "--fail", *words], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def curl_posts(url: str, folder: str) -> float:
    """Send the small requests with curl, as many at once as the plugin."""
    words = ["--parallel", "--parallel-immediate", "--parallel-max", str(AT_ONCE)]
    for number in range(DATES):
        words += ["--next"] if number else []
        words += ["-H", "Content-Type: application/json", "-d", '{"date": "2024-01-05"}', "-o", f"{folder}/{number}"]
        words += [f"{url}/picture"]
    return by_curl(*words)


class Heartbeat:
    """Gaps between the turns of the main thread's event loop while work runs in another thread."""

    def __init__(self) -> None:
        from qgis.PyQt.QtCore import QTimer

        self.gaps_ms: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self._timer.start(1)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps_ms.append((now - self._last) * 1000)
        self._last = now

    def stop(self) -> list[float]:
        """End, and return the gaps in milliseconds."""
        self._timer.stop()
        return self.gaps_ms


def run_job(runner: Any, work: Callable[[Any], Awaitable[Any]]) -> dict[str, Any]:
    """Run work as the plugin does, and return what it cost."""
    from qgis.PyQt.QtCore import QEventLoop

    loop, outcome = QEventLoop(), []
    job = runner.job(work, "measured")
    job.succeeded.connect(outcome.append)
    job.failed.connect(outcome.append)
    job.finished.connect(loop.quit)
    heartbeat, started, cpu, own = Heartbeat(), time.perf_counter(), time.process_time(), time.thread_time()
    job.start()
    loop.exec()
    found = {"s": time.perf_counter() - started, "cpu_s": time.process_time() - cpu}
    found["main_cpu_s"], found["gaps_ms"] = time.thread_time() - own, heartbeat.stop()
    if isinstance(outcome[0], Exception):
        raise outcome[0]
    return {**found, "result": outcome[0]}


def transports() -> dict[str, Callable[[], Any]]:
    """Return what makes each transport that is compared."""
    from pixxel_explorer.plugin.host.network_thread import QgisNetwork
    from qgis.core import QgsNetworkAccessManager

    def own() -> Any:
        import httpx

        return httpx.AsyncHTTPTransport(http2=True, limits=httpx.Limits(max_connections=AT_ONCE))

    def hosts() -> Any:
        from pixxel_explorer.plugin.api.transport.host_transport import HostTransport

        return HostTransport(network)

    network = QgisNetwork(QgsNetworkAccessManager.instance())
    return {"own": own, "host": hosts}


def client_of(url: str, make: Callable[[], Any]) -> Any:
    """Return a client of the API over a transport."""
    from pixxel_explorer.plugin.api.client import ApiClient
    from pixxel_explorer.plugin.api.config import ClientConfig
    from pixxel_explorer.plugin.api.transport.auth import Credentials

    return ApiClient(ClientConfig(base_url=url), Credentials.from_key("key"), transport=make())


def download(url: str, make: Callable[[], Any], target: Path) -> Callable[[Any], Awaitable[Any]]:
    """Return work that fetches the large file."""

    async def work(_report: Any) -> None:
        async with client_of(url, make) as client:
            await client.files.fetch("/file", target)
        target.unlink()

    return work


def pictures(url: str, make: Callable[[], Any]) -> Callable[[Any], Awaitable[Any]]:
    """Return work that posts for every small answer."""

    async def work(_report: Any) -> float:
        async with client_of(url, make) as client:
            started = time.perf_counter()
            one = partial(client._session.read, "POST", "/picture", body={"date": "2024-01-05"})
            await asyncio.gather(*(one() for _ in range(DATES)))
            return time.perf_counter() - started

    return work


def cancelling(url: str, make: Callable[[], Any], target: Path) -> Callable[[Any], Awaitable[Any]]:
    """Return work that cancels a download in the middle and returns how long that took."""

    async def work(_report: Any) -> float:
        async with client_of(url, make) as client:
            task = asyncio.ensure_future(client.files.fetch("/endless", target))
            await asyncio.sleep(0.5)
            started = time.perf_counter()
            task.cancel()
            await asyncio.wait({task})
            return time.perf_counter() - started

    return work


def measure(url: str) -> dict[str, Any]:
    """Measure each in turn, again and again."""
    from pixxel_explorer.plugin.worker.runner import Runner

    runner, ways = Runner(), transports()
    found: dict[str, Any] = {"curl": {"download": [], "pictures": []}, **{name: {} for name in ways}}
    with tempfile.TemporaryDirectory(dir=os.environ.get("PIXXEL_BENCH_FOLDER")) as folder:
        target = Path(folder) / "file"
        for turn in range(ROUNDS + 1):
            kept = [by_curl("-o", str(target), f"{url}/file"), curl_posts(url, folder)]
            target.unlink()
            if turn:
                found["curl"]["download"].append(kept[0])
                found["curl"]["pictures"].append(kept[1])
            for name, make in ways.items():
                runs = {
                    "download": run_job(runner, download(url, make, target)),
                    "pictures": run_job(runner, pictures(url, make)),
                    "cancel": run_job(runner, cancelling(url, make, target)),
                }
                for what, run in runs.items() if turn else ():
                    found[name].setdefault(what, []).append(run)
                found[name]["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    runner.stop()
    return found


def load_plugin() -> None:
    """Make the checkout importable under the plugin's name."""
    place = {"submodule_search_locations": [str(ROOT)]}
    spec = importlib.util.spec_from_file_location("pixxel_explorer", ROOT / "__init__.py", **place)
    assert spec is not None
    assert spec.loader is not None
    sys.modules["pixxel_explorer"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)


def main() -> None:
    """Measure beside a server of its own, and print what was found."""
    noted: Any = multiprocessing.get_context("fork").Queue()
    server = multiprocessing.get_context("fork").Process(target=serve, args=(noted,), daemon=True)
    server.start()
    load_plugin()
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    try:
        print(json.dumps(measure(f"http://127.0.0.1:{noted.get()}")))
    finally:
        server.terminate()
        application.exitQgis()


if __name__ == "__main__":
    main()
