"""Which operation is where: the client's method, the sandbox's route, the test."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from pixxel_explorer.plugin.api.client import ApiClient
from pixxel_explorer.plugin.sandbox.core.operations import OPERATIONS as CORE
from pixxel_explorer.plugin.sandbox.platform.operations import OPERATIONS as PLATFORM

from .calls import CALLS
from .check import Contract


class Row(NamedTuple):
    """One operation of the document; what is not there is empty."""

    operation: str
    method: str
    route: str
    test: str

    @property
    def missing(self) -> list[str]:
        """Return what the operation lacks."""
        return [name for name in ("method", "route", "test") if not getattr(self, name)]


def table(contract: Contract, client: ApiClient) -> list[Row]:
    """Return a row for every operation of the document."""
    methods = methods_of(client, contract)
    routes = {o.id: f"{o.method} {o.path}" for o in (*CORE, *PLATFORM)}
    return [
        Row(
            o.id,
            ", ".join(methods[o.id]),
            routes[o.id] if routes.get(o.id) == f"{o.method} {o.path}" else "",
            f"{CALLS[o.id].__module__.rpartition('.')[2]}.{CALLS[o.id].__name__}" if o.id in CALLS else "",
        )
        for o in contract.operations
    ]


def methods_of(client: ApiClient, contract: Contract) -> dict[str, list[str]]:
    """Return the methods of the client whose docstrings name an operation, as ``area.method``, by its id."""
    found: dict[str, list[str]] = {operation.id: [] for operation in contract.operations}
    for area_name, name, method in _coroutines(client):
        for operation_id in re.findall(r"``(\w+)``", method.__doc__ or ""):
            if operation_id in found:
                found[operation_id].append(f"{area_name}.{name}")
    return found


def _coroutines(client: ApiClient) -> Iterator[tuple[str, str, Callable[..., object]]]:
    for area_name, area in vars(client).items():
        for name, method in inspect.getmembers(type(area), inspect.iscoroutinefunction):
            if not area_name.startswith("_") and not name.startswith("_"):
                yield area_name, name, method


def written(rows: list[Row]) -> str:
    """Return the table as text, with the counts below."""
    wide = [max(len(str(row[column])) for row in [*rows, Row._make(Row._fields)]) for column in range(len(Row._fields))]
    lines = [
        "  ".join(str(cell or "-").ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip()
        for row in [Row._fields, *rows]
    ]
    whole = len(rows)
    counts = [f"{sum(bool(getattr(row, name)) for row in rows)} of {whole} {name}s" for name in Row._fields[1:]]
    complete = sum(not row.missing for row in rows)
    return "\n".join(
        [*lines, "", f"{complete} of {whole} operations in client, sandbox and tests ({', '.join(counts)})"]
    )


def keep(text: str, root: Path) -> None:
    """Write the table to ``build/operations.txt``."""
    target = root / "build" / "operations.txt"
    target.parent.mkdir(exist_ok=True)
    target.write_text(f"{text}\n", encoding="utf-8")
