"""What is installed stays whole, whatever pip is set to and whenever the disk gives up."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from pixxel_explorer.plugin.host import dependencies, installation, pip_run


def test_a_setting_of_pip_for_the_user_does_not_get_in_the_way(
    qgis_app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "pip.conf"
    config.write_text("[install]\nuser = true\n", encoding="utf-8")
    wanted = tmp_path / "requirements.txt"
    wanted.write_text("", encoding="utf-8")
    monkeypatch.setattr(dependencies, "REQUIREMENTS", wanted)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    command = pip_run.install_command(tmp_path / "packages", tmp_path)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert "Can not combine" not in done.stderr
    assert done.returncode == 0, done.stderr


def test_a_swap_that_fails_puts_the_old_packages_back(tmp_path: Path) -> None:
    place = tmp_path / "packages"
    (place / "kept").mkdir(parents=True)
    with pytest.raises(FileNotFoundError):
        installation._swap(tmp_path / "not there", place)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["kept", "packages"]
