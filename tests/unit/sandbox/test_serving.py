"""How the sandbox is reached: key, weather, in-process, and over HTTP by its command line."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pixxel_explorer.plugin.sandbox.commandline import listening
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY
from pixxel_explorer.plugin.sandbox.core.store import Filter, RecordStore
from pixxel_explorer.plugin.sandbox.transport import SAMPLE_URL, sample_transport

from .conftest import Sandbox


@contextmanager
def served(root: Path, *arguments: str) -> Iterator[str]:
    """Run the command line until the block ends and yield the address it prints."""
    with serving(root, *arguments) as (address, _):
        yield address


@contextmanager
def serving(root: Path, *arguments: str) -> Iterator[tuple[str, str]]:
    """Run the command line until the block ends and yield the addresses of the API and of its files."""
    command = [sys.executable, str(root / "plugin" / "sandbox" / "__main__.py"), "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        address, key = process.stdout.readline().split(), process.stdout.readline().split()
        files = process.stdout.readline().split()
        assert (address[0], key, files[0]) == ("URL", ["KEY", SAMPLE_KEY], "FILES")
        yield address[1], files[1]
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.mark.parametrize("key", ["", "wrong", f"Bearer {SAMPLE_KEY}"])
def test_without_the_right_key_there_is_no_answer_but_ping(sandbox: Sandbox, key: str) -> None:
    refused = sandbox.client.get("/v0/projects", headers={"Authorization": key})
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "FORBIDDEN"
    assert sandbox.client.get("/ping", headers={"Authorization": key}).json() == "pong"


def test_unknown_addresses_answer_in_the_envelope(sandbox: Sandbox) -> None:
    assert sandbox.client.get("/v0/nothing").json()["error"]["code"] == "NOT_FOUND"
    assert sandbox.client.patch("/v0/projects").status_code == 405


def test_reads_fail_by_their_share_and_no_write_does(root: Path, tmp_path: Path) -> None:
    headers = {"Authorization": SAMPLE_KEY}
    arguments = ("--state", str(tmp_path), "--fault-rate", "1")
    with served(root, *arguments) as address, httpx.Client(base_url=address, headers=headers) as client:
        answers = {client.post("/v0/aois", json={}).status_code for _ in range(5)}
    assert answers == {400}


def test_the_sample_data_answer_without_a_socket(tmp_path: Path) -> None:
    async def ask() -> tuple[Any, Any]:
        headers = {"Authorization": SAMPLE_KEY}
        transport = sample_transport(tmp_path)
        async with httpx.AsyncClient(transport=transport, base_url=SAMPLE_URL, headers=headers) as client:
            answers = await asyncio.gather(client.get("/v0/aois"), client.get("/v0/projects"))
            return answers[0].json(), answers[1].json()

    aois, projects = asyncio.run(ask())
    assert aois["pagination"]["total"] >= 5
    assert projects["count"] == 2


def ready_package(client: httpx.Client) -> str:
    """Have an asset packed over HTTP and return the signed address."""
    aoi_id = client.get("/v0/aois").json()["aois"][0]["aoi_id"]
    asset = client.get(f"/v0/aois/{aoi_id}/assets").json()["assets"][-1]
    begun = client.post(f"/v0/aois/{aoi_id}/downloads", json={"asset_ids": [asset["id"]]}).json()
    while begun["status"] == "IN_PROGRESS":
        begun = client.get(f"/v0/aois/{aoi_id}/downloads/{begun['download_id']}").json()
    return str(begun["signed_url"])


def test_over_http_packages_come_from_a_port_of_their_own(root: Path, tmp_path: Path) -> None:
    headers = {"Authorization": SAMPLE_KEY}
    with (
        serving(root, "--state", str(tmp_path)) as (address, files),
        httpx.Client(base_url=address, headers=headers) as client,
        httpx.Client() as foreign,
    ):
        package = ready_package(client)
        assert package.startswith(f"{files}/")
        assert files != address
        assert foreign.get(package).content[:4] == b"PK\x03\x04"
        assert client.get(package).status_code == 400
        assert foreign.get(f"{files}/ping").status_code == 404


def test_in_process_packages_come_from_a_host_of_their_own(tmp_path: Path) -> None:
    async def ask() -> tuple[str, int, int]:
        transport = sample_transport(tmp_path)
        headers = {"Authorization": SAMPLE_KEY}
        async with (
            httpx.AsyncClient(transport=transport, base_url=SAMPLE_URL, headers=headers) as client,
            httpx.AsyncClient(transport=transport) as foreign,
        ):
            aoi_id = (await client.get("/v0/aois")).json()["aois"][0]["aoi_id"]
            asset = (await client.get(f"/v0/aois/{aoi_id}/assets")).json()["assets"][-1]
            answer = await client.post(f"/v0/aois/{aoi_id}/downloads", json={"asset_ids": [asset["id"]]})
            while answer.json()["status"] == "IN_PROGRESS":
                answer = await client.get(f"/v0/aois/{aoi_id}/downloads/{answer.json()['download_id']}")
            address = answer.json()["signed_url"]
            return address, (await foreign.get(address)).status_code, (await client.get(address)).status_code

    address, alone, with_key = asyncio.run(ask())
    assert address.startswith("https://files.sample.pixxel.invalid/")
    assert (alone, with_key) == (200, 400)


def test_importing_the_transport_loads_nothing_heavy(root: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, 'tests'); import conftest; import pixxel_explorer.plugin.sandbox.transport;"
        "print(sorted({'numpy', 'osgeo', 'starlette', 'pydantic'} & set(sys.modules)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "[]"


def test_the_command_line_serves_and_keeps_pushed_legends(root: Path, tmp_path: Path) -> None:
    state = ["--state", str(tmp_path / "state.sqlite")]
    headers = {"Authorization": SAMPLE_KEY}
    body = {"visualization_mode": "theoretical", "legend": {"2025_06_18": [one_class("kept")]}}
    with served(root, *state) as address, httpx.Client(base_url=address, headers=headers) as client:
        record = first_visualization(client)
        path = f"/v0/aois/{record['aoi_id']}/visualizations/{record['id']}/metadata"
        assert client.put(path, json=body).status_code == 200
    assert (tmp_path / "state.sqlite").is_file()
    with served(root, *state) as address, httpx.Client(base_url=address, headers=headers) as client:
        legend = first_visualization(client)["metadata"]["legend"]["2025_06_18"]["theoretical"]
    assert [entry["label"] for entry in legend] == ["kept"]


def one_class(label: str) -> dict[str, Any]:
    return {"min": -1, "max": 1, "color": "#112233", "label": label}


def first_visualization(client: httpx.Client) -> dict[str, Any]:
    aoi_id = client.get("/v0/aois").json()["aois"][0]["aoi_id"]
    return dict(client.get(f"/v0/aois/{aoi_id}/visualizations").json()["visualization"][0])


def test_over_http_a_fault_is_a_503_or_a_broken_connection(root: Path, tmp_path: Path) -> None:
    seen: set[object] = set()
    with (
        served(root, "--state", str(tmp_path), "--fault-rate", "1") as address,
        httpx.Client(base_url=address) as client,
    ):
        for _ in range(12):
            try:
                seen.add(client.get("/ping").status_code)
            except httpx.RemoteProtocolError:
                seen.add("broken")
    assert seen == {503, "broken"}


@pytest.mark.parametrize(
    "wrong", [["--fault-rate", "2"], ["--port", "70000"], ["--profile", "unheard"], ["--aois", "-1"]]
)
def test_a_wrong_option_is_explained(root: Path, wrong: list[str]) -> None:
    command = [sys.executable, str(root / "plugin" / "sandbox" / "__main__.py"), *wrong]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert wrong[0] in done.stderr


def test_writes_of_a_failed_block_never_happened(tmp_path: Path) -> None:
    store = RecordStore(tmp_path / "records.sqlite")
    store.put("things", "a", {"name": "first"})
    with pytest.raises(RuntimeError), store.transaction():
        store.put("things", "a", {"name": "second"})
        raise RuntimeError
    assert store.get("things", "a") == {"name": "first"}
    store.close()


def test_a_replaced_record_keeps_its_place(tmp_path: Path) -> None:
    store = RecordStore(tmp_path / "records.sqlite")
    store.put_all("things", ((name, {"name": name}) for name in "abc"))
    store.put("things", "a", {"name": "A"})
    found, total = store.page("things", Filter(contains={"name": "a"}), 0, 10)
    assert (found, total) == ([{"name": "A"}], 1)
    assert [record["name"] for record in store.all("things")] == ["A", "b", "c"]
    store.close()


def test_answers_on_a_kept_connection_are_not_held_back() -> None:
    """asyncio leaves Nagle's algorithm on for a listener whose protocol is unnamed: 40 ms more for every answer."""
    with listening(0) as listener:
        assert listener.proto == socket.IPPROTO_TCP
        assert listener.getsockname()[0] == "127.0.0.1"
