"""The page shown where Python packages are missing or broken: which, why, and how to get them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from qgis.PyQt.QtCore import QLocale, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFont
from qgis.PyQt.QtWidgets import (
    QFileDialog,
    QFrame,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...plugin.messages.numbers import count_text
from ..icons import theme_icon


class MissingPackage(Protocol):
    """A package that is missing or too old."""

    @property
    def name(self) -> str:
        """Return its name."""

    @property
    def needed(self) -> str:
        """Return the versions that would do, as ``>=2.6,<3``."""

    @property
    def found(self) -> str | None:
        """Return the version that is there, if any."""

    @property
    def why(self) -> str:
        """Return its purpose, or the reason why the installed version is not sufficient."""


class PackageReport(Protocol):
    """The missing packages, and the folder where they would be installed."""

    @property
    def missing(self) -> Sequence[MissingPackage]:
        """Return the packages that are missing or too old."""

    @property
    def folder(self) -> Path:
        """Return the private folder of the profile."""


class MissingPanel(QScrollArea):
    """A panel that lists missing packages and offers to install them.

    ``install_requested`` carries ``None`` for the package index, or the folder of wheels to install from.
    """

    install_requested = pyqtSignal(object)
    cancel_requested = pyqtSignal()

    def __init__(self, report: PackageReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("missingPanel")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget(self)
        layout = QVBoxLayout(body)
        layout.setContentsMargins(14, 18, 14, 12)
        layout.setSpacing(8)
        self.headline = _label("missingHeadline", body)
        self.list_label = _label("missingList", body)
        self.note = _label("missingNote", body)
        self.outcome = _label("missingOutcome", body)
        self.progress = QProgressBar(body)
        self.transfer = _label("installTransfer", body)
        self.details_button = QToolButton(body)
        self.log = QPlainTextEdit(body)
        self.install_button = QPushButton(self.tr("Install"), body)
        self.folder_button = QPushButton(self.tr("Install from Folder…"), body)
        self.retry_button = QPushButton(self.tr("Try Again"), body)
        self.cancel_button = QPushButton(self.tr("Cancel"), body)
        self._build(body, layout)
        self._connect()
        self.setWidget(body)
        self.show_report(report)

    def show_report(self, report: PackageReport) -> None:
        """Show the missing packages."""
        packages = list(report.missing)
        count = len(packages)
        one = self.tr("One Python Package Is Missing")
        self.headline.setText(
            one if count == 1 else self.tr("{} Python Packages Are Missing").format(count_text(count))
        )
        self.list_label.setText("\n".join(self._line(package) for package in packages))
        self.note.setText(
            self.tr(
                "Pixxel Explorer needs them to connect to the server. They can be installed into a private folder of "
                "this QGIS profile; nothing else on this computer changes."
            )
        )
        self.note.setToolTip(str(report.folder))
        self._set_busy(False)

    def show_unusable(self, name: str, version: str, reason: str) -> None:
        """Show that an installed package cannot be loaded; the same actions are offered."""
        self.headline.setText(self.tr("A Python Package Cannot Be Loaded"))
        self.list_label.setText(self.tr("• {0} {1} – damaged, or made for another Python").format(name, version))
        self.note.setText(
            self.tr(
                "All packages of Pixxel Explorer can be reinstalled into their private folder of this QGIS profile; "
                "nothing else on this computer changes."
            )
        )
        self.show_line(reason)

    def show_installing(self) -> None:
        """Show that the installation runs."""
        self.log.clear()
        self.outcome.hide()
        self.transfer.clear()
        self.progress.setRange(0, 0)
        self._set_busy(True)

    def show_progress(self, name: str, received: int, total: int) -> None:
        """Show how much of a file has arrived; a total of 0 is not known."""
        sizes = QLocale()
        done = sizes.formattedDataSize(received, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
        if total:
            whole = sizes.formattedDataSize(total, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
            done = self.tr("{} of {}").format(done, whole)
        self.transfer.setText(self.tr("{}: {}").format(name, done))
        self.progress.setRange(0, 100 if total else 0)
        self.progress.setValue(100 * received // total if total else 0)

    def show_line(self, text: str) -> None:
        """Append a line of the installer's output to the details."""
        self.log.appendPlainText(text.rstrip())
        self.details_button.show()

    def show_failure(self, sentence: str) -> None:
        """Show the reason why the installation failed; the actions are offered again."""
        self._set_busy(False)
        self.outcome.setText(sentence)
        self.outcome.show()

    def show_cancelled(self) -> None:
        """Show that the installation was cancelled; the actions are offered again."""
        self.show_failure(self.tr("The installation was cancelled. Nothing was changed."))

    def _build(self, body: QWidget, layout: QVBoxLayout) -> None:
        icon = QLabel(body)
        icon.setPixmap(theme_icon("mIconWarning").pixmap(QSize(40, 40)))
        icon.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        font = QFont(self.headline.font())
        font.setBold(True)
        self.headline.setFont(font)
        self.headline.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.progress.setObjectName("installProgress")
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.log.setObjectName("installLog")
        self.log.setReadOnly(True)
        self.log.setMaximumBlockCount(500)
        self.outcome.hide()
        self._build_details()
        self._name_buttons()
        for widget in (icon, self.headline, self.list_label, self.note, self.outcome, self.progress, self.transfer):
            layout.addWidget(widget)
        for button in (self.install_button, self.folder_button, self.retry_button, self.cancel_button):
            layout.addWidget(button)
        layout.addWidget(self.details_button)
        layout.addWidget(self.log, 1)
        layout.addStretch(0)

    def _build_details(self) -> None:
        self.details_button.setObjectName("installDetailsButton")
        self.details_button.setText(self.tr("Details"))
        self.details_button.setToolTip(self.tr("Show what the installer says, line by line"))
        self.details_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.details_button.setArrowType(Qt.ArrowType.RightArrow)
        self.details_button.setAutoRaise(True)
        self.details_button.setCheckable(True)
        self.details_button.hide()
        self.log.hide()

    def _name_buttons(self) -> None:
        self.install_button.setObjectName("installButton")
        self.install_button.setDefault(True)
        self.install_button.setToolTip(self.tr("Download the packages from the Python package index and install them"))
        self.folder_button.setObjectName("installFromFolderButton")
        self.folder_button.setMinimumWidth(120)
        self.folder_button.setToolTip(self.tr("Without a network: choose a folder that holds the packages as wheels"))
        self.retry_button.setObjectName("retryButton")
        self.retry_button.setToolTip(self.tr("Look for the packages once more"))
        self.cancel_button.setObjectName("cancelInstallButton")
        self.cancel_button.setToolTip(self.tr("Stop installing; nothing is changed"))

    def _connect(self) -> None:
        self.install_button.clicked.connect(self._on_install)
        self.folder_button.clicked.connect(self._on_folder)
        self.cancel_button.clicked.connect(self._on_cancel)
        self.details_button.toggled.connect(self._on_details)

    def _line(self, package: MissingPackage) -> str:
        text = f"{package.name} {package.needed.replace('>=', '≥ ').replace(',<', ', < ')}".strip()
        if package.found:
            text = self.tr("{} (this QGIS has {})").format(text, package.found)
        return f"• {text} – {package.why}" if package.why else f"• {text}"

    def _set_busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        self.transfer.setVisible(busy)
        self.cancel_button.setVisible(busy)
        self.cancel_button.setEnabled(busy)
        for button in (self.install_button, self.folder_button, self.retry_button):
            button.setEnabled(not busy)

    def _on_install(self) -> None:
        self.install_requested.emit(None)

    def _on_cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self.cancel_requested.emit()

    def _on_details(self, shown: bool) -> None:
        self.details_button.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self.log.setVisible(shown)

    def _on_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Folder of Wheels"))
        if folder:
            self.install_requested.emit(Path(folder))


def _label(name: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
