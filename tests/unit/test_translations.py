"""Texts for people are literals that Qt's extractor finds: none is lost for translation."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytest.importorskip("PyQt6.lupdate")

_DEFINITIONS = ("plugin/host/i18n.py",)


def sources(root: Path) -> list[Path]:
    """Return the modules with texts; the sandbox answers as the server does, in English."""
    found = [*root.glob("plugin/**/*.py"), *root.glob("ui/**/*.py")]
    return [path for path in found if "sandbox" not in path.parts]


def calls(path: Path) -> Iterator[ast.Call]:
    """Yield the calls of ``tr`` and ``translate`` in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            has_context = len(node.args) == 2 and isinstance(node.args[0], ast.Constant)
            if (name == "tr" and len(node.args) == 1) or (name == "translate" and has_context):
                yield node


def text_of(call: ast.Call) -> str | None:
    """Return the text of a call, or ``None`` where it is not a literal."""
    last = call.args[-1]
    return last.value if isinstance(last, ast.Constant) and isinstance(last.value, str) else None


def texts_of_form(path: Path) -> list[str]:
    """Return the texts of a form made with Qt Designer."""
    return [element.text or "" for element in ElementTree.parse(path).iter("string")]


def test_every_text_is_a_literal(root: Path) -> None:
    found = [
        f"{path.relative_to(root)}:{call.lineno}"
        for path in sources(root)
        if path.relative_to(root).as_posix() not in _DEFINITIONS
        for call in calls(path)
        if text_of(call) is None and not _is_in_definition(path, call)
    ]
    assert found == []


def test_the_extractor_finds_every_text(root: Path, tmp_path: Path) -> None:
    paths = [path for path in sources(root) if path.relative_to(root).as_posix() not in _DEFINITIONS]
    forms = sorted(root.glob("ui/forms/*.ui"))
    written = {text for path in paths for call in calls(path) if (text := text_of(call))}
    written |= {text for path in forms for text in texts_of_form(path)}
    target = tmp_path / "texts.ts"
    command = [sys.executable, "-m", "PyQt6.lupdate.pylupdate", "--ts", str(target), *map(str, [*paths, *forms])]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    extracted = {message.findtext("source") for message in ElementTree.parse(target).iter("message")}
    print(f"{len(written)} texts in the source, {len(extracted)} extracted")
    missing = written - extracted
    print(missing)
    assert sorted(missing) == []


def _is_in_definition(path: Path, call: ast.Call) -> bool:
    """Return whether a call is the body of the algorithms' own ``tr``, which passes a text on."""
    return path.name == "base.py" and ast.unparse(call.args[-1]) == "text"


def test_the_base_of_the_algorithms_names_its_context(root: Path) -> None:
    """Its ``tr`` looks a text up under the name of the algorithm's class, where the extractor does not put it."""
    path = root / "plugin/processing/algorithms/base.py"
    assert [call.lineno for call in calls(path) if len(call.args) == 1] == []
