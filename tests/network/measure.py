"""Carry out a setting: start its boxes, ask in every way there is, and put together what came of it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .boxes import KEY, Net
from .rows import ENVIRONMENT_OF_PIP, Row, Setting, machines_of
from .sites import AOI
from .wire import Seen

ROOT = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).with_name("probe.py")
MASTER = "master password of the test"
COMMAND_LINE = "command line"
PARTS = ("qgis", "dock", COMMAND_LINE, "installer")
AT_ONCE = 2 * (os.cpu_count() or 2)  # most of the time something waits
_PATIENCE = 260
_MANY = 10
_MOST_CONNECTIONS = 3  # one, one more to sign in, one more for a second try
_PLATFORM = {
    "QT_QPA_PLATFORM": "offscreen",
    "LC_ALL": "C.UTF-8",
    "LANG": "C.UTF-8",
}
_OURS = ("PIXXEL_", "PIP_", "QGIS_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_")


@dataclass(frozen=True)
class Part:
    """What came of asking in one way.

    Attributes:
        reached: the server's own answer came.
        sentence: what was said, where it did not.
        seconds: how long it took, without starting a program.
        seen: what boxes saw meanwhile.
        connections: how often the first box on the way was connected to.
        details: everything that was said.
    """

    reached: bool
    sentence: str
    seconds: float
    seen: tuple[Seen, ...] = ()
    connections: int = 0
    details: str = ""

    @property
    def findings(self) -> list[str]:
        """Return what must not be, in plain words."""
        shown = [seen for seen in self.seen if seen.credential]
        unasked = sorted({seen.credential for seen in shown if not seen.asked})
        found = [f"sent the password as {kind} unasked" for kind in unasked]
        wrong = len([seen for seen in shown if not seen.good])
        if wrong > 1:
            found.append(f"showed a wrong password {wrong if wrong < _MANY else 'many'} times")
        if any(seen.key and seen.target.startswith("CONNECT") for seen in self.seen):
            found.append("showed the key to the proxy")
        if not self.reached and self.connections > _MOST_CONNECTIONS:
            found.append("tried many times")
        return found


@dataclass
class Measured:
    """A row and what came of it, by part.

    Attributes:
        own: the address the key belongs to.
        problem: why a part is missing.
    """

    row: Row
    own: str = ""
    parts: dict[str, Part] = field(default_factory=dict)
    problem: str = ""


async def measure(rows: Sequence[Row], folder: Path) -> list[Measured]:
    """Carry out rows, a few at a time."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(row: Row) -> Measured:
        async with slots:
            return await carry_out(row, folder / row.name)

    return await asyncio.gather(*(one(row) for row in rows))


