"""Workflows, their jobs, and the tasks of these."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator

from ..decoding import decode
from ..models import Download, JobQuery, Workflow, WorkflowEstimate, WorkflowJob, WorkflowQuery
from ..paging import PAGE_SIZE, Page, walk
from .base import Area, named, path_of, read_all, read_one


class Workflows(Area):
    """Chains of blocks."""

    async def list(self, query: WorkflowQuery | None = None, offset: int = 0, limit: int = PAGE_SIZE) -> Page[Workflow]:
        """Return one page; its records come without their chain.

        ``listWorkflows``, docs.pixxel.space/openapi.json
        """
        params = (query or WorkflowQuery()).params()
        return await self._page("/v0/workflows", "workflows", Workflow, params, offset, limit)

    def iterate(self, query: WorkflowQuery | None = None) -> AsyncIterator[Workflow]:
        """Yield every workflow that fits."""
        return walk(lambda offset: self.list(query, offset), lambda workflow: workflow.id)

    async def get(self, workflow_id: str, project_id: str) -> Workflow:
        """Return one workflow with its chain and its validation errors.

        ``getWorkflowsById``, docs.pixxel.space/openapi.json
        """
        path = path_of("workflows", workflow_id)
        raw = await self._session.json("GET", path, params={"project_id": named("project_id", project_id)})
        return read_one(Workflow, decode.record(raw, "workflow"))

    async def estimate(self, workflow_id: str) -> WorkflowEstimate:
        """Return the price of a run in tokens.

        ``getWorkflowCostEstimate``, docs.pixxel.space/openapi.json
        """
        return await self._get(path_of("workflows", workflow_id, "estimate"), WorkflowEstimate)


class Jobs(Area):
    """Runs of workflows."""

    async def list(self, workflow_id: str, query: JobQuery | None = None) -> builtins.list[WorkflowJob]:
        """Return all jobs of a workflow that fit, without their tasks.

        ``listJobs``, docs.pixxel.space/openapi.json
        """
        params = (query or JobQuery()).params()
        raw = await self._session.json("GET", path_of("workflows", workflow_id, "jobs"), params=params)
        return builtins.list(read_all(WorkflowJob, decode.page_items(raw, "jobs"), "jobs"))

    async def create(self, workflow_id: str, project_id: str) -> WorkflowJob:
        """Run a workflow. Costs tokens (ask ``workflows.estimate`` first), sent once.

        ``createJob``, docs.pixxel.space/openapi.json

        Raises:
            OutcomeUnknown: the answer was lost or cannot be read; look at ``list`` before asking again.
        """
        path = path_of("workflows", workflow_id, "jobs")
        return await self._write("POST", path, WorkflowJob, None, "job", project_id=named("project_id", project_id))

    async def get(self, workflow_id: str, job_id: str) -> WorkflowJob:
        """Return one job with its tasks.

        ``getJobById``, docs.pixxel.space/openapi.json
        """
        return await self._get(path_of("workflows", workflow_id, "jobs", job_id), WorkflowJob, "job")

    async def download(self, workflow_id: str, job_id: str) -> Download:
        """Request a package of a finished job's files, or its progress; repeat the call to poll.

        ``downloadJob``, docs.pixxel.space/openapi.json
        """
        path = path_of("workflows", workflow_id, "jobs", job_id, "download")
        return await self._write("PUT", path, Download, None)


class Tasks(Area):
    """Steps of jobs."""

    async def download(self, workflow_id: str, job_id: str, task_id: str) -> Download:
        """Request a package of a finished task's files, or its progress; repeat the call to poll.

        ``downloadTask``, docs.pixxel.space/openapi.json
        """
        path = path_of("workflows", workflow_id, "jobs", job_id, "tasks", task_id, "download")
        return await self._write("PUT", path, Download, None)
