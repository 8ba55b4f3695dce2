"""After an unload nothing of the plugin is left in a running QGIS."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import desktop  # noqa: E402 (a script of tools/)

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(420)]
# Held by caches of Python's typing module, 128 entries each and so of a few loads only, and by the private packages,
# which stay loaded: types of the API's payloads with the vocabularies in their fields, and what answered the imports.
BOUNDED = re.compile(
    r"pixxel_explorer\.plugin\."
    r"(api|files|legend\.vocabulary|host\.(dependencies|isolation|paths|i18n|package_folder))\b.*"
)


def test_nothing_is_left_after_an_unload(sandbox: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", {"PIXXEL_TEST_URL": sandbox, "PIXXEL_TEST_KEY": "sample-key"})
    profiles_path, out = desktop.fresh_profile(ROOT / "build/desktop-leftovers"), ROOT / "build/leftovers"
    report = desktop.run_script(ROOT / "tests/desktop/leftovers.py", out, profiles_path, 240)
    assert [step["problem"] for step in report["steps"] if not step["held"]] == []
    first, second = json.loads((out / "leftovers.json").read_text(encoding="utf-8"))
    assert [name for name in second["remains"] if not BOUNDED.fullmatch(name)] == []
    assert second["modules"] == []
    assert second["figures"]["threads"] == 0
    grown = {name: count - first["figures"][name] for name, count in second["figures"].items()}
    assert {name: count for name, count in grown.items() if count > 0} == {}
