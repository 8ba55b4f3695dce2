"""No handler is connected to a signal of QGIS or Qt whose arguments PyQt cannot convert, for it would never run.

PyQt fails over an enum class of QGIS, and only a slot declared without arguments is called nevertheless. Which signals
are connected is read from the source; which arguments they carry is asked of QGIS's and Qt's meta-objects.
"""

from __future__ import annotations

import ast
import enum
import functools
import importlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsLayoutItemMap,
    QgsLayoutSize,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.gui import QgsColorDialog, QgsMapCanvas
from qgis.PyQt.QtCore import PYQT_VERSION_STR, QCoreApplication, QMetaMethod, QObject, QProcess, pyqtSignal
from qgis.PyQt.QtGui import QColor

_MODULES = ("qgis.core", "qgis.gui", "qgis.analysis", *(f"qgis.PyQt.Qt{name}" for name in ("Core", "Gui", "Widgets")))
_HINT = "declare the handler as @pyqtSlot() without arguments, and ask the sender"


@dataclass(frozen=True)
class Connection:
    """A call of ``connect`` in the source: of which signal, of which class if it is known, and to what."""

    place: str
    signal: str
    sender: str
    is_bare_slot: bool


# --- what the source connects ---------------------------------------------------------------------------------------


def connections(source: str, name: str = "source") -> Iterator[Connection]:
    """Yield the connections that a module makes."""
    tree = ast.parse(source)
    made, bare, bases = _made(tree), _bare_slots(tree), _bases(tree)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "connect":
            handler = call.args[0] if call.args else None
            is_bare = isinstance(handler, ast.Attribute) and handler.attr in bare
            for signal in _signals(call.func.value, tree):
                owner = ast.unparse(signal.value)
                sender = bases.get(call, "") if owner == "self" else made.get(owner, "")
                yield Connection(f"{name}:{call.lineno}", signal.attr, sender, is_bare)


def _signals(expression: ast.expr, tree: ast.Module) -> list[ast.Attribute]:
    """Return the signals an expression stands for: itself, or what its name is given in the module."""
    if isinstance(expression, ast.Attribute):
        return [expression]
    if isinstance(expression, ast.Subscript | ast.Call):
        return _signals(expression.value if isinstance(expression, ast.Subscript) else expression.func, tree)
    given = []
    for node in ast.walk(tree):
        target = node.target if isinstance(node, ast.For) else node.targets[0] if isinstance(node, ast.Assign) else None
        if target is not None and ast.unparse(target) == ast.unparse(expression):
            given.append(node.iter if isinstance(node, ast.For) else node.value)  # type: ignore[attr-defined]
    return [each for value in given for each in ast.walk(value) if isinstance(each, ast.Attribute)]


def _made(tree: ast.Module) -> dict[str, str]:
    """Return which class an expression was made of, where the module says so: ``self._process`` is a ``QProcess``.

    The widgets of a form are declared in its class, as ``combo: QComboBox``.
    """
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[f"self.{node.target.id}"] = ast.unparse(node.annotation)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            found |= {ast.unparse(target): ast.unparse(node.value.func) for target in node.targets}
    return found


