"""Whatever the document allows or forbids is sent to the sandbox, and every answer is one the document allows.

Cases are made by schemathesis out of the document; ids the sandbox knows are put into half of them, so that they get
past the first look.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pixxel_explorer.plugin.sandbox.core.operations import OPERATIONS as CORE
from pixxel_explorer.plugin.sandbox.core.options import SAMPLE_KEY
from pixxel_explorer.plugin.sandbox.platform.operations import OPERATIONS as PLATFORM
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.applications import Starlette

from .check import EXCUSES, Contract
from .grounding import Ground, ground_of

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 40
# One of the allowed cases must succeed; which are drawn depends on the modules loaded, whose constants hypothesis uses.
ALLOWED_EXAMPLES = 120
WITHOUT_WRONG_CASES = {"Ping"}  # no key, no parameters, no body: nothing can be wrong
MODES = [
    pytest.param(operation.id, mode, id=f"{operation.id}-{mode.value}")
    for operation in (*CORE, *PLATFORM)
    for mode in schemathesis.GenerationMode
    if mode.is_positive or operation.id not in WITHOUT_WRONG_CASES
]


@pytest.fixture(scope="module")
def app(opened: Callable[[], Starlette]) -> Starlette:
    """Return a sandbox that may be ill-treated."""
    return opened()


@pytest.fixture(scope="module")
def schema(contract: Contract, app: Starlette) -> Any:
    """Return the document as schemathesis reads it, asked of the sandbox without a socket."""
    loaded = schemathesis.openapi.from_dict(json.loads(json.dumps(contract.document)))
    loaded.app = app
    return loaded


@pytest.fixture(scope="module")
def ground(app: Starlette) -> Ground:
    """Return what the sandbox holds at first."""
    return asyncio.run(ground_of(app, SAMPLE_KEY))


@pytest.mark.parametrize(("operation_id", "mode"), MODES)
def test_every_answer_is_documented(
    operation_id: str, mode: schemathesis.GenerationMode, schema: Any, ground: Ground, contract: Contract
) -> None:
    operation = next(o for o in contract.operations if o.id == operation_id)
    cases = schema[operation.path][operation.method].as_strategy(generation_mode=mode)
    statuses: set[int] = set()

    @settings(
        max_examples=ALLOWED_EXAMPLES if mode.is_positive else EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, data=st.data())
    def answers(case: Any, data: st.DataObject) -> None:
        ground.put_into(case, data.draw)
        answer = case.call(headers={"Authorization": SAMPLE_KEY})
        statuses.add(answer.status_code)
        if not is_excused_refusal(answer):
            case.validate_response(answer, checks=CHECKS)

    answers()
    assert (min(statuses) < 300) is mode.is_positive or mode.is_negative, statuses


def is_excused_refusal(answer: Any) -> bool:
    """Tell whether an answer refuses a key that is not ours as one page of the documentation says, and another not."""
    key = answer.request.headers.get("Authorization")
    return key != SAMPLE_KEY and answer.status_code in {excuse.status for excuse in EXCUSES}
