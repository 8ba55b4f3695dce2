"""Workflows: checked and priced, run task by task in their order, their results packed."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal
from pixxel_explorer.plugin.imagery.raster_io import gdal_quiet
from pixxel_explorer.tests.unit.contract.check import Contract

from .conftest import Json, Sandbox, Start

CROPS, CHECK, DRAFT = "Crops through the season", "Irrigation check", "Draft: short-wave change"
JOB = "/v0/workflows/{workflow_id}/jobs/{job_id}"


@pytest.fixture(scope="module")
def contract(root: Path) -> Contract:
    return Contract(root / "tests" / "fixtures" / "openapi" / "pixxel-v0.openapi.yaml")


@pytest.fixture(scope="module")
def finished(sandbox: Sandbox) -> Json:
    """Return a job of three tasks that is done."""
    return ended(sandbox, CHECK)


def workflow_of(sandbox: Sandbox, name: str) -> Json:
    (found,) = sandbox.client.get("/v0/workflows", params={"name": name}).json()["workflows"]
    return dict(found)


def jobs_of(workflow: Json) -> str:
    return f"/v0/workflows/{workflow['id']}/jobs"


def begun(sandbox: Sandbox, name: str) -> Json:
    workflow = workflow_of(sandbox, name)
    answer = sandbox.client.post(jobs_of(workflow), params={"project_id": workflow["project_id"]})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def ended(sandbox: Sandbox, name: str) -> Json:
    job = begun(sandbox, name)
    sandbox.state.settle()
    return dict(sandbox.client.get(JOB.format(workflow_id=job["workflow_id"], job_id=job["id"])).json())


def task_named(job: Json, block: str) -> Json:
    return next(task for task in job["tasks"] if task["block_info"]["name"] == block)


def package(sandbox: Sandbox, address: str) -> tuple[Json, dict[str, bytes]]:
    first = sandbox.client.put(f"{address}/download").json()
    assert (first["status"], first["signed_url"]) == ("in_progress", "")
    sandbox.state.settle()
    ready = sandbox.client.put(f"{address}/download").json()
    assert ready["status"] == "success"
    with zipfile.ZipFile(io.BytesIO(sandbox.client.fetch(ready["signed_url"]).content)) as content:
        return ready, {name: content.read(name) for name in content.namelist()}


def address_of(job: Json) -> str:
    return JOB.format(workflow_id=job["workflow_id"], job_id=job["id"])


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def pixels(content: bytes, folder: Path) -> Any:
    path = folder / "raster.tif"
    path.write_bytes(content)
    with gdal_quiet():
        raster = gdal.Open(str(path))
        return raster.ReadAsArray()


def test_workflows_are_listed_by_page_project_and_day(sandbox: Sandbox, contract: Contract) -> None:
    whole = sandbox.client.get("/v0/workflows").json()
    assert contract.check("get", "/v0/workflows", 200, whole) == []
    assert [workflow["name"] for workflow in whole["workflows"]] == [CROPS, CHECK, DRAFT]
    assert whole["pagination"] == {"total": 3, "offset": 0, "limit": 50}
    page = sandbox.client.get("/v0/workflows", params={"offset": 1, "limit": 1}).json()
    assert [workflow["name"] for workflow in page["workflows"]] == [CHECK]
    assert page["pagination"]["total"] == 3
    for wanted, count in (
        ({"project_id": whole["workflows"][0]["project_id"]}, 3),
        ({"project_id": "another"}, 0),
        ({"created_on": "2025-10-06T08:15:00Z", "updated_at": "2025-10-06"}, 3),
        ({"created_on": "2025-10-07"}, 0),
        ({"name": "IRRIGATION"}, 1),
    ):
        assert len(sandbox.client.get("/v0/workflows", params=wanted).json()["workflows"]) == count
    for wrong in ({"limit": "x"}, {"offset": "-1"}, {"created_on": "soon"}, {"updated_at": "\x00"}):
        assert sandbox.client.get("/v0/workflows", params=wrong).status_code == 400


def test_a_workflow_returns_its_graph_and_its_price(sandbox: Sandbox, contract: Contract) -> None:
    listed = workflow_of(sandbox, CHECK)
    address = f"/v0/workflows/{listed['id']}"
    workflow = sandbox.client.get(address, params={"project_id": listed["project_id"]}).json()
    assert contract.check("get", "/v0/workflows/{workflow_id}", 200, workflow) == []
    assert [node["id"] for node in workflow["spec"]["nodes"]] == ["change", "crops", "report"]
    assert workflow["val_errors"] == []
    estimate = sandbox.client.get(f"{address}/estimate").json()
    assert contract.check("get", "/v0/workflows/{workflow_id}/estimate", 200, estimate) == []
    assert estimate["estimated_cost"] == workflow["estimated_cost"] == 3 * (2 * 2 + 4 * 1 + 1 * 2)
    for project in ({}, {"project_id": "another"}):
        assert sandbox.client.get(address, params=project).status_code == 400


def test_a_job_runs_its_tasks_after_those_they_need(sandbox: Sandbox, contract: Contract, finished: Json) -> None:
    assert contract.check("get", JOB, 200, finished) == []
    assert (finished["status"], finished["progress"], finished["val_errors"]) == ("success", "100%", [])
    assert finished["cost"] == 30
    change, report = task_named(finished, "change-detection"), task_named(finished, "zonal-statistics")
    assert report["depends_on"] == [change["id"]]
    assert change["finished_at"] <= report["block_inf_start_time"]
    for task in finished["tasks"]:
        assert (task["status"], task["progress"], task["err_msg"]) == ("success", 100, "")
        assert finished["created_at"] <= task["block_inf_start_time"] <= task["finished_at"] <= finished["finished_at"]
        assert [line["message"] for line in task["info_logs"]][:: len(task["info_logs"]) - 1] == ["started", "success"]


def test_what_one_task_found_is_measured_by_the_next(sandbox: Sandbox, finished: Json, tmp_path: Path) -> None:
    _, files = package(sandbox, address_of(finished))
    classes = pixels(files["1-change-detection/change_classes.tif"], tmp_path)
    report = next(content for name, content in files.items() if name.endswith("statistics.csv"))
    sizes = {row["zone"]: int(row["count"]) for row in rows_of(report) if row["date"] == "2025-07-10"}
    for number in (1, 2, 3):
        assert sizes[f"Class {number}"] == np.count_nonzero(classes == number)
    assert sizes["Farm near Raba"] == np.count_nonzero(classes)
    means = {(row["zone"], row["date"]): float(row["mean"]) for row in rows_of(report)}
    assert means["Class 1", "2025-07-10"] < means["Class 1", "2025-06-18"]
    assert means["Class 3", "2025-07-10"] > means["Class 3", "2025-06-18"]


def test_a_package_of_a_job_holds_those_of_its_tasks(sandbox: Sandbox, contract: Contract) -> None:
    job = ended(sandbox, CROPS)
    ready, whole = package(sandbox, address_of(job))
    assert contract.check("put", JOB + "/download", 200, ready) == []
    assert (ready["id"], ready["workflowId"]) == (job["id"], job["workflow_id"])
    for number, task in enumerate(job["tasks"], start=1):
        noted, files = package(sandbox, f"{address_of(job)}/tasks/{task['id']}")
        assert contract.check("put", JOB + "/tasks/{task_id}/download", 200, noted) == []
        assert (noted["id"], noted["job_id"], noted["workflow_id"]) == (task["id"], job["id"], job["workflow_id"])
        folder = f"{number}-{task['block_info']['name']}/"
        assert files == {name.removeprefix(folder): c for name, c in whole.items() if name.startswith(folder)}
        assert sorted(files) == sorted(entry["name"] for entry in task["result"]["files"].values())


def test_jobs_are_listed_without_their_tasks(sandbox: Sandbox, contract: Contract, finished: Json) -> None:
    path = jobs_of({"id": finished["workflow_id"]})
    listed = sandbox.client.get(path).json()
    assert contract.check("get", "/v0/workflows/{workflow_id}/jobs", 200, listed) == []
    (job,) = [job for job in listed["jobs"] if job["id"] == finished["id"]]
    assert job == {name: value for name, value in finished.items() if name in job}
    assert "tasks" not in job
    fitting = {"id": job["id"], "status": "success", "created_by": job["created_by"], "created_on": job["created_at"]}
    assert [found["id"] for found in sandbox.client.get(path, params=fitting).json()["jobs"]] == [job["id"]]
    assert sandbox.client.get(path, params={**fitting, "status": "failed"}).json()["jobs"] == []
    assert sandbox.client.get(path, params={"created_on": "soon"}).status_code == 400


def test_a_draft_says_what_keeps_it_from_running(sandbox: Sandbox, contract: Contract) -> None:
    listed = workflow_of(sandbox, DRAFT)
    address = f"/v0/workflows/{listed['id']}"
    workflow = sandbox.client.get(address, params={"project_id": listed["project_id"]}).json()
    assert contract.check("get", "/v0/workflows/{workflow_id}", 200, workflow) == []
    issues = {(issue["err"], issue["to"]) for issue in workflow["val_errors"]}
    assert issues == {("unknown_input", "report.classes"), ("invalid_input", "change.input.layer")}
    job = begun(sandbox, DRAFT)
    assert contract.check("post", "/v0/workflows/{workflow_id}/jobs", 200, job) == []
    assert (job["status"], job["cost"], job["tasks"]) == ("failed", 0, [])
    assert job["val_errors"] == workflow["val_errors"]
    assert sandbox.client.put(f"{address_of(job)}/download").status_code == 400


def test_a_task_that_fails_says_why_and_what_needs_it_is_skipped(start: Start, contract: Contract) -> None:
    sandbox = start()
    for item in sandbox.state.store.all("items"):
        if item["day"] == "2025-07-10":
            sandbox.state.path_of(item).unlink()
    job = ended(sandbox, CHECK)
    assert contract.check("get", JOB, 200, job) == []
    assert (job["status"], job["progress"]) == ("failed", "100%")
    change, crops, report = (
        task_named(job, name) for name in ("change-detection", "classification", "zonal-statistics")
    )
    assert (change["status"], change["failure_type"]) == ("failed", "processing")
    assert "could not be read" in change["err_msg"]
    assert (report["status"], report["failure_type"]) == ("skipped", "dependency")
    assert change["name"] in report["err_msg"]
    assert crops["status"] == "success"
    assert sandbox.client.put(f"{address_of(job)}/download").status_code == 400
    assert sandbox.client.put(f"{address_of(job)}/tasks/{report['id']}/download").status_code == 400
    assert package(sandbox, f"{address_of(job)}/tasks/{crops['id']}")[1]["classes.csv"]


def held(sandbox: Sandbox) -> list[Callable[[], None]]:
    """Let work pile up instead of doing it."""
    work: list[Callable[[], None]] = []
    sandbox.state.in_background = lambda what, label: work.append(what)  # type: ignore[method-assign]
    return work


def test_a_job_goes_from_created_over_running_to_success(start: Start) -> None:
    sandbox = start()
    work = held(sandbox)
    job = begun(sandbox, CROPS)
    assert (job["status"], [task["status"] for task in job["tasks"]]) == ("created", ["pending", "pending"])
    assert sandbox.client.put(f"{address_of(job)}/download").status_code == 400
    states: list[Json] = []
    change = sandbox.state.change

    def seen(kind: str, identifier: str, **fields: Any) -> Json:
        states.append(change(kind, identifier, **fields))
        return states[-1]

    sandbox.state.change = seen  # type: ignore[method-assign]
    work[0]()
    assert [state["status"] for state in states] == [*["running"] * (len(states) - 1), "success"]
    parts = [int(state["progress"].removesuffix("%")) for state in states]
    assert parts == sorted(parts)
    assert len(set(parts)) > 4
    assert parts[-1] == 100


def test_a_job_under_way_when_the_sandbox_stops_goes_on_where_it_was(start: Start) -> None:
    sandbox = start()
    work = held(sandbox)
    job = begun(sandbox, CROPS)
    change = sandbox.state.change

    def stopping(kind: str, identifier: str, **fields: Any) -> Json:
        changed = change(kind, identifier, **fields)
        if changed["tasks"][1]["progress"] > 20:
            raise KeyboardInterrupt
        return changed

    sandbox.state.change = stopping  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        work[0]()
    sandbox.state.close()
    again = start(sandbox.state.folder)
    (before,) = again.state.store.all("jobs")
    first = before["tasks"][0]
    assert again.client.get(address_of(job)).json()["status"] == "running"  # the first request for jobs resumes them
    again.state.settle()
    done = again.client.get(address_of(job)).json()
    assert (first["status"], done["status"]) == ("success", "success")
    assert done["tasks"][0] == {name: value for name, value in first.items() if not name.startswith("_")}
    lines = [line["message"] for line in done["tasks"][1]["info_logs"]]
    assert lines.count("started") == 2


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v0/workflows/nobody?project_id=x"),
        ("GET", "/v0/workflows/nobody/estimate"),
        ("GET", "/v0/workflows/nobody/jobs"),
        ("POST", "/v0/workflows/nobody/jobs?project_id=x"),
        ("POST", "/v0/workflows/{workflow}/jobs"),
        ("POST", "/v0/workflows/{workflow}/jobs?project_id=%00"),
        ("GET", "/v0/workflows/{workflow}/jobs/nobody"),
        ("GET", "/v0/workflows/{other}/jobs/{job}"),
        ("PUT", "/v0/workflows/{workflow}/jobs/nobody/download"),
        ("PUT", "/v0/workflows/{workflow}/jobs/{job}/tasks/nobody/download"),
    ],
)
def test_what_is_unknown_is_a_bad_request(
    sandbox: Sandbox, contract: Contract, finished: Json, method: str, path: str
) -> None:
    other = workflow_of(sandbox, CROPS)["id"]
    answer = sandbox.client.request(
        method, path.format(workflow=finished["workflow_id"], job=finished["id"], other=other)
    )
    assert answer.status_code == 400
    assert contract.check("get", "/v0/workflows", 400, answer.json()) == []
