"""Blocks, insights, workflows, their jobs and tasks."""

from __future__ import annotations

import io
import zipfile

from pixxel_explorer.plugin.api.models import (
    BlockChoice,
    Download,
    Insight,
    InsightCreate,
    InsightQuery,
    JobQuery,
    Workflow,
    WorkflowJob,
    WorkflowQuery,
)

from .calls import DAY, SandboxClient, calls

NAME, VERSION = "zonal-statistics", "1.0.0"


def statistics(project_id: str | None) -> InsightCreate:
    return InsightCreate(
        name="by a test",
        project_id=project_id,
        block=BlockChoice(name=NAME, version=VERSION),
        input={"layer": "NDVI", "dates": [DAY.replace("_", "-")]},
    )


async def made_insight(sandbox: SandboxClient) -> Insight:
    """Run an insight to its end."""
    farm = await sandbox.farm()
    made = await sandbox.client.insights.create(farm.aoi_id, statistics(farm.project_id))
    found = await sandbox.ready(
        lambda: sandbox.client.insights.list(farm.aoi_id, InsightQuery(id=made.id)),
        lambda listed: listed[0].status == "success",
    )
    return found[0]


async def workflow(sandbox: SandboxClient) -> Workflow:
    farm = await sandbox.farm()
    return (await sandbox.client.workflows.list(WorkflowQuery(project_id=farm.project_id))).items[0]


async def ended_job(sandbox: SandboxClient) -> WorkflowJob:
    """Run a workflow to its end."""
    one = await workflow(sandbox)
    begun = await sandbox.client.jobs.create(one.id, one.project_id or "")
    return await sandbox.ready(
        lambda: sandbox.client.jobs.get(one.id, begun.id), lambda job: job.status in ("success", "failed")
    )


async def names_in(sandbox: SandboxClient, package: Download) -> list[str]:
    content = await sandbox.client.files.read(package.signed_url or "", with_key=False)
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


@calls("ListBlocks")
async def list_blocks(sandbox: SandboxClient) -> None:
    blocks = await sandbox.client.blocks.list()
    assert (NAME, VERSION) in [(block.spec.name, block.spec.version) for block in blocks]


@calls("GetBlockVersions")
async def block_versions(sandbox: SandboxClient) -> None:
    versions = await sandbox.client.blocks.versions(NAME)
    assert {block.spec.name for block in versions} == {NAME}
    assert len(versions) > 1


@calls("GetBlockByVersion")
async def block_by_version(sandbox: SandboxClient) -> None:
    block = await sandbox.client.blocks.get(NAME, VERSION)
    assert (block.spec.name, block.spec.version) == (NAME, VERSION)


@calls("createInsights")
async def create_insight(sandbox: SandboxClient) -> None:
    farm = await sandbox.farm()
    before = len(await sandbox.client.insights.list(farm.aoi_id))
    assert ((await sandbox.client.insights.estimate(farm.aoi_id, statistics(farm.project_id))).estimate or 0) > 0
    assert len(await sandbox.client.insights.list(farm.aoi_id)) == before
    made = await sandbox.client.insights.create(farm.aoi_id, statistics(farm.project_id))
    assert made.id in [insight.id for insight in await sandbox.client.insights.list(farm.aoi_id)]


@calls("listInsights")
async def list_insights(sandbox: SandboxClient) -> None:
    insight = await made_insight(sandbox)
    listed = await sandbox.client.insights.list(insight.aoi_id or "", InsightQuery(status="success"))
    assert insight.id in [each.id for each in listed]


@calls("downloadInsights")
async def download_insight(sandbox: SandboxClient) -> None:
    insight = await made_insight(sandbox)
    package = await sandbox.ready(
        lambda: sandbox.client.insights.download(insight.aoi_id or "", insight.id), lambda d: bool(d.signed_url)
    )
    assert any(name.endswith("statistics.csv") for name in await names_in(sandbox, package))


@calls("deleteInsights")
async def delete_insight(sandbox: SandboxClient) -> None:
    insight = await made_insight(sandbox)
    aoi_id = insight.aoi_id or ""
    await sandbox.client.insights.delete(aoi_id, insight.id, (await sandbox.farm()).project_id or "")
    left = await sandbox.client.insights.list(aoi_id, InsightQuery(id=insight.id))
    assert all(each.deleted_at for each in left)


@calls("listWorkflows")
async def list_workflows(sandbox: SandboxClient) -> None:
    farm = await sandbox.farm()
    page = await sandbox.client.workflows.list(WorkflowQuery(project_id=farm.project_id))
    assert page.total == len(page.items) > 0
    assert {each.project_id for each in page.items} == {farm.project_id}


@calls("getWorkflowsById")
async def get_workflow(sandbox: SandboxClient) -> None:
    one = await workflow(sandbox)
    whole = await sandbox.client.workflows.get(one.id, one.project_id or "")
    assert (whole.name, bool(whole.spec)) == (one.name, True)


@calls("getWorkflowCostEstimate")
async def estimate_workflow(sandbox: SandboxClient) -> None:
    one = await workflow(sandbox)
    whole = await sandbox.client.workflows.get(one.id, one.project_id or "")
    estimate = await sandbox.client.workflows.estimate(one.id)
    assert estimate.estimated_cost == whole.estimated_cost
    assert (estimate.estimated_cost or 0) > 0


@calls("listJobs")
async def list_jobs(sandbox: SandboxClient) -> None:
    job = await ended_job(sandbox)
    listed = await sandbox.client.jobs.list(job.workflow_id or "", JobQuery(id=job.id))
    assert [(each.id, each.status) for each in listed] == [(job.id, "success")]


@calls("createJob")
async def create_job(sandbox: SandboxClient) -> None:
    one = await workflow(sandbox)
    begun = await sandbox.client.jobs.create(one.id, one.project_id or "")
    assert begun.workflow_id == one.id
    assert begun.id in [job.id for job in await sandbox.client.jobs.list(one.id)]


@calls("getJobById")
async def get_job(sandbox: SandboxClient) -> None:
    job = await ended_job(sandbox)
    assert (job.status, job.progress) == ("success", 100)
    assert {task.status for task in job.tasks} == {"success"}


@calls("downloadJob")
async def download_job(sandbox: SandboxClient) -> None:
    job = await ended_job(sandbox)
    package = await sandbox.ready(
        lambda: sandbox.client.jobs.download(job.workflow_id or "", job.id), lambda d: bool(d.signed_url)
    )
    assert len(await names_in(sandbox, package)) >= len(job.tasks)


@calls("downloadTask")
async def download_task(sandbox: SandboxClient) -> None:
    job = await ended_job(sandbox)
    package = await sandbox.ready(
        lambda: sandbox.client.tasks.download(job.workflow_id or "", job.id, job.tasks[0].id),
        lambda d: bool(d.signed_url),
    )
    assert await names_in(sandbox, package)
