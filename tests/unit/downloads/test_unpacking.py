"""A whole package is unpacked without trusting it: in the folder or not at all, and never over somebody's file."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pixxel_explorer.plugin.downloads import archives, unpacking
from pixxel_explorer.plugin.downloads.errors import ArchiveRefused
from pixxel_explorer.plugin.downloads.member_names import check_clashes, safe_path
from pixxel_explorer.plugin.downloads.unpacking import Placed, unpack

RASTER = b"II*\0" + bytes(range(256)) * 40
Members = dict[str, bytes]


def zipped(members: Members) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def tarred(members: Members) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def entry_of(kind: bytes, target: str = "/etc/passwd") -> bytes:
    """Return a tar with one member that is no file."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("odd")
        info.type, info.linkname = kind, target
        archive.addfile(info)
    return buffer.getvalue()


def zip_link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("link.tif")
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


PACKERS: dict[str, Callable[[Members], bytes]] = {
    "zip": zipped,
    "tar": tarred,
    "tar.gz": lambda members: gzip.compress(tarred(members)),
}


def unpacked(base: Path, content: bytes, ours: dict[str, str] | None = None) -> tuple[Placed, ...]:
    """Unpack a package into ``base/out``."""
    work, out = base / "work", base / "out"
    work.mkdir(exist_ok=True)
    out.mkdir(exist_ok=True)
    (work / "package").write_bytes(content)
    try:
        return unpack(work / "package", out, alone="Scene 7", ours=ours or {}, on_bytes=lambda _done, _size: None)
    finally:
        (work / "package").unlink()
        assert list(work.iterdir()) == []


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() or path.is_symlink()}


def refused(base: Path, content: bytes) -> str:
    """Return why a package is refused, which leaves the folder as it was."""
    before = names(base / "out") if (base / "out").exists() else set()
    with pytest.raises(ArchiveRefused) as caught:
        unpacked(base, content)
    assert names(base / "out") == before
    return caught.value.reason


class TestEverything:
    @pytest.mark.parametrize("kind", PACKERS)
    def test_every_file_is_unpacked(self, tmp_path: Path, kind: str) -> None:
        members = {"a/one.tif": RASTER, "a/b/two.mask.tif": RASTER[:99], "empty": b"", "inner.zip": zipped({"x": b"y"})}
        placed = unpacked(tmp_path, PACKERS[kind](members))
        assert names(tmp_path / "out") == set(members)
        assert {file.name: file.sha256 for file in placed} == {
            name: hashlib.sha256(data).hexdigest() for name, data in members.items()
        }
        assert all(file.is_in(tmp_path / "out") for file in placed)

    def test_folders_and_dots_in_names_are_no_files(self, tmp_path: Path) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("folder/", b"")
            archive.writestr("./folder//x.txt", b"x")
        unpacked(tmp_path, buffer.getvalue())
        assert names(tmp_path / "out") == {"folder/x.txt"}

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (RASTER, "Scene 7.tif"),
            (gzip.compress(RASTER), "Scene 7.tif"),
            (gzip.compress(b"plain"), "Scene 7.bin"),
            (gzip.compress(bytes(5000)), "Scene 7.bin"),
        ],
    )
    def test_what_is_one_file_gets_the_name_given(self, tmp_path: Path, content: bytes, name: str) -> None:
        assert [file.name for file in unpacked(tmp_path, content)] == [name]

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html>", b'{"error": {}}', b"\x1f\x8b", zipped({})[:-3]])
    def test_what_is_no_package_is_refused(self, tmp_path: Path, content: bytes) -> None:
        assert refused(tmp_path, content) == "unreadable"

    @pytest.mark.parametrize("kind", ["zip", "tar"])
    def test_an_empty_package_is_refused(self, tmp_path: Path, kind: str) -> None:
        assert refused(tmp_path, PACKERS[kind]({})) == "empty"

    def test_a_file_on_its_way_out_can_be_stopped(self, tmp_path: Path) -> None:
        class Enough(Exception):
            pass

        def stop(_done: int, _size: int) -> None:
            raise Enough

        (tmp_path / "package").write_bytes(zipped({"a": b"x"}))
        (tmp_path / "out").mkdir()
        with pytest.raises(Enough):
            unpack(tmp_path / "package", tmp_path / "out", alone="x", ours={}, on_bytes=stop)
        assert names(tmp_path) == {"package"}


