"""Which packages are missing, decided from what is installed without importing it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pixxel_explorer.plugin.host import requirements
from pixxel_explorer.plugin.host.requirements import Copy, Requirement, parse, resolve, satisfies

THIS = f"{sys.version_info.major}.{sys.version_info.minor}"


def put(folder: Path, name: str, version: str, *needs: str, modules: tuple[str, ...] = ()) -> None:
    """Install a package that consists of its metadata and empty modules."""
    tops = modules or (name.replace("-", "_"),)
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}", *[f"Requires-Dist: {n}" for n in needs]]
    (info / "METADATA").write_text("\n".join(lines) + "\n\nVersion: 99 in the readme\n", encoding="utf-8")
    for top in tops:
        (folder / f"{top}.py").write_text("", encoding="utf-8")
    record = [f"{top}.py,," for top in tops] + [f"__pycache__/{tops[0]}.pyc,,", f"{info.name}/METADATA,,"]
    (info / "RECORD").write_text("\n".join(record), encoding="utf-8")


@pytest.fixture
def host(tmp_path: Path) -> Path:
    return tmp_path / "host"


@pytest.fixture
def private(tmp_path: Path) -> Path:
    return tmp_path / "private"


@pytest.mark.parametrize(
    ("version", "specifier", "outcome"),
    [
        ("2.6", ">=2.6,<3", True),
        ("2.5.9", ">=2.6,<3", False),
        ("3.0.0", ">=2.6,<3", False),
        ("2.10.1", ">=2.6,<3", True),
        ("4.4.0", ">=4.12.2", False),
        ("1.0.9", "==1.*", True),
        ("2.0", "==1.*", False),
        ("2.0", "!=1.*", True),
        ("2.0.0", "==2", True),
        ("2.50.4", "==2.50.4", True),
        ("1.4.5", "~=1.4.2", True),
        ("1.5", "~=1.4.2", False),
        ("4.0", "!=4.0.0", False),
        ("1!2.0", ">=1.5", True),
        ("anything", "", True),
    ],
)
def test_versions_are_compared_by_number(version: str, specifier: str, outcome: bool) -> None:
    assert satisfies(version, specifier) is outcome


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("httpx[http2,socks]>=0.27,<1", Requirement("httpx", ">=0.27,<1", extras=frozenset({"http2", "socks"}))),
        ("Typing_Extensions<5,>=4.12", Requirement("typing-extensions", ">=4.12,<5")),
        ("idna (>=2.8)", Requirement("idna", ">=2.8")),
        ("certifi", Requirement("certifi", "")),
        (f'anyio>=3; python_version >= "{THIS}"', Requirement("anyio", ">=3")),
        ('typing-extensions>=4; python_version < "3.8"', None),
        ('h2<5,>=3; extra == "http2"', None),
        ('colorama; sys_platform == "nowhere" and python_version >= "3.8"', None),
        (f"tomli; os_name != 'nowhere' or python_version == '{THIS}'", Requirement("tomli", "")),
        ("mystery; moon_phase == 'full'", None),
        ("-r requirements.txt", None),
        ("", None),
    ],
)
def test_requirements_are_read_with_their_markers(line: str, needed: Requirement | None) -> None:
    assert parse(line) == needed


def test_the_plugin_names_the_packages_it_needs(root: Path) -> None:
    needed = requirements.read(root / "requirements.txt")
    assert {need.name for need in needed} == {"httpx", "pydantic", "defusedxml", "starlette"}
    assert all(need.specifier.startswith(">=") for need in needed)


def test_nothing_is_missing_where_the_host_has_it_all(host: Path, private: Path) -> None:
    put(host, "pydantic", "2.8", "typing-extensions>=4.6")
    put(host, "typing-extensions", "4.9")
    found = resolve([Requirement("pydantic", ">=2.6")], [str(host)], private)
    assert found.unmet == ()
    assert {(copy.name, copy.folder) for copy in found.copies} == {("pydantic", host), ("typing-extensions", host)}


def test_what_is_absent_or_too_old_is_named_with_the_version_found(host: Path, private: Path) -> None:
    put(host, "httpx", "0.23")
    found = resolve([Requirement("httpx", ">=0.27"), Requirement("truststore", ">=0.9")], [str(host)], private)
    assert [(u.requirement.name, u.found) for u in found.unmet] == [("httpx", "0.23"), ("truststore", None)]


def test_what_a_package_needs_itself_counts_too(host: Path, private: Path) -> None:
    put(host, "pydantic", "2.8", "typing-extensions>=4.6", 'email-validator; extra == "email"')
    put(host, "typing-extensions", "4.4")
    (unmet,) = resolve([Requirement("pydantic", ">=2.6")], [str(host)], private).unmet
    assert unmet.requirement == Requirement("typing-extensions", ">=4.6", "pydantic")
    assert unmet.found == "4.4"


def test_what_an_extra_needs_counts_where_the_extra_is_asked_for(host: Path, private: Path) -> None:
    put(host, "httpx", "0.28", 'h2<5,>=3; extra == "http2"', 'socksio==1.*; extra == "socks"', "certifi")
    put(host, "certifi", "2024.1")
    wanted = requirements.parse("httpx[http2]>=0.27")
    assert wanted is not None
    assert [unmet.requirement.name for unmet in resolve([wanted], [str(host)], private).unmet] == ["h2"]
    assert resolve([Requirement("httpx", "")], [str(host)], private).unmet == ()


def test_the_host_may_have_several_copies(host: Path, private: Path) -> None:
    put(host, "pydantic", "1.10.4")
    put(host.with_name("newer"), "pydantic", "2.8")
    found = resolve([Requirement("pydantic", ">=2.6")], [str(host), str(host.with_name("newer"))], private)
    assert [(copy.version, copy.folder) for copy in found.copies] == [("2.8", host.with_name("newer"))]


def test_private_copies_come_first(host: Path, private: Path) -> None:
    put(host, "typing-extensions", "4.14")
    put(host, "annotated-types", "0.6")
    put(private, "pydantic", "2.9", "typing-extensions>=4.12", "annotated-types>=0.4")
    put(private, "typing-extensions", "4.13")
    put(private, "annotated-types", "0.7")
    found = resolve([Requirement("pydantic", ">=2.6")], [str(host)], private)
    assert found.unmet == ()
    assert {copy.folder for copy in found.copies} == {private}


def test_an_exact_pair_is_taken_from_one_place(host: Path, private: Path) -> None:
    put(host, "pydantic", "2.4", "pydantic-core==2.10")
    put(host, "pydantic-core", "2.10")
    put(private, "pydantic", "2.9", "pydantic-core==2.23")
    put(private, "pydantic-core", "2.23")
    found = resolve([Requirement("pydantic", ">=2.6")], [str(host)], private)
    assert found.unmet == ()
    assert {(copy.name, copy.version) for copy in found.copies} == {("pydantic", "2.9"), ("pydantic-core", "2.23")}


def test_demands_on_one_package_add_up(host: Path, private: Path) -> None:
    put(host, "httpx", "0.28", "anyio")
    put(host, "starlette", "0.40", "anyio<5,>=3.6.2")
    put(host, "anyio", "3.0")
    wanted = [Requirement("httpx", ""), Requirement("starlette", "")]
    (unmet,) = resolve(wanted, [str(host)], private).unmet
    assert (unmet.requirement.specifier, unmet.found) == (">=3.6.2,<5", "3.0")


def test_old_style_metadata_is_understood(host: Path, private: Path) -> None:
    info = host / "defusedxml-0.7.1.egg-info"
    info.mkdir(parents=True)
    (info / "PKG-INFO").write_text("Metadata-Version: 1.1\nName: defusedxml\nVersion: 0.7.1\n", encoding="utf-8")
    assert resolve([Requirement("defusedxml", ">=0.7.1")], [str(host)], private).unmet == ()


def test_modules_of_a_package_are_known_from_its_record(private: Path) -> None:
    put(private, "pywin32", "306", modules=("win32api", "win32con"))
    assert requirements.modules_of(Copy("pywin32", "306", private)) == {"win32api", "win32con"}


def test_a_package_without_a_record_has_a_module_of_its_name(private: Path) -> None:
    info = private / "typing_extensions-4.4.egg-info"
    info.mkdir(parents=True)
    (info / "PKG-INFO").write_text("Metadata-Version: 1.1\nName: typing-extensions\nVersion: 4.4\n", encoding="utf-8")
    assert requirements.modules_of(Copy("typing-extensions", "4.4", private)) == {"typing_extensions"}
