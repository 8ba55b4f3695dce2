"""No path is built from what a server says but by ``plugin.files.names``: the code is walked for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Fields of records that a server fills, and what they are called as variables.
IDS = {
    "id",
    "aoi_id",
    "visualization_id",
    "index_id",
    "asset_id",
    "download_id",
    "project_id",
    "item_id",
    "date_key",
    "title",
    "aoi_name",
    "project_name",
    "index_name",
    "connection",
    "identifier",
}
RECORDS = {"asset", "aoi", "item", "index", "visualization", "project", "satellite", "connection", "member", "layer"}
SAFE = {
    "unique_name",
    "former_name",
    "readable_name",
    "safe_path",
    "file_of",
    "images_folder",
    "former_images_folder",
    "sha256",
    "path_of",
}
BUILDERS = {"joinpath", "with_name", "with_stem", "Path", "PurePath"}


def is_from_outside(node: ast.AST) -> bool:
    """Return whether an expression holds a field of a server's record that was not made a safe name."""
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in SAFE:
            return False
    if isinstance(node, ast.Attribute):
        if node.attr in IDS:
            return True
        if node.attr in ("name", "key"):
            base = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            return base in RECORDS
    if isinstance(node, ast.Name) and node.id in IDS:
        return True
    return any(is_from_outside(child) for child in ast.iter_child_nodes(node))


def joins(tree: ast.AST) -> Iterator[tuple[int, ast.AST]]:
    """Yield everything that becomes a part of a path."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            yield node.lineno, node.right
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            is_joined = called == "join" and ast.unparse(node.func).endswith("path.join")
            if called in BUILDERS or is_joined:
                yield from ((node.lineno, argument) for argument in node.args)


def faults(text: str) -> list[int]:
    return [line for line, part in joins(ast.parse(text)) if is_from_outside(part)]


def sources() -> list[Path]:
    found = [*ROOT.glob("plugin/**/*.py"), *ROOT.glob("ui/**/*.py")]
    return sorted(path for path in found if "sandbox" not in path.parts and "endpoints" not in path.parts)


@pytest.mark.parametrize(
    "text",
    [
        "folder = paths.cache_folder() / item.id",
        "folder = paths.cache_folder() / request.item.id",
        "file = root / f'{aoi.name}.tif'",
        "file = root.joinpath(connection.name)",
        "file = path.with_name(asset_id + '.zip')",
        "file = Path(asset.name)",
        "file = os.path.join(root, item.id)",
    ],
)
def test_the_walk_finds_the_known_fault(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize(
    "text", ["file = root / unique_name(item.id)", "file = folder / image.path.name", "half = width / 2"]
)
def test_the_walk_lets_safe_paths_be(text: str) -> None:
    assert not faults(text)


def test_no_path_is_built_from_what_a_server_says() -> None:
    found = [f"{path.relative_to(ROOT)}:{line}" for path in sources() for line in faults(path.read_text("utf-8"))]
    assert found == []
