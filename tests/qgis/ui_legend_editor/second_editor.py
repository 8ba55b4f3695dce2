"""A QGIS of its own with the legend editor, which does what it is told line by line; killed or ended by the test."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import conftest  # noqa: F401  registers the checkout as a package
from pixxel_explorer.tests.qgis.ui_legend_editor.conftest import LABEL, pump, sandbox_in, staged
from qgis.core import QgsApplication


def main(folder: Path) -> None:
    """Carry out commands: ``open``, ``label TEXT``, ``push``, ``click BUTTON``."""
    app = QgsApplication([], True, str(folder / f"profile-{os.getpid()}"))
    app.initQgis()
    harness = next(staged(sandbox_in(folder), folder))
    for line in sys.stdin:
        act, _, text = line.strip().partition(" ")
        if act == "open":
            harness.open()
        elif act == "label":
            harness.edit(0, LABEL, text)
            pump(600)
        elif act == "push":
            harness.push()
            pump(600)
        elif act == "click":
            harness.click(text)
            pump(600)
        print(
            json.dumps({"edits": harness.edits(), "label": harness.value(0, LABEL), "said": harness.texts()}),
            flush=True,
        )


main(Path(sys.argv[1]))
