"""Install the plugin into a QGIS profile: its files, its Python packages, and the tick in the plugin list."""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "pixxel_explorer"
QGIS_VERSIONS = (3, 4)  # each has a folder of profiles and a settings file of its own
SHIPPED = (
    "__init__.py",
    "metadata.txt",
    "LICENSE",
    "README.md",
    "CHANGELOG.md",
    "requirements.txt",
    "plugin",
    "ui",
    "resources",
)


def profiles_paths(home: Path) -> list[Path]:
    """Return the folders where QGIS keeps its profiles on Linux: of each version used before, else of the one here."""
    known = [home / f".local/share/QGIS/QGIS{version}" for version in QGIS_VERSIONS]
    used = [folder for folder in known if (folder / "profiles").is_dir()]
    return used or [home / f".local/share/QGIS/QGIS{installed_version()}"]


def installed_version() -> int:
    """Return the major version of the QGIS on this machine."""
    from qgis.core import Qgis

    return int(Qgis.QGIS_VERSION_INT) // 10_000


def copy_plugin(target: Path) -> None:
    """Copy the shipped files into ``target``, replacing those of an earlier installation."""
    if target.is_symlink():
        target.unlink()
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in SHIPPED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        elif source.is_file():
            shutil.copy2(source, target / name)


def load_dependencies_module() -> ModuleType:
    """Load the plugin's own rule of where its packages live, without importing the plugin."""
    spec = importlib.util.spec_from_file_location("pixxel_packages", ROOT / "plugin/host/package_folder.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def install_packages(profile: Path) -> Path:
    """Install requirements.txt into the profile's private folder; do nothing when it is up to date."""
    folder: Path = load_dependencies_module().packages_folder(profile)
    wanted = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    stamp = folder / ".requirements"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--upgrade",
        "--ignore-installed",
    ]
    # pip and its child processes must not get the API's key
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIXXEL_")}
    target = ["--target", str(folder), "-r", str(ROOT / "requirements.txt")]
    subprocess.run([*command, *target], check=True, env=environment)
    stamp.write_text(wanted, encoding="utf-8")
    return folder


def enable(profile: Path, enabled: bool = True) -> None:
    """Tick the plugin in the profile's settings, or untick it, keeping everything else there."""
    from qgis.PyQt.QtCore import QSettings

    for ini in settings_files(profile):
        ini.parent.mkdir(parents=True, exist_ok=True)
        settings = QSettings(str(ini), QSettings.Format.IniFormat)
        settings.setValue(f"PythonPlugins/{PACKAGE}", enabled)
        settings.sync()


def settings_files(profile: Path) -> list[Path]:
    """Return the settings files of a profile; a new one has none, and gets that of the QGIS it belongs to."""
    known = [profile / f"QGIS/QGIS{version}.ini" for version in QGIS_VERSIONS]
    root = profile.parent.parent.name
    version = root.removeprefix("QGIS") if root in {f"QGIS{version}" for version in QGIS_VERSIONS} else ""
    return [file for file in known if file.is_file()] or [profile / f"QGIS/QGIS{version or installed_version()}.ini"]


def install(profile: Path) -> Path:
    """Install everything into one profile folder and return the plugin's folder."""
    target = profile / "python/plugins" / PACKAGE
    copy_plugin(target)
    install_packages(profile)
    enable(profile)
    return target


def main() -> None:
    """Read the command line and install."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profiles-path", type=Path, help="default: those of the QGIS versions used before")
    parser.add_argument("--profile", default="default")
    arguments = parser.parse_args()
    for path in [arguments.profiles_path] if arguments.profiles_path else profiles_paths(Path.home()):
        profile = path.expanduser().resolve() / "profiles" / arguments.profile
        print(f"install: Pixxel Explorer is in {install(profile)}")


if __name__ == "__main__":
    main()
