"""The table of allowed imports, exactly; docs/contributing.md has it for reading. What is absent is forbidden."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

SANDBOX_MAY = ("plugin.api.status", "plugin.legend")

# package or module -> packages and modules of ours that it may import (a prefix allows everything below it)
ALLOWED: dict[str, tuple[str, ...]] = {
    "plugin.files": ("plugin.files",),
    "plugin.api": ("plugin.api", "plugin.files", "plugin.legend.vocabulary"),
    "plugin.legend": ("plugin.legend",),
    "plugin.worker": ("plugin.worker",),
    # A kind imports what loads and draws within its methods.
    "plugin.layer_kinds": (
        "plugin.layer_kinds",
        "plugin.host.i18n",
        "plugin.api.models",
        "plugin.catalog.visualization_item",
        "plugin.downloads",
        "plugin.imagery",
        "plugin.layers",
        "plugin.legend",
        "plugin.sld.reader",
    ),
    "plugin.sld": ("plugin.legend", "plugin.sld"),
    "plugin.imagery": (
        "plugin.imagery",
        "plugin.layer_kinds.table",
        "plugin.files",
        "plugin.api.decoding.content",
        "plugin.legend.vocabulary",
        "plugin.legend.spec",
        "plugin.legend.intervals",
        "plugin.legend.scaling",
    ),
    "plugin.messages": (
        "plugin.messages",
        "plugin.host.i18n",
        "plugin.files.shown_names",
        "plugin.api.paging",
        "plugin.api.secrets",
        "plugin.api.transport.retrying",
        "plugin.legend",
        "plugin.imagery",
    ),
    "plugin.layers": (
        "plugin.layers",
        "plugin.layer_kinds.table",
        "plugin.host.i18n",
        "plugin.files",
        "plugin.legend",
        "plugin.sld",
        "plugin.imagery",
    ),
    "plugin.catalog": (
        "plugin.catalog",
        "plugin.messages",
        "plugin.host.i18n",
        "plugin.files.shown_names",
        "plugin.api",
        "plugin.worker",
        "plugin.legend",
    ),
    "plugin.downloads": (
        "plugin.downloads",
        "plugin.layer_kinds.table",
        "plugin.host.i18n",
        "plugin.catalog",
        "plugin.messages",
        "plugin.files",
        "plugin.api",
        "plugin.worker",
        "plugin.legend",
        "plugin.imagery",
    ),
    "plugin.legend_sync": (
        "plugin.legend_sync",
        "plugin.host.i18n",
        "plugin.catalog",
        "plugin.downloads",
        "plugin.messages",
        "plugin.files",
        "plugin.api",
        "plugin.worker",
        "plugin.legend",
        "plugin.imagery",
    ),
    "plugin.host": (
        "plugin.host",
        "plugin.layer_kinds.table",
        "plugin.files",
        "plugin.imagery.budget",
        "plugin.api.config",
        "plugin.api.errors",
        "plugin.api.secrets",
        "plugin.api.transport.exchange",
        "plugin.api.transport.html_pages",
        "plugin.legend.vocabulary",
    ),
    "plugin.processing": (
        "plugin.processing",
        "plugin.layer_kinds.table",
        "plugin.files",
        "plugin.catalog",
        "plugin.downloads",
        "plugin.legend_sync",
        "plugin.messages",
        "plugin.layers",
        "plugin.sld",
        "plugin.legend",
        "plugin.host",
    ),
    "plugin.integrations": (
        "plugin.integrations",
        "plugin.imagery.earth",
        "plugin.catalog",
        "plugin.messages",
        "plugin.layers",
        "plugin.host",
    ),
    "plugin.sandbox": ("plugin.sandbox",),
    "plugin.sandbox.core": ("plugin.sandbox.core", "plugin.files", "plugin.imagery", "plugin.sld.writer", *SANDBOX_MAY),
    "plugin.sandbox.platform": (
        "plugin.sandbox.platform",
        "plugin.sandbox.core",
        "plugin.files",
        "plugin.imagery",
        *SANDBOX_MAY,
    ),
    "plugin.sandbox.variants": ("plugin.sandbox.variants", "plugin.sandbox.core", *SANDBOX_MAY),
    "plugin.plugin": ("plugin", "ui"),
    "plugin.app": ("plugin", "ui"),
    "ui.models": (
        "ui.models",
        "plugin.layer_kinds.table",
        "plugin.host.i18n",
        "plugin.files.shown_names",
        "plugin.api.models",
        "plugin.api.status",
        "plugin.catalog",
        "plugin.legend_sync",
        "plugin.messages",
        "plugin.legend",
    ),
    "ui": (
        "ui",
        "plugin.layer_kinds.table",
        "plugin.files",
        "plugin.catalog",
        "plugin.legend_sync",
        "plugin.messages",
        "plugin.api.models",
        "plugin.api.config",
        "plugin.api.errors",
        "plugin.legend",
        "plugin.host.i18n",
        "plugin.imagery.budget",
    ),
}

QT_CORE = ("qgis.PyQt.QtCore", "qgis.PyQt.sip", "qgis.PyQt.QtTest")
QT_GUI = (*QT_CORE, "qgis.PyQt.QtGui")
# package or module -> what it may import of Qt and QGIS
TOOLKIT: dict[str, tuple[str, ...]] = {
    "plugin.files": (),
    "plugin.api": (),
    "plugin.legend": (),
    "plugin.layer_kinds": (*QT_GUI, "qgis.core"),
    "plugin.worker": QT_CORE,
    "plugin.sld.renderers": (*QT_GUI, "qgis.core"),
    "plugin.sld": (),
    "plugin.imagery": (),
    "plugin.messages": QT_CORE,
    "plugin.layers": (*QT_GUI, "qgis.PyQt.QtXml", "qgis.core"),
    "plugin.catalog": QT_CORE,
    "plugin.downloads": QT_CORE,
    "plugin.legend_sync": QT_CORE,
    "plugin.host": (*QT_CORE, "qgis.PyQt.QtNetwork", "qgis.core"),
    "plugin.processing": (*QT_GUI, "qgis.core", "qgis.utils"),
    "plugin.sandbox": (),
    "ui.models": QT_GUI,
}
HTTPX_HOMES = {
    "plugin/api/transport/session.py",
    "plugin/api/transport/auth.py",
    "plugin/api/transport/host_transport.py",
    "plugin/sandbox/transport.py",
}


def row_of(module: str, table: dict[str, tuple[str, ...]]) -> str | None:
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
        ours = row_of(module, ALLOWED)
        if top in ("plugin", "ui") and ours and not is_allowed(name, ALLOWED[ours]):
            found.append(f"{where}:{line} {name}")
        toolkit = row_of(module, TOOLKIT)
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
    assert found == [], "ALLOWED and TOOLKIT of this file list what a package may import"


def used_rows(root: Path) -> dict[str, set[str]]:
    """Return which entries of a row of ALLOWED its modules use, by the row."""
    used: dict[str, set[str]] = {row: set() for row in ALLOWED}
    for path in sources(root):
        module = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        row = row_of(module, ALLOWED)
        for _, name in imports(path, module, ast.parse(path.read_text(encoding="utf-8"))) if row else ():
            used[row or ""] |= {prefix for prefix in ALLOWED[row or ""] if is_allowed(name, (prefix,))}
    return used


def test_the_table_allows_nothing_that_no_module_uses(root: Path) -> None:
    unused = {row: set(ALLOWED[row]) - used - {row} for row, used in used_rows(root).items()}
    assert {row: names for row, names in unused.items() if names} == {}


def test_the_application_is_imported_by_nothing_below_it() -> None:
    for row, allowed in ALLOWED.items():
        if row not in ("plugin.plugin", "plugin.app"):
            assert not any(is_allowed(module, allowed) for module in ("plugin.plugin", "plugin.app")), row


def test_every_package_has_a_row(root: Path) -> None:
    packages = {path.parent.relative_to(root).as_posix().replace("/", ".") for path in root.glob("plugin/*/*.py")}
    assert packages <= set(ALLOWED)


def runtime_imports(module: str, path: Path, modules: set[str]) -> set[str]:
    """Return the modules of ours that a module imports when it is run, also late in a function."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    found = set()
    for _, name in imports(path, module, tree):
        found |= {name, name.rpartition(".")[0]} & modules
    return found - {module}


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return modules that import each other in a circle, or nothing."""
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        return [str(module) for module in error.args[1]]
    return []


def test_no_modules_import_each_other_in_a_circle(root: Path) -> None:
    paths = {".".join(path.relative_to(root).with_suffix("").parts): path for path in sources(root)}
    modules = set(paths)
    assert circle({module: runtime_imports(module, path, modules) for module, path in paths.items()}) == []


def test_a_circle_is_seen() -> None:
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("plugin/api/transport/session.py", "from ...catalog import service"),
        ("plugin/legend/spec.py", "from qgis.PyQt.QtGui import QColor"),
        ("plugin/catalog/service.py", "from ..sld import reader"),
        ("plugin/catalog/service.py", "import httpx"),
        ("ui/dock.py", "from ..plugin.layers import builder"),
        ("plugin/layers/builder.py", "from qgis.PyQt.QtWidgets import QWidget"),
        ("ui/models/tree.py", "from PyQt5.QtCore import Qt"),
        ("plugin/imagery/placement.py", "from ..legend.edit import split"),
        ("plugin/catalog/service.py", "from ..legend_sync import push"),
        ("plugin/downloads/loading.py", "from ..legend_sync import push"),
        ("plugin/sandbox/core/legends.py", "from ..platform import stac"),
    ],
)
def test_the_check_sees_a_forbidden_import(tmp_path: Path, module: str, source: str) -> None:
    path = tmp_path / module
    path.parent.mkdir(parents=True)
    path.write_text(source, encoding="utf-8")
    assert violations(path, tmp_path)
