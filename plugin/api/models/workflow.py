"""Workflows, their runs (jobs), and the steps of these (tasks)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field, ValidationError

from .fields import Identifier, Number, Object, Objects, OptionalText, Record, Text, Texts

_log = logging.getLogger(__name__)


class Workflow(Record):
    """Blocks in a chain; ``spec`` is JSON as it came, ``estimated_cost`` in tokens."""

    id: Identifier = Field(validation_alias=AliasChoices("id", "workflow_id"))
    project_id: OptionalText = None
    legacy_project_id: OptionalText = None
    name: Text = ""
    description: Text = ""
    spec: Any = None
    estimated_cost: Number = None
    val_errors: Objects = ()
    created_by: OptionalText = None
    created_at: OptionalText = None
    updated_at: OptionalText = None


class WorkflowEstimate(Record):
    """The price of one run in tokens."""

    estimated_cost: Number = None


class JobTask(Record):
    """A step of a job; ``inputs``, ``result`` and ``info_logs`` are JSON as it came, times as the server wrote them."""

    id: Identifier = Field(validation_alias=AliasChoices("id", "task_id"))
    name: Text = ""
    status: Text = ""
    state_msg: Text = ""
    progress: Number = None
    inputs: Any = None
    result: Any = None
    info_logs: Any = None
    depends_on: Texts = ()
    err_msg: OptionalText = None
    block_info: Object = None
    created_at: OptionalText = None
    finished_at: OptionalText = None


def _tasks(value: Any) -> tuple[JobTask, ...]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(task for task in map(_task, value) if task is not None)


def _task(value: Any) -> JobTask | None:
    try:
        return JobTask.model_validate(value)
    except ValidationError:
        _log.warning("a task inside a job was left out: it has no id")
        return None


class WorkflowJob(Record):
    """A run of a workflow; ``cost`` is in tokens, ``progress`` in percent; a list may leave the tasks out."""

    id: Identifier = Field(validation_alias=AliasChoices("id", "job_id"))
    workflow_id: OptionalText = Field(default=None, validation_alias=AliasChoices("workflow_id", "workflowId"))
    status: Text = ""
    progress: Number = None
    cost: Number = None
    estimated_duration: Number = None
    time_taken: OptionalText = None
    spec: Any = None
    tasks: Annotated[tuple[JobTask, ...], BeforeValidator(_tasks)] = ()
    val_errors: Objects = ()
    created_by: OptionalText = None
    created_at: OptionalText = None
    updated_at: OptionalText = None
    finished_at: OptionalText = None


@dataclass(frozen=True, slots=True)
class WorkflowQuery:
    """Which workflows to list; times are RFC 3339."""

    project_id: str | None = None
    id: str | None = None
    name: str | None = None
    created_by: str | None = None
    created_on: str | None = None
    updated_at: str | None = None

    def params(self) -> dict[str, str | None]:
        """Return the query's documented parameters; ``None`` is not sent."""
        return {name: getattr(self, name) or None for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class JobQuery:
    """Which jobs of a workflow to list."""

    id: str | None = None
    status: str | None = None
    created_by: str | None = None
    created_on: str | None = None

    def params(self) -> dict[str, str | None]:
        """Return the query's documented parameters; ``None`` is not sent."""
        return {name: getattr(self, name) or None for name in self.__slots__}
