from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path


def test_metadata_names_what_the_plugin_repository_asks_for(root: Path) -> None:
    metadata = ConfigParser()
    metadata.read(root / "metadata.txt", encoding="utf-8")
    general = metadata["general"]
    for key in ("name", "qgisMinimumVersion", "description", "about", "version", "author", "email", "repository"):
        assert general[key].strip(), key
    assert general["name"] == "Pixxel Explorer"
    assert general["hasProcessingProvider"] == "yes"
    assert (root / general["icon"]).suffix == ".svg"