def _bases(tree: ast.Module) -> dict[ast.AST, str]:
    """Return the first base of the class that each part of a module is in."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and node.bases]
    return {node: ast.unparse(kind.bases[0]) for kind in classes for node in ast.walk(kind)}


def _bare_slots(tree: ast.Module) -> set[str]:
    """Return the names of methods declared as slots without arguments, and of no others."""
    slots, others = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            is_bare = any(ast.unparse(each) == "pyqtSlot()" for each in node.decorator_list)
            (slots if is_bare else others).add(node.name)
    return slots - others


# --- what the signals carry -----------------------------------------------------------------------------------------


@functools.cache
def foreign_signals() -> dict[str, list[tuple[type[QObject], tuple[str, ...]]]]:
    """Return the signals of QGIS's and Qt's classes by name: the class, and the C++ types of the arguments."""
    found: dict[str, list[tuple[type[QObject], tuple[str, ...]]]] = {}
    for kind in sorted(set(_classes()), key=lambda each: each.__name__):
        meta = kind.staticMetaObject
        for number in range(meta.methodOffset(), meta.methodCount()):
            method = meta.method(number)
            if method.methodType() == QMetaMethod.MethodType.Signal:
                types = tuple(bytes(each).decode() for each in method.parameterTypes())
                found.setdefault(bytes(method.name()).decode(), []).append((kind, types))
    return found


def _classes() -> Iterator[type[QObject]]:
    waiting: list[Any] = [importlib.import_module(name) for name in _MODULES]
    seen: set[type] = set()
    while waiting:
        for value in list(vars(waiting.pop()).values()):
            if isinstance(value, type) and value not in seen:
                seen.add(value)
                waiting.append(value)
                if issubclass(value, QObject):
                    yield value


@functools.cache
def is_convertible(cpp_type: str) -> bool:
    """Return whether PyQt can make a Python object of a C++ argument."""
    if PYQT_VERSION_STR.startswith("5") and isinstance(found := _python_class(cpp_type), enum.EnumMeta):
        assert found is not None
        return False
    try:
        type("Probe", (QObject,), {"sent": pyqtSignal(cpp_type)})
    except TypeError:
        return False
    return True


def _python_class(cpp_type: str) -> object:
    first, *rest = cpp_type.strip("*& ").removeprefix("const ").split("::")
    for module in map(importlib.import_module, _MODULES):
        found = getattr(module, first, None)
        for name in rest:
            found = getattr(found, name, None)
        if found is not None:
            return found
    return None


def faults(found: Iterator[Connection]) -> list[str]:
    """Say which connections would never be served."""
    texts = []
    for each in found:
        signals = foreign_signals().get(each.signal, []) if not each.is_bare_slot else []
        for kind, types in signals:
            sender = _python_class(each.sender) if each.sender else None
            if isinstance(sender, type) and issubclass(sender, QObject) and not issubclass(sender, kind):
                continue
            bad = [cpp_type for cpp_type in types if not is_convertible(cpp_type)]
            if bad:
                texts.append(f"{each.place}: {kind.__name__}.{each.signal} carries {', '.join(bad)}; {_HINT}")
    return texts


# --- the tests ------------------------------------------------------------------------------------------------------


def test_every_connection_of_the_tree_is_served(qgis_app: object, root: Path) -> None:
    paths = [*root.glob("plugin/**/*.py"), *root.glob("ui/**/*.py")]
    found = [each for path in paths for each in connections(path.read_text("utf-8"), str(path.relative_to(root)))]
    assert len(found) > 250
    assert "navigationModeChanged" in {each.signal for each in found}
    assert faults(iter(found)) == []


LOOP = "for changed in (controller.navigationModeChanged, box.toggled):\n    changed.connect(partial(act, 1))"
METHOD = """
class Time:
    {}
    def _on_mode(self): ...
    def start(self): a.navigationModeChanged.connect(self._on_mode)
"""


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("a.navigationModeChanged.connect(lambda _mode: act())", 1),
        ("a.navigationModeChanged.connect(act)", 1),
        (LOOP, 1),
        ("signal = a.navigationModeChanged\nsignal.connect(lambda: act())", 1),
        (METHOD.format("pass"), 1),
        (METHOD.format("@pyqtSlot(object)"), 1),
        (METHOD.format("@pyqtSlot()"), 0),
        ("task.errorOccurred.connect(lambda *_: act())", 1),
        ("process = QProcess()\nprocess.errorOccurred.connect(lambda *_: act())", 0),
        ("task = QgsVectorLayerExporterTask(layer)\ntask.errorOccurred.connect(lambda *_: act())", 1),
        ("class Combo(QComboBox):\n    def __init__(self): self.activated.connect(self.act)", 0),
        ("canvas.mapToolSet.connect(lambda *_: act())", 0),
    ],
)
@pytest.mark.skipif(not PYQT_VERSION_STR.startswith("5"), reason="PyQt 6 converts enum classes")
def test_a_connection_that_is_not_served_is_found(qgis_app: object, source: str, count: int) -> None:
    assert len(faults(connections(source))) == count


EMITS = """
import sys
from qgis.core import Qgis, QgsTemporalNavigationObject
from qgis.PyQt.QtCore import QObject, pyqtSlot

class Receiver(QObject):
    @pyqtSlot()
    def act(self):
        print("slot", flush=True)

