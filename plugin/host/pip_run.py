"""pip as the Python that belongs to QGIS runs it: its commands, its own settings, and the environment it gets.

pip has no way to the network: its settings are read first, and every address among them is exchanged for one of the
index server's (:mod:`package_index`) before it is handed back in the environment.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import sys
import sysconfig
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path

from . import dependencies

_SETTING = re.compile(r"^\s*(:?\w+:?)\.([\w-]+)=(['\"].*['\"])\s*$")
_SECTIONS = ("global", "install", ":env:")  # each overrides the one before, as pip has it
_ADDRESS = re.compile(r"(?<!\S)https?://\S+", re.IGNORECASE)
_DEFAULT_INDEX = re.compile(r"--index-url.*?\(default:?\s+(https?://[^\s)]+)\)", re.DOTALL)
_FALSE = ("", "0", "n", "no", "f", "false", "off")

# QGIS decides on pip's network options, and the plugin on the folder for installing.
_NETWORK = r"proxy|cert|client-cert|trusted-host|timeout|default-timeout|retries|resume-retries|keyring-provider"
_OURS = (
    r"user|prefix|root|target|require-virtualenv|python|dry-run|report|requirement|editable|no-deps|no-dependencies|"
    r"no-binary|only-binary|platform|python-version|abi|implementation|no-input|quiet|verbose|progress-bar|cache-dir|"
    r"no-cache-dir|isolated"
)
_IGNORED = re.compile(f"{_NETWORK}|{_OURS}")
_PROXIES = frozenset(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY", "NO_PROXY"))


class InstallReason(StrEnum):
    """Reasons why packages could not be installed."""

    NO_PYTHON = "no-python"
    NO_PIP = "no-pip"
    SETTINGS = "settings"
    NOT_FOUND = "not-found"
    DAMAGED = "damaged"
    DISK = "disk"
    DISK_FULL = "disk-full"
    PROXY_DOWN = "proxy-down"
    PROXY_LOCKED = "proxy-locked"
    PROXY_LOGIN = "proxy-login"
    PROXY_PASSWORD = "proxy-password"
    PROXY_REFUSAL = "proxy-refusal"
    HOST_NOT_FOUND = "host-not-found"
    NETWORK = "network"
    TIMED_OUT = "timed-out"
    CERTIFICATE = "certificate"
    CERTIFICATE_EXPIRED = "certificate-expired"
    CERTIFICATE_NAME = "certificate-name"
    BLOCKED = "blocked"
    INDEX_LOGIN = "index-login"
    INDEX_PASSWORD = "index-password"
    INDEX_REFUSAL = "index-refusal"
    SERVER = "server"
    NOT_ENCRYPTED = "not-encrypted"
    TOO_LARGE = "too-large"
    OTHER = "other"


# Errors that pip reports itself; network faults are known to the index server alone.
_SAID_BY_PIP = (
    (InstallReason.DISK_FULL, r"No space left|Errno 28|WinError 112\b|Disk quota exceeded"),
    (InstallReason.DISK, r"Permission denied|Errno 13|Read-only file system|WinError 5\b"),
    (InstallReason.DAMAGED, r"DO NOT MATCH THE HASHES|has an invalid wheel|is invalid|BadZipFile"),
    (InstallReason.NO_PIP, r"No module named '?pip"),
    (InstallReason.SETTINGS, r"Configuration file could not be loaded|contains invalid .* characters"),
    (InstallReason.NOT_FOUND, r"No matching distribution found|Could not find a version"),
)


class InstallFailed(Exception):
    """The packages could not be installed; nothing was changed.

    Attributes:
        reason: the cause.
        details: the last lines of pip's output.
        host: the server that failed, refused or was requested, with its port where it is unusual.
        proxy: the proxy in between, with its port.
        says: the text of the response that refused, on one line.
    """

    def __init__(
        self, reason: InstallReason | str, details: str = "", *, host: str = "", proxy: str = "", answer_text: str = ""
    ) -> None:
        super().__init__(": ".join(part for part in (reason, proxy, host, answer_text, details) if part))
        self.reason, self.details = InstallReason(reason), details
        self.host, self.proxy, self.answer_text = host, proxy, answer_text

    @property
    def culprit(self) -> str:
        """Return the proxy or the server that is to blame, if either is."""
        return self.proxy if self.reason.value.startswith("proxy-") else self.host


class PipSettings:
    """pip's settings from its configuration files and environment variables, by option."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    @classmethod
    def parse(cls, lines: Iterable[str]) -> PipSettings:
        """Parse the output of ``pip config list``."""
        found: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
        for match in filter(None, map(_SETTING.match, lines)):
            value = str(ast.literal_eval(match[3]))
            if match[1] in found and value:
                found[match[1]][match[2]] = value
        return cls({name: value for section in _SECTIONS for name, value in found[section].items()})

    @property
    def certificates(self) -> Path | None:
        """Return the file of authorities that pip trusts besides those of the system."""
        return Path(self._values["cert"]).expanduser() if "cert" in self._values else None

    @property
    def trusted_hosts(self) -> frozenset[str]:
        """Return the hosts that need not prove who they are, each with or without a port."""
        return frozenset(self._values.get("trusted-host", "").lower().split())

    @property
    def names_no_index(self) -> bool:
        """Return whether pip's default index would be asked."""
        no_index = self._values.get("no-index", "").lower() not in _FALSE
        return not no_index and not {"index-url", "pypi-url"} & self._values.keys()

    def variables(self, exchange: Callable[[str], str], default_index: str = "") -> dict[str, str]:
        """Return the settings as environment variables, with every address exchanged."""
        values = {"index-url": default_index} if default_index else {}
        values |= {name: value for name, value in self._values.items() if not _IGNORED.fullmatch(name)}
        return {
            "PIP_" + name.upper().replace("-", "_"): _ADDRESS.sub(lambda match: exchange(match[0]), value)
            for name, value in values.items()
        }


