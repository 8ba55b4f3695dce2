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

from .calls import DAY, Desk, calls

NAME, VERSION = "zonal-statistics", "1.0.0"


def statistics(project_id: str | None) -> InsightCreate:
    return InsightCreate(
        name="by a test",
        project_id=project_id,
        block=BlockChoice(name=NAME, version=VERSION),
        input={"layer": "NDVI", "dates": [DAY.replace("_", "-")]},
    )


async def made_insight(desk: Desk) -> Insight:
    """Run an insight to its end."""
    farm = await desk.farm()
    made = await desk.client.insights.create(farm.aoi_id, statistics(farm.project_id))
    found = await desk.ready(
        lambda: desk.client.insights.list(farm.aoi_id, InsightQuery(id=made.id)),
        lambda listed: listed[0].status == "success",
    )
    return found[0]


async def workflow(desk: Desk) -> Workflow:
    farm = await desk.farm()
    return (await desk.client.workflows.list(WorkflowQuery(project_id=farm.project_id))).items[0]


async def ended_job(desk: Desk) -> WorkflowJob:
    """Run a workflow to its end."""
    one = await workflow(desk)
    begun = await desk.client.jobs.create(one.id, one.project_id or "")
    return await desk.ready(
        lambda: desk.client.jobs.get(one.id, begun.id), lambda job: job.status in ("success", "failed")
    )


async def names_in(desk: Desk, package: Download) -> list[str]:
    content = await desk.client.files.read(package.signed_url or "", with_key=False)
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


@calls("ListBlocks")
async def list_blocks(desk: Desk) -> None:
    blocks = await desk.client.blocks.list()
    assert (NAME, VERSION) in [(block.spec.name, block.spec.version) for block in blocks]


@calls("GetBlockVersions")
async def block_versions(desk: Desk) -> None:
    versions = await desk.client.blocks.versions(NAME)
    assert {block.spec.name for block in versions} == {NAME}
    assert len(versions) > 1


@calls("GetBlockByVersion")
async def block_by_version(desk: Desk) -> None:
    block = await desk.client.blocks.get(NAME, VERSION)
    assert (block.spec.name, block.spec.version) == (NAME, VERSION)


@calls("createInsights")
async def create_insight(desk: Desk) -> None:
    farm = await desk.farm()
    before = len(await desk.client.insights.list(farm.aoi_id))
    assert ((await desk.client.insights.estimate(farm.aoi_id, statistics(farm.project_id))).estimate or 0) > 0
    assert len(await desk.client.insights.list(farm.aoi_id)) == before
    made = await desk.client.insights.create(farm.aoi_id, statistics(farm.project_id))
    assert made.id in [insight.id for insight in await desk.client.insights.list(farm.aoi_id)]


@calls("listInsights")
async def list_insights(desk: Desk) -> None:
    insight = await made_insight(desk)
    listed = await desk.client.insights.list(insight.aoi_id or "", InsightQuery(status="success"))
    assert insight.id in [each.id for each in listed]


@calls("downloadInsights")
async def download_insight(desk: Desk) -> None:
    insight = await made_insight(desk)
    package = await desk.ready(
        lambda: desk.client.insights.download(insight.aoi_id or "", insight.id), lambda d: bool(d.signed_url)
    )
    assert any(name.endswith("statistics.csv") for name in await names_in(desk, package))


@calls("deleteInsights")
async def delete_insight(desk: Desk) -> None:
    insight = await made_insight(desk)
    aoi_id = insight.aoi_id or ""
    await desk.client.insights.delete(aoi_id, insight.id, (await desk.farm()).project_id or "")
    left = await desk.client.insights.list(aoi_id, InsightQuery(id=insight.id))
    assert all(each.deleted_at for each in left)


@calls("listWorkflows")
async def list_workflows(desk: Desk) -> None:
    farm = await desk.farm()
    page = await desk.client.workflows.list(WorkflowQuery(project_id=farm.project_id))
    assert page.total == len(page.items) > 0
    assert {each.project_id for each in page.items} == {farm.project_id}


@calls("getWorkflowsById")
async def get_workflow(desk: Desk) -> None:
    one = await workflow(desk)
    whole = await desk.client.workflows.get(one.id, one.project_id or "")
    assert (whole.name, bool(whole.spec)) == (one.name, True)


@calls("getWorkflowCostEstimate")
async def estimate_workflow(desk: Desk) -> None:
    one = await workflow(desk)
    whole = await desk.client.workflows.get(one.id, one.project_id or "")
    estimate = await desk.client.workflows.estimate(one.id)
    assert estimate.estimated_cost == whole.estimated_cost
    assert (estimate.estimated_cost or 0) > 0


@calls("listJobs")
async def list_jobs(desk: Desk) -> None:
    job = await ended_job(desk)
    listed = await desk.client.jobs.list(job.workflow_id or "", JobQuery(id=job.id))
    assert [(each.id, each.status) for each in listed] == [(job.id, "success")]


@calls("createJob")
async def create_job(desk: Desk) -> None:
    one = await workflow(desk)
    begun = await desk.client.jobs.create(one.id, one.project_id or "")
    assert begun.workflow_id == one.id
    assert begun.id in [job.id for job in await desk.client.jobs.list(one.id)]


@calls("getJobById")
async def get_job(desk: Desk) -> None:
    job = await ended_job(desk)
    assert (job.status, job.progress) == ("success", 100)
    assert {task.status for task in job.tasks} == {"success"}


@calls("downloadJob")
async def download_job(desk: Desk) -> None:
    job = await ended_job(desk)
    package = await desk.ready(
        lambda: desk.client.jobs.download(job.workflow_id or "", job.id), lambda d: bool(d.signed_url)
    )
    assert len(await names_in(desk, package)) >= len(job.tasks)


@calls("downloadTask")
async def download_task(desk: Desk) -> None:
    job = await ended_job(desk)
    package = await desk.ready(
        lambda: desk.client.tasks.download(job.workflow_id or "", job.id, job.tasks[0].id),
        lambda d: bool(d.signed_url),
    )
    assert await names_in(desk, package)
