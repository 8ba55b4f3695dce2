"""Whatever stands in an answer, a model reads it or says where it cannot: never anything else."""

from __future__ import annotations

import inspect
import json
import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pixxel_explorer.plugin.api import models
from pixxel_explorer.plugin.api.endpoints.base import read_all, read_one
from pixxel_explorer.plugin.api.errors import BadAnswer, InvalidRequest
from pixxel_explorer.plugin.api.models.fields import Record, Request
from pixxel_explorer.tests.unit.contract.check import contract_at
from pydantic import BaseModel

from .fuzzing import broken, documents, profile

ROOT = Path(__file__).resolve().parents[3]
TWINS = {"Aoi": "AOI", "Download": "AoiDownload"}


def all_models(kind: type[BaseModel] = BaseModel) -> list[type[BaseModel]]:
    """Return every model of a kind in the package, found by walking it."""
    found: dict[str, type[BaseModel]] = {}
    for module in pkgutil.iter_modules(models.__path__):
        for name, member in inspect.getmembers(import_module(f"{models.__name__}.{module.name}"), inspect.isclass):
            if issubclass(member, kind) and member.__module__.startswith(models.__name__):
                found[f"{member.__module__.rpartition('.')[2]}.{name}"] = member
    return [found[name] for name in sorted(found)]


def whole(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Return documents for a model: of the schema of its name, else of its fields' names."""
    contract = contract_at(ROOT)
    schemas = contract.document["components"]["schemas"]
    name = TWINS.get(model.__name__, model.__name__)
    if name in schemas:
        return documents(contract, schemas[name])
    fields = {field: {"type": ["string", "number", "object", "array"]} for field in model.model_fields}
    return documents(contract, {"type": "object", "properties": fields})


@pytest.mark.parametrize("model", all_models(Record), ids=lambda model: model.__name__)
def test_a_broken_document_is_read_or_refused_with_its_place(model: type[BaseModel]) -> None:
    @profile(60)
    @given(broken(whole(model)))
    def reading(document: Any) -> None:
        try:
            found = read_one(model, document, "record")
        except BadAnswer as error:
            assert error.path.startswith("record")
            assert error.detail
        else:
            assert isinstance(found, model)
            assert repr(found)

    reading()


@pytest.mark.parametrize("model", all_models(Record), ids=lambda model: model.__name__)
def test_a_page_with_a_broken_record_tells_which(model: type[BaseModel]) -> None:
    @profile(10)
    @given(st.lists(broken(whole(model)), min_size=1, max_size=3))
    def reading(page: list[Any]) -> None:
        try:
            assert len(read_all(model, page, "page")) <= len(page)
        except BadAnswer as error:
            assert error.path.startswith("page[")

    reading()


@pytest.mark.parametrize("model", all_models(Request), ids=lambda model: model.__name__)
def test_a_request_can_be_sent_or_is_refused_with_its_place(model: type[Request]) -> None:
    @profile(60)
    @given(broken(whole(model)))
    def making(document: Any) -> None:
        values = document if isinstance(document, dict) else {}
        try:
            made = model(**values)
        except InvalidRequest as error:
            assert str(error)
        else:
            assert json.loads(json.dumps(made.body(), allow_nan=False)) is not None

    making()


def test_every_model_is_read_or_sent() -> None:
    assert set(all_models()) == set(all_models(Record)) | set(all_models(Request))
    assert {"Aoi", "Visualization", "Asset", "Download"} <= {model.__name__ for model in all_models(Record)}
