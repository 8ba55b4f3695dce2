"""Every operation that writes has a sentence for the day its answer is lost: what is known, and how to find out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pixxel_explorer.plugin.api.errors import OutcomeUnknown
from pixxel_explorer.plugin.api.transport.retrying import is_safe
from pixxel_explorer.plugin.messages.explanation import explain
from pixxel_explorer.plugin.messages.wording import Action
from pixxel_explorer.tests.unit.contract.check import Operation, contract_at

ROOT = Path(__file__).resolve().parents[3]
GENERAL = explain(OutcomeUnknown("PUT", "/elsewhere")).text
WRITES = [o for o in contract_at(ROOT).operations if not is_safe(o.method, re.sub(r"\{\w+\}", "x", o.path))]


@pytest.mark.parametrize("operation", WRITES, ids=lambda operation: operation.id)
def test_a_lost_answer_is_reported_by_what_was_asked(operation: Operation) -> None:
    message = explain(OutcomeUnknown(operation.method, re.sub(r"\{\w+\}", "x", operation.path)))
    assert message.text != GENERAL
    assert "may or may not" in message.text
    assert re.search(r"before|ask for it again", message.text)
    assert message.action is Action.RELOAD


def test_the_writes_are_those_of_the_contract() -> None:
    assert len(WRITES) == 17
    assert {"SubmitOrder", "createJob", "DeleteStore", "downloadTask"} <= {operation.id for operation in WRITES}
    assert not {"SearchSatelliteImages", "SearchItemInArchive", "SearchCatalogs", "GenerateIndexPng"} & {
        operation.id for operation in WRITES
    }
