"""The words of a vocabulary are spelled in its enum alone; elsewhere its members stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

# Words that mean nothing else in this code; "picture", "values" and "index" are also names of other things.
WORDS = frozenset(
    {"dynamic", "theoretical", "composite", "grayscale", "unclear", "fitting", "scaled", "intervals", "ramp"}
)
HOMES = {"plugin/legend/vocabulary.py", "plugin/legend/spec.py"}


def spelled(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of the string literals that are words, apart from those to be translated."""
    tree = ast.parse(source)
    shown = {id(each) for call in ast.walk(tree) if isinstance(call, ast.Call) for each in _translated(call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in WORDS and id(node) not in shown:
            yield node.lineno, str(node.value)


def _translated(call: ast.Call) -> list[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return call.args if name in ("tr", "translate") else []


def test_no_word_is_spelled_outside_its_enum(root: Path) -> None:
    found = [
        f"{path.relative_to(root)}:{line} {word}"
        for path in sorted([*root.glob("plugin/**/*.py"), *root.glob("ui/**/*.py")])
        if path.relative_to(root).as_posix() not in HOMES
        for line, word in spelled(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source", ['if mode == "dynamic": pass', 'KINDS = ("intervals", "exact")', 'texts = {"theoretical": 1}']
)
def test_the_check_sees_a_spelled_word(source: str) -> None:
    assert list(spelled(source))


def test_texts_to_be_translated_are_no_words_of_a_vocabulary() -> None:
    assert list(spelled('text = translate("Names", "dynamic") + self.tr("ramp")')) == []
