"""Two rasters fetched for one result."""

from __future__ import annotations

import asyncio
import datetime
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.catalog.visualization_item import AcquisitionDate
from pixxel_explorer.plugin.downloads import measuring
from pixxel_explorer.plugin.downloads.errors import NoValues

DATES = [AcquisitionDate(f"2025_05_0{day}", datetime.date(2025, 5, day)) for day in (1, 2)]


class SlowSource:
    """Has no values of the first date, and needs long for those of the second."""

    ended: list[str] = []

    def __init__(self, *_given: Any) -> None: ...

    async def fetch(self, date: AcquisitionDate, folder: Path, _report: Any) -> Path:
        """Fail, or wait for what never comes."""
        try:
            await asyncio.sleep(0.01 if date is DATES[0] else 30)
        finally:
            assert folder.is_dir()
            self.ended.append(date.key)
        raise NoValues(date.label)


def test_the_other_raster_is_not_fetched_on_after_one_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "ValueSource", SlowSource)

    nothing: Any = None
    pair: Any = tuple(DATES)

    async def never(*_given: Any) -> None:
        raise AssertionError

    async def main() -> list[str]:
        with pytest.raises(NoValues):
            await measuring.with_two_rasters(nothing, nothing, pair, never, lambda _progress: None)
        return list(SlowSource.ended)

    assert asyncio.run(main()) == [date.key for date in DATES]
