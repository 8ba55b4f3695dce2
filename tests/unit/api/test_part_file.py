"""Parts of files that several calls have at once."""

from __future__ import annotations

from pathlib import Path

from pixxel_explorer.plugin.api.transport.part_file import Facts, claimed, part_of


def test_the_folder_may_go_while_another_call_has_yet_to_begin(tmp_path: Path) -> None:
    target = tmp_path / "parts" / "a.tif"
    target.parent.mkdir()
    first, second = claimed(part_of(target), "s"), claimed(part_of(target), "s")
    first.__enter__()
    part = second.__enter__()
    first.__exit__(None, None, None)
    target.parent.rmdir()
    part.begin(Facts("s"))
    part.write(b"whole")
    part.settle(tmp_path / "whole.tif")
    second.__exit__(None, None, None)
    assert (tmp_path / "whole.tif").read_bytes() == b"whole"