def default_index(help_text: str) -> str:
    """Return the index that pip asks where none is set, as its help for ``install`` names it; else nothing."""
    match = _DEFAULT_INDEX.search(help_text)
    return match[1] if match else ""


def list_settings_command() -> list[str]:
    """Return the command that prints pip's settings, also where pip is set to be quiet."""
    return [str(interpreter()), *pip_arguments(), "config", "list", "-vvvv", "--disable-pip-version-check"]


def help_command() -> list[str]:
    """Return the command that prints pip's help for ``install``."""
    return [str(interpreter()), *pip_arguments(), "install", "--help"]


def install_command(target: Path, wheels: Path | None = None) -> list[str]:
    """Return the program and its arguments; a ready-made package is taken only, nothing is built.

    Raises:
        InstallFailed: there is no Python to run, or no pip.
    """
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    source = ["--no-index", "--find-links", str(wheels)] if wheels is not None else []
    return [
        str(interpreter()),
        *pip_arguments(wheels),
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--no-user",  # a pip set to "user" refuses a target folder
        "--no-cache-dir",  # the addresses are new each time
        "--retries=0",  # the index server retries where it is of use, and has QGIS's time limit
        "--timeout=86400",
        "--progress-bar=off",
        "--upgrade",
        "--ignore-installed",
        "--only-binary=:all:",
        f"--python-version={version}",
        f"--target={target}",
        *source,
        f"--requirement={dependencies.REQUIREMENTS}",
    ]


def interpreter() -> Path:
    """Return the Python that belongs to QGIS; ``sys.executable`` may be QGIS itself.

    Raises:
        InstallFailed: none was found.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    home = Path(sys.exec_prefix)
    names = ["python.exe", "python3.exe"] if os.name == "nt" else [f"bin/{version}", "bin/python3", "bin/python"]
    candidates = [home / name for name in names]
    if Path(sys.executable or "").name.lower().startswith("python"):
        candidates.append(Path(sys.executable))
    found = next((path for path in candidates if path.is_file()), None)
    if found is None:
        raise InstallFailed(InstallReason.NO_PYTHON, str(home))
    return found


def pip_arguments(wheels: Path | None = None) -> list[str]:
    """Return how to run pip: as a module, or out of a wheel (Python's own, the distribution's, or one given).

    Raises:
        InstallFailed: there is none.
    """
    if importlib.util.find_spec("pip") is not None:
        return ["-m", "pip"]
    places = [wheels] if wheels is not None else []
    bundle = importlib.util.find_spec("ensurepip")
    if bundle is not None and bundle.origin:
        places.append(Path(bundle.origin).parent / "_bundled")
    if sysconfig.get_config_var("WHEEL_PKG_DIR"):
        places.append(Path(sysconfig.get_config_var("WHEEL_PKG_DIR")))
    places.append(Path("/usr/share/python-wheels"))  # Debian's python3-pip-whl
    found = [wheel for place in places for wheel in sorted(place.glob("pip-*.whl"))]
    if not found:
        raise InstallFailed(InstallReason.NO_PIP)
    return [str(found[0] / "pip")]


def environment_for_settings(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment to read pip's settings in: pip's variables are left, and no secret of ours."""
    return {name: value for name, value in variables.items() if not _is_kept_back(name)} | _PYTHON


def environment_for_install(variables: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """Return the environment to install in: of pip's settings only those given count, and no file."""
    kept = {name: value for name, value in variables.items() if not _is_kept_back(name) and not _is_pips(name)}
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    return kept | _PYTHON | dict(settings) | nowhere


def reason_of(lines: Iterable[str]) -> InstallReason:
    """Return the reason for a failure, from pip's output."""
    text = "\n".join(lines)
    return next((reason for reason, pattern in _SAID_BY_PIP if re.search(pattern, text)), InstallReason.OTHER)


# The working folder is not a place for modules: pip would import files that happen to lie there.
_PYTHON = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8", "PYTHONSAFEPATH": "1", "COLUMNS": "200"}


def _is_kept_back(name: str) -> bool:
    """Return whether a variable is kept from pip: our keys, proxies, and options of Python."""
    upper = name.upper()
    is_python = upper.startswith("PYTHON") and upper not in ("PYTHONHOME", "PYTHONUTF8")  # a bundled Python needs them
    return upper.startswith("PIXXEL_") or upper in _PROXIES or is_python


def _is_pips(name: str) -> bool:
    return name.upper().startswith("PIP_")
