"""Build the plugin's zip and check it by the rules of the QGIS plugin repository."""

from __future__ import annotations

import re
import sys
import zipfile
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from install import PACKAGE, SHIPPED  # noqa: E402 (a neighbour in this folder)

LIMIT_BYTES = 25_000_000
NEEDED = (
    "name",
    "qgisMinimumVersion",
    "description",
    "about",
    "version",
    "author",
    "email",
    "repository",
    "tracker",
    "license",
)
BINARY = {".so", ".pyd", ".dll", ".dylib", ".exe", ".whl", ".pyc", ".o", ".a", ".jar"}


def shipped_files() -> list[Path]:
    """List the files of the zip, without byte code."""
    found = []
    for name in SHIPPED:
        path = ROOT / name
        found += [path] if path.is_file() else [p for p in sorted(path.rglob("*")) if p.is_file()]
    return [path for path in found if "__pycache__" not in path.parts]


def metadata() -> dict[str, str]:
    """Read the ``[general]`` part of metadata.txt."""
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read(ROOT / "metadata.txt", encoding="utf-8")
    return dict(parser["general"])


def problems(archive: Path, general: dict[str, str]) -> list[str]:
    """Return the rules of the plugin repository that the package breaks."""
    found = [f"metadata.txt lacks {key}" for key in NEEDED if not general.get(key, "").strip()]
    if not re.fullmatch(r"\d+(\.\d+){1,2}(-\w+)?", general.get("version", "")):
        found.append(f"version {general.get('version')!r} is not like 1.2.3")
    with zipfile.ZipFile(archive) as zipped:
        names = zipped.namelist()
        if zipped.testzip() is not None:
            found.append("the zip is damaged")
    if {name.split("/")[0] for name in names} != {PACKAGE}:
        found.append("the zip must hold one folder, named as the package")
    found += [
        f"{PACKAGE}/{name} is missing"
        for name in ("__init__.py", "metadata.txt", "LICENSE")
        if f"{PACKAGE}/{name}" not in names
    ]
    found += [f"{PACKAGE}/{general['icon']} is missing"] if f"{PACKAGE}/{general.get('icon')}" not in names else []
    found += [f"{name} is a binary" for name in names if Path(name).suffix in BINARY]
    found += [f"{name} is hidden" for name in names if any(part.startswith(".") for part in Path(name).parts)]
    if archive.stat().st_size > LIMIT_BYTES:
        found.append(f"the zip is over {LIMIT_BYTES / 1e6:.0f} MB")
    return found


def build(general: dict[str, str]) -> Path:
    """Write the zip, with fixed times so that the same tree gives the same bytes."""
    target = ROOT / f"build/dist/{PACKAGE}-{general['version']}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in shipped_files():
            entry = zipfile.ZipInfo(f"{PACKAGE}/{path.relative_to(ROOT).as_posix()}", (2020, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            zipped.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED)
    return target


def main() -> int:
    """Build and check the package, and print the result."""
    general = metadata()
    archive = build(general)
    found = problems(archive, general)
    for problem in found:
        print(f"package: {problem}", file=sys.stderr)
    if not found:
        print(
            f"package: {archive.relative_to(ROOT)}, {archive.stat().st_size / 1e3:.0f} kB, fits the repository's rules"
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
