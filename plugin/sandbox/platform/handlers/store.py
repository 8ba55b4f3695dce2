"""Stores that files are delivered to; their secrets are looked at once and not kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from ...core.clock import new_id, now
from ...core.records import USER_ID, shown
from ...core.request import Refused, SandboxRequest, bad_request, text
from ...core.store import Filter, Record
from ..ordering.orders import is_waited_for

_SECRETS = {
    "S3": ("access_key_id", "secret_access_key"),
    "AZBLOB": ("account_name", "tenant_id", "client_id", "client_secret"),
    "GCS": ("project_id", "service_account_credentials"),
}


def list_stores(call: SandboxRequest) -> Response:
    """Answer ``ListStores``."""
    return JSONResponse({"stores": [shown(store) for store in call.state.store.all("stores")]})


def create_store(call: SandboxRequest) -> Response:
    """Answer ``CreateStore``."""
    body = call.json_object()
    record = {"id": new_id(), **_checked(body), **_stamps()}
    with call.state.store.transaction():
        if call.state.store.page("stores", Filter(equal={"name": record["name"]}), 0, 1)[1]:
            raise Refused(409, "CONFLICT", "a store of this name exists", {"field": "name"})
        call.state.store.put("stores", record["id"], record)
    return JSONResponse(record)


def _stamps() -> dict[str, str]:
    made = now()
    return {"created_at": made, "updated_at": made, "created_by": USER_ID}


def _checked(body: Mapping[str, Any]) -> Record:
    kind = text(body, "type")
    if kind not in _SECRETS:
        raise bad_request(f"type must be one of {', '.join(_SECRETS)}", {"field": "type"})
    configs, secrets = _object(body, "configs"), _object(body, "secrets")
    for name in {*_SECRETS[kind], *secrets}:
        text(secrets, name)
    fields: Record = {"name": text(body, "name"), "type": kind}
    fields["configs"] = {name: text(configs, name) for name in ("bucket", "region")}
    if "path_prefix" in configs:
        fields["configs"]["path_prefix"] = text(configs, "path_prefix", blank=True)
    labels = _object(body, "labels") if "labels" in body else {}
    return {**fields, "labels": {name: text(labels, name, blank=True) for name in labels}}


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    if not isinstance(value, Mapping):
        raise bad_request(f"{name} is required and must be an object", {"field": name})
    return value


def delete_store(call: SandboxRequest) -> Response:
    """Answer ``DeleteStore``; an unknown one is a 400, the contract knows no 404."""
    store_id = call.path["id"]
    with call.state.store.transaction():
        if call.state.store.get("stores", store_id) is None:
            raise bad_request("store not found", {"id": store_id[:80]})
        if is_waited_for(call.state, store_id):
            raise Refused(409, "CONFLICT", "an order is still to be delivered into this store", {"id": store_id})
        call.state.store.remove("stores", store_id)
    return Response(status_code=204)