def can_add_to_the_system() -> bool:
    """Return whether programs can be shown a system's store of their own here."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode == 0


async def carry_out(row: Row, folder: Path) -> Measured:
    """Carry out one setting in a folder of its own."""
    profile = folder / "profiles/default"
    plugins = profile / "python/plugins"
    plugins.mkdir(parents=True)
    (plugins / "pixxel_explorer").symlink_to(ROOT, target_is_directory=True)
    net = Net()
    try:
        setting = await row.build(await machines_of(net, folder))
        measured = Measured(row, f"https://{urlsplit(setting.url).hostname}/")
        inside = [part for part in setting.parts if part != COMMAND_LINE]
        await _probe(net, setting, profile, inside, measured)
        if COMMAND_LINE in setting.parts:
            measured.parts[COMMAND_LINE] = await _command_line(net, setting, folder)
        return measured
    finally:
        await net.close()


# --- a QGIS of its own ------------------------------------------------------------------------------------------------


async def _probe(net: Net, setting: Setting, profile: Path, parts: Sequence[str], measured: Measured) -> None:
    """Run the probe and give it a word for each part."""
    order = profile.parent / "setting.json"
    order.write_text(json.dumps(_order(setting, profile, parts)), encoding="utf-8")
    environment = _places(profile.parents[1])
    process = await _start([sys.executable, str(PROBE), str(order)], setting, environment)
    assert process.stdout is not None
    assert process.stdin is not None
    before, name = (0, {}), ""
    try:
        async with asyncio.timeout(_PATIENCE):
            while line := (await process.stdout.readline()).decode():
                word, _, rest = line.strip().partition(" ")
                if word == "PART":
                    net.shut(())
                    before, name = (len(net.seen), dict(net.connections)), rest
                elif word == "CHANGE":
                    net.shut(setting.shuts)
                    before = (len(net.seen), dict(net.connections))
                elif word == "DONE":
                    measured.parts[name] = _part(net, before, json.loads(rest))
                    continue
                else:
                    continue
                process.stdin.write(b"go\n")
                await process.stdin.drain()
    finally:
        errors = await _end(process)
    missing = [part for part in parts if part not in measured.parts]
    if missing:
        measured.problem = f"nothing came of {missing}, exit code {process.returncode}\n{errors[-3000:]}"


def _order(setting: Setting, profile: Path, parts: Sequence[str]) -> dict[str, Any]:
    return {
        "profile": str(profile),
        "parts": list(parts),
        "url": setting.url,
        "asks": setting.file or f"{setting.url}/v0/projects",
        "proof": "readme.txt" if setting.file else "Farms",
        "file": setting.file,
        "key": KEY,
        "authcfg": setting.authcfg,
        "settings": {**_common(setting), **setting.settings},
        "then": {**_common(setting), **setting.then} if setting.then else {},
        "connects": setting.connects,
        "authorities": setting.authorities,
        "configs": setting.configs,
        "master": MASTER,
        "locked": setting.is_locked,
        "prompt": setting.prompt,
        "exceptions": setting.exceptions,
    }


def _places(folder: Path) -> dict[str, str]:
    """Return where QGIS keeps its profile and its cache of answers, which it would show for a server that fails."""
    return {"QGIS_CUSTOM_CONFIG_PATH": str(folder), "XDG_CACHE_HOME": str(folder / "cache")}


def _common(setting: Setting) -> dict[str, Any]:
    return {
        "network/network-timeout": setting.limit,
        "PythonPlugins/pixxel_explorer": True,
        "locale/userLocale": "en_US",
    }


def _part(net: Net, before: tuple[int, dict[str, int]], outcome: dict[str, Any]) -> Part:
    seen, connections = before
    first = max((net.connections[n] - connections.get(n, 0) for n in net.connections if n == "proxy"), default=0)
    return Part(
        outcome["reached"],
        plain(outcome["sentence"]),
        outcome["seconds"],
        tuple(net.seen[seen:]),
        first,
        "\n".join(outcome.get("said", ())),
    )


def plain(text: str) -> str:
    """Return a sentence without what differs from run to run: ports and days."""
    text = re.sub(r"\b\d{4}-\d\d-\d\d\b", "YYYY-MM-DD", text)
    return re.sub(r"\b(127\.0\.0\.1|localhost)(:| port |, port )\d+", r"\1\2PORT", " ".join(text.split()))


# --- qgis_process -------------------------------------------------------------------------------------------------


async def _command_line(net: Net, setting: Setting, folder: Path) -> Part:
    """List projects, or download assets, as a script does."""
    net.shut(setting.shuts)
    before = (len(net.seen), dict(net.connections))
    if setting.file:
        inputs = {"AOI": AOI, "FOLDER": str(folder / "assets")}
    else:
        inputs = {"OUTPUT": str(folder / "projects.csv")}
    algorithm = "downloadassets" if setting.file else "listprojects"
    environment = {**_places(folder), "PIXXEL_API_URL": setting.url}
    environment |= {"PIXXEL_AUTHCFG": setting.authcfg} if setting.authcfg else {"PIXXEL_API_KEY": KEY}
    if setting.configs and not setting.is_locked:
        password = folder / "password"
        password.write_text(MASTER, encoding="utf-8")
        environment["QGIS_AUTH_PASSWORD_FILE"] = str(password)
    process = await _start(["qgis_process", "--json", "run", f"pixxel:{algorithm}", "-"], setting, environment)
    began = time.monotonic()
    texts, errors = await asyncio.wait_for(process.communicate(json.dumps({"inputs": inputs}).encode()), _PATIENCE)
    everything = texts.decode() + errors.decode()
    outcome = {
        "reached": process.returncode == 0,
        "sentence": "" if process.returncode == 0 else _sentence(process.returncode or 0, errors.decode()),
        "seconds": time.monotonic() - began,
        "said": [everything],
    }
    return _part(net, before, outcome)


def _sentence(code: int, errors: str) -> str:
    """Return the sentence an algorithm ended with: the last line."""
    if code < 0:
        return f"crashed, signal {-code}"
    return next((line for line in reversed(errors.splitlines()) if line.strip()), "")


async def _start(
    command: list[str], setting: Setting, environment: dict[str, str] | None = None
) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    inherited = {n: v for n, v in os.environ.items() if not n.upper().startswith(_OURS)}
    site = os.pathsep.join(path for path in sys.path if path.endswith("-packages"))
    more = {
        **_PLATFORM,
        **ENVIRONMENT_OF_PIP,
        "PIP_INDEX_URL": setting.index,
        "PYTHONPATH": site,
        **setting.environment,
        **(environment or {}),
    }
    if setting.system_authority:
        command = in_system_with(setting.system_authority, command)
    return await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, stderr=pipe, env={**inherited, **more}, limit=1 << 24
    )


async def _end(process: asyncio.subprocess.Process) -> str:
    try:
        _, errors = await asyncio.wait_for(process.communicate(), 5)
    except TimeoutError:
        process.kill()
        _, errors = await process.communicate()
    return errors.decode("utf-8", "replace")


# --- certificates of the system ---------------------------------------------------------------------------------------

_SHOWN_OVER = "/etc/ssl/certs"


def in_system_with(authority: str, command: list[str]) -> list[str]:
    """Return a command that runs with one more authority in the system's store, seen by it alone (Linux)."""
    script = (
        f'set -e; store=$(mktemp -d); cp -rL {_SHOWN_OVER}/. "$store" 2>/dev/null || true; '
        'printf "%s" "$AUTHORITY" > "$store/company.pem"; cat "$store/company.pem" >> "$store/ca-certificates.crt"; '
        'hash=$(openssl x509 -hash -noout -in "$store/company.pem"); cp "$store/company.pem" "$store/$hash.0"; '
        f'mount --bind "$store" {_SHOWN_OVER}; unset AUTHORITY; exec "$@"'
    )
    return ["env", f"AUTHORITY={authority}", "unshare", "-rm", "sh", "-c", script, "sh", *command]
