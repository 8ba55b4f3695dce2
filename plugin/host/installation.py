"""Installing the missing packages: pip, run by the Python that belongs to QGIS, into a private folder."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from qgis.PyQt.QtCore import QObject, QProcess, QProcessEnvironment, pyqtSignal, pyqtSlot

from ..api.config import DEFAULT_URL
from . import dependencies, network
from .i18n import tr
from .redaction import redact

_REASONS = (
    ("disk", r"No space left|Errno 28|Permission denied|Errno 13|Read-only file system|WinError 5\b"),
    ("certificate", r"CERTIFICATE_VERIFY_FAILED|SSLError"),
    (
        "network",
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|Connection (?:refused|broken)",
    ),
    ("not-found", r"No matching distribution found|Could not find a version"),
    ("no-pip", r"No module named '?pip"),
)


class InstallFailed(Exception):
    """The packages could not be installed; nothing was changed.

    Attributes:
        reason: ``no-python``, ``no-pip``, ``network``, ``certificate``, ``not-found``, ``disk`` or ``other``.
        details: the last lines of what the installer said.
    """

    def __init__(self, reason: str, details: str = "") -> None:
        super().__init__(f"{reason}: {details}" if details else reason)
        self.reason = reason
        self.details = details


class InstallJob(QObject):
    """Installs the plugin's packages, told line by line by ``said(str)``. Create, connect, then start.

    Exactly one of ``succeeded(folder)``, ``failed(InstallFailed)`` and ``cancelled()`` is emitted, then ``finished()``.
    On success the packages count at once (:func:`dependencies.refresh`).
    """

    said = pyqtSignal(str)
    succeeded = pyqtSignal(object)
    failed = pyqtSignal(object)
    cancelled = pyqtSignal()
    finished = pyqtSignal()

    def __init__(self, folder: Path, wheels: Path | None = None, parent: QObject | None = None) -> None:
        """Prepare to install into ``folder``, from the index or from a folder of wheels."""
        super().__init__(parent)
        self.label = tr("Dependencies", "Installing Python packages")
        self._folder, self._wheels = folder, wheels
        self._staging = folder.with_name(folder.name + ".new")
        self._lines: list[str] = []
        self._is_cancelled = self._is_over = False
        self._process = QProcess(self)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.errorOccurred.connect(self._on_error)
        self._process.finished.connect(self._on_finished)

    def start(self) -> None:
        """Begin; the outcome is told by the signals."""
        if self._is_cancelled:
            self._tell_cancelled()
            return
        try:
            program, *arguments = install_command(self._staging, self._wheels)
            _make_empty(self._staging)
        except InstallFailed as error:
            self._fail(error)
        except OSError as error:
            self._fail(InstallFailed("disk", str(error)))
        else:
            self._process.setProcessEnvironment(_environment())
            self._process.start(program, arguments)

    def cancel(self) -> None:
        """Stop the installer; what it did is thrown away."""
        self._is_cancelled = True
        self._process.kill()

    @pyqtSlot()
    def _on_output(self) -> None:
        while self._process.canReadLine():
            self._say(bytes(self._process.readLine()))

    @pyqtSlot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._fail(InstallFailed("no-python", self._process.errorString()))

    @pyqtSlot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._on_output()
        self._say(bytes(self._process.readAll()))
        if self._is_cancelled:
            self._tell_cancelled()
        elif code != 0 or status != QProcess.ExitStatus.NormalExit:
            self._fail(InstallFailed(reason_of(self._lines), "\n".join(self._lines[-12:])))
        else:
            self._adopt()

    def _tell_cancelled(self) -> None:
        self._end()
        self.cancelled.emit()
        self.finished.emit()

    def _say(self, line: bytes) -> None:
        text = redact(line.decode("utf-8", "replace").rstrip())
        if text:
            self._lines.append(text)
            self.said.emit(text)

    def _adopt(self) -> None:
        """Put what was installed in the place of what was there before."""
        try:
            shutil.copy2(dependencies.REQUIREMENTS, self._staging / ".requirements")
            _swap(self._staging, self._folder)
        except OSError as error:
            self._fail(InstallFailed("disk", str(error)))
            return
        dependencies.refresh(self._folder)
        self._end()
        self.succeeded.emit(self._folder)
        self.finished.emit()

    def _fail(self, error: InstallFailed) -> None:
        if self._is_over:
            return
        self._end()
        self.failed.emit(error)
        self.finished.emit()

    def _end(self) -> None:
        self._is_over = True
        shutil.rmtree(self._staging, ignore_errors=True)


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
        raise InstallFailed("no-python", str(home))
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
        raise InstallFailed("no-pip")
    return [str(found[0] / "pip")]


def reason_of(lines: Iterable[str]) -> str:
    """Return the reason for a failure, by what pip said."""
    text = "\n".join(lines)
    return next((reason for reason, pattern in _REASONS if re.search(pattern, text)), "other")


def _swap(new: Path, place: Path) -> None:
    """Put a folder into a place; what was there stays whole until it is out of the way, or for good on an error."""
    old = place.with_name(place.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.replace(old)
    try:
        new.replace(place)
    except OSError:
        if old.exists():
            old.replace(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _make_empty(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def _environment() -> QProcessEnvironment:
    """Return the environment for pip: QGIS's proxy, and no setting that fights with a target folder."""
    environment = QProcessEnvironment.systemEnvironment()
    for name in ("PIP_USER", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_VIRTUALENV", "PIP_TARGET"):
        environment.remove(name)
    environment.insert("PYTHONUNBUFFERED", "1")
    environment.insert("PYTHONIOENCODING", "utf-8")
    proxy = network.proxy_for(DEFAULT_URL)
    if proxy and proxy.startswith("http"):
        for name in ("HTTPS_PROXY", "HTTP_PROXY"):
            environment.insert(name, proxy)
    return environment
