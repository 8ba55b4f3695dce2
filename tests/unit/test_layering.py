"""The table of allowed imports of docs/design: what is absent is forbidden."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

# room -> rooms and modules of ours it may import (a prefix allows everything below it)
ALLOWED: dict[str, tuple[str, ...]] = {
    "plugin.files": ("plugin.files",),
    "plugin.api": ("plugin.api",),
    "plugin.legend": ("plugin.legend",),
    "plugin.worker": ("plugin.worker",),
    "plugin.style.renderer": ("plugin.legend", "plugin.style"),
    "plugin.style": ("plugin.legend", "plugin.style"),
    "plugin.imagery": (
        "plugin.imagery",
        "plugin.files",
        "plugin.api.content",
        "plugin.legend.spec",
        "plugin.legend.intervals",
        "plugin.legend.scaling",
    ),
    "plugin.layers": (
        "plugin.layers",
        "plugin.files",
        "plugin.api.models",
        "plugin.legend",
        "plugin.style",
        "plugin.imagery",
    ),
    "plugin.services": (
        "plugin.services",
        "plugin.files",
        "plugin.api",
        "plugin.worker",
        "plugin.legend",
        "plugin.imagery",
    ),
    "plugin.host": (
        "plugin.host",
        "plugin.files",
        "plugin.imagery.budget",
        "plugin.api.config",
        "plugin.api.exchange",
        "plugin.api.file_lock",
        "plugin.api.pages",
        "plugin.api.secrets",
    ),
    "plugin.processing": (
        "plugin.processing",
        "plugin.files",
        "plugin.services",
        "plugin.layers",
        "plugin.style",
        "plugin.legend",
        "plugin.host",
    ),
    "plugin.integrations": ("plugin.integrations", "plugin.services", "plugin.layers", "plugin.host"),
    "plugin.sandbox": (
        "plugin.sandbox",
        "plugin.files",
        "plugin.api.models",
        "plugin.api.status",
        "plugin.legend",
        "plugin.style.sld_writer",
        "plugin.imagery",
    ),
    "plugin.main": ("plugin", "ui"),  # the roof: docs/design/0001
    "plugin.workbench": ("plugin", "ui"),
    "plugin.map_desk": ("plugin", "ui"),
    "plugin.legend_desk": ("plugin", "ui"),
    "plugin.units_desk": ("plugin", "ui"),
    "plugin.connection_desk": ("plugin", "ui"),
    "plugin.style_desk": ("plugin", "ui"),
    "plugin.style_changes": ("plugin",),
    "plugin.style_fits": ("plugin", "ui"),
    "plugin.clients": ("plugin", "ui"),
    "ui.models": ("ui.models", "plugin.api.models", "plugin.api.status", "plugin.services", "plugin.legend"),
    "ui": (
        "ui",
        "plugin.files",
        "plugin.services",
        "plugin.api.models",
        "plugin.api.errors",
        "plugin.legend",
        "plugin.style",
        "plugin.host.settings",
        "plugin.host.i18n",
        "plugin.imagery.budget",
    ),
}

QT_CORE = ("qgis.PyQt.QtCore", "qgis.PyQt.sip", "qgis.PyQt.QtTest")
QT_GUI = (*QT_CORE, "qgis.PyQt.QtGui")
# room -> what it may import of Qt and QGIS
TOOLKIT: dict[str, tuple[str, ...]] = {
    "plugin.files": (),
    "plugin.api": (),
    "plugin.legend": (),
    "plugin.worker": QT_CORE,
    "plugin.style.renderer": (*QT_GUI, "qgis.core"),
    "plugin.style": (),
    "plugin.imagery": (),
    "plugin.layers": (*QT_GUI, "qgis.PyQt.QtXml", "qgis.core"),
    "plugin.services": QT_CORE,
    "plugin.host": (*QT_CORE, "qgis.PyQt.QtNetwork", "qgis.core"),
    "plugin.processing": (*QT_GUI, "qgis.core", "qgis.utils"),
    "plugin.sandbox": (),
    "ui.models": QT_GUI,
}
HTTPX_HOMES = {
    "plugin/api/session.py",
    "plugin/api/auth.py",
    "plugin/api/host_transport.py",
    "plugin/sandbox/transport.py",
}


def room_of(module: str, table: dict[str, tuple[str, ...]]) -> str | None:
    """Return the longest row of the table that a module belongs to."""
    fitting = [row for row in table if module == row or module.startswith(f"{row}.")]
    return max(fitting, key=len, default=None)


def imports(path: Path, module: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and full dotted name of everything a module imports; ours begins with ``plugin`` or ``ui``."""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}" if base else alias.name) for alias in node.names)


