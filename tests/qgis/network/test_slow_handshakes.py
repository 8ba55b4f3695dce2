"""Qt crashes where a buffer is limited before TLS stands; a proxy that wants a password makes that likely."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from pixxel_explorer.tests.network.measure import COMMAND_LINE, Part, carry_out
from pixxel_explorer.tests.network.rows import Machines, Row, Setting, basic_none

pytestmark = pytest.mark.timeout(300)
TIMES = 6


async def by_command_line(machines: Machines) -> Setting:
    """Return a proxy that wants a password, asked by the command line only."""
    setting = await basic_none(machines)
    setting.parts = (COMMAND_LINE,)
    return setting


def test_a_proxy_that_wants_a_password_ends_in_a_sentence_every_time(tmp_path: Path) -> None:
    if shutil.which("qgis_process") is None:
        pytest.skip("qgis_process is not installed here")

    async def all_times() -> list[Part]:
        row = Row("", "", by_command_line)
        found = await asyncio.gather(*(carry_out(row, tmp_path / str(number)) for number in range(TIMES)))
        return [one.parts[COMMAND_LINE] for one in found]

    parts = asyncio.run(all_times())
    assert {part.reached for part in parts} == {False}
    assert [part.sentence for part in parts if "proxy" not in part.sentence] == []
