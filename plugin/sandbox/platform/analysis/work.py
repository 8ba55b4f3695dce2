"""One run of a block: its inputs and its results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...core.state import SandboxState
from ...core.store import Record
from .layers import Layer, layer_of
from .schema import InputWrong

Report = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Work:
    """A run of a block over an area of interest.

    Attributes:
        inputs: checked, with every default filled in.
        rasters: files of earlier tasks, by the name of the input they are for.
        folder: where its files go.
        report: called with the completed share, 0 to 1, and a line for the log.
    """

    state: SandboxState
    aoi: Record
    inputs: Record
    rasters: Mapping[str, Path]
    folder: Path
    report: Report

    def layer(self) -> Layer:
        """Return the layer that ``layer`` names.

        Raises:
            InputWrong: it is not there any more.
        """
        return known_layer(self.state, self.aoi, self.inputs)


@dataclass(frozen=True, slots=True)
class Result:
    """The results of a run: a file for each output, and the rows of its table."""

    files: Mapping[str, Path]
    rows: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def known_layer(state: SandboxState, aoi: Record, inputs: Mapping[str, Any]) -> Layer:
    """Return the layer that inputs name.

    Raises:
        InputWrong: the area of interest has none of that name.
    """
    layer = layer_of(state, aoi, inputs["layer"])
    if layer is None:
        raise InputWrong("input.layer", "must name a band of the AOI's mosaics, or an index of one band")
    return layer


def check_day(days: Mapping[str, Any], day: str, field_name: str) -> None:
    """Let pass a date ``YYYY-MM-DD`` there is imagery of.

    Raises:
        InputWrong: there is none.
    """
    if day not in days:
        raise InputWrong(f"input.{field_name}", f"must be of the AOI's dates: {', '.join(days) or 'it has none'}")