sys.excepthook = lambda *error: print(error[1], flush=True)
controller, receiver = QgsTemporalNavigationObject(), Receiver()
controller.navigationModeChanged.connect(receiver.act)
controller.navigationModeChanged.connect(lambda *_: print("function", flush=True))
controller.setNavigationMode(Qgis.TemporalNavigationMode.Animated)
"""


@pytest.mark.skipif(not PYQT_VERSION_STR.startswith("5"), reason="PyQt 6 converts enum classes")
def test_a_bare_slot_is_called_where_a_function_is_not(qgis_app: object) -> None:
    """Show that the rule is PyQt's own; in a process of its own, since PyQt of Debian 13 ends it for the function."""
    ended = subprocess.run([sys.executable, "-c", EMITS], capture_output=True, text=True, timeout=60, check=False)
    assert ended.stdout.splitlines()[:1] == ["slot"]
    assert "function" not in ended.stdout.splitlines()
    assert "EnumType" in ended.stdout or ended.returncode == -signal.SIGABRT


def _add_layer(project: QgsProject) -> QgsVectorLayer:
    layer = QgsVectorLayer("Point?crs=EPSG:4326", "points", "memory")
    project.addMapLayer(layer)
    return layer


def _reopen(project: QgsProject, tmp_path: Path) -> None:
    assert project.write(str(tmp_path / "project.qgz"))
    assert project.read(str(tmp_path / "project.qgz"))


def _add_layout(project: QgsProject) -> QgsPrintLayout:
    layout = QgsPrintLayout(project)
    layout.setName("Season")
    project.layoutManager().addLayout(layout)
    return layout


def test_signals_of_qgis_bring_their_arguments(qgis_app: object, tmp_path: Path) -> None:
    """Let QGIS itself emit each signal of its own that is connected, to functions that take its arguments."""
    arrived: dict[str, tuple[Any, ...]] = {}

    def listen(name: str, signal: Any) -> None:
        signal.connect(lambda *arguments: arrived.setdefault(name, arguments))

    project, canvas, dialog = QgsProject(), QgsMapCanvas(), QgsColorDialog()
    listen("layersAdded", project.layersAdded)
    listen("layersRemoved", project.layersRemoved)
    listen("readProject", project.readProject)
    listen("addedChildren", project.layerTreeRoot().addedChildren)
    listen("layoutAdded", project.layoutManager().layoutAdded)
    listen("destinationCrsChanged", canvas.destinationCrsChanged)
    listen("currentColorChanged", dialog.currentColorChanged)
    layer = _add_layer(project)
    listen("rendererChanged", layer.rendererChanged)
    listen("styleChanged", layer.styleChanged)
    layer.setRenderer(layer.renderer().clone())
    layer.emitStyleChanged()
    layout = _add_layout(project)
    listen("itemAdded", layout.itemAdded)
    item = QgsLayoutItemMap(layout)
    listen("changed", item.changed)
    layout.addLayoutItem(item)
    item.attemptResize(QgsLayoutSize(150, 100))
    item.refresh()
    item.setExtent(QgsRectangle(0, 0, 3, 2))
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    dialog.setColor(QColor(1, 2, 3))
    project.removeMapLayer(layer.id())
    _reopen(project, tmp_path)
    taken = {name: [type(each).__name__ for each in arguments] for name, arguments in arrived.items()}
    assert taken == {
        "layersAdded": ["list"],
        "layersRemoved": ["list"],
        "readProject": ["QDomDocument"],
        "addedChildren": ["QgsLayerTree", "int", "int"],
        "layoutAdded": ["str"],
        "destinationCrsChanged": [],
        "currentColorChanged": ["QColor"],
        "rendererChanged": [],
        "styleChanged": [],
        "itemAdded": ["QgsLayoutItemMap"],
        "changed": [],
    }


def test_signals_of_qt_bring_their_enums(qgis_app: object) -> None:
    errors: list[Any] = []
    ends: list[Any] = []
    missing, ending = QProcess(), QProcess()
    missing.errorOccurred.connect(lambda *arguments: errors.append(arguments))
    ending.finished.connect(lambda *arguments: ends.append(arguments))
    missing.start("/nowhere/at/all", [])
    ending.start("true", [])
    ending.waitForFinished(5000)
    QCoreApplication.processEvents()
    assert errors == [(QProcess.ProcessError.FailedToStart,)]
    assert ends == [(0, QProcess.ExitStatus.NormalExit)]
