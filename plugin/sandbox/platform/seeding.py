"""Initial content beyond sample data: workflows and orders."""

from __future__ import annotations

from ..core.clock import named_id
from ..core.seeding import MADE_AT, RABA, add_once
from ..core.state import SandboxState
from .analysis import insights, jobs, sample_workflows
from .ordering import orders, samples

_FARM = named_id("aoi", "Farm near Raba")


def fill(state: SandboxState) -> None:
    """Add the missing parts, and resume the work that was unfinished when the sandbox stopped."""
    with state.store.transaction():
        add_once(state, "workflows", _add_workflows)
        add_once(state, "orders", _add_orders)
    if state.is_first:
        insights.resume(state)
        jobs.resume(state)
        orders.resume(state)


def _add_workflows(state: SandboxState) -> None:
    records = sample_workflows.sample_workflows(RABA, _FARM, MADE_AT)
    state.store.put_all(sample_workflows.KIND, ((record["id"], record) for record in records))


def _add_orders(state: SandboxState) -> None:
    aoi = state.store.get("aois", _FARM)
    if aoi is not None:  # a user may have deleted it since
        samples.add_samples(state, RABA, aoi, MADE_AT)
