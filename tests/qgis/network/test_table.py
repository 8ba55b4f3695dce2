"""What QGIS reaches, the plugin reaches: every setting against boxes on loopback, as docs/network.md says.

``pytest tests/qgis/network --write-table`` writes the table anew; with ``-k NAME`` the lines of some settings.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
from pixxel_explorer.tests.network.measure import Measured, can_add_to_the_system, measure
from pixxel_explorer.tests.network.rows import ROWS, Row, inspected_system
from pixxel_explorer.tests.network.table import differs, line_of, place, read, write

pytestmark = pytest.mark.timeout(1500)


@pytest.fixture(scope="session")
def measured(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, root: Path
) -> dict[str, Measured]:
    """Carry out the settings whose tests were chosen, several at a time, and keep everything in build/network.json."""
    if shutil.which("qgis_process") is None:
        pytest.skip("qgis_process is not installed here")
    pytest.importorskip("spnego")
    chosen = {row.name for row in map(_row, request.session.items) if isinstance(row, Row)}
    rows = [row for row in ROWS if row.name in chosen]
    if not can_add_to_the_system():
        rows = [row for row in rows if row.build is not inspected_system]
    found = asyncio.run(measure(rows, tmp_path_factory.mktemp("network")))
    report = {one.row.name: {name: asdict(part) for name, part in one.parts.items()} for one in found}
    (root / "build").mkdir(exist_ok=True)
    (root / "build/network.json").write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
    if request.config.getoption("--write-table"):
        document = root / "docs/network.md"
        document.write_text(write(document.read_text(encoding="utf-8"), found), encoding="utf-8")
    return {one.row.name: one for one in found}


def _row(item: pytest.Item) -> object:
    """Return the parameter ``row`` of a test, which tests of other folders have, too, for other things."""
    return getattr(getattr(item, "callspec", None), "params", {}).get("row")


@pytest.fixture
def found(row: Row, measured: dict[str, Measured]) -> Measured:
    """Return what came of a setting."""
    if row.name not in measured:
        pytest.skip("programs cannot be shown a store of certificates of their own here")
    return measured[row.name]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_table_says_what_happens(row: Row, found: Measured, root: Path) -> None:
    assert not found.problem
    written = read((root / "docs/network.md").read_text(encoding="utf-8"))
    assert line_of(found).settled == written[place(row)].settled


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_difference_from_qgis_is_explained_and_nothing_else(row: Row, found: Measured) -> None:
    assert differs(found) == bool(row.why)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_key_goes_to_its_server_only(row: Row, found: Measured) -> None:
    for name in {"dock", "command line", "installer"} & set(found.parts):
        shown_to = [seen.target.partition(" ")[2] for seen in found.parts[name].seen if seen.key]
        assert [target for target in shown_to if not target.startswith(found.own)] == []
