"""The block catalogue: the inputs and costs of each analysis block."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ....api.status import Word
from ...core.clock import named_id
from ...core.state import SandboxState
from ...core.store import Record
from . import change, classification, statistics
from .schema import InputWrong, checked
from .work import Result, Work

INSIGHT, WORKFLOW = "insight", "workflow"
_READY = "active"
_READY_NUMBER = 1
_COLLECTIONS = ("sample-hyperspectral-l2a", "sentinel-2-l2a")
_TOKENS_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class AnalysisBlock:
    """One version of a block.

    Attributes:
        rate: tokens for each started square kilometre and date.
        check: completes inputs that fit their schema, or raises ``InputWrong``.
        dates: how many dates inputs look at.
    """

    name: str
    version: str
    title: str
    description: str
    made_at: str
    modes: tuple[str, ...]
    rate: int
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Mapping[str, Any]]
    check: Callable[[SandboxState, Record, Record], Record]
    dates: Callable[[Record], int]
    run: Callable[[Work], Result]

    @property
    def id(self) -> str:
        """Return the id of this version."""
        return named_id("block", self.name, self.version)

    def completed(self, state: SandboxState, aoi: Record, given: object) -> Record:
        """Return inputs checked and completed.

        Raises:
            InputWrong: the block cannot work with them here.
        """
        inputs = checked(self.inputs, given)
        if not aoi.get("geometry") or aoi["status"] != Word.SUCCESS:
            raise InputWrong("aoi_id", "must be an AOI that has its images")
        return self.check(state, aoi, inputs)

    def cost(self, aoi: Record, inputs: Record) -> int:
        """Return the price in tokens: the rate times started square kilometres times dates."""
        return self.rate * max(1, math.ceil(float(aoi["area_in_sq_m"]) / 1e6)) * self.dates(inputs)

    def shown(self) -> Record:
        """Return the block as the API shows it."""
        spec = {
            "id": named_id("block", self.name),
            "version_id": self.id,
            "name": self.name,
            "title": self.title,
            "version": self.version,
            "type": "+".join(self.modes),
            "kind": "analytics",
            "description": f"{self.description} {self.rate} tokens for each started square kilometre and date.",
            "status": _READY_NUMBER,
            "inputs": self.inputs,
            "outputs": self.outputs,
            "catalog_content_url": "",
            "supported_collections_id": list(_COLLECTIONS),
        }
        return {"id": self.id, "block_status": _READY, "spec": spec, "created_at": self.made_at, "err": ""}


BLOCKS = (
    AnalysisBlock(
        "zonal-statistics",
        "1.0.0",
        "Zonal statistics",
        "Count, area, least, greatest, mean and standard deviation (of the population) of a layer, date by date.",
        "2025-02-03 09:00:00.000000+00:00",
        (INSIGHT,),
        1,
        statistics.INPUTS,
        statistics.OUTPUTS,
        statistics.check,
        lambda inputs: len(inputs["dates"]),
        statistics.run,
    ),
    AnalysisBlock(
        "zonal-statistics",
        "1.1.0",
        "Zonal statistics",
        "As 1.0.0, with percentiles, and in zones or classes.",
        "2025-06-12 09:00:00.000000+00:00",
        (INSIGHT, WORKFLOW),
        1,
        statistics.ZONE_INPUTS,
        statistics.ZONE_OUTPUTS,
        statistics.check,
        lambda inputs: len(inputs["dates"]),
        statistics.run_in_zones,
    ),
    AnalysisBlock(
        "change-detection",
        "1.0.0",
        "Change detection",
        "Difference of a layer between two dates, as values and as classes of loss, stable and gain.",
        "2025-02-03 09:00:00.000000+00:00",
        (INSIGHT, WORKFLOW),
        2,
        change.INPUTS,
        change.OUTPUTS,
        change.check,
        lambda inputs: 2,
        change.run,
    ),
    AnalysisBlock(
        "classification",
        "1.0.0",
        "Classification",
        "Pixels of like spectra in 2 to 12 classes, found by k-means.",
        "2025-03-17 09:00:00.000000+00:00",
        (INSIGHT, WORKFLOW),
        4,
        classification.INPUTS,
        classification.OUTPUTS,
        classification.check,
        lambda inputs: 1,
        classification.run,
    ),
)


def minutes(cost: int) -> int:
    """Return how long work of a price takes at most, in started minutes."""
    return max(1, math.ceil(cost / _TOKENS_A_MINUTE))


def find(name: str, version: str) -> AnalysisBlock | None:
    """Return a version of a block, or ``None``."""
    return next((block for block in BLOCKS if (block.name, block.version) == (name, version)), None)