class TestHostile:
    @pytest.mark.parametrize("kind", PACKERS)
    @pytest.mark.parametrize(
        "name",
        ["../x", "/x", "a/../../x", "..\\x", "\\x", "C:\\x", "C:/x", "c:x", "\\\\host\\share\\x", "a/.. /x", "..", "/"],
    )
    def test_names_that_lead_out_are_refused(self, tmp_path: Path, kind: str, name: str) -> None:
        assert refused(tmp_path, PACKERS[kind]({"good.tif": RASTER, name: b"evil"})) == "path"

    @pytest.mark.parametrize(
        "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE]
    )
    def test_links_and_devices_are_refused(self, tmp_path: Path, kind: bytes) -> None:
        assert refused(tmp_path, entry_of(kind)) == "link"

    def test_a_link_in_a_zip_is_refused(self, tmp_path: Path) -> None:
        assert refused(tmp_path, zip_link()) == "link"

    @pytest.mark.parametrize(
        "members",
        [
            {"a.tif": b"", "A.TIF": b""},
            {"stra\u00dfe": b"", "STRASSE": b""},
            {"\u00e9": b"", "e\u0301": b""},
            {"a": b"", "a/b": b""},
            {"A/b": b"", "a": b""},
            {"a?": b"", "a*": b""},
            {"x.": b"", "x": b""},
        ],
    )
    def test_names_that_are_one_on_some_disk_are_refused(self, tmp_path: Path, members: Members) -> None:
        assert refused(tmp_path, tarred(members)) == "twice"

    def test_a_name_that_comes_twice_is_refused(self, tmp_path: Path) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a", b"1")
            archive.writestr("a", b"2")
        assert refused(tmp_path, buffer.getvalue()) == "twice"

    @pytest.mark.parametrize(
        ("name", "safe"),
        [
            ("con.tif", "_con.tif"),
            ("a/LPT1", "a/_LPT1"),
            ("nul .txt", "_nul .txt"),
            ("2025-05-02T10:11.tif", "2025-05-02T10_11.tif"),
            (".hidden", "_.hidden"),
            ("...", "_"),
            ("a\x00b", "a_b"),
            ("ends. ", "ends"),
            ("half\udcff.tif", "half_.tif"),
        ],
    )
    def test_names_some_system_cannot_have_are_changed(self, name: str, safe: str) -> None:
        assert safe_path(name) == safe

    @settings(max_examples=300, deadline=None)
    @given(st.text(st.characters(), max_size=400) | st.text("./\\:C \0é", max_size=20))
    def test_any_name_is_safe_or_refused(self, name: str) -> None:
        try:
            safe = safe_path(name)
        except ArchiveRefused:
            return
        parts = safe.split("/")
        assert not safe.startswith("/")
        assert all(part and part not in (".", "..") and len(part.encode()) <= 255 for part in parts)
        assert not any(set(part) & set('<>:"|?*\\\0') or part[-1] in " ." for part in parts)
        assert safe_path(safe) == safe
        check_clashes([safe])

    @pytest.mark.parametrize("kind", PACKERS)
    def test_more_bytes_than_can_be_right_are_refused(
        self, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(unpacking, "_ALWAYS_ALLOWED", 10_000)
        monkeypatch.setattr(unpacking, "_MOST_RATIO", 1)
        content = PACKERS[kind]({"a": bytes(5000), "b": bytes(3_000_000)})
        if kind == "tar":
            monkeypatch.setattr(unpacking, "MOST_BYTES", 100_000)
        assert refused(tmp_path, content) == "too-big"

    def test_a_compressed_file_is_counted_while_it_unpacks(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(unpacking, "_ALWAYS_ALLOWED", 10_000)
        assert refused(tmp_path, gzip.compress(bytes(30_000_000))) == "too-big"

    def test_a_size_that_is_a_lie_is_found_out(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(unpacking, "_ALWAYS_ALLOWED", 10_000)
        content = zipped({"a": os.urandom(5000) * 400})
        small, big = (5000).to_bytes(4, "little"), (2_000_000).to_bytes(4, "little")
        assert refused(tmp_path, content.replace(big, small)) in ("too-big", "unreadable")

    @pytest.mark.parametrize("kind", ["zip", "tar"])
    def test_too_many_members_are_refused(self, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
        assert refused(tmp_path, PACKERS[kind]({f"f{number}": b"" for number in range(4)})) == "too-many"

    def test_huge_tables_are_not_read_into_memory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(archives, "_LONGEST_READ", 50_000)
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
            info = tarfile.TarInfo("a")
            info.pax_headers = {"comment": "x" * 200_000}
            archive.addfile(info)
        assert refused(tmp_path, gzip.compress(buffer.getvalue())) == "too-big"

    @pytest.mark.parametrize("kind", PACKERS)
    def test_damage_in_the_last_member_leaves_nothing_of_the_first(self, tmp_path: Path, kind: str) -> None:
        content = bytearray(PACKERS[kind]({"a.tif": RASTER, "b.tif": os.urandom(60_000)}))
        middle = len(content) // 2
        if kind == "tar":
            del content[middle:]
        else:
            content[middle : middle + 100] = bytes(100)
        assert refused(tmp_path, bytes(content)) == "unreadable"

    def test_a_tar_that_was_cut_off_before_it_was_compressed_is_refused(self, tmp_path: Path) -> None:
        content = tarred({"a.tif": RASTER, "b.tif": RASTER})
        assert refused(tmp_path, gzip.compress(content[: len(RASTER) + 1300])) == "unreadable"

    @settings(max_examples=400, deadline=None)
    @given(st.sampled_from(sorted(PACKERS)), st.integers(0, 2**31), st.binary(min_size=1, max_size=30))
    def test_any_damage_is_refused_or_harmless(
        self, tmp_path_factory: pytest.TempPathFactory, kind: str, place: int, damage: bytes
    ) -> None:
        base = tmp_path_factory.mktemp("damage")
        content = bytearray(PACKERS[kind]({"a/b.tif": RASTER, "c.txt": b"hello"}))
        at = place % len(content)
        content[at : at + len(damage)] = damage
        try:
            unpacked(base, bytes(content))
        except ArchiveRefused:
            assert names(base / "out") == set()
        assert names(base) == {f"out/{name}" for name in names(base / "out")}


class TestWhatIsThere:
    def test_the_same_file_is_kept(self, tmp_path: Path) -> None:
        unpacked(tmp_path, zipped({"a.tif": RASTER}))
        before = (tmp_path / "out/a.tif").stat().st_mtime_ns
        assert [file.name for file in unpacked(tmp_path, zipped({"a.tif": RASTER}))] == ["a.tif"]
        assert (tmp_path / "out/a.tif").stat().st_mtime_ns == before

    def test_somebodys_file_is_kept_and_ours_gets_a_number(self, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "out/a.tif").write_bytes(b"mine")
        (tmp_path / "out/a (2).tif").write_bytes(b"mine, too")
        for _ in range(2):
            assert [file.name for file in unpacked(tmp_path, zipped({"a.tif": RASTER}))] == ["a (3).tif"]
        assert (tmp_path / "out/a.tif").read_bytes() == b"mine"

    def test_only_an_untouched_file_of_ours_is_replaced(self, tmp_path: Path) -> None:
        (first,) = unpacked(tmp_path, zipped({"a.tif": RASTER}))
        ours = {first.name: first.sha256}
        (second,) = unpacked(tmp_path, zipped({"a.tif": b"newer"}), ours)
        assert second.name == "a.tif"
        assert (tmp_path / "out/a.tif").read_bytes() == b"newer"
        (third,) = unpacked(tmp_path, zipped({"a.tif": b"newest"}), ours)
        assert third.name == "a (2).tif"

    def test_a_folder_or_link_in_the_way_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "out/a.tif").mkdir(parents=True)
        (tmp_path / "out/b.tif").symlink_to(tmp_path / "nowhere")
        found = unpacked(tmp_path, zipped({"a.tif": RASTER, "b.tif": RASTER}))
        assert [file.name for file in found] == ["a (2).tif", "b (2).tif"]
        assert not (tmp_path / "nowhere").exists()

    def test_a_link_to_elsewhere_is_not_written_through(self, tmp_path: Path) -> None:
        (tmp_path / "out").mkdir()
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "out/a").symlink_to(tmp_path / "elsewhere")
        assert refused(tmp_path, zipped({"a/x.tif": RASTER})) == "path"
        assert names(tmp_path / "elsewhere") == set()

    def test_a_disk_without_space_is_reported_before(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        usage = type("Usage", (), {"free": 10})
        monkeypatch.setattr(unpacking.shutil, "disk_usage", lambda _path: usage)
        with pytest.raises(OSError, match="space"):
            unpacked(tmp_path, zipped({"a.tif": RASTER}))
        assert names(tmp_path / "out") == set()
