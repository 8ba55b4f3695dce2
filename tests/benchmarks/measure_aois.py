"""Run without QGIS: 10,000 AOIs listed by the client, and the same pages fetched bare, in turn; prints JSON.

Both ask for pages of fifty, four at a time, over the same kind of connection.
"""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import json
import os
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
URL, KEY = os.environ.get("PIXXEL_BENCH_URL", ""), os.environ.get("PIXXEL_BENCH_KEY", "")
ROUNDS, PAGE, AT_ONCE, RECORDS = 3, 50, 4, 10_000


def register() -> None:
    """Make the checkout importable under the plugin's name."""
    spec = importlib.util.spec_from_file_location(
        "pixxel_explorer", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pixxel_explorer"] = module
    spec.loader.exec_module(module)


async def listed_by_us() -> float:
    """List everything through the client; return seconds."""
    from pixxel_explorer.plugin.api.client import ApiClient
    from pixxel_explorer.plugin.api.config import ClientConfig
    from pixxel_explorer.plugin.api.transport.auth import Credentials

    async with ApiClient(ClientConfig(base_url=URL), Credentials.from_key(KEY)) as client:
        await client.aois.list()
        started = time.perf_counter()
        count = len([aoi async for aoi in client.aois.iterate()])
        seconds = time.perf_counter() - started
    assert count >= RECORDS
    return seconds


async def listed_bare() -> float:
    """Fetch every page and parse its JSON, no more; return seconds."""
    import httpx

    async with httpx.AsyncClient(headers={"Authorization": KEY}, trust_env=False) as client:
        throttle = asyncio.Semaphore(AT_ONCE)

        async def page(offset: int) -> Any:
            async with throttle:
                answer = await client.get(f"{URL}/v0/aois", params={"offset": offset, "limit": PAGE})
            return json.loads(answer.content)

        total = (await page(0))["pagination"]["total"]
        started = time.perf_counter()
        pages = await asyncio.gather(*(page(offset) for offset in range(0, total, PAGE)))
        seconds = time.perf_counter() - started
    assert sum(len(each["aois"]) for each in pages) == total
    return seconds


def record(number: int) -> dict[str, Any]:
    """Return an AOI as the contract describes it."""
    x, y = number % 160 * 0.1, number // 160 * 0.1
    ring = [[x, y], [x + 0.02, y], [x + 0.02, y + 0.02], [x, y + 0.02], [x, y]]
    return {
        "aoi_id": f"0b6f6c1e-0000-4000-8000-{number:012d}",
        "name": f"Survey block {number:05d}",
        "description": "A block of fields.",
        "satellite_id": "0004ab8d-0ad1-4d62-8a3f-fe18a7000e70",
        "project_id": "0005c5bb-0bd2-4c80-9393-4a808341c54c",
        "images": {"item": {"date": "2025-06-18"}},
        "eo_bands": ["B001", "B013", "B022", "B118"],
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "progress": 100,
        "status": "success",
        "is_favourite": False,
        "created_at": "2025-06-18T12:55:49.125928+00:00",
        "updated_at": "2025-06-18T12:55:49.125928+00:00",
        "user_id": "0002a3a3-00a2-4b55-842b-44d8202c6d60",
        "area_in_sq_m": 4_900_000.5,
        "centroid": [x + 0.01, y + 0.01],
    }


def parsing() -> dict[str, float]:
    """Parse a document of many records: bare JSON, and JSON read into our records; return seconds."""
    from pixxel_explorer.plugin.api.decoding.decode import json_value, page_items
    from pixxel_explorer.plugin.api.endpoints.base import read_all
    from pixxel_explorer.plugin.api.models import Aoi

    body = json.dumps({"aois": [record(number) for number in range(RECORDS)]}).encode()
    read_all(Aoi, [record(0)], "aois")
    started = time.perf_counter()
    json.loads(body)
    bare = time.perf_counter() - started
    started = time.perf_counter()
    read_all(Aoi, page_items(json_value(body), "aois"), "aois")
    return {"json_s": bare, "records_s": time.perf_counter() - started}


def memory() -> float:
    """Return the kilobytes that 1,000 listed AOIs hold."""
    from pixxel_explorer.plugin.api.endpoints.base import read_all
    from pixxel_explorer.plugin.api.models import Aoi

    gc.collect()
    tracemalloc.start()
    held = read_all(Aoi, json.loads(json.dumps([record(number) for number in range(RECORDS)])), "aois")
    gc.collect()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return used / len(held)


def main() -> None:
    """Measure in turn and print."""
    register()
    asyncio.run(listed_by_us())
    found: dict[str, Any] = {"ours_s": [], "bare_s": [], "json_s": [], "records_s": []}
    for _ in range(ROUNDS):
        found["bare_s"].append(asyncio.run(listed_bare()))
        found["ours_s"].append(asyncio.run(listed_by_us()))
        for name, seconds in parsing().items():
            found[name].append(seconds)
    print(json.dumps({**found, "kb_per_1000": memory()}))


if __name__ == "__main__":
    main()