def sources(root: Path) -> list[Path]:
    return sorted([*root.glob("plugin/**/*.py"), *root.glob("ui/**/*.py")])


def is_allowed(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def violations(path: Path, root: Path) -> list[str]:
    """List what a module imports against the tables, as ``file:line name``."""
    where = path.relative_to(root)
    module = ".".join(where.with_suffix("").parts).removesuffix(".__init__")
    found = []
    for line, name in imports(path, module, ast.parse(path.read_text(encoding="utf-8"))):
        top = name.split(".")[0]
        ours = room_of(module, ALLOWED)
        if top in ("plugin", "ui") and ours and not is_allowed(name, ALLOWED[ours]):
            found.append(f"{where}:{line} {name}")
        toolkit = room_of(module, TOOLKIT)
        if top in ("qgis", "PyQt5", "PyQt6", "sip") and toolkit and not is_allowed(name, TOOLKIT[toolkit]):
            found.append(f"{where}:{line} {name}")
        if top in ("PyQt5", "PyQt6", "sip"):
            found.append(f"{where}:{line} {name}: Qt comes through qgis.PyQt only")
        if top == "httpx" and where.as_posix() not in HTTPX_HOMES:
            found.append(f"{where}:{line} httpx")
        if name in ("qgis.utils.iface", "qgis.utils"):
            found.append(f"{where}:{line} iface is passed in, never imported")
    return found


def test_every_module_imports_only_what_the_table_allows(root: Path) -> None:
    found = [violation for path in sources(root) for violation in violations(path, root)]
    assert found == []


def test_nobody_imports_the_roof(root: Path) -> None:
    desks = ("map_desk", "units_desk", "legend_desk", "connection_desk", "style_desk")
    roof = ("main", "workbench", "clients", "style_changes", "style_fits", *desks)
    for row, allowed in ALLOWED.items():
        below = row.removeprefix("plugin.").split(".")[0] not in roof
        assert not (below and any(is_allowed(f"plugin.{module}", allowed) for module in roof)), row


def test_every_room_has_a_row(root: Path) -> None:
    rooms = {path.relative_to(root).as_posix().replace("/", ".") for path in root.glob("plugin/*") if path.is_dir()}
    assert {room for room in rooms if not room.endswith("__pycache__")} <= set(ALLOWED)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("plugin/api/session.py", "from ..services import catalog"),
        ("plugin/legend/spec.py", "from qgis.PyQt.QtGui import QColor"),
        ("plugin/services/catalog.py", "from ..style import sld_reader"),
        ("plugin/services/catalog.py", "import httpx"),
        ("ui/dock.py", "from ..plugin.layers import builder"),
        ("plugin/layers/builder.py", "from qgis.PyQt.QtWidgets import QWidget"),
        ("ui/models/tree.py", "from PyQt5.QtCore import Qt"),
        ("plugin/imagery/placement.py", "from ..legend.edit import split"),
    ],
)
def test_the_check_sees_a_forbidden_import(tmp_path: Path, module: str, source: str) -> None:
    path = tmp_path / module
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    assert violations(path, tmp_path)
