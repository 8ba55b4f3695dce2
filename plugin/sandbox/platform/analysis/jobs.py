"""Jobs: workflows run task by task behind the answers, each after those it depends on."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ....api.status import Word
from ...core.clock import new_id, now
from ...core.records import USER_ID
from ...core.state import SandboxState
from ...core.store import Filter, Record
from .blocks import find
from .graph import Plan, Step, planned
from .results import CREATED, FAILED, FAULTS, RUNNING, SUCCESS, files_of, output_record, reason
from .schema import InputWrong
from .work import Work

KIND = "jobs"
PENDING, SKIPPED = Word.PENDING, "skipped"
_SECONDS_A_TOKEN = 1
_log = logging.getLogger(__name__)
_DISCLAIMER = "Sample data: synthetic scenes and made-up prices."


def new_job(state: SandboxState, workflow: Record) -> Record:
    """Return a job as it begins; one that cannot be run has failed at once and costs nothing."""
    plan = planned(state, workflow["spec"])
    made = now()
    job: Record = {
        "id": new_id(),
        "workflow_id": workflow["id"],
        "status": FAILED if plan.issues else CREATED,
        "progress": "0%",
        "cost": plan.cost,
        "estimated_duration": plan.cost * _SECONDS_A_TOKEN,
        "time_taken": "0.00s",
        "created_by": USER_ID,
        "created_at": made,
        "updated_at": made,
        "spec": workflow["spec"],
        "tasks": _tasks(plan, made),
        "val_errors": list(plan.issues),
    }
    return {**job, "finished_at": made} if plan.issues else job


def _tasks(plan: Plan, made: str) -> list[Record]:
    ids = {step.node["id"]: new_id() for step in plan.steps}
    return [_task(step, ids, made) for step in plan.steps]


def _task(step: Step, ids: Mapping[str, str], made: str) -> Record:
    needs = {source.node for source in step.sources.values()}
    block = step.block
    return {
        "id": ids[step.node["id"]],
        "name": step.node["name"],
        "status": PENDING,
        "state_msg": "waiting for its turn",
        "progress": 0,
        "inputs": {**step.inputs, **{port: ".".join(source) for port, source in step.sources.items()}},
        "result": None,
        "info_logs": [],
        "depends_on": sorted(ids[need] for need in needs),
        "disclaimer": [_DISCLAIMER],
        "estimated_time_duration": _SECONDS_A_TOKEN,
        "time_taken": "0.00s",
        "err_msg": "",
        "failure_type": "",
        "block_info": {"id": block.id, "name": block.name, "version": block.version},
        "created_at": made,
        "updated_at": made,
        "_inputs": step.inputs,
        "_sources": {port: [ids[source.node], source.port] for port, source in step.sources.items()},
    }


def begin(state: SandboxState, job: Record) -> None:
    """Store a job and, if it can be, run it in the background."""
    state.store.put(KIND, job["id"], job)
    if job["status"] in (CREATED, RUNNING):
        state.in_background(lambda: run(state, job["id"]), "job")


def resume(state: SandboxState) -> None:
    """Go on with the jobs that were under way when the sandbox stopped; tasks that were done stay done."""
    for job in state.store.all(KIND, Filter(among={"status": (CREATED, RUNNING)})):
        begin(state, job)


def run(state: SandboxState, identifier: str) -> None:
    """Run the pending tasks of a job; a failed task does not stop the others, except those that depend on it.

    Raises:
        KeyError: there is no such job.
    """
    job = state.change(KIND, identifier, status=RUNNING, exec_created_at=now())
    for task in job["tasks"]:
        if task["status"] in (PENDING, RUNNING):
            _run_task(state, identifier, task["id"])
    job = state.change(KIND, identifier, exec_updated_at=now())
    done = all(task["status"] == SUCCESS for task in job["tasks"])
    _conclude(state, job, SUCCESS if done else FAILED)


def _conclude(state: SandboxState, job: Record, status: str) -> None:
    ended = now()
    taken = _between(job["exec_created_at"], ended)
    state.change(KIND, job["id"], status=status, progress=_percentage(job), finished_at=ended, time_taken=taken)


def _run_task(state: SandboxState, job_id: str, task_id: str) -> None:
    job = _job(state, job_id)
    task = task_of(job, task_id)
    broken = [need["name"] for need in job["tasks"] if need["id"] in task["depends_on"] and need["status"] != SUCCESS]
    if broken:
        why = {"err_msg": f"needs {', '.join(broken)}, which gave no result", "failure_type": "dependency"}
        _change_task(state, job_id, task_id, "skipped", status=SKIPPED, finished_at=now(), **why)
        return
    begun = now()
    times = {"recv_time": task["created_at"], "block_inf_start_time": begun}
    _change_task(state, job_id, task_id, Word.STARTED, status=RUNNING, progress=0, **times)
    try:
        fields = {"status": SUCCESS, "progress": 100, "result": _result(state, job, task)}
    except FAULTS as error:
        _log.exception("a task of a job failed")
        kind = "input" if isinstance(error, InputWrong) else "processing"
        fields = {"status": FAILED, "err_msg": reason(error), "failure_type": kind}
    ended = now()
    ending = {"block_inf_end_time": ended, "send_time": ended, "finished_at": ended}
    fields = {**fields, **ending, "time_taken": _between(begun, ended)}
    _change_task(state, job_id, task_id, str(fields["status"]), **fields)


def _result(state: SandboxState, job: Record, task: Record) -> Record:
    block = find(task["block_info"]["name"], task["block_info"]["version"])
    aoi = state.store.get("aois", job["spec"]["aoi_id"])
    if block is None or aoi is None:
        raise KeyError(task["id"])
    rasters = {port: _raster(state, job, *source) for port, source in task["_sources"].items()}

    def report(share: float, line: str) -> None:
        _change_task(state, job["id"], task["id"], line, progress=round(99 * share))

    return output_record(
        block.run(Work(state, aoi, task["_inputs"], rasters, folder_of(state, job["id"], task["id"]), report))
    )


def _raster(state: SandboxState, job: Record, task_id: str, output: str) -> Path:
    return outputs_of(state, job["id"], task_of(job, task_id))[output]


def _job(state: SandboxState, identifier: str) -> Record:
    job = state.store.get(KIND, identifier)
    if job is None:
        raise KeyError(identifier)
    return job


def _change_task(state: SandboxState, job_id: str, task_id: str, line: str, **fields: Any) -> None:
    """Change a task and the progress of its job, and write a line to the task's log."""
    moment = now()
    with state.store.transaction():
        job = _job(state, job_id)
        for task in job["tasks"]:
            if task["id"] == task_id:
                task |= {**fields, "state_msg": line, "updated_at": moment}
                task["info_logs"].append({"time": moment, "message": line})
        state.change(KIND, job_id, tasks=job["tasks"], progress=_percentage(job))


def _percentage(job: Record) -> str:
    parts = [100 if task["status"] in (SUCCESS, FAILED, SKIPPED) else task["progress"] for task in job["tasks"]]
    return f"{round(sum(parts) / max(len(parts), 1))}%"


def _between(begun: str, ended: str) -> str:
    start, end = (datetime.datetime.fromisoformat(moment) for moment in (begun, ended))
    return f"{(end - start).total_seconds():.2f}s"


def task_of(job: Mapping[str, Any], task_id: str) -> Record:
    """Return a task of a job.

    Raises:
        KeyError: it has none of that id.
    """
    found: dict[str, Record] = {task["id"]: task for task in job["tasks"]}
    return found[task_id]


def folder_of(state: SandboxState, job_id: str, task_id: str) -> Path:
    """Return where the files of a task are kept."""
    return state.folder / "jobs" / job_id / task_id


def outputs_of(state: SandboxState, job_id: str, task: Mapping[str, Any]) -> dict[str, Path]:
    """Return the files of a task by output."""
    return files_of(task["result"], folder_of(state, job_id, task["id"]))
