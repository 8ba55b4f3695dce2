"""QGIS's own prompts for a proxy's password and for certificates, in a real QGIS."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from pixxel_explorer.tests.network.background import serving
from pixxel_explorer.tests.network.boxes import KEY, tls
from pixxel_explorer.tests.network.rows import PUBLIC_CA, UNKNOWN_CA, Machines, direct, pem, proxy
from pixxel_explorer.tests.network.sign_in import PASSWORD, USER, Basic

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import desktop  # noqa: E402 (a script of tools/)

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(420)]


async def company(machines: Machines) -> dict[str, object]:
    """Start two proxies that ask for a password, and a server of an unknown authority."""
    unknown = await direct(machines, tls(UNKNOWN_CA, "localhost"))
    return {
        "user": USER,
        "password": PASSWORD,
        "authority": pem(PUBLIC_CA),
        "url": "https://api.pixxel.test",
        "declined": proxy(await machines.http(Basic())),
        "asking": proxy(await machines.http(Basic())),
        "unknown": unknown.url,
    }


def test_what_qgis_asks_a_person_reaches_the_dock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = tmp_path / "facts.json"
    profiles_path = desktop.fresh_profile(ROOT / "build/desktop-company")
    with serving(company, tmp_path) as (found, net):
        facts.write_text(json.dumps(found), encoding="utf-8")
        words = {"PIXXEL_TEST_FACTS": str(facts), "PIXXEL_TEST_KEY": KEY}
        monkeypatch.setattr(desktop, "EXTRA_ENVIRONMENT", words)
        report = desktop.run_script(ROOT / "tests/desktop/company.py", ROOT / "build/company", profiles_path, 240)
    assert [f"{step['name']}: {step['problem']}" for step in report["steps"] if not step["held"]] == []
    assert len(report["steps"]) == 3
    assert [seen for seen in net.seen if seen.credential and not (seen.asked and seen.good)] == []
    assert [seen for seen in net.seen if seen.key and seen.target.startswith("CONNECT")] == []
