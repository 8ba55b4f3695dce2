"""Workflows, the jobs that run them, and the results of jobs and tasks."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from starlette.responses import JSONResponse, Response

from ...core import packing
from ...core.filters import made_on
from ...core.records import shown
from ...core.request import LARGEST_PAGE, SandboxRequest, bad_request, pagination
from ...core.signing import signed_url
from ...core.store import Filter, Record
from ..analysis import jobs
from ..analysis.graph import planned
from ..analysis.results import SUCCESS
from ..analysis.sample_workflows import KIND

_PAGE = 50
_LISTED_JOB = (
    "id",
    "workflow_id",
    "status",
    "progress",
    "cost",
    "estimated_duration",
    "time_taken",
    "created_by",
    "created_at",
    "updated_at",
    "finished_at",
)


def list_workflows(call: SandboxRequest) -> Response:
    """Answer ``listWorkflows``; a name filters by substring."""
    offset, limit = call.number("offset", 0), min(call.number("limit", _PAGE, least=1), LARGEST_PAGE)
    wanted = Filter(equal=call.given("id", "project_id", "created_by"), contains=call.given("name"))
    found = call.state.store.all(KIND, wanted)
    found = made_on(call, found, created_on="created_at", updated_at="updated_at")
    page = [_listed_workflow(workflow) for workflow in found[offset : offset + limit]]
    return JSONResponse({"workflows": page, "pagination": pagination(offset, limit, len(found))})


def get_workflow(call: SandboxRequest) -> Response:
    """Answer ``getWorkflowsById``, with the issues that prevent a run."""
    workflow = _in_project(call)
    plan = planned(call.state, workflow["spec"])
    return JSONResponse({**shown(workflow), "estimated_cost": plan.cost, "val_errors": list(plan.issues)})


def estimate_workflow(call: SandboxRequest) -> Response:
    """Answer ``getWorkflowCostEstimate``: the sum of its blocks' prices; nothing for one that cannot run."""
    return JSONResponse({"estimated_cost": planned(call.state, _workflow(call)["spec"]).cost})


def list_jobs(call: SandboxRequest) -> Response:
    """Answer ``listJobs``."""
    workflow = _workflow(call)
    wanted = Filter(equal={"workflow_id": workflow["id"], **call.given("id", "status", "created_by")})
    found = made_on(call, call.state.store.all(jobs.KIND, wanted), created_on="created_at")
    return JSONResponse({"jobs": [{name: job[name] for name in _LISTED_JOB if name in job} for job in found]})


def create_job(call: SandboxRequest) -> Response:
    """Answer ``createJob``: the job at once, its results soon after."""
    job = jobs.new_job(call.state, _in_project(call))
    jobs.begin(call.state, job)
    return JSONResponse(_shown_job(job))


def get_job(call: SandboxRequest) -> Response:
    """Answer ``getJobById``."""
    return JSONResponse(_shown_job(_job(call)))


def download_job(call: SandboxRequest) -> Response:
    """Answer ``downloadJob``: asked first, the package is begun; asked again, it may be ready."""
    job = _job(call)
    if job["status"] != SUCCESS:
        raise bad_request("the job has no results", {"status": job["status"]})
    members = [
        (f"{number}-{task['block_info']['name']}/{path.name}", partial(Path, path))
        for number, task in enumerate(job["tasks"], start=1)
        for path in jobs.outputs_of(call.state, job["id"], task).values()
    ]
    return _package(call, "job_downloads", {"id": job["id"], "workflowId": job["workflow_id"]}, members)


def download_task(call: SandboxRequest) -> Response:
    """Answer ``downloadTask``: asked first, the package is begun; asked again, it may be ready."""
    job = _job(call)
    task = next((task for task in job["tasks"] if task["id"] == call.path["task_id"]), None)
    if task is None:
        raise bad_request("there is no such task of the job", {"field": "task_id"})
    if task["status"] != SUCCESS:
        raise bad_request("the task has no results", {"status": task["status"]})
    files = jobs.outputs_of(call.state, job["id"], task).values()
    record = {"id": task["id"], "job_id": job["id"], "workflow_id": job["workflow_id"]}
    return _package(call, "task_downloads", record, [(path.name, partial(Path, path)) for path in files])


def _package(call: SandboxRequest, kind: str, record: Record, members: packing.Members) -> Response:
    record = packing.ensured(call.state, kind, record, members)
    address = signed_url(call, kind, record["id"]) if packing.is_ready(kind, record) else ""
    return JSONResponse({**shown(record), "signed_url": address})


def _listed_workflow(workflow: Record) -> Record:
    listed = {name: value for name, value in shown(workflow).items() if name != "spec"}
    return {**listed, "legacy_project_id": workflow["project_id"]}


def _shown_job(job: Record) -> Record:
    return {**shown(job), "tasks": [shown(task) for task in job["tasks"]]}


def _workflow(call: SandboxRequest) -> Record:
    """Return the workflow of the path; the contract knows no 404 here."""
    found = call.state.store.get(KIND, call.path["workflow_id"])
    if found is None:
        raise bad_request("there is no such workflow", {"field": "workflow_id"})
    return found


def _in_project(call: SandboxRequest) -> Record:
    workflow = _workflow(call)
    if call.query.get("project_id") != workflow["project_id"]:
        raise bad_request("project_id must name the workflow's project", {"field": "project_id"})
    return workflow


def _job(call: SandboxRequest) -> Record:
    workflow = _workflow(call)
    found = call.state.store.get(jobs.KIND, call.path["job_id"])
    if found is None or found["workflow_id"] != workflow["id"]:
        raise bad_request("there is no such job of the workflow", {"field": "job_id"})
    return found
