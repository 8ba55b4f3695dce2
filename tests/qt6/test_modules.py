"""Every module of the plugin is imported under Qt 6."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from qgis.PyQt.QtCore import PYQT_VERSION_STR

ROOT = Path(__file__).resolve().parents[2]


def module_names() -> list[str]:
    paths = sorted([*ROOT.glob("plugin/**/*.py"), *ROOT.glob("ui/**/*.py")])
    dotted = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths if path.stem != "__main__")
    return [name.removesuffix(".__init__") for name in dotted]


def test_the_binding_is_qt_6() -> None:
    assert PYQT_VERSION_STR.startswith("6.")


@pytest.mark.parametrize("name", module_names())
def test_it_is_imported(name: str) -> None:
    importlib.import_module(f"pixxel_explorer.{name}")
