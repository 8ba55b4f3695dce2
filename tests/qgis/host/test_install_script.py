"""``make install`` finds the profiles of QGIS 3 and of QGIS 4."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from qgis.PyQt.QtCore import QSettings


@pytest.fixture
def script(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("pixxel_install_script", root / "tools/install.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "install_packages", lambda profile: profile)  # pip is tried by ``make demo``
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["install.py"])
    return module


def is_ticked(settings_file: Path) -> bool:
    return settings_file.is_file() and bool(
        QSettings(str(settings_file), QSettings.Format.IniFormat).value("PythonPlugins/pixxel_explorer", False, bool)
    )


@pytest.mark.parametrize("versions", [(3,), (4,), (3, 4)])
def test_the_plugin_is_in_the_profiles_of_each_version_used(
    script: ModuleType, tmp_path: Path, versions: tuple[int, ...]
) -> None:
    for version in versions:
        (tmp_path / f".local/share/QGIS/QGIS{version}/profiles").mkdir(parents=True)
    script.main()
    for version in (3, 4):
        profile = tmp_path / f".local/share/QGIS/QGIS{version}/profiles/default"
        assert (profile / "python/plugins/pixxel_explorer/metadata.txt").is_file() is (version in versions)
        assert is_ticked(profile / f"QGIS/QGIS{version}.ini") is (version in versions)


def test_without_any_profile_that_of_the_installed_version_is_made(script: ModuleType, tmp_path: Path) -> None:
    script.main()
    version = script.installed_version()
    profile = tmp_path / f".local/share/QGIS/QGIS{version}/profiles/default"
    assert is_ticked(profile / f"QGIS/QGIS{version}.ini")


def test_the_settings_file_that_a_profile_has_is_the_one_written(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings_file = tmp_path / "p/profiles/field/QGIS/QGIS4.ini"
    settings_file.parent.mkdir(parents=True)
    settings_file.write_text("[qgis]\nfirst=1\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["install.py", "--profiles-path", str(tmp_path / "p"), "--profile", "field"])
    script.main()
    assert is_ticked(settings_file)
    assert "first=1" in settings_file.read_text(encoding="utf-8")
    assert not settings_file.with_name("QGIS3.ini").exists()
