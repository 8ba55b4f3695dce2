"""The folder of private packages, as scripts outside QGIS name it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path


def test_the_rule_is_read_without_the_plugin(root: Path, tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("alone", root / "plugin/host/package_folder.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = module.packages_folder(tmp_path)
    assert folder.parent == tmp_path / "pixxel_explorer/packages"
    assert folder.name.startswith(f"cp{sys.version_info.major}{sys.version_info.minor}-")
    assert folder.name == folder.name.lower()
