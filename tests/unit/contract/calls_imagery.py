"""Projects, areas of interest, indices, visualizations, assets and their packages."""

from __future__ import annotations

from pixxel_explorer.plugin.api.models import (
    AoiCreate,
    AoiQuery,
    IndexCreate,
    IndexQuery,
    MetadataRollback,
    MetadataUpdate,
    PngRequest,
    SldRequest,
    VisualizationCreate,
    VisualizationQuery,
)

from .calls import DAY, FARM, SandboxClient, calls
from .check import PNG


@calls("Ping")
async def ping(sandbox: SandboxClient) -> None:
    assert await sandbox.client.external.ping() == "pong"


@calls("ListProjects")
async def list_projects(sandbox: SandboxClient) -> None:
    page = await sandbox.client.projects.list()
    assert page.total == len(page.items) == 2
    assert all(project.id and project.name for project in page.items)


@calls("GetProjectById")
async def get_project(sandbox: SandboxClient) -> None:
    listed = (await sandbox.client.projects.list()).items[1]
    assert (await sandbox.client.projects.get(listed.id)).name == listed.name


@calls("ListAOIs")
async def list_aois(sandbox: SandboxClient) -> None:
    farm = await sandbox.farm()
    found = await sandbox.client.aois.list(AoiQuery(name=FARM, project_ids=(farm.project_id or "",)))
    assert [aoi.aoi_id for aoi in found.items] == [farm.aoi_id]


@calls("AOICreateAOI")
async def create_aoi(sandbox: SandboxClient) -> None:
    farm = await sandbox.farm()
    new = AoiCreate(
        name=f"Contract {sandbox.profile}",
        description="made by a test",
        satellite_id=farm.satellite_id or "",
        provider="pixxel",
        project_id=farm.project_id or "",
        geometry=farm.geometry or {},
    )
    made = await sandbox.client.aois.create(new)
    assert (made.name, made.project_id) == (new.name, farm.project_id)
    assert (await sandbox.client.aois.get(made.aoi_id)).geometry == farm.geometry


@calls("GetAoiById")
async def get_aoi(sandbox: SandboxClient) -> None:
    farm = await sandbox.farm()
    assert await sandbox.client.aois.get(farm.aoi_id) == farm


@calls("ListSatellites")
async def list_satellites(sandbox: SandboxClient) -> None:
    satellites = await sandbox.client.aois.satellites()
    assert (await sandbox.farm()).satellite_id in [satellite.id for satellite in satellites]


@calls("ListIndices")
async def list_indices(sandbox: SandboxClient) -> None:
    page = await sandbox.client.indices.list(IndexQuery(type="preset"), limit=5)
    assert len(page.items) == 5
    assert {index.type for index in page.items} == {"preset"}


@calls("CreateIndex")
async def create_index(sandbox: SandboxClient) -> None:
    new = IndexCreate(
        name=f"Slope {sandbox.profile}",
        description="made by a test",
        expression="B030 / B016",
        expression_type="index",
        colormap="ylgn",
        rescale=(0, 2),
        satellite_id=(await sandbox.farm()).satellite_id or "",
    )
    made = await sandbox.client.indices.create(new)
    listed = await sandbox.client.indices.list(IndexQuery(index_id=made.id))
    assert [index.expression for index in listed.items] == [new.expression]


@calls("ListVisualizations")
async def list_visualizations(sandbox: SandboxClient) -> None:
    one = await sandbox.visualization()
    page = await sandbox.client.visualizations.list(one.aoi_id or "", VisualizationQuery(visualization_id=one.id))
    assert [item.id for item in page.items] == [one.id]


@calls("CreateVisualization")
async def create_visualization(sandbox: SandboxClient) -> None:
    farm = await sandbox.farm()
    query = IndexQuery(type="preset", satellite_id=farm.satellite_id)
    index = (await sandbox.client.indices.list(query)).items[-1]
    made = await sandbox.client.visualizations.create(farm.aoi_id, VisualizationCreate(index_id=index.id))
    assert (made.aoi_id, made.index_id) == (farm.aoi_id, index.id)
    done = await sandbox.ready(
        lambda: sandbox.client.visualizations.get(farm.aoi_id, made.id), lambda item: item.status != "creating"
    )
    assert (done.status, done.progress) == ("success", 100)


@calls("UpdateVisualizationMetadata")
async def update_metadata(sandbox: SandboxClient) -> None:
    one = await sandbox.visualization()
    classes = [{"min": -1, "max": 0.5, "color": "#102030", "label": "low"}]
    update = MetadataUpdate(visualization_mode="theoretical", legend={DAY: classes})
    legends = await sandbox.client.visualizations.update_metadata(one.aoi_id or "", one.id, update)
    assert [row["color"] for row in legends[DAY]["theoretical"]] == ["#102030"]


@calls("RollbackVisualizationMetadata")
async def rollback_metadata(sandbox: SandboxClient) -> None:
    one = await sandbox.visualization("NDRE")
    rollback = MetadataRollback(index_id=one.index_id or "", dates=(DAY,), visualization_mode="theoretical")
    full = await sandbox.client.visualizations.rollback_metadata(one.aoi_id or "", one.id, rollback)
    assert full.legends is not None
    assert full.legends[DAY]["theoretical"]


@calls("GenerateIndexPng")
async def index_png(sandbox: SandboxClient) -> None:
    one = await sandbox.visualization()
    request = PngRequest(index_id=one.index_id or "", date=DAY, visualization_mode="dynamic")
    assert (await sandbox.client.visualizations.png(one.aoi_id or "", one.id, request)).startswith(PNG)


@calls("GenerateVisualizationSLD")
async def visualization_sld(sandbox: SandboxClient) -> None:
    one = await sandbox.visualization()
    request = SldRequest(dates=(DAY,), visualization_modes=("dynamic", "theoretical"))
    documents = await sandbox.client.visualizations.sld(one.aoi_id or "", one.id, request)
    assert set(documents) == {"dynamic", "theoretical"}
    assert all("ColorMapEntry" in by_date[DAY] for by_date in documents.values())


@calls("ListAssets")
async def list_assets(sandbox: SandboxClient) -> None:
    farm = await sandbox.farm()
    page = await sandbox.client.assets.list(farm.aoi_id, limit=3)
    assert len(page.items) == 3
    assert {asset.aoi_id for asset in page.items} == {farm.aoi_id}


@calls("AOICreateDownload")
async def create_download(sandbox: SandboxClient) -> None:
    asset = await sandbox.asset()
    begun = await sandbox.client.downloads.create(asset.aoi_id or "", [asset.id])
    assert begun.download_id


@calls("GetDownloadStatus")
async def download_status(sandbox: SandboxClient) -> None:
    asset = await sandbox.asset()
    begun = await sandbox.client.downloads.create(asset.aoi_id or "", [asset.id])
    done = await sandbox.ready(
        lambda: sandbox.client.downloads.status(asset.aoi_id or "", begun.download_id), lambda d: bool(d.signed_url)
    )
    assert done.download_id == begun.download_id
    assert (await sandbox.client.files.read(done.signed_url or "", with_key=False)).startswith(b"PK")
