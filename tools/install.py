"""Install the plugin into a QGIS profile: its files, its Python packages, and the tick in the plugin list."""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "pixxel_explorer"
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


def default_profiles_path() -> Path:
    """Return the folder where QGIS 3 keeps its profiles on Linux."""
    return Path.home() / ".local/share/QGIS/QGIS3"


def copy_plugin(target: Path) -> None:
    """Put the shipped files into ``target``, replacing what an earlier installation left."""
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
    subprocess.run([*command, "--target", str(folder), "-r", str(ROOT / "requirements.txt")], check=True)
    stamp.write_text(wanted, encoding="utf-8")
    return folder


def enable(profile: Path, enabled: bool = True) -> None:
    """Tick the plugin in the profile's settings, or untick it, keeping everything else there."""
    from qgis.PyQt.QtCore import QSettings

    ini = profile / "QGIS/QGIS3.ini"
    ini.parent.mkdir(parents=True, exist_ok=True)
    settings = QSettings(str(ini), QSettings.Format.IniFormat)
    settings.setValue(f"PythonPlugins/{PACKAGE}", enabled)
    settings.sync()


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
    parser.add_argument("--profiles-path", type=Path, default=default_profiles_path())
    parser.add_argument("--profile", default="default")
    arguments = parser.parse_args()
    profile = arguments.profiles_path.expanduser().resolve() / "profiles" / arguments.profile
    print(f"install: Pixxel Explorer is in {install(profile)}")


if __name__ == "__main__":
    main()
