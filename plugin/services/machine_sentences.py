"""Sentences about the machine the plugin runs on: its disk, QGIS's key store, its Python packages."""

from __future__ import annotations

import errno
from typing import Any

from .wording import Action, quoted, translate

_DISK = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EROFS: "denied",
    errno.ENOENT: "missing",
}


def disk(error: Any) -> tuple[str, Action]:
    """Say what the disk refused."""
    name = str(error.filename or "")
    texts = {
        "full": translate("Messages", "The disk is full. Free some space, then try again."),
        "denied": translate("Messages", "A file may not be written: {0}. Choose another folder.").format(name),
        "missing": translate("Messages", "A file or folder is missing: {0}. Choose another folder.").format(name),
    }
    default = translate("Messages", "A file could not be read or written: {0}. Check the disk, then try again.").format(
        quoted(name or str(error.strerror or error))
    )
    return texts.get(_DISK.get(error.errno, ""), default), Action.RETRY


def credentials_unavailable(error: Any) -> tuple[str, Action]:
    """Say why QGIS gave no key."""
    texts = {
        "disabled": translate(
            "Messages",
            "QGIS's password store is switched off, so no key can be read or kept. "
            "Switch it on in QGIS's options, or open Connection Settings to enter a key for this session.",
        ),
        "entry": translate(
            "Messages",
            "The stored sign-in of this connection is missing or cannot be read. "
            "Open Connection Settings to enter the key again.",
        ),
        "method": translate(
            "Messages",
            "This QGIS cannot keep keys of this kind. Open Connection Settings to enter a key for this session.",
        ),
    }
    locked = translate(
        "Messages",
        "QGIS's password store is locked, so the key cannot be read. Unlock it with the master password, "
        "or open Connection Settings to enter a key for this session.",
    )
    return texts.get(error.reason, locked), Action.OPEN_SETTINGS


def install_failed(error: Any) -> tuple[str, Action]:
    """Say why the packages could not be installed."""
    texts = {
        "no-python": translate(
            "Messages",
            "The packages could not be installed, because QGIS's Python was not found. "
            "Install them with your system's packages, then press Retry.",
        ),
        "no-pip": translate(
            "Messages",
            "The packages could not be installed, because this Python has no pip. "
            "Install pip (on Debian: python3-venv), then press Install again.",
        ),
        "network": translate(
            "Messages",
            "The packages could not be fetched, because the package index was not reached. "
            "Check the network and QGIS's proxy, or install from a folder.",
        ),
        "certificate": translate(
            "Messages",
            "The packages could not be fetched, because the package index could not prove who it is. "
            "Check the certificates of your network, or install from a folder.",
        ),
        "not-found": translate(
            "Messages",
            "The packages could not be installed, because no version fits this Python. "
            "Choose a folder that holds the right wheels.",
        ),
        "disk": translate(
            "Messages", "The packages could not be written to the profile. Check its disk and rights, then try again."
        ),
    }
    default = translate("Messages", "The packages could not be installed. Look at the lines below for the reason.")
    return texts.get(error.reason, default), Action.RETRY


def packages_missing(error: Any) -> tuple[str, Action]:
    """Say which packages are not installed."""
    names = error.names if hasattr(error, "names") else [str(error.name or error).partition(".")[0]]
    text = translate("Messages", "Python packages are missing: {0}. Open the Pixxel Explorer panel to install them.")
    return text.format(", ".join(names)), Action.OPEN_PANEL


def package_replaced(error: Any) -> tuple[str, Action]:
    """Say which package was replaced while in use."""
    text = translate(
        "Messages", "{0} {1} was in use when version {2} was installed. Save your work, then restart QGIS."
    )
    return text.format(error.package, error.version, error.installed), Action.NONE


def package_unusable(error: Any) -> tuple[str, Action]:
    """Say which package is there but fails to load; the details say how."""
    text = translate(
        "Messages",
        "The Python package {0} {1} in {2} cannot be loaded. It may be damaged or made for another Python. "
        "Install it again from the Pixxel Explorer panel.",
    )
    return text.format(error.package, error.version, error.folder), Action.OPEN_PANEL


def import_failed(error: Any) -> tuple[str, Action]:
    """Say that Python could not load something, which is rarely ours."""
    text = translate(
        "Messages",
        "A Python module cannot be loaded: {0}. Restart QGIS; if that does not help, "
        "switch off plugins that bring Python packages of their own.",
    )
    return text.format(quoted(str(error))), Action.NONE
