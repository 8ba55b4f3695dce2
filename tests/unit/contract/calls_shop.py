"""Search, archives, bandsets, orders, the report, stores, catalogs and deliveries."""

from __future__ import annotations

from pixxel_explorer.plugin.api.models import (
    Catalog,
    CatalogDownloadCreate,
    CatalogSearch,
    CloudDelivery,
    DeliveryCreate,
    DeliveryQuery,
    NewDelivery,
    Order,
    OrderCreate,
    OrderItemCreate,
    OrderItemQuery,
    SearchRequest,
    SearchSatellite,
    StacItem,
    StacSearch,
    Store,
    StoreConfigs,
    StoreCreate,
)

from .calls import SandboxClient, calls


async def scenes(sandbox: SandboxClient) -> tuple[StacItem, ...]:
    """Search scenes over the farm, through all of 2025."""
    farm = await sandbox.farm()
    satellites = await sandbox.client.aois.satellites()
    wanted = [
        SearchSatellite(satellite_id=each.id, collection_id=str(collection["id"]))
        for each in satellites
        if each.id == farm.satellite_id
        for collection in each.collections
    ]
    request = SearchRequest(
        start_date="2025-01-01",
        end_date="2025-12-31",
        satellites=tuple(wanted),
        geometry=farm.geometry or {},
        limit=20,
    )
    return (await sandbox.client.search.images(request)).items


async def archived(sandbox: SandboxClient) -> tuple[str, StacItem]:
    """Return a collection that has items, and one of them."""
    for collection in await sandbox.client.archives.collections():
        page = await sandbox.client.archives.items(collection.id)
        if page.items:
            return collection.id, page.items[0]
    raise AssertionError("the archives are empty")


async def new_order(sandbox: SandboxClient) -> OrderCreate:
    farm = await sandbox.farm()
    _, item = await archived(sandbox)
    feature = {"type": "Feature", "properties": {}, "geometry": farm.geometry}
    ordered = OrderItemCreate(
        project_id=farm.project_id or "",
        usecase="agriculture",
        name="by a test",
        geometry={"type": "FeatureCollection", "features": [feature]},
        item_ids=(item.id,),
    )
    return OrderCreate(order_items=(ordered,))


async def ordered(sandbox: SandboxClient) -> Order:
    return await sandbox.client.orders.submit(await new_order(sandbox))


async def catalog(sandbox: SandboxClient) -> Catalog:
    """Return something delivered, after an order if there is nothing yet."""
    page = await sandbox.client.catalogs.search(CatalogSearch())
    if not page.items:
        await ordered(sandbox)
        page = await sandbox.ready(lambda: sandbox.client.catalogs.search(CatalogSearch()), lambda p: bool(p.items))
    return page.items[0]


async def store(sandbox: SandboxClient, name: str) -> Store:
    return await sandbox.client.stores.create(
        StoreCreate(
            name=f"{name} {sandbox.profile}",
            type="S3",
            configs=StoreConfigs(bucket="bucket", region="eu-central-1"),
            secrets={"access_key_id": "AKIDEXAMPLE", "secret_access_key": "not-a-secret"},
        )
    )


@calls("SearchSatelliteImages")
async def search_images(sandbox: SandboxClient) -> None:
    found = await scenes(sandbox)
    assert found
    assert all((item.properties or {}).get("datetime", "").startswith("2025") for item in found)


@calls("ListCollections")
async def list_collections(sandbox: SandboxClient) -> None:
    collections = await sandbox.client.archives.collections()
    one = await sandbox.client.archives.collections([collections[0].id])
    assert [each.id for each in one] == [collections[0].id]


@calls("GetCollectionById")
async def get_collection(sandbox: SandboxClient) -> None:
    listed = (await sandbox.client.archives.collections())[0]
    assert (await sandbox.client.archives.collection(listed.id)).extent == listed.extent


@calls("ListItemInCollection")
async def list_items(sandbox: SandboxClient) -> None:
    collection_id, _ = await archived(sandbox)
    page = await sandbox.client.archives.items(collection_id, 0, 2)
    assert 0 < len(page.items) <= 2
    assert {item.collection for item in page.items} == {collection_id}


@calls("GetCollectionItemById")
async def get_item(sandbox: SandboxClient) -> None:
    collection_id, item = await archived(sandbox)
    assert (await sandbox.client.archives.item(collection_id, item.id)).geometry == item.geometry


@calls("SearchItemInArchive")
async def search_archive(sandbox: SandboxClient) -> None:
    _, item = await archived(sandbox)
    page = await sandbox.client.archives.search(StacSearch(ids=(item.id,)))
    assert [each.id for each in page.items] == [item.id]


@calls("ListBandsets")
async def list_bandsets(sandbox: SandboxClient) -> None:
    bandsets = await sandbox.client.bandsets.list()
    assert all(float(band["wavelength"]) > 300 for bandset in bandsets for band in bandset.bands)
    assert bandsets


