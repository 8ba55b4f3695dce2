"""The sandbox's command line: serves it over HTTP on this machine."""

from __future__ import annotations

import argparse
import socket
from collections.abc import Sequence
from pathlib import Path

from .app import create_app
from .core.options import Behaviour, Profile, SandboxOptions

_HOST = "127.0.0.1"
_DEFAULT_STATE = Path("build") / "sandbox"
_DATABASES = (".sqlite", ".sqlite3", ".db")


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted; prints where, and the key, once connections are taken.

    The lines are ``URL …``, ``KEY …`` and ``FILES …``, the origin of the addresses that packages are fetched from.
    """
    given = _parser().parse_args(arguments)
    options = SandboxOptions(
        state_folder=given.state.with_suffix(".files") if given.state.suffix in _DATABASES else given.state,
        database=given.state if given.state.suffix in _DATABASES else None,
        profile=Profile(given.profile),
        latency_ms=given.latency_ms,
        fault_rate=given.fault_rate,
        seed=given.seed,
        aois=given.aois,
        import_series=given.import_series,
        behaviours=frozenset(map(Behaviour, given.behaviour)),
    )
    with listening(given.port) as api, listening(0) as files:
        print(f"URL {_origin(api)}", flush=True)
        print(f"KEY {options.key}", flush=True)
        print(f"FILES {_origin(files)}", flush=True)
        _serve(options, api, files)
    return 0


def listening(port: int) -> socket.socket:
    """Return a socket that listens on this machine.

    It names its protocol, which ``socket.create_server`` leaves at 0: asyncio switches Nagle's algorithm off only for
    sockets that are known to speak TCP, and with it on, every answer but the first of a connection is 40 ms late.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((_HOST, port))
    listener.listen(100)
    return listener


def _origin(listener: socket.socket) -> str:
    return f"http://{_HOST}:{listener.getsockname()[1]}"


def _serve(options: SandboxOptions, api: socket.socket, files: socket.socket) -> None:
    import uvicorn

    app = create_app(options)
    app.state.sandbox.files_origin = _origin(files)
    config = uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=2)
    try:
        uvicorn.Server(config).run(sockets=[api, files])
    except KeyboardInterrupt:
        pass
    finally:
        app.state.sandbox.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description="An embedded Pixxel API with sample data.")
    parser.add_argument("--port", type=_port, default=8765, help="0 takes any free one (default: %(default)s)")
    parser.add_argument("--state", type=Path, default=_DEFAULT_STATE, help="SQLite file, or folder, that keeps it")
    parser.add_argument("--profile", choices=[str(profile) for profile in Profile], default=str(Profile.DOCUMENTED))
    parser.add_argument("--latency-ms", type=_count, default=0, help="waited before every answer")
    parser.add_argument("--fault-rate", type=_share, default=0.0, help="share of reads that fail, 0 to 1")
    parser.add_argument("--seed", type=_count, default=7, help="of the synthetic scene and the faults")
    parser.add_argument("--aois", type=_count, default=0, help="synthetic areas of interest to add")
    parser.add_argument("--import-series", type=_folder, help="folder of NAME_YYYY_MM_DD.tif rasters to serve")
    behaviours = [str(behaviour) for behaviour in Behaviour]
    text = "what it does that no document rules out; may be given several times"
    parser.add_argument("--behaviour", choices=behaviours, action="append", default=[], help=text)
    return parser


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder")
    return Path(text)


def _count(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return value


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError("must be 0 to 65535")
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be 0 to 1")
    return value
