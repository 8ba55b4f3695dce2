"""Stores: one name each, no secret kept, and none goes while something is to be delivered into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Json, Sandbox, Start
from .ordering import SECRET, archive_body, deliveries, new_store, store_body, submitted, tasking_body

SECRETS = {
    "S3": ("access_key_id", "secret_access_key"),
    "AZBLOB": ("account_name", "tenant_id", "client_id", "client_secret"),
    "GCS": ("project_id", "service_account_credentials"),
}


@pytest.fixture(scope="module")
def sandbox(start: Start) -> Sandbox:
    return start()


@pytest.mark.parametrize("kind", SECRETS)
def test_a_store_of_each_kind_is_made_with_its_secrets_and_not_without(sandbox: Sandbox, kind: str) -> None:
    whole = dict.fromkeys(SECRETS[kind], SECRET)
    for name in SECRETS[kind]:
        less = {other: value for other, value in whole.items() if other != name}
        assert sandbox.client.post("/v0/stores", json=store_body(kind, type=kind, secrets=less)).status_code == 400
    made = sandbox.client.post("/v0/stores", json=store_body(kind, type=kind, secrets=whole, labels={"a": "b"})).json()
    assert (made["name"], made["type"], made["labels"]) == (kind, kind, {"a": "b"})
    assert made in sandbox.client.get("/v0/stores").json()["stores"]


def test_secrets_of_a_store_are_kept_nowhere(start: Start, tmp_path: Path) -> None:
    sandbox = start(tmp_path)
    store = new_store(sandbox, "Secret")
    twin = sandbox.client.post("/v0/stores", json=store_body("Secret"))
    wrong = sandbox.client.post("/v0/stores", json=store_body("Wrong", configs={"bucket": 5, "region": SECRET}))
    listed = sandbox.client.get("/v0/stores")
    assert [twin.status_code, wrong.status_code, listed.status_code] == [409, 400, 200]
    assert SECRET not in "".join((str(store), twin.text, wrong.text, listed.text))
    files = [path for path in tmp_path.rglob("*.sqlite*") if path.is_file()]
    assert files
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in files)


def test_a_store_has_a_name_of_its_own(sandbox: Sandbox) -> None:
    new_store(sandbox, "Once")
    other = store_body("Once", type="GCS", secrets=dict.fromkeys(SECRETS["GCS"], SECRET))
    answer = sandbox.client.post("/v0/stores", json=other)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "CONFLICT")


def test_a_store_goes_only_when_nothing_waits_for_it(sandbox: Sandbox) -> None:
    free, waited, done = (new_store(sandbox, name) for name in ("Free", "Waited for", "Done"))
    submitted(sandbox, tasking_body(sandbox, cloud_delivery={"config": waited["id"]}))
    submitted(sandbox, archive_body(sandbox, cloud_delivery={"config": done["id"]}))
    assert sandbox.client.delete(f"/v0/stores/{waited['id']}").status_code == 409
    for store in (free, done):
        gone = sandbox.client.delete(f"/v0/stores/{store['id']}")
        assert (gone.status_code, gone.content) == (204, b"")
        assert sandbox.client.delete(f"/v0/stores/{store['id']}").status_code == 400
    left = [store["id"] for store in sandbox.client.get("/v0/stores").json()["stores"]]
    assert waited["id"] in left
    assert not {free["id"], done["id"]} & set(left)
    assert done["id"] in [delivery["cloud_delivery"]["config"] for delivery in deliveries(sandbox)]


def test_nothing_is_delivered_into_a_store_that_is_gone(sandbox: Sandbox) -> None:
    store = new_store(sandbox, "Gone")
    sandbox.client.delete(f"/v0/stores/{store['id']}")
    body = archive_body(sandbox, cloud_delivery={"config": store["id"]})
    assert sandbox.client.post("/v0/orders", json={"order_items": [body]}).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"name": None},
        {"type": "FTP"},
        {"configs": {"bucket": "b"}},
        {"configs": {"bucket": "b", "region": "r", "path_prefix": 5}},
        {"configs": []},
        {"secrets": {}},
        {"secrets": {"access_key_id": "k", "secret_access_key": 5}},
        {"secrets": {"access_key_id": "k", "secret_access_key": "s", "session": 5}},
        {"labels": {"a": 1}},
        {"labels": []},
    ],
)
def test_a_store_that_makes_no_sense_is_refused(sandbox: Sandbox, changes: Json) -> None:
    answer = sandbox.client.post("/v0/stores", json=store_body("Refused", **changes))
    assert answer.status_code == 400
    assert "Refused" not in [store["name"] for store in sandbox.client.get("/v0/stores").json()["stores"]]