@calls("SubmitOrder")
async def submit_order(sandbox: SandboxClient) -> None:
    new = await new_order(sandbox)
    before = (await sandbox.client.orders.list()).total
    tried = await sandbox.client.orders.dry_run(new)
    assert (await sandbox.client.orders.list()).total == before
    order = await sandbox.client.orders.submit(new)
    assert order.total_amount == tried.total_amount
    assert [item.name for item in order.order_items] == ["by a test"]


@calls("ListOrders")
async def list_orders(sandbox: SandboxClient) -> None:
    order = await ordered(sandbox)
    assert order.id in [each.id async for each in sandbox.client.orders.iterate()]


@calls("GetOrderById")
async def get_order(sandbox: SandboxClient) -> None:
    order = await ordered(sandbox)
    found = await sandbox.client.orders.get(order.id or "")
    assert [item.id for item in found.order_items] == [item.id for item in order.order_items]


@calls("ListOrderItems")
async def list_order_items(sandbox: SandboxClient) -> None:
    order = await ordered(sandbox)
    page = await sandbox.client.orders.items(OrderItemQuery(order_ids=(order.id or "",)))
    assert [item.id for item in page.items] == [item.id for item in order.order_items]


@calls("GetOrderItemById")
async def get_order_item(sandbox: SandboxClient) -> None:
    order = await ordered(sandbox)
    item = await sandbox.client.orders.item(order.order_items[0].id)
    assert item.order_id == order.id


@calls("DownloadOrderReport")
async def order_report(sandbox: SandboxClient) -> None:
    order = await ordered(sandbox)
    report = await sandbox.client.reports.orders("Europe/Warsaw")
    assert any((order.id or "-") in line for line in report.splitlines()[1:])


@calls("ListStores")
async def list_stores(sandbox: SandboxClient) -> None:
    made = await store(sandbox, "listed")
    assert made.name in [each.name for each in await sandbox.client.stores.list()]


@calls("CreateStore")
async def create_store(sandbox: SandboxClient) -> None:
    made = await store(sandbox, "made")
    assert (made.type, (made.configs or {})["bucket"]) == ("S3", "bucket")
    assert "not-a-secret" not in made.model_dump_json()


@calls("DeleteStore")
async def delete_store(sandbox: SandboxClient) -> None:
    made = await store(sandbox, "deleted")
    await sandbox.client.stores.delete(made.id)
    assert made.id not in [each.id for each in await sandbox.client.stores.list()]


@calls("SearchCatalogs")
async def search_catalogs(sandbox: SandboxClient) -> None:
    one = await catalog(sandbox)
    found = await sandbox.client.catalogs.search(CatalogSearch(ids=((one.details or StacItem(id="-")).id,)))
    assert one.id in [each.id for each in found.items]


@calls("GetCatalogById")
async def get_catalog(sandbox: SandboxClient) -> None:
    one = await catalog(sandbox)
    assert (await sandbox.client.catalogs.get(one.id)).task_id == one.task_id


@calls("CreateDownload")
async def create_download(sandbox: SandboxClient) -> None:
    one = await catalog(sandbox)
    begun = await sandbox.client.catalogs.create_download(CatalogDownloadCreate(catalog_ids=(one.id,)))
    assert begun.download_id


@calls("GetDownloadById")
async def get_download(sandbox: SandboxClient) -> None:
    one = await catalog(sandbox)
    begun = await sandbox.client.catalogs.create_download(CatalogDownloadCreate(catalog_ids=(one.id,)))
    ready = await sandbox.ready(
        lambda: sandbox.client.catalogs.download(begun.download_id), lambda d: bool(d.signed_url)
    )
    assert (await sandbox.client.files.read(ready.signed_url or "", with_key=False)).startswith(b"PK")


@calls("CreateDelivery")
async def create_delivery(sandbox: SandboxClient) -> None:
    one, target = await catalog(sandbox), await store(sandbox, "target")
    new = NewDelivery(catalog_ids=(one.id,), cloud_info=CloudDelivery(config=target.id, path="fields"))
    made = await sandbox.client.catalogs.create_deliveries(DeliveryCreate(deliveries=(new,)))
    assert [delivery.catalog_id for delivery in made] == [one.id]


@calls("ListDeliveries")
async def list_deliveries(sandbox: SandboxClient) -> None:
    one, target = await catalog(sandbox), await store(sandbox, "listed target")
    new = NewDelivery(catalog_ids=(one.id,), cloud_info=CloudDelivery(config=target.id, path="fields"))
    made = await sandbox.client.catalogs.create_deliveries(DeliveryCreate(deliveries=(new,)))
    listed = await sandbox.client.catalogs.deliveries(DeliveryQuery(catalog_id=one.id))
    assert {delivery.delivery_id for delivery in made} <= {delivery.delivery_id for delivery in listed}
