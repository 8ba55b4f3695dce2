"""The nodes of the catalog tree."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Union

if TYPE_CHECKING:
    from ...plugin.api.models import Aoi
    from ...plugin.catalog.service import VisualizationItem

Payload = Union["Aoi", "VisualizationItem", str, None]


class NodeKind(StrEnum):
    """Kinds of rows in the tree."""

    ROOT = "root"
    AOI = "aoi"
    VISUALIZATION = "visualization"
    SKELETON = "skeleton"
    NOTE = "note"
    PROBLEM = "problem"


class Filling(StrEnum):
    """How far the children of an AOI are known."""

    UNASKED = "unasked"
    PENDING = "pending"
    KNOWN = "known"
    FAILED = "failed"


@dataclass(eq=False, slots=True)
class Node:
    """A row of the tree; ``key`` is stored in model indexes, so that an old index can never access a removed row."""

    key: int
    kind: NodeKind
    payload: Payload = None
    parent: Node | None = None
    row: int = 0
    children: list[Node] = field(default_factory=list)
    filling: Filling = Filling.UNASKED
