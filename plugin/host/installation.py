"""Installing the missing packages: pip, run by the Python that belongs to QGIS, into a private folder."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from qgis.PyQt.QtCore import QObject, QProcess, QProcessEnvironment, pyqtSignal, pyqtSlot

from . import dependencies, network, pip_run
from .i18n import translate
from .package_index import PackageIndex
from .pip_run import InstallFailed, InstallReason, PipSettings
from .redaction import redact

__all__ = ["InstallFailed", "InstallJob", "InstallReason"]

_SHOWN = 12  # lines of pip's in the details of a failure
_GRACE_MS = 2000  # for pip and the index at unload


class InstallJob(QObject):
    """A job that installs the plugin's packages; ``output(str)`` carries its output. Create, connect, then start.

    ``progressed(name, received, total)`` reports the current file, in bytes; the total is 0 where it is not known.
    Exactly one of ``succeeded(folder)``, ``failed(InstallFailed)`` and ``cancelled()`` is emitted, then ``finished()``;
    by then pip and the index server have ended. On success the packages count at once (:func:`dependencies.refresh`).
    """

    output = pyqtSignal(str)
    progressed = pyqtSignal(str, object, object)
    succeeded = pyqtSignal(object)
    failed = pyqtSignal(object)
    cancelled = pyqtSignal()
    finished = pyqtSignal()

    def __init__(self, folder: Path, wheels: Path | None = None, parent: QObject | None = None) -> None:
        """Prepare to install into ``folder``, from the index or from a folder of wheels."""
        super().__init__(parent)
        self.label = translate("Dependencies", "Installing Python packages")
        self._folder, self._wheels = folder, wheels
        self._staging = folder.with_name(folder.name + ".new")
        self._lines: list[str] = []
        self._settings = PipSettings({})
        self._index: PackageIndex | None = None
        self._is_cancelled = self._is_over = False
        self._then: Callable[[], None] = self._adopt
        self._end: Callable[[], None] | None = None
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.errorOccurred.connect(self._on_error)
        self._process.finished.connect(self._on_finished)

    def start(self) -> None:
        """Start; the outcome is emitted by the signals."""
        if self._is_cancelled:
            self._finish(self.cancelled.emit)
        else:
            self._attempt(self._begin)

    def cancel(self) -> None:
        """Stop the installer and discard its files."""
        self._is_cancelled = True
        self._process.kill()
        if self._index is not None:
            self._index.stop()

    def close(self) -> None:
        """Cancel and wait a moment for pip and the index to end, as at unload."""
        self.blockSignals(True)
        self.cancel()
        self._process.waitForFinished(_GRACE_MS)
        if self._index is not None:
            self._index.wait(_GRACE_MS)

    def _begin(self) -> None:
        _make_empty(self._staging)
        if self._wheels is not None:
            self._install({})
        else:
            self._ask(pip_run.list_settings_command(), self._on_settings)

    def _ask(self, command: list[str], then: Callable[[], None]) -> None:
        """Run pip with a query about itself; its output is read here and not displayed."""
        self._then = then
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.SeparateChannels)
        self._run(command, pip_run.environment_for_settings(os.environ))

    def _on_settings(self) -> None:
        self._settings = PipSettings.parse(self._answer().splitlines())
        if self._settings.names_no_index:
            self._ask(pip_run.help_command(), self._on_help)
        else:
            self._install_from_index("")

    def _on_help(self) -> None:
        found = pip_run.default_index(self._answer())
        if not found:
            raise InstallFailed(InstallReason.SETTINGS)
        self._install_from_index(found)

    def _install_from_index(self, default: str) -> None:
        if not network.unlock_proxy():
            raise InstallFailed(InstallReason.PROXY_LOCKED, proxy=network.proxy_place())
        self._index = index = PackageIndex(self._settings)
        index.progressed.connect(self.progressed)
        index.finished.connect(self._on_index_finished)
        index.begin()
        self._install(self._settings.variables(index.exchange, default))

    def _install(self, settings: dict[str, str]) -> None:
        self._then = self._adopt
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        command = pip_run.install_command(self._staging, self._wheels)
        self._run(command, pip_run.environment_for_install(os.environ, settings))

    def _run(self, command: list[str], variables: dict[str, str]) -> None:
        environment = QProcessEnvironment()
        for name, value in variables.items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        self._process.setWorkingDirectory(str(self._folder.parent))
        self._process.start(command[0], command[1:])

    def _answer(self) -> str:
        return bytes(self._process.readAllStandardOutput()).decode("utf-8", "replace")

    @pyqtSlot()
    def _on_output(self) -> None:
        while self._then == self._adopt and self._process.canReadLine():
            self._emit_line(bytes(self._process.readLine()))

    @pyqtSlot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._fail(InstallFailed(InstallReason.NO_PYTHON, self._process.errorString()))

    @pyqtSlot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        has_failed = code != 0 or status != QProcess.ExitStatus.NormalExit
        if self._then == self._adopt:
            self._on_output()
            self._emit_line(bytes(self._process.readAll()))
        elif has_failed:  # its output may hold passwords
            for line in bytes(self._process.readAllStandardError()).splitlines():
                self._emit_line(line)
        if self._is_cancelled:
            self._finish(self.cancelled.emit)
        elif has_failed:
            self._fail(self._reason())
        else:
            self._attempt(self._then)

    def _attempt(self, step: Callable[[], None]) -> None:
        try:
            step()
        except InstallFailed as error:
            self._fail(error)
        except OSError as error:
            is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            self._fail(InstallFailed(InstallReason.DISK_FULL if is_full else InstallReason.DISK, str(error)))

    def _reason(self) -> InstallFailed:
        """Return why pip failed: its own error, or else the network's."""
        reason = pip_run.reason_of(self._lines)
        failure = self._index.failure if self._index is not None else None
        if failure is not None:
            self._emit_line(str(failure).encode())
        details = "\n".join(self._lines[-_SHOWN:])
        if failure is not None and reason in (InstallReason.NOT_FOUND, InstallReason.OTHER):
            return InstallFailed(
                failure.reason, details, host=failure.host, proxy=failure.proxy, answer_text=failure.answer_text
            )
        return InstallFailed(reason, details)

    def _emit_line(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip()
        text = redact(self._index.readable(text) if self._index is not None else text)
        if text:
            self._lines.append(text)
            self.output.emit(text)

    def _adopt(self) -> None:
        """Move the installed packages to the place of the former ones."""
        shutil.copy2(dependencies.REQUIREMENTS, self._staging / ".requirements")
        _swap(self._staging, self._folder)
        dependencies.refresh(self._folder)
        self._finish(partial(self.succeeded.emit, self._folder))

    def _fail(self, error: InstallFailed) -> None:
        self._finish(partial(self.failed.emit, error))

    def _finish(self, outcome: Callable[[], None]) -> None:
        """Emit the outcome, once, when the index has ended as well."""
        if self._is_over:
            return
        self._is_over = True
        shutil.rmtree(self._staging, ignore_errors=True)
        self._end = outcome
        if self._index is None or self._index.isFinished():
            self._report()
        else:
            self._index.stop()

    @pyqtSlot()
    def _on_index_finished(self) -> None:
        if self._end is not None:
            self._report()

    def _report(self) -> None:
        outcome, self._end = self._end, None
        if outcome is not None:
            outcome()
            self.finished.emit()


def _swap(new: Path, place: Path) -> None:
    """Replace a folder; the former content stays until it has been moved away, and is restored on an error."""
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
