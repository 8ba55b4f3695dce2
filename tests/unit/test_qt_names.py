"""Every Qt name used resolves against PyQt6 too: QGIS 4 cannot be installed here, its bindings can."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Classes that Qt 6 moved to QtGui and QGIS's shim serves from QtWidgets as well; it serves no others.
MOVED = ("QAction", "QActionGroup", "QShortcut")

RESOLVE = f"""
import importlib, json, sys
missing = []
for module, chain in json.load(sys.stdin):
    home = "QtGui" if chain[0] in {MOVED!r} else module
    found = importlib.import_module("PyQt6." + home)
    try:
        for name in chain:
            found = getattr(found, name)
    except AttributeError:
        missing.append(module + "." + ".".join(chain))
print(json.dumps(missing))
"""

# Names the shim adds on both lines.
SHIM_ONLY = {("QtCore", "QVariant"), ("QtCore", "NULL")}


def chains(tree: ast.Module) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (Qt module, dotted names) of every Qt import and every attribute chain upon it."""
    homes = {}
    for_qt5 = fallbacks(tree)
    for node in ast.walk(tree):
        if node in for_qt5:
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis.PyQt.Qt"):
            homes |= {alias.asname or alias.name: (node.module or "").split(".")[-1] for alias in node.names}
    yield from ((home, (name,)) for name, home in homes.items())
    for node in ast.walk(tree):
        names: list[str] = []
        current: ast.expr | None = node if isinstance(node, ast.Attribute) else None
        while isinstance(current, ast.Attribute):
            names.append(current.attr)
            current = current.value
        if names and isinstance(current, ast.Name) and current.id in homes:
            yield homes[current.id], (current.id, *reversed(names))


def fallbacks(tree: ast.Module) -> set[ast.AST]:
    """Return the imports that are tried after another has failed."""
    handlers = [node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    return {node for handler in handlers for node in ast.walk(handler) if isinstance(node, ast.ImportFrom)}


def used(root: Path) -> set[tuple[str, tuple[str, ...]]]:
    paths = [*root.glob("plugin/**/*.py"), *root.glob("ui/**/*.py")]
    found = {chain for path in paths for chain in chains(ast.parse(path.read_text(encoding="utf-8")))}
    return {(module, names) for module, names in found if (module, names[0]) not in SHIM_ONLY}


def missing(names: set[tuple[str, tuple[str, ...]]]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", RESOLVE], input=json.dumps(sorted(names)), capture_output=True, text=True, check=True
    )
    return list(json.loads(done.stdout))


def test_every_qt_name_is_there_under_qt6(root: Path) -> None:
    assert missing(used(root)) == []


@pytest.mark.parametrize(
    ("source", "unresolved"),
    [
        ("from qgis.PyQt.QtWidgets import QUndoStack", ["QtWidgets.QUndoStack"]),
        (
            "try:\n from qgis.PyQt.QtGui import QUndoStack\n"
            "except ImportError:\n from qgis.PyQt.QtWidgets import QUndoStack",
            [],
        ),
    ],
)
def test_a_class_that_moved_is_imported_from_where_qt6_has_it(source: str, unresolved: list[str]) -> None:
    assert missing(set(chains(ast.parse(source)))) == unresolved


def test_the_check_sees_an_unscoped_enum() -> None:
    tree = ast.parse("from qgis.PyQt.QtCore import Qt\nrole = Qt.DisplayRole")
    assert missing(set(chains(tree))) == ["QtCore.Qt.DisplayRole"]
